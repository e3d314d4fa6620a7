// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery rate samples (draft-ietf-ccwg-bbr 4.1): how fast the path took what was sent, measured
 * with each ACK over about a round trip.  A segment remembers how much had been delivered, and when,
 * at its sending; its ACK gives the difference.  The names are the draft's, C. being the tcb.
 */
#include "engine.h"

/* draft-ietf-ccwg-bbr 4.1.2.2, OnPacketSent() */
void anp_tcp_rate_sent(struct anp_tcb *t, struct anp_tcp_cb *cb)
{
	u32 len = cb->end_seq - cb->seq, pipe = anp_tcp_pipe(t);
	struct anp_tcp_rate_snap *p = &cb->tx.rate;

	/* New data counts as in flight already, what is lost does not yet. */
	if (cb->tx.lost && !cb->tx.retrans)
		pipe += len;
	if (pipe <= len) {
		t->first_sent_at = t->now;
		t->delivered_at = t->now;
	}
	p->first_sent_at = t->first_sent_at;
	p->delivered_at = t->delivered_at;
	p->delivered = t->delivered;
	p->tx_in_flight = pipe;
	p->lost = t->lost;
	cb->tx.app_limited = !!t->app_limited;
}

/* draft-ietf-ccwg-bbr 4.1.2.3, UpdateRateSample(); RACK's order of sending is also this one. */
void anp_tcp_rate_delivered(struct anp_tcb *t, struct anp_tcp_acked *a, const struct anp_tcp_cb *cb)
{
	if (cb->tx.sent_at < a->newest.sent_at ||
	    (cb->tx.sent_at == a->newest.sent_at && seq_leq(cb->end_seq, a->newest.end_seq)))
		return;
	a->newest.sent_at = cb->tx.sent_at;
	a->newest.end_seq = cb->end_seq;
	a->newest.send_elapsed = (u32)cb->tx.sent_at - cb->tx.rate.first_sent_at;
	a->newest.app_limited = cb->tx.app_limited;
	a->newest.snap = cb->tx.rate;
	t->first_sent_at = cb->tx.sent_at;
}

/* For TCP_INFO, as Linux: one that the program held down counts only if it shows more. */
static void remember(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	if (s->app_limited &&
	    (u64)s->rate_bytes * t->rate_us < (u64)t->rate_bytes * s->rate_us)
		return;
	t->rate_bytes = s->rate_bytes;
	t->rate_us = s->rate_us;
	t->rate_app_limited = s->app_limited;
}

/* draft-ietf-ccwg-bbr 4.1.2.3, GenerateRateSample() */
void anp_tcp_rate_sample(struct anp_tcb *t, const struct anp_tcp_acked *a,
			 struct anp_tcp_ack_sample *s)
{
	const struct anp_tcp_rate_snap *p = &a->newest.snap;
	u32 us;

	t->delivered += a->delivered;
	t->delivered_at = t->now;
	if (t->app_limited && seq_gt(t->delivered, t->app_limited))
		t->app_limited = 0;
	if (!a->newest.sent_at)
		return;
	s->newest = true;
	s->prior_delivered = p->delivered;
	s->tx_in_flight = p->tx_in_flight;
	s->tx_lost = t->lost - p->lost;
	s->app_limited = a->newest.app_limited;
	us = max(a->newest.send_elapsed, t->delivered_at - p->delivered_at);
	/* Shorter than the path is long: an ACK for an earlier transmission of what was sent again. */
	if (!us || us < t->rtt_min)
		return;
	s->rate_bytes = t->delivered - p->delivered;
	s->rate_us = us;
	remember(t, s);
}

/* draft-ietf-ccwg-bbr 4.1.2.4, CheckIfApplicationLimited() */
void anp_tcp_rate_check_app_limited(struct anp_tcb *t)
{
	u32 pipe = anp_tcp_pipe(t);

	if (skb_queue_empty(&t->sndq) && pipe < t->cwnd && t->lost_out <= t->retrans_out)
		t->app_limited = t->delivered + pipe ?: 1;
}
