// SPDX-License-Identifier: GPL-2.0
/*
 * Payload received: RFC 9293 3.10.7.4 steps 7 and 8, the out-of-order queue, and when to
 * acknowledge (RFC 5681 4.2).
 */
#include "engine.h"

#define ACK_STRETCH 64u	/* segments; more than the largest super-packet of IPv4 has */

static struct sk_buff *ooq_first(const struct anp_tcb *t)
{
	struct rb_node *n = rb_first(&t->ooq);

	return n ? rb_to_skb(n) : NULL;
}

static void ooq_unlink(struct anp_tcb *t, struct sk_buff *skb)
{
	rb_erase(&skb->rbnode, &t->ooq);
	t->ooq_bytes -= skb->truesize;
}

void anp_tcp_ooq_purge(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = ooq_first(t))) {
		ooq_unlink(t, skb);
		kfree_skb(skb);
	}
	anp_tcp_sack_advance(t);
}

/* Drops what the new @skb covers; a part that is in both is told of as a duplicate. */
static void ooq_cover(struct anp_tcb *t, struct sk_buff *skb)
{
	u32 end = ANP_TCP_CB(skb)->end_seq;
	struct rb_node *n;

	while ((n = rb_next(&skb->rbnode))) {
		struct sk_buff *at = rb_to_skb(n);
		struct anp_tcp_cb *cb = ANP_TCP_CB(at);

		if (seq_geq(cb->seq, end))
			break;
		anp_tcp_dsack_note(t, cb->seq, seq_min(cb->end_seq, end));
		if (seq_gt(cb->end_seq, end))
			break;
		ooq_unlink(t, at);
		anp_tcp_host_drop(t, at, ANP_MIB_TCP_OFO_MERGE);
	}
}

/* Puts @skb behind @before if it follows on it, so that small segments do not weigh much. */
static bool ooq_join(struct anp_tcb *t, struct sk_buff *before, struct sk_buff *skb)
{
	u32 truesize;

	if (!before || ANP_TCP_CB(before)->end_seq != ANP_TCP_CB(skb)->seq ||
	    ANP_TCP_CB(before)->flags & ANP_TCP_FIN)
		return false;
	truesize = before->truesize;
	if (!anp_tcp_host_rcv_join(t, before, skb))
		return false;
	t->ooq_bytes += before->truesize - truesize;
	return true;
}

/* Duplicates that the queue already holds cost no memory. */
static bool ooq_insert(struct anp_tcb *t, struct sk_buff *skb)
{
	struct rb_node **p = &t->ooq.rb_node, *parent = NULL;
	struct sk_buff *before = NULL;
	u32 seq = ANP_TCP_CB(skb)->seq, end = ANP_TCP_CB(skb)->end_seq;

	while (*p) {
		struct sk_buff *at = rb_to_skb(*p);

		parent = *p;
		if (seq_lt(seq, ANP_TCP_CB(at)->seq)) {
			p = &parent->rb_left;
			continue;
		}
		before = at;
		p = &parent->rb_right;
	}
	if (before && seq_lt(seq, ANP_TCP_CB(before)->end_seq)) {
		anp_tcp_dsack_note(t, seq, seq_min(end, ANP_TCP_CB(before)->end_seq));
		if (seq_leq(end, ANP_TCP_CB(before)->end_seq))
			return false;
	}
	anp_tcp_sack_add(t, seq, end);
	if (ooq_join(t, before, skb)) {
		skb = before;
	} else {
		rb_link_node(&skb->rbnode, parent, p);
		rb_insert_color(&skb->rbnode, &t->ooq);
		t->ooq_bytes += skb->truesize;
	}
	ooq_cover(t, skb);
	return true;
}

static void ooq_rcv(struct anp_tcb *t, struct sk_buff *skb)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_OFO_QUEUE);
	t->rcv_ooopack += max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	/* RFC 5681 4.2: at once, so that the sender counts duplicates. */
	t->ack_now = 1;
	if (!anp_tcp_host_rcv_charge(t, skb)) {
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_OFO);
		return;
	}
	if (!ooq_insert(t, skb))
		anp_tcp_host_drop(t, skb, ANP_MIB_TCP_OFO_MERGE);
}

/*
 * The peer of a program that has just answered closes: mostly the program closes too, and its FIN
 * carries the ACK.  As Linux does; RFC 1122 4.2.3.2 allows it for what is less than two segments.
 */
static void fin_ack_schedule(struct anp_tcb *t)
{
	if (t->pingpong && !t->ack_now && t->rcv_nxt - t->rcv_wup <= t->rcv_mss)
		anp_tcp_delack_arm(t);
	else
		t->ack_now = 1;
}

/* RFC 9293 3.10.7.4 step 8 */
static void fin_rcv(struct anp_tcb *t)
{
	t->fin_rcvd = 1;
	anp_tcp_ooq_purge(t);
	switch (t->state) {
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
		fin_ack_schedule(t);
		anp_tcp_set_state(t, TCP_CLOSE_WAIT);
		break;
	case TCP_FIN_WAIT1:
		t->ack_now = 1;
		/* Our FIN is not acknowledged, or this would be FIN-WAIT-2. */
		anp_tcp_set_state(t, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		anp_tcp_send_ack(t);
		anp_tcp_timewait(t, TCP_TIME_WAIT);
		return;
	}
	anp_tcp_host_event(t, ANP_TCP_EV_READABLE | ANP_TCP_EV_HUP);
}

/* In-order @skb, charged: moves rcv_nxt over it.  Returns true if it ended in a FIN. */
static bool deliver(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool fin = cb->flags & ANP_TCP_FIN;
	u32 end = cb->end_seq;

	t->bytes_received += end - t->rcv_nxt - fin;
	if (end - t->rcv_nxt > fin)
		anp_tcp_host_deliver(t, skb);
	else
		consume_skb(skb);
	t->rcv_nxt = end;
	return fin;
}

/* What the queue holds that has come into order.  Returns true if a FIN was reached. */
static bool ooq_drain(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = ooq_first(t)) && seq_leq(ANP_TCP_CB(skb)->seq, t->rcv_nxt)) {
		ooq_unlink(t, skb);
		if (seq_leq(ANP_TCP_CB(skb)->end_seq, t->rcv_nxt)) {
			anp_tcp_host_drop(t, skb, ANP_MIB_TCP_OFO_MERGE);
			continue;
		}
		/* RFC 5681 4.2: filling a gap is acknowledged at once. */
		t->ack_now = 1;
		if (deliver(t, skb))
			return true;
	}
	anp_tcp_sack_advance(t);
	return false;
}

/* Chooses between an ACK now and one that waits for company; @before: rcv_nxt before this segment. */
static void ack_schedule(struct anp_tcb *t, u32 before)
{
	u32 unacked;
	bool waits;

	if (t->ack_now)
		return;
	if ((t->quickack && !t->pingpong) || !RB_EMPTY_ROOT(&t->ooq)) {
		t->ack_now = 1;
		return;
	}
	/*
	 * RFC 9293 3.8.6.3: at least every second full segment.  DEVIATION: as Linux does, while
	 * the program has not read what came before and the window would not move along, the ACK
	 * waits for that, so that one tells both; but for no more than ACK_STRETCH segments.
	 */
	unacked = t->rcv_nxt - t->rcv_wup;
	/* A read would have told; so if the segment before this one had to wait, nothing has been read. */
	waits = before - t->rcv_wup > t->rcv_mss;
	if (unacked > t->rcv_mss &&
	    (unacked > ACK_STRETCH * t->rcv_mss || (!waits && anp_tcp_window_moves(t)))) {
		t->ack_now = 1;
		return;
	}
	anp_tcp_delack_arm(t);
}

static bool charge_in_order(struct anp_tcb *t, struct sk_buff *skb)
{
	if (anp_tcp_host_rcv_charge(t, skb))
		return true;
	/* What came early may be dropped for what is due: a SACK is no promise (RFC 2018 8). */
	if (!RB_EMPTY_ROOT(&t->ooq)) {
		anp_tcp_host_count(t, ANP_MIB_TCP_OFO_PRUNED);
		anp_tcp_ooq_purge(t);
		/* The sender still believes what it was told. */
		t->ack_now = 1;
	}
	return anp_tcp_host_rcv_charge(t, skb);
}

void anp_tcp_syn_data_rcv(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 len = skb->len - cb->hdrlen;

	__skb_pull(skb, cb->hdrlen);
	/* A FIN is sent again, behind what is acknowledged. */
	cb->flags &= ~(ANP_TCP_SYN | ANP_TCP_FIN);
	cb->seq++;
	cb->end_seq = cb->seq + len;
	if (!len || len > t->rcv_wnd || !anp_tcp_host_rcv_charge(t, skb)) {
		consume_skb(skb);
		return;
	}
	t->data_segs_in++;
	deliver(t, skb);
	/* The window that the SYN-ACK offers ends where it would without. */
	t->rcv_wnd -= len;
	t->rcv_wup = t->rcv_nxt;
	t->fo_acked = 1;
	anp_tcp_host_event(t, ANP_TCP_EV_READABLE);
}

void anp_tcp_data_rcv(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 before = t->rcv_nxt;
	bool fin;

	__skb_pull(skb, cb->hdrlen);
	if (cb->seq == cb->end_seq) {
		consume_skb(skb);
		return;
	}
	t->data_segs_in += max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	anp_tcp_rcv_measure(t, skb);
	if (seq_lt(cb->seq, t->rcv_nxt))
		anp_tcp_dsack_note(t, cb->seq, seq_min(cb->end_seq, t->rcv_nxt));
	if (t->fin_rcvd || seq_leq(cb->end_seq, t->rcv_nxt)) {
		t->ack_now = 1;
		anp_tcp_quickack_enter(t, ANP_TCP_QUICKACKS);
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_OLD_DATA);
		return;
	}
	anp_tcp_ecn_data(t, cb);
	if (seq_gt(cb->seq, t->rcv_nxt)) {
		ooq_rcv(t, skb);
		return;
	}
	if (!anp_tcp_rcv_wnd_left(t) && skb->len) {
		t->ack_now = 1;
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_ZERO_WINDOW);
		return;
	}
	if (skb->len && !charge_in_order(t, skb)) {
		t->ack_now = 1;
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_RCVBUF);
		return;
	}
	fin = deliver(t, skb);
	if (!fin && !RB_EMPTY_ROOT(&t->ooq))
		fin = ooq_drain(t);
	anp_tcp_host_event(t, ANP_TCP_EV_READABLE);
	if (fin)
		fin_rcv(t);
	else
		ack_schedule(t, before);
}
