// SPDX-License-Identifier: GPL-2.0
/*
 * What has been sent and is not acknowledged, the scoreboard of RFC 6675 3.  A segment is in one of
 * two trees, by sequence number, and if in the first also in one of two lists:
 *   rtxq    not acknowledged in any way
 *     tsorted   thought to be in the network, by the time it was last sent
 *     lostq     lost and to be sent again, by sequence number
 *   sackq   acknowledged selectively
 * Each question has its order: SACK blocks look only at what they newly acknowledge, loss detection
 * only at what it newly marks, retransmission only at what it sends.  So no peer, however it
 * acknowledges, makes an ACK cost more than the logarithm of what is in flight.
 *
 * The lists use the place that skbs have for TCP's (tcp_tsorted_anchor).  It lies over a reference
 * to a route and the destructor: both must read as absent when an skb is cloned or freed.
 */
#include "engine.h"

static u32 seq_len(const struct anp_tcp_cb *cb)
{
	return cb->end_seq - cb->seq;
}

static void tree_add(struct rb_root *root, struct sk_buff *skb)
{
	struct rb_node **p = &root->rb_node, *parent = NULL;
	u32 seq = ANP_TCP_CB(skb)->seq;

	while (*p) {
		parent = *p;
		if (seq_lt(seq, ANP_TCP_CB(rb_to_skb(parent))->seq))
			p = &parent->rb_left;
		else
			p = &parent->rb_right;
	}
	rb_link_node(&skb->rbnode, parent, p);
	rb_insert_color(&skb->rbnode, root);
}

static void list_leave(struct sk_buff *skb)
{
	list_del(&skb->tcp_tsorted_anchor);
	skb->_skb_refdst = 0;
	skb->destructor = NULL;
}

void anp_tcp_rtx_add(struct anp_tcb *t, struct sk_buff *skb)
{
	tree_add(&t->rtxq, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &t->tsorted);
}

struct sk_buff *anp_tcp_rtx_find(const struct rb_root *root, u32 seq)
{
	struct rb_node *n = root->rb_node;
	struct sk_buff *found = NULL;

	while (n) {
		if (seq_gt(ANP_TCP_CB(rb_to_skb(n))->end_seq, seq)) {
			found = rb_to_skb(n);
			n = n->rb_left;
		} else {
			n = n->rb_right;
		}
	}
	return found;
}

/* Counts @skb out of what is lost and what was sent again. */
static void clear_marks(struct anp_tcb *t, struct anp_tcp_cb *cb)
{
	if (cb->tx.lost)
		t->lost_out -= seq_len(cb);
	if (cb->tx.retrans)
		t->retrans_out -= seq_len(cb);
	cb->tx.lost = 0;
	cb->tx.retrans = 0;
}

/* Segments that @skb was sent as. */
static u32 segments(const struct sk_buff *skb)
{
	u32 mss = ANP_TCP_CB(skb)->tx.gso_size;

	return mss && skb->len > mss ? DIV_ROUND_UP(skb->len, mss) : 1;
}

void anp_tcp_rtx_free(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	t->delivered_segs += segments(skb);
	if (cb->tx.sacked) {
		t->sacked_out -= seq_len(cb);
		rb_erase(&skb->rbnode, &t->sackq);
	} else {
		clear_marks(t, cb);
		list_leave(skb);
		rb_erase(&skb->rbnode, &t->rtxq);
	}
	anp_tcp_host_snd_free(t, skb);
}

void anp_tcp_rtx_purge(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = skb_rb_first(&t->sackq)))
		anp_tcp_rtx_free(t, skb);
	while ((skb = skb_rb_first(&t->rtxq)))
		anp_tcp_rtx_free(t, skb);
	/* Without SACK it is an estimate. */
	t->sacked_out = 0;
}

/* Both halves keep the marks, and their place in the lists. */
struct sk_buff *anp_tcp_rtx_split(struct anp_tcb *t, struct sk_buff *skb, u32 len)
{
	struct list_head anchor = skb->tcp_tsorted_anchor;
	struct sk_buff *rest;

	skb->_skb_refdst = 0;
	skb->destructor = NULL;
	rest = anp_tcp_split(t, skb, len);
	skb->tcp_tsorted_anchor = anchor;
	if (!rest)
		return NULL;
	tree_add(&t->rtxq, rest);
	list_add(&rest->tcp_tsorted_anchor, &skb->tcp_tsorted_anchor);
	return rest;
}

/* Does the first frag of @from lie right behind the last one of @to? */
static bool frags_touch(const struct sk_buff *to, const struct sk_buff *from)
{
	const skb_frag_t *a = &skb_shinfo(to)->frags[skb_shinfo(to)->nr_frags - 1];
	const skb_frag_t *b = &skb_shinfo(from)->frags[0];

	return skb_frag_page(a) == skb_frag_page(b) &&
	       skb_frag_off(a) + skb_frag_size(a) == skb_frag_off(b);
}

/* Gives @to the payload of @from, both all in frags and shared with nobody.  False: too many. */
static bool frags_move(struct sk_buff *to, struct sk_buff *from)
{
	struct skb_shared_info *si = skb_shinfo(to), *si2 = skb_shinfo(from);
	unsigned int first;

	if (!si->nr_frags || !si2->nr_frags)
		return false;
	first = frags_touch(to, from);
	if (si->nr_frags + si2->nr_frags - first > MAX_SKB_FRAGS)
		return false;
	if (first) {
		skb_frag_size_add(&si->frags[si->nr_frags - 1], skb_frag_size(&si2->frags[0]));
		put_page(skb_frag_page(&si2->frags[0]));
	}
	memcpy(&si->frags[si->nr_frags], &si2->frags[first],
	       (si2->nr_frags - first) * sizeof(si->frags[0]));
	si->nr_frags += si2->nr_frags - first;
	si->flags |= si2->flags & SKBFL_SHARED_FRAG;
	si2->nr_frags = 0;
	to->len += from->len;
	to->data_len += from->len;
	to->truesize += from->len;
	from->truesize -= from->len;
	from->len = 0;
	from->data_len = 0;
	return true;
}

/* May the payloads of both become one segment?  What a device still has is left alone. */
static bool mergeable(const struct anp_tcb *t, struct sk_buff *skb, struct sk_buff *next)
{
	const struct anp_tcp_cb *first = ANP_TCP_CB(skb), *cb = ANP_TCP_CB(next);

	return !first->tx.eor && !cb->tx.eor && cb->tx.lost && !cb->tx.retrans &&
	       cb->seq == first->end_seq &&
	       skb->len + next->len <= t->mss && !skb_cloned(skb) && !skb_cloned(next) &&
	       !skb_zcopy(skb) && !skb_zcopy(next);
}

void anp_tcp_rtx_merge(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct sk_buff *next;

	while (skb->len < t->mss && (next = skb_rb_next(skb)) && mergeable(t, skb, next)) {
		if (!frags_move(skb, next))
			return;
		cb->end_seq = ANP_TCP_CB(next)->end_seq;
		cb->flags |= ANP_TCP_CB(next)->flags;
		cb->tx.ever_retrans |= ANP_TCP_CB(next)->tx.ever_retrans;
		cb->tx.gso_size = 0;
		list_leave(next);
		rb_erase(&next->rbnode, &t->rtxq);
		anp_tcp_host_snd_free(t, next);
	}
}

struct sk_buff *anp_tcp_rtx_trim(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct sk_buff *rest = NULL;

	if (seq_geq(cb->seq, t->snd_una))
		return skb;
	/*
	 * Else nothing is left of it but a FIN, which from now on goes alone (output.c).  It may
	 * end below: one that could not be trimmed for want of memory was sent again in pieces.
	 */
	if (t->snd_una - cb->seq < skb->len) {
		rest = anp_tcp_rtx_split(t, skb, t->snd_una - cb->seq);
		if (!rest)
			return skb;
	}
	anp_tcp_rtx_free(t, skb);
	return rest;
}

struct sk_buff *anp_tcp_rtx_head(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = skb_rb_first(&t->rtxq))) {
		skb = anp_tcp_rtx_trim(t, skb);
		if (skb)
			break;
	}
	return skb;
}

/*
 * Where the lost @skb goes: behind a neighbour in the tree if one is near, else before all, since
 * what was lost twice is the older.
 */
static struct list_head *lostq_place(struct anp_tcb *t, struct sk_buff *skb)
{
	u32 seq = ANP_TCP_CB(skb)->seq;
	struct sk_buff *at;
	int i;

	if (list_empty(&t->lostq))
		return &t->lostq;
	at = list_last_entry(&t->lostq, struct sk_buff, tcp_tsorted_anchor);
	if (seq_lt(ANP_TCP_CB(at)->seq, seq))
		return &at->tcp_tsorted_anchor;
	at = skb_rb_prev(skb);
	for (i = 0; i < 8 && at; i++, at = skb_rb_prev(at))
		if (ANP_TCP_CB(at)->tx.lost && !ANP_TCP_CB(at)->tx.retrans)
			return &at->tcp_tsorted_anchor;
	return &t->lostq;
}

void anp_tcp_mark_lost(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb;

	skb = anp_tcp_rtx_trim(t, skb);
	if (!skb)
		return;
	cb = ANP_TCP_CB(skb);
	if (cb->tx.lost && !cb->tx.retrans)
		return;
	if (cb->tx.lost)
		anp_tcp_host_count(t, ANP_MIB_TCP_LOST_RETRANSMIT);
	list_leave(skb);
	list_add(&skb->tcp_tsorted_anchor, lostq_place(t, skb));
	clear_marks(t, cb);
	cb->tx.lost = 1;
	t->lost_out += seq_len(cb);
	t->lost += seq_len(cb);
	if (t->cong->lost)
		t->cong->lost(t, cb);
}

void anp_tcp_mark_retransmitted(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (cb->tx.lost && !cb->tx.retrans) {
		cb->tx.retrans = 1;
		t->retrans_out += seq_len(cb);
	}
	cb->tx.ever_retrans = 1;
	list_move_tail(&skb->tcp_tsorted_anchor, &t->tsorted);
}

void anp_tcp_mark_sacked(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	clear_marks(t, cb);
	list_leave(skb);
	rb_erase(&skb->rbnode, &t->rtxq);
	tree_add(&t->sackq, skb);
	cb->tx.sacked = 1;
	t->sacked_out += seq_len(cb);
}

/* The peer has thrown away what it had acknowledged selectively. */
void anp_tcp_mark_unsacked(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	t->sacked_out -= seq_len(cb);
	cb->tx.sacked = 0;
	rb_erase(&skb->rbnode, &t->sackq);
	anp_tcp_rtx_add(t, skb);
}

static u64 sent_at(const struct list_head *anchor)
{
	return ANP_TCP_CB(container_of(anchor, struct sk_buff, tcp_tsorted_anchor))->tx.sent_at;
}

void anp_tcp_forget_lost(struct anp_tcb *t)
{
	struct list_head *at = &t->tsorted;
	struct sk_buff *skb, *next;

	/* Two lists become one; both are in the order of sending, but for what was lost twice. */
	list_for_each_entry_safe(skb, next, &t->lostq, tcp_tsorted_anchor) {
		u64 when = ANP_TCP_CB(skb)->tx.sent_at;

		if (at != &t->tsorted && sent_at(at) > when)
			at = &t->tsorted;
		while (at->next != &t->tsorted && sent_at(at->next) <= when)
			at = at->next;
		list_leave(skb);
		list_add(&skb->tcp_tsorted_anchor, at);
		at = &skb->tcp_tsorted_anchor;
	}
	list_for_each_entry(skb, &t->tsorted, tcp_tsorted_anchor)
		clear_marks(t, ANP_TCP_CB(skb));
}
