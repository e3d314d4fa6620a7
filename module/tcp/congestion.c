// SPDX-License-Identifier: GPL-2.0
/*
 * NewReno's windows (RFC 5681), with appropriate byte counting (RFC 3465).
 */
#include "engine.h"

/* RFC 6928: min(10 * MSS, max(2 * MSS, 14600)) */
static u32 initial_window(const struct anp_tcb *t)
{
	return min_t(u32, 10 * t->mss, max_t(u32, 2 * t->mss, 14600));
}

static void newreno_init(struct anp_tcb *t)
{
	/* RFC 6298 5.7: a lost SYN says the path is full. */
	t->cwnd = t->synacked_rexmit ? t->mss : initial_window(t);
	t->ssthresh = U32_MAX;
	t->cwnd_acked = 0;
}

static u32 newreno_ssthresh(struct anp_tcb *t)
{
	/* RFC 5681 equation 4 */
	return max_t(u32, anp_tcp_flight(t) / 2, 2 * t->mss);
}

static void newreno_cong_avoid(struct anp_tcb *t, u32 acked)
{
	if (t->cwnd < t->ssthresh) {
		/* RFC 5681 3.1 slow start, by the bytes acknowledged */
		u32 room = t->ssthresh - t->cwnd;

		t->cwnd += min(acked, room);
		if (acked <= room)
			return;
		acked -= room;
	}
	/* RFC 5681 3.1 congestion avoidance: a segment a window */
	t->cwnd_acked += acked;
	if (t->cwnd_acked >= t->cwnd) {
		t->cwnd_acked -= t->cwnd;
		t->cwnd += t->mss;
	}
}

const struct anp_tcp_cong_ops anp_tcp_newreno = {
	.name		= "reno",
	.init		= newreno_init,
	.ssthresh	= newreno_ssthresh,
	.cong_avoid	= newreno_cong_avoid,
};
