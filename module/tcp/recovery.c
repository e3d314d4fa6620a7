// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery without selective acknowledgments: fast retransmit and fast recovery of NewReno
 * (RFC 5681 3.2, RFC 6582), limited transmit (RFC 3042), and what follows a timeout.
 *
 * Instead of inflating cwnd, the bytes known to have left the network are kept apart: every
 * duplicate ACK says that a segment has arrived (sacked_out).  What may be sent follows from
 * anp_tcp_pipe(), as it will with selective acknowledgments.
 */
#include "engine.h"

void anp_tcp_mark_head_lost(struct anp_tcb *t)
{
	struct sk_buff *skb = skb_peek(&t->rtxq);
	struct anp_tcp_cb *cb;
	u32 room;

	if (!skb)
		return;
	/* Only one segment is known to be missing.  Without memory the whole skb is taken for lost. */
	if (skb->len > t->mss && !ANP_TCP_CB(skb)->tx.lost)
		anp_tcp_split(t, &t->rtxq, skb, t->mss);
	cb = ANP_TCP_CB(skb);
	if (!cb->tx.lost) {
		cb->tx.lost = 1;
		t->lost_out += cb->end_seq - cb->seq;
	} else if (cb->tx.retrans) {
		/* It was sent again and is still missing. */
		cb->tx.retrans = 0;
		t->retrans_out -= cb->end_seq - cb->seq;
	}
	/* What is lost cannot have arrived. */
	room = anp_tcp_flight(t) - t->lost_out;
	t->sacked_out = min(t->sacked_out, room);
}

static void recovery_enter(struct anp_tcb *t)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_RENO_RECOVERY);
	anp_tcp_cong_reduce(t);
	t->cwnd = t->ssthresh;
	t->recover = t->snd_nxt;
	t->ca_state = ANP_TCP_CA_RECOVERY;
	anp_tcp_mark_head_lost(t);
	anp_tcp_host_count(t, ANP_MIB_TCP_FAST_RETRANS);
	/* RFC 5681 3.2 step 3: at once, whatever the window. */
	if (!anp_tcp_retransmit_head(t))
		anp_tcp_rtx_arm(t);
}

void anp_tcp_recovery_dupack(struct anp_tcb *t)
{
	u32 room = anp_tcp_flight(t) - t->lost_out;

	/* After a timeout all is marked lost; duplicates then come from what was in flight. */
	if (t->ca_state == ANP_TCP_CA_LOSS)
		return;
	if (t->dupacks < U8_MAX)
		t->dupacks++;
	t->sacked_out = min(t->sacked_out + t->mss, room);
	if (t->ca_state == ANP_TCP_CA_RECOVERY)
		return;
	t->ca_state = ANP_TCP_CA_DISORDER;
	/* RFC 6582 3.2 step 2: not for the echoes of a recovery that is over. */
	if (t->dupacks >= 3 && seq_gt(t->snd_una, t->recover))
		recovery_enter(t);
}

static void recovery_done(struct anp_tcb *t)
{
	if (t->ca_state == ANP_TCP_CA_RECOVERY) {
		t->cwnd = t->ssthresh;
		anp_tcp_cong_event(t, ANP_TCP_CONG_RECOVERED);
	}
	t->ca_state = ANP_TCP_CA_OPEN;
	t->dupacks = 0;
	t->sacked_out = 0;
}

void anp_tcp_recovery_acked(struct anp_tcb *t, u32 acked)
{
	switch ((enum anp_tcp_ca_state)t->ca_state) {
	case ANP_TCP_CA_OPEN:
		break;
	case ANP_TCP_CA_DISORDER:
		recovery_done(t);
		break;
	case ANP_TCP_CA_RECOVERY:
		if (seq_geq(t->snd_una, t->recover)) {
			recovery_done(t);
			break;
		}
		/* RFC 6582 3.2 step 3, partial ACK: one segment filled the hole, the others had come. */
		t->sacked_out -= min(t->sacked_out, acked > t->mss ? acked - t->mss : 0);
		anp_tcp_mark_head_lost(t);
		anp_tcp_retransmit_head(t);
		break;
	case ANP_TCP_CA_LOSS:
		if (seq_geq(t->snd_una, t->recover))
			recovery_done(t);
		break;
	}
}

void anp_tcp_recovery_timeout(struct anp_tcb *t)
{
	struct sk_buff *skb;

	/* RFC 5681 3.1: ssthresh is set once for a window of data, not for each repeated timeout. */
	if (t->ca_state != ANP_TCP_CA_LOSS || seq_geq(t->snd_una, t->recover))
		anp_tcp_cong_reduce(t);
	t->cwnd = t->mss;
	t->cwnd_acked = 0;
	anp_tcp_cong_event(t, ANP_TCP_CONG_TIMEOUT);
	t->recover = t->snd_nxt;
	t->ca_state = ANP_TCP_CA_LOSS;
	t->dupacks = 0;
	t->sacked_out = 0;
	t->retrans_out = 0;
	t->lost_out = 0;
	skb_queue_walk(&t->rtxq, skb) {
		struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		cb->tx.lost = 1;
		cb->tx.retrans = 0;
		t->lost_out += cb->end_seq - cb->seq;
	}
}
