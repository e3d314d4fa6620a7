// SPDX-License-Identifier: GPL-2.0
/*
 * Selective acknowledgments as the sender takes them: RFC 2018 5, RFC 6675 3, and the duplicates of
 * RFC 2883.  The peer may lie, take back what it said (renege), and split hairs: blocks count only
 * inside what is in flight and in units of whole segments.
 */
#include "engine.h"

/* May the queue be cut into more pieces?  Each has a weight of its own beside its bytes. */
static struct sk_buff *split(struct anp_tcb *t, struct sk_buff *skb, u32 len)
{
	if (!anp_tcp_host_snd_split_ok(t)) {
		anp_tcp_host_count(t, ANP_MIB_TCP_WQUEUE_TOO_BIG);
		return NULL;
	}
	return anp_tcp_rtx_split(t, skb, len);
}

/*
 * Cuts the part of @skb that lies in [@start, @end) out, to segments as they were sent: a piece of
 * a segment does not count.  NULL: there is none, or no memory to cut.
 */
static struct sk_buff *cut_out(struct anp_tcb *t, struct sk_buff *skb, u32 start, u32 end)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 size = cb->tx.gso_size ?: skb->len, at;

	if (seq_lt(cb->seq, start)) {
		at = roundup(start - cb->seq, size);
		if (at >= skb->len)
			return NULL;
		skb = split(t, skb, at);
		if (!skb)
			return NULL;
		cb = ANP_TCP_CB(skb);
	}
	if (seq_gt(cb->end_seq, end)) {
		if (seq_leq(end, cb->seq))
			return NULL;
		at = rounddown(end - cb->seq, size);
		if (!at || at >= skb->len || !split(t, skb, at))
			return NULL;
	}
	return skb;
}

static void block_rcv(struct anp_tcb *t, const struct anp_tcp_sack *b, struct anp_tcp_acked *a)
{
	struct sk_buff *skb = anp_tcp_rtx_find(&t->rtxq, b->start), *next, *part;

	for (; skb && seq_lt(ANP_TCP_CB(skb)->seq, b->end); skb = next) {
		u32 end = ANP_TCP_CB(skb)->end_seq;

		next = skb_rb_next(skb);
		part = anp_tcp_rtx_trim(t, skb);
		if (part)
			part = cut_out(t, part, b->start, b->end);
		if (!part)
			continue;
		/* Cutting may have left a piece behind, which the block does not cover. */
		if (seq_lt(ANP_TCP_CB(part)->end_seq, end))
			next = NULL;
		anp_tcp_rack_delivered(t, a, part);
		anp_tcp_rate_delivered(t, a, ANP_TCP_CB(part));
		a->sacked += ANP_TCP_CB(part)->end_seq - ANP_TCP_CB(part)->seq;
		anp_tcp_mark_sacked(t, part);
	}
}

/* RFC 2883 5: is the first block about what is acknowledged already, or inside the second? */
static bool is_dsack(const struct anp_tcp_sack *b, unsigned int n, u32 ack)
{
	if (seq_lt(b[0].start, ack))
		return true;
	return n > 1 && seq_geq(b[0].start, b[1].start) && seq_leq(b[0].end, b[1].end);
}

static void dsack_rcv(struct anp_tcb *t, const struct anp_tcp_sack *b, struct anp_tcp_acked *a,
		      u32 ack)
{
	u32 len = b->end - b->start;

	/* Of the last window, and not more than was sent twice: else it is made up, or the network's. */
	if (seq_geq(b->start, b->end) || seq_gt(b->end, t->snd_nxt) ||
	    seq_lt(b->start, t->snd_una - max(t->max_wnd, 65535u)) || len > t->max_wnd) {
		anp_tcp_host_count(t, ANP_MIB_TCP_DSACK_IGNORED);
		return;
	}
	anp_tcp_host_count(t, seq_lt(b->start, ack) ? ANP_MIB_TCP_DSACK_RECV :
						      ANP_MIB_TCP_DSACK_OFO_RECV);
	t->dsack_dups += DIV_ROUND_UP(len, t->mss);
	if (t->dsack_dups > t->total_retrans)
		return;
	a->dsack = true;
	a->dsack_tlp = t->tlp_on && t->tlp_retrans && b->end == t->tlp_end_seq;
	a->dsack_end = b->end;
	a->dsack_bytes = len;
}

/* Ascending: what one ACK tells of in no order is not reordering. */
static void blocks_sort(struct anp_tcp_sack *b, unsigned int n)
{
	unsigned int i, j;

	for (i = 1; i < n; i++)
		for (j = i; j && seq_lt(b[j].start, b[j - 1].start); j--)
			swap(b[j], b[j - 1]);
}

void anp_tcp_sack_rcv(struct anp_tcb *t, const struct sk_buff *skb, struct anp_tcp_acked *a)
{
	u32 ack = ANP_TCP_CB(skb)->rx.ack_seq;
	struct anp_tcp_sack b[ANP_TCP_SACKS_MAX];
	unsigned int n = anp_tcp_sack_read(skb, b), i = 0;

	if (is_dsack(b, n, ack)) {
		dsack_rcv(t, &b[0], a, ack);
		i = 1;
	}
	blocks_sort(b + i, n - i);
	for (; i < n; i++) {
		/* Of an ACK that was overtaken it may be what snd_una has passed. */
		if (seq_lt(b[i].start, t->snd_una) || seq_geq(b[i].start, b[i].end))
			continue;
		if (seq_gt(b[i].end, t->snd_nxt)) {
			anp_tcp_host_count(t, ANP_MIB_TCP_SACK_DISCARD);
			continue;
		}
		block_rcv(t, &b[i], a);
	}
}

/* RFC 2018 8: what the cumulative ACK stops at cannot be what the peer still has. */
bool anp_tcp_sack_reneged(const struct anp_tcb *t)
{
	const struct sk_buff *skb = skb_rb_first(&t->sackq);

	return skb && seq_leq(ANP_TCP_CB(skb)->seq, t->snd_una);
}

void anp_tcp_sack_forget(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = skb_rb_first(&t->sackq)))
		anp_tcp_mark_unsacked(t, skb);
}
