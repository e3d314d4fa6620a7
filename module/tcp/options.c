// SPDX-License-Identifier: GPL-2.0
/*
 * TCP options: parsing what may be hostile, writing what middleboxes expect.  The order on the wire
 * is Linux' (MSS, SACK permitted, timestamps, NOP, window scale), which middleboxes know.
 */
#include <linux/unaligned.h>
#include "engine.h"

#define OPT_EOL		0
#define OPT_NOP		ANP_TCP_OPT_NOP
#define OPT_SACK	ANP_TCP_OPT_SACK
#define OPT_MSS		2
#define OPT_WSCALE	3
#define OPT_SACK_PERM	4
#define OPT_TIMESTAMP	8
#define OPT_FASTOPEN	34

#define TS_WORD (OPT_NOP << 24 | OPT_NOP << 16 | OPT_TIMESTAMP << 8 | 10)

/*
 * Steps to the next option in [*p, end): RFC 9293 3.2.  Returns its kind with *len its whole
 * length, or -1 at the end or where the list lies about a length.
 */
static int next_opt(const u8 **p, const u8 *end, unsigned int *len)
{
	while (*p < end) {
		const u8 *o = *p;

		if (o[0] == OPT_EOL)
			return -1;
		if (o[0] == OPT_NOP) {
			(*p)++;
			continue;
		}
		if (end - o < 2 || o[1] < 2 || o[1] > end - o)
			return -1;
		*len = o[1];
		*p += o[1];
		return o[0];
	}
	return -1;
}

/* RFC 7413 4.1.1: of an even length, or empty. */
static void foc_take(struct anp_tcp_opts *o, const u8 *v, unsigned int len)
{
	if (len && (len < ANP_TCP_FOC_MIN || len > ANP_TCP_FOC_MAX || len % 2))
		return;
	o->foc_ok = 1;
	o->foc.len = len;
	memcpy(o->foc.val, v, len);
}

void anp_tcp_syn_parse(const struct sk_buff *skb, struct anp_tcp_opts *o)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const u8 *p = (const u8 *)(th + 1);
	const u8 *end = (const u8 *)th + ANP_TCP_CB(skb)->hdrlen;
	unsigned int len;
	int kind;

	memset(o, 0, sizeof(*o));
	while ((kind = next_opt(&p, end, &len)) >= 0) {
		const u8 *v = p - len + 2;

		switch (kind) {
		case OPT_MSS:
			if (len == 4)
				o->mss = get_unaligned_be16(v);
			break;
		case OPT_WSCALE:
			if (len != 3)
				break;
			/* RFC 7323 2.3: a larger shift is taken as 14. */
			o->wscale_ok = 1;
			o->wscale = min_t(u8, v[0], ANP_TCP_WSCALE_MAX);
			break;
		case OPT_SACK_PERM:
			if (len == 2)
				o->sack_ok = 1;
			break;
		case OPT_TIMESTAMP:
			if (len != 10)
				break;
			o->ts_ok = 1;
			o->tsval = get_unaligned_be32(v);
			o->tsecr = get_unaligned_be32(v + 4);
			break;
		case OPT_FASTOPEN:
			foc_take(o, v, len - 2);
			break;
		}
	}
}

static void ts_take(struct anp_tcp_cb *cb, const u8 *v)
{
	cb->rx.has_ts = 1;
	cb->rx.tsval = get_unaligned_be32(v);
	cb->rx.tsecr = get_unaligned_be32(v + 4);
}

/* The options of any segment: timestamps, and where the SACK blocks are. */
static void opts_parse(const struct tcphdr *th, struct anp_tcp_cb *cb)
{
	const u8 *p = (const u8 *)(th + 1);
	const u8 *end = (const u8 *)th + cb->hdrlen;
	unsigned int len;
	int kind;

	/* Nearly all segments carry just this, aligned. */
	if (cb->hdrlen == sizeof(*th) + 12 && get_unaligned_be32(p) == TS_WORD) {
		ts_take(cb, p + 4);
		return;
	}
	while ((kind = next_opt(&p, end, &len)) >= 0) {
		if (kind == OPT_TIMESTAMP && len == 10 && !cb->rx.has_ts)
			ts_take(cb, p - 8);
		else if (kind == OPT_SACK && len >= 10 && !((len - 2) % 8) && !cb->rx.sack_at)
			cb->rx.sack_at = p - len - (const u8 *)th;
	}
}

unsigned int anp_tcp_sack_read(const struct sk_buff *skb, struct anp_tcp_sack *b)
{
	const u8 *p = (const u8 *)tcp_hdr(skb) + ANP_TCP_CB(skb)->rx.sack_at;
	unsigned int n = (p[1] - 2) / 8, i;

	for (i = 0, p += 2; i < n; i++, p += 8) {
		b[i].start = get_unaligned_be32(p);
		b[i].end = get_unaligned_be32(p + 4);
	}
	return n;
}

unsigned int anp_tcp_syn_optlen(const struct anp_tcp_opts *o)
{
	return 4 + (o->ts_ok ? 12 : o->sack_ok ? 4 : 0) + (o->wscale_ok ? 4 : 0) +
	       (o->foc_ok ? ALIGN(2 + o->foc.len, 4) : 0);
}

static void foc_write(__be32 *p, const struct anp_tcp_foc *foc)
{
	u8 *at = (u8 *)p;

	*at++ = OPT_FASTOPEN;
	*at++ = 2 + foc->len;
	memcpy(at, foc->val, foc->len);
	/* An even length leaves room for two NOPs or none. */
	if ((2 + foc->len) % 4)
		memset(at + foc->len, OPT_NOP, 2);
}

void anp_tcp_ts_write(__be32 *p, u32 tsval, u32 tsecr)
{
	p[0] = cpu_to_be32(TS_WORD);
	p[1] = cpu_to_be32(tsval);
	p[2] = cpu_to_be32(tsecr);
}

void anp_tcp_syn_write(__be32 *p, const struct anp_tcp_opts *o)
{
	*p++ = cpu_to_be32(OPT_MSS << 24 | 4 << 16 | o->mss);
	if (o->ts_ok) {
		anp_tcp_ts_write(p, o->tsval, o->tsecr);
		/* The two NOPs are room for "SACK permitted". */
		if (o->sack_ok)
			*p = cpu_to_be32(OPT_SACK_PERM << 24 | 2 << 16 | OPT_TIMESTAMP << 8 | 10);
		p += 3;
	} else if (o->sack_ok) {
		*p++ = cpu_to_be32(OPT_NOP << 24 | OPT_NOP << 16 | OPT_SACK_PERM << 8 | 2);
	}
	if (o->wscale_ok)
		*p++ = cpu_to_be32(OPT_NOP << 24 | OPT_WSCALE << 16 | 3 << 8 | o->wscale);
	if (o->foc_ok)
		foc_write(p, &o->foc);
}

int anp_tcp_seg_parse(struct sk_buff *skb, u8 ecn)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	unsigned int hdrlen = tcp_hdr(skb)->doff * 4;
	const struct tcphdr *th;

	if (hdrlen < sizeof(*th) || hdrlen > skb->len || !pskb_may_pull(skb, hdrlen))
		return -EINVAL;
	th = tcp_hdr(skb);
	memset(cb, 0, sizeof(*cb));
	cb->hdrlen = hdrlen;
	cb->ecn = ecn;
	cb->flags = ((const u8 *)th)[13];
	cb->seq = be32_to_cpu(th->seq);
	cb->end_seq = cb->seq + skb->len - hdrlen + th->syn + th->fin;
	cb->rx.ack_seq = be32_to_cpu(th->ack_seq);
	cb->rx.wnd = be16_to_cpu(th->window);
	if (hdrlen > sizeof(*th))
		opts_parse(th, cb);
	return 0;
}
