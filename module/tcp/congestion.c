// SPDX-License-Identifier: GPL-2.0
/*
 * Between the engine and the congestion controls: where a window begins, what an ACK, a loss and an
 * idle time mean to it.  How much a window grows and shrinks the control decides (cong.h).
 */
#include <linux/export.h>
#include "engine.h"

struct anp_tcp_cong_ops * const anp_tcp_cong_own[] = {
	&anp_tcp_newreno,
	&anp_tcp_cubic,
	&anp_tcp_dctcp,
	&anp_tcp_bbr,
	NULL
};

/* RFC 6928: min(10 * MSS, max(2 * MSS, 14600)) */
u32 anp_tcp_initial_window(const struct anp_tcb *t)
{
	return min_t(u32, 10 * t->mss, max_t(u32, 2 * t->mss, 14600));
}

/* t->cong takes over, with the windows there are. */
static void begin(struct anp_tcb *t)
{
	t->cwnd_acked = 0;
	t->cong_ready = 1;
	memset(t->cong_priv, 0, sizeof(t->cong_priv));
	if (t->cong->flags & ANP_TCP_CONG_PACED)
		anp_tcp_host_pace(t);
	anp_tcp_cwv_start(t);
	if (t->cong->init)
		t->cong->init(t);
}

void anp_tcp_cong_start(struct anp_tcb *t)
{
	/* RFC 6298 5.7: a lost SYN says the path is full. */
	t->cwnd = t->synacked_rexmit ? t->mss : anp_tcp_initial_window(t);
	t->ssthresh = U32_MAX;
	begin(t);
}

void anp_tcp_cong_stop(struct anp_tcb *t)
{
	if (!t->cong_ready)
		return;
	t->cong_ready = 0;
	if (t->cong->release)
		t->cong->release(t);
}

void anp_tcp_set_cong(struct anp_tcb *t, const struct anp_tcp_cong_ops *ops, u64 now)
{
	bool running = t->cong_ready;

	t->now = now;
	anp_tcp_cong_stop(t);
	WRITE_ONCE(t->cong, ops);
	/* The windows are the path's, not the control's: they stay. */
	if (running)
		begin(t);
}

void anp_tcp_cong_event(struct anp_tcb *t, enum anp_tcp_cong_event ev)
{
	if (t->cong->event)
		t->cong->event(t, ev);
}

u32 anp_tcp_cong_part(const struct anp_tcb *t, u32 window, u32 num, u32 den)
{
	return max_t(u32, div_u64((u64)window * num, den), 2 * t->mss);
}
EXPORT_SYMBOL_GPL(anp_tcp_cong_part);

/*
 * Did the window hold the sender back?  One that was not used says nothing about the path and does
 * not grow.  In slow start, where it doubles, half of it has to have been used.  The flight alone
 * would not tell: what waits to be sent as one super-packet leaves a good part of cwnd open.
 */
static bool cwnd_limited(const struct anp_tcb *t, u32 prior_flight)
{
	if (t->cwnd_blocks)
		return true;
	if (t->cwnd < t->ssthresh)
		return t->cwnd < 2 * prior_flight;
	return prior_flight + 4 * t->mss > t->cwnd;
}

/* A burst that waits for room may leave as much of cwnd open. */
static bool burst_limited(const struct anp_tcb *t, u32 prior_flight)
{
	return t->cwnd_blocks || prior_flight + max_t(u32, anp_tcp_burst(t), 4 * t->mss) > t->cwnd;
}

void anp_tcp_cong_acked(struct anp_tcb *t, struct anp_tcp_ack_sample *s, bool grow)
{
	if (t->cong->cong_control) {
		s->cwnd_limited = burst_limited(t, s->prior_flight);
		t->cong->cong_control(t, s);
		return;
	}
	if (!s->acked)
		return;
	s->cwnd_limited = cwnd_limited(t, s->prior_flight);
	if (t->cong->acked)
		t->cong->acked(t, s);
	if (anp_tcp_cwv_acked(t, s) && grow && !t->cwr && s->cwnd_limited)
		t->cong->cong_avoid(t, s->acked);
}

void anp_tcp_cong_reduce(struct anp_tcb *t, bool ecn)
{
	t->prior_cwnd = t->cwnd;
	t->prior_ssthresh = t->ssthresh;
	/* RFC 3168 6.1.2: whatever the sign, the peer is told. */
	t->cwr_due = t->ecn_ok;
	/* ... and a loss in a window that a mark has cut already does not cut it again. */
	if (t->cwr)
		return;
	anp_tcp_cwv_reduce(t);
	if (ecn && t->cong->ssthresh_ecn)
		t->ssthresh = t->cong->ssthresh_ecn(t);
	else
		t->ssthresh = t->cong->ssthresh(t);
	t->cwnd_acked = 0;
}

void anp_tcp_cong_undo(struct anp_tcb *t)
{
	t->cwnd = max(t->cwnd, t->cong->undo(t));
	t->ssthresh = max(t->ssthresh, t->prior_ssthresh);
	/* Nor was the window too large. */
	t->cwv_loss = 0;
}

void anp_tcp_cong_send(struct anp_tcb *t)
{
	if (!t->sent_at)
		return;
	anp_tcp_cwv_idle(t);
	anp_tcp_cong_event(t, ANP_TCP_CONG_TX_START);
}
