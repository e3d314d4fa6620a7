// SPDX-License-Identifier: GPL-2.0
/*
 * The trace: what tcpdump would print beside what the hosts did.  The last lines are kept as they
 * were noted and put into words only when a run fails.
 */
#include <stdio.h>
#include <asm/unaligned.h>
#include "sim.h"

#define KEPT 40

struct line {
	u64 at;
	const char *what;	/* a note, or the fate of a segment */
	bool segment;
	char from, to;
	u16 sport, dport;
	u8 flags, optlen;
	u8 opts[40];
	u32 seq, ack;		/* relative where the flow is known */
	u16 wnd;
	u32 len, gso;
	u64 a, b;
	const char *word[2];	/* what the note's two %s stand for */
};

static struct line ring[KEPT];
static u32 lines;

static const char * const state_names[TCP_MAX_STATES] = {
#define X(name, nr) [TCP_##name] = #name,
	ANP_SHIM_STATES(X)
#undef X
};

const char *state_name(u8 state)
{
	return state < TCP_MAX_STATES && state_names[state] ? state_names[state] : "?";
}

static void print_flags(u8 flags)
{
	static const char marks[8] = "FSRP.UEW";
	int i;

	fputs("Flags [", stdout);
	if (!flags)
		fputs("none", stdout);
	for (i = 0; i < 8; i++)
		if (flags & 1 << i && marks[i] != '.')
			putchar(marks[i]);
	/* tcpdump puts the dot last */
	if (flags & ANP_TCP_ACK)
		putchar('.');
	putchar(']');
}

static void print_sack(const u8 *o, u32 len, const char *sep)
{
	u32 i;

	printf("%ssack %u ", sep, (len - 2) / 8);
	for (i = 2; i + 8 <= len; i += 8)
		printf("{%u:%u}", get_unaligned_be32(o + i), get_unaligned_be32(o + i + 4));
}

static void print_option(const u8 *o, u8 len, const char *sep)
{
	if (o[0] == 2 && len == 4)
		printf("%smss %u", sep, get_unaligned_be16(o + 2));
	else if (o[0] == 3 && len == 3)
		printf("%swscale %u", sep, o[2]);
	else if (o[0] == 4 && len == 2)
		printf("%ssackOK", sep);
	else if (o[0] == 8 && len == 10)
		printf("%sTS val %u ecr %u", sep, get_unaligned_be32(o + 2),
		       get_unaligned_be32(o + 6));
	else if (o[0] == 5)
		print_sack(o, len, sep);
	else
		printf("%sunknown-%u", sep, o[0]);
}

static void print_options(const u8 *o, u32 len)
{
	const char *sep = "";
	u32 i = 0;

	if (!len)
		return;
	fputs(", options [", stdout);
	while (i < len && o[i]) {
		if (o[i] == 1) {
			printf("%snop", sep);
			i++;
		} else if (i + 1 < len && o[i + 1] >= 2 && i + o[i + 1] <= len) {
			print_option(o + i, o[i + 1], sep);
			i += o[i + 1];
		} else {
			printf("%sbad", sep);
			break;
		}
		sep = ",";
	}
	putchar(']');
}

static void print_line(const struct line *l)
{
	printf("%llu.%06llu ", l->at / SEC, l->at % SEC);
	if (!l->segment) {
		if (l->from)
			printf("%c.%u ", l->from, l->sport);
		if (l->word[0])
			printf(l->what, l->word[0], l->word[1]);
		else
			printf(l->what, l->a, l->b);
		putchar('\n');
		return;
	}
	printf("%c.%u > %c.%u: ", l->from, l->sport, l->to, l->dport);
	print_flags(l->flags);
	if (l->len || l->flags & (ANP_TCP_SYN | ANP_TCP_FIN))
		printf(l->len ? ", seq %u:%u" : ", seq %u", l->seq, l->seq + l->len);
	else
		printf(", seq %u", l->seq);
	if (l->flags & ANP_TCP_ACK)
		printf(", ack %u", l->ack);
	printf(", win %u", l->wnd);
	print_options(l->opts, l->optlen);
	printf(", length %u", l->len);
	if (l->gso)
		printf(" (gso %u)", l->gso);
	printf(" [%s", l->what);
	if (l->a)
		printf(" %llu.%06llu", l->a / SEC, l->a % SEC);
	puts("]");
}

static void keep(const struct line *l)
{
	ring[lines++ % KEPT] = *l;
	if (sim.verbose)
		print_line(l);
}

void trace_reset(void)
{
	lines = 0;
}

void trace_dump(void)
{
	u32 i;

	for (i = lines > KEPT ? lines - KEPT : 0; i < lines; i++) {
		fputs("  ", stdout);
		print_line(&ring[i % KEPT]);
	}
}

/* Numbers relative to the first SYN of a side that the trace has seen. */
static void relate(struct line *l, const struct host *from)
{
	struct pair *p = pair_of_ports(from, l->sport, l->dport);
	u8 me = from->id;

	if (!p)
		return;
	if (l->flags & ANP_TCP_SYN) {
		p->iss[me] = l->seq;
		p->iss_seen[me] = true;
	}
	if (p->iss_seen[me])
		l->seq -= p->iss[me];
	if (p->iss_seen[!me])
		l->ack -= p->iss[!me];
}

void trace_segment(const struct host *from, const struct sk_buff *skb, const char *fate, u64 at)
{
	struct line l = { .at = sim.now, .what = fate, .segment = true, .a = at,
			  .from = 'A' + from->id, .to = 'A' + !from->id };
	u8 head[60];
	u32 n = min(skb->len, 60u);

	if (n < 20 || skb_copy_bits(skb, 0, head, n))
		return;
	l.sport = get_unaligned_be16(head);
	l.dport = get_unaligned_be16(head + 2);
	l.seq = get_unaligned_be32(head + 4);
	l.ack = get_unaligned_be32(head + 8);
	l.flags = head[13];
	l.wnd = get_unaligned_be16(head + 14);
	l.optlen = min_t(u32, max_t(u32, (head[12] >> 4) * 4, 20), n) - 20;
	memcpy(l.opts, head + 20, l.optlen);
	l.len = skb->len - 20 - l.optlen;
	l.gso = skb_shinfo(skb)->gso_size;
	relate(&l, from);
	keep(&l);
}

/* @what: a printf format for two unsigned long longs. */
void trace_ep(const struct ep *ep, const char *what, u64 a, u64 b)
{
	struct line l = { .at = sim.now, .what = what, .a = a, .b = b, .from = 'A' + ep->host->id,
			  .sport = be16_to_cpu(ep->t.sport) };

	keep(&l);
}

void trace_state(const struct ep *ep, u8 old, u8 new)
{
	struct line l = { .at = sim.now, .what = "state %s > %s", .from = 'A' + ep->host->id,
			  .sport = be16_to_cpu(ep->t.sport),
			  .word = { state_name(old), state_name(new) } };

	keep(&l);
}

void trace_drop(const struct host *h, const struct ep *ep, enum anp_mib_item why)
{
	static const char * const names[ANP_MIB_COUNT] = {
#define X(id, name) [ANP_MIB_##id] = name,
		ANP_MIB_LIST(X)
#undef X
	};
	struct line l = { .at = sim.now, .what = "drop %s%s", .from = 'A' + h->id,
			  .sport = ep ? be16_to_cpu(ep->t.sport) : 0,
			  .word = { names[why], "" } };

	keep(&l);
}

void trace_note(const char *what, u64 a, u64 b)
{
	struct line l = { .at = sim.now, .what = what, .a = a, .b = b };

	keep(&l);
}
