// SPDX-License-Identifier: GPL-2.0
/*
 * NewReno's windows (RFC 5681), with appropriate byte counting (RFC 3465).
 */
#include <linux/export.h>
#include "engine.h"

u32 anp_tcp_slow_start(struct anp_tcb *t, u32 acked)
{
	u32 room = t->ssthresh > t->cwnd ? t->ssthresh - t->cwnd : 0;
	u32 grow = min(acked, room);

	t->cwnd += grow;
	return acked - grow;
}
EXPORT_SYMBOL_GPL(anp_tcp_slow_start);

void anp_tcp_grow_linear(struct anp_tcb *t, u32 per, u32 acked)
{
	t->cwnd_acked += acked;
	if (t->cwnd_acked >= per) {
		u32 n = t->cwnd_acked / per;

		t->cwnd_acked -= n * per;
		t->cwnd += n * t->mss;
	}
}
EXPORT_SYMBOL_GPL(anp_tcp_grow_linear);

u32 anp_tcp_reno_ssthresh(struct anp_tcb *t)
{
	/* RFC 5681 equation 4 */
	return anp_tcp_cong_part(t, anp_tcp_flight(t), 1, 2);
}
EXPORT_SYMBOL_GPL(anp_tcp_reno_ssthresh);

void anp_tcp_reno_cong_avoid(struct anp_tcb *t, u32 acked)
{
	acked = anp_tcp_slow_start(t, acked);
	/* RFC 5681 3.1 congestion avoidance: a segment a window */
	if (acked)
		anp_tcp_grow_linear(t, t->cwnd, acked);
}
EXPORT_SYMBOL_GPL(anp_tcp_reno_cong_avoid);

/* RFC 8511 3.1: 0.8 after a mark, for a queue that marks is a short one. */
static u32 reno_ssthresh_ecn(struct anp_tcb *t)
{
	return anp_tcp_cong_part(t, anp_tcp_flight(t), 4, 5);
}

u32 anp_tcp_reno_undo(struct anp_tcb *t)
{
	return max(t->cwnd, t->prior_cwnd);
}
EXPORT_SYMBOL_GPL(anp_tcp_reno_undo);

struct anp_tcp_cong_ops anp_tcp_newreno = {
	.name		= "reno",
	.flags		= ANP_TCP_CONG_NON_RESTRICTED,
	.ssthresh	= anp_tcp_reno_ssthresh,
	.ssthresh_ecn	= reno_ssthresh_ecn,
	.cong_avoid	= anp_tcp_reno_cong_avoid,
	.undo		= anp_tcp_reno_undo,
};
