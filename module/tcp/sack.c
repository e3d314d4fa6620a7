// SPDX-License-Identifier: GPL-2.0
/*
 * Selective acknowledgments as the receiver gives them: which blocks of the out-of-order queue the
 * next ACK tells of (RFC 2018 4), and what has arrived twice (RFC 2883).
 *
 * The blocks are kept, not searched for: one changes with each segment that arrives out of order.
 */
#include "engine.h"

/* Room that the options leave for the SACK option, in blocks: 3 with timestamps, else 4. */
static unsigned int blocks_max(const struct anp_tcb *t)
{
	return (ANP_TCP_OPTS_MAX - t->hdr_opts - 4) / 8;
}

unsigned int anp_tcp_sack_optlen(const struct anp_tcb *t)
{
	unsigned int n = min(t->sack_n + t->dsack_due, blocks_max(t));

	return n ? 4 + 8 * n : 0;
}

static __be32 *block_write(__be32 *p, const struct anp_tcp_sack *b)
{
	*p++ = cpu_to_be32(b->start);
	*p++ = cpu_to_be32(b->end);
	return p;
}

void anp_tcp_sack_write(struct anp_tcb *t, __be32 *p, unsigned int optlen)
{
	unsigned int n = (optlen - 4) / 8, i = 0;

	*p++ = cpu_to_be32(ANP_TCP_OPT_NOP << 24 | ANP_TCP_OPT_NOP << 16 | ANP_TCP_OPT_SACK << 8 |
			   (2 + 8 * n));
	/* RFC 2883 4: the duplicate comes first, and is told of once. */
	if (t->dsack_due) {
		p = block_write(p, &t->dsack);
		t->dsack_due = 0;
		n--;
	}
	while (n--)
		p = block_write(p, &t->sack[i++]);
}

void anp_tcp_dsack_note(struct anp_tcb *t, u32 start, u32 end)
{
	if (!t->sack_ok || start == end)
		return;
	anp_tcp_host_count(t, seq_lt(start, t->rcv_nxt) ? ANP_MIB_TCP_DSACK_OLD_SENT :
						       ANP_MIB_TCP_DSACK_OFO_SENT);
	if (t->dsack_due && t->dsack.end == start) {
		/* Neighbours that come twice before an ACK goes out are told of as one. */
		t->dsack.end = end;
		return;
	}
	t->dsack_due = 1;
	t->dsack.start = start;
	t->dsack.end = end;
}

static void block_remove(struct anp_tcb *t, unsigned int i)
{
	t->sack_n--;
	memmove(&t->sack[i], &t->sack[i + 1], (t->sack_n - i) * sizeof(t->sack[0]));
}

void anp_tcp_sack_add(struct anp_tcb *t, u32 start, u32 end)
{
	unsigned int i = 0;

	if (!t->sack_ok)
		return;
	/* What touches it is one block with it. */
	while (i < t->sack_n) {
		const struct anp_tcp_sack *b = &t->sack[i];

		if (seq_gt(b->start, end) || seq_lt(b->end, start)) {
			i++;
			continue;
		}
		start = seq_min(start, b->start);
		end = seq_max(end, b->end);
		block_remove(t, i);
		/* It may reach one that was passed over. */
		i = 0;
	}
	/* RFC 2018 4: first the block of the segment that has just come, then those told of last. */
	if (t->sack_n == ANP_TCP_SACKS_MAX)
		t->sack_n--;
	memmove(&t->sack[1], &t->sack[0], t->sack_n * sizeof(t->sack[0]));
	t->sack[0].start = start;
	t->sack[0].end = end;
	t->sack_n++;
}

void anp_tcp_sack_advance(struct anp_tcb *t)
{
	struct rb_node *first = rb_first(&t->ooq);
	unsigned int i = 0;

	if (!first) {
		t->sack_n = 0;
		return;
	}
	while (i < t->sack_n) {
		if (seq_leq(t->sack[i].start, t->rcv_nxt))
			block_remove(t, i);
		else
			i++;
	}
	/* There were more blocks than are kept: of those left at least one is told of. */
	if (!t->sack_n)
		anp_tcp_sack_add(t, ANP_TCP_CB(rb_to_skb(first))->seq,
				 ANP_TCP_CB(rb_to_skb(first))->end_seq);
}
