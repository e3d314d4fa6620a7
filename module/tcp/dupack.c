// SPDX-License-Identifier: GPL-2.0
/*
 * Loss detection for a peer without SACK: three duplicate ACKs and partial ACKs (RFC 5681 3.2,
 * RFC 6582).
 *
 * Instead of inflating cwnd, the bytes known to have left the network are estimated: every
 * duplicate ACK says that a segment has arrived (sacked_out).  What may be sent follows from
 * anp_tcp_pipe(), as with SACK.
 */
#include "engine.h"

void anp_tcp_mark_head_lost(struct anp_tcb *t)
{
	struct sk_buff *skb = anp_tcp_rtx_head(t);
	u32 room;

	if (!skb)
		return;
	/* Only one segment is known to be missing.  Without memory the whole skb is taken for lost. */
	if (skb->len > t->mss && !ANP_TCP_CB(skb)->tx.lost &&
	    seq_geq(ANP_TCP_CB(skb)->seq, t->snd_una) &&
	    !anp_tcp_mtup_is_probe(t, ANP_TCP_CB(skb)->seq))
		anp_tcp_rtx_split(t, skb, t->mss);
	anp_tcp_mark_lost(t, skb);
	/* What is lost cannot have arrived. */
	room = anp_tcp_flight(t) - t->lost_out;
	t->sacked_out = min(t->sacked_out, room);
}

static void duplicate(struct anp_tcb *t, struct anp_tcp_acked *a)
{
	u32 room = anp_tcp_flight(t) - t->lost_out;
	u32 before = t->sacked_out;

	/* After a timeout all is marked lost; duplicates then come from what was in flight. */
	if (t->ca_state == ANP_TCP_CA_LOSS)
		return;
	if (t->dupacks < U8_MAX)
		t->dupacks++;
	t->sacked_out = min(t->sacked_out + t->mss, room);
	a->delivered += t->sacked_out - before;
	/* RFC 6582 3.2 step 2: not for the echoes of a recovery that is over. */
	if (t->ca_state != ANP_TCP_CA_RECOVERY && t->dupacks >= 3 &&
	    seq_gt(t->snd_una, t->recover))
		anp_tcp_mark_head_lost(t);
}

static void advance(struct anp_tcb *t, struct anp_tcp_acked *a)
{
	/* One segment filled the hole, the others had come. */
	u32 known = min(t->sacked_out, a->acked > t->mss ? a->acked - t->mss : 0);

	a->delivered -= known;
	t->sacked_out -= known;
	t->sacked_out = min(t->sacked_out, anp_tcp_flight(t) - t->lost_out);
	if (t->ca_state != ANP_TCP_CA_RECOVERY) {
		t->dupacks = 0;
		t->sacked_out = 0;
		return;
	}
	if (seq_geq(t->snd_una, t->recover))
		return;
	/* RFC 6582 3.2 step 3, a partial ACK: the next hole, whatever the window. */
	anp_tcp_mark_head_lost(t);
	anp_tcp_retransmit_head(t);
}

void anp_tcp_dupack_rcv(struct anp_tcb *t, struct anp_tcp_acked *a)
{
	if (a->acked)
		advance(t, a);
	else if (a->dupack)
		duplicate(t, a);
}
