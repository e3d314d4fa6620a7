// SPDX-License-Identifier: GPL-2.0
/*
 * Headers and options, written and parsed: what is right, what is cut short, what lies.
 */
#include "unit.h"

static struct anp_tcp_opts parse(const u8 *opts, u8 len)
{
	struct seg s = { .flags = ANP_TCP_SYN, .seq = 1, .opts = opts, .optlen = len };
	struct sk_buff *skb = lab_skb(&s);
	struct anp_tcp_opts o;

	anp_tcp_syn_parse(skb, &o);
	kfree_skb(skb);
	return o;
}

#define PARSE(...) ({ static const u8 opts[] = { __VA_ARGS__ }; \
	BUILD_BUG_ON(sizeof(opts) % 4); parse(opts, sizeof(opts)); })

TEST(options__none)
{
	struct anp_tcp_opts o = parse(NULL, 0);

	EXPECT(!o.mss && !o.wscale_ok && !o.sack_ok && !o.ts_ok);
}

TEST(options__all_in_linux_order)
{
	struct anp_tcp_opts o = PARSE(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 1, 2, 0, 0, 3, 4, 1,
				      3, 3, 7);

	EXPECT_EQ(o.mss, 1460);
	EXPECT(o.sack_ok && o.ts_ok && o.wscale_ok);
	EXPECT_EQ(o.tsval, 0x102);
	EXPECT_EQ(o.tsecr, 0x304);
	EXPECT_EQ(o.wscale, 7);
}

TEST(options__unknown_are_skipped)
{
	struct anp_tcp_opts o = PARSE(254, 6, 1, 2, 3, 4, 34, 2, 2, 4, 1, 0);

	EXPECT_EQ(o.mss, 256);
}

TEST(options__nop_and_end)
{
	struct anp_tcp_opts o = PARSE(1, 1, 1, 1, 2, 4, 1, 0, 0, 2, 4, 9);

	EXPECT_EQ(o.mss, 256);
	/* Behind the end nothing counts. */
	o = PARSE(0, 2, 4, 1, 0, 0, 0, 0);
	EXPECT_EQ(o.mss, 0);
}

TEST(options__truncated)
{
	/* A kind without its length, a length beyond the header. */
	EXPECT_EQ(PARSE(1, 1, 1, 2).mss, 0);
	EXPECT_EQ(PARSE(1, 2, 4, 5).mss, 0);
	EXPECT(!PARSE(8, 10, 0, 0, 0, 1, 0, 0).ts_ok);
}

/* RFC 9293 3.2 */
TEST(options__length_that_lies)
{
	/* 0 and 1 would never end; the option before counts. */
	EXPECT_EQ(PARSE(2, 4, 5, 180, 3, 0, 7, 0).mss, 1460);
	EXPECT(!PARSE(3, 0, 7, 0).wscale_ok);
	EXPECT(!PARSE(3, 1, 7, 0).wscale_ok);
	EXPECT_EQ(PARSE(2, 3, 9, 1).mss, 0);
	EXPECT_EQ(PARSE(2, 6, 9, 1, 1, 1, 1, 1).mss, 0);
	EXPECT(!PARSE(4, 3, 0, 1).sack_ok);
	EXPECT(!PARSE(3, 2, 1, 1).wscale_ok);
}

/* RFC 7323 2.3 */
TEST(options__wscale_above_14_is_14)
{
	struct anp_tcp_opts o = PARSE(1, 3, 3, 255);

	EXPECT(o.wscale_ok);
	EXPECT_EQ(o.wscale, 14);
}

TEST(options__written_are_parsed_alike)
{
	u32 i;

	for (i = 0; i < 8; i++) {
		struct anp_tcp_opts o = { .mss = 1234, .wscale = 9, .tsval = 77, .tsecr = 88 }, r;
		__be32 words[10];

		o.ts_ok = i & 1;
		o.sack_ok = !!(i & 2);
		o.wscale_ok = !!(i & 4);
		EXPECT(anp_tcp_syn_optlen(&o) % 4 == 0 && anp_tcp_syn_optlen(&o) <= 40);
		anp_tcp_syn_write(words, &o);
		r = parse((u8 *)words, anp_tcp_syn_optlen(&o));
		EXPECT_EQ(r.mss, 1234);
		EXPECT_EQ(r.ts_ok, o.ts_ok);
		EXPECT_EQ(r.sack_ok, o.sack_ok);
		EXPECT_EQ(r.wscale_ok, o.wscale_ok);
		EXPECT(!r.ts_ok || (r.tsval == 77 && r.tsecr == 88));
		EXPECT(!r.wscale_ok || r.wscale == 9);
	}
}

/* RFC 7323 3.2 */
TEST(options__timestamp_aligned_and_not)
{
	static const u8 aligned[] = { 1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 8 };
	static const u8 odd[] = { 8, 10, 0, 0, 0, 9, 0, 0, 0, 8, 1, 1 };
	struct seg s = { .flags = ANP_TCP_ACK, .opts = aligned, .optlen = sizeof(aligned) };
	struct sk_buff *skb = lab_skb(&s);

	EXPECT(ANP_TCP_CB(skb)->rx.has_ts && ANP_TCP_CB(skb)->rx.tsval == 9 &&
	       ANP_TCP_CB(skb)->rx.tsecr == 8);
	kfree_skb(skb);
	s.opts = odd;
	skb = lab_skb(&s);
	EXPECT(ANP_TCP_CB(skb)->rx.has_ts && ANP_TCP_CB(skb)->rx.tsval == 9 &&
	       ANP_TCP_CB(skb)->rx.tsecr == 8);
	kfree_skb(skb);
}

/* A raw segment of @len bytes whose header claims @doff words. */
static int parse_raw(u32 len, u8 doff, u32 linear)
{
	struct sk_buff *skb = alloc_skb(64, GFP_ATOMIC);
	struct tcphdr *th;
	int err;

	memset(skb_put(skb, linear), 0, linear);
	skb_reset_transport_header(skb);
	th = tcp_hdr(skb);
	th->doff = doff;
	if (len > linear) {
		skb_fill_page_desc(skb, 0, shim_page_alloc(len - linear), 0, len - linear);
		skb->len = len;
		skb->data_len = len - linear;
	}
	err = anp_tcp_seg_parse(skb, 0);
	kfree_skb(skb);
	return err;
}

TEST(header__offset_too_small)
{
	EXPECT_EQ(parse_raw(40, 4, 40), -EINVAL);
	EXPECT_EQ(parse_raw(40, 0, 40), -EINVAL);
}

TEST(header__offset_beyond_the_segment)
{
	EXPECT_EQ(parse_raw(20, 6, 20), -EINVAL);
	EXPECT_EQ(parse_raw(59, 15, 59), -EINVAL);
	EXPECT_EQ(parse_raw(60, 15, 60), 0);
}

TEST(header__options_in_the_frags_are_pulled)
{
	EXPECT_EQ(parse_raw(60, 15, 20), 0);
	EXPECT_EQ(parse_raw(100, 8, 20), 0);
}

TEST(header__end_seq_counts_syn_and_fin)
{
	struct seg s = { .flags = ANP_TCP_SYN | ANP_TCP_FIN, .seq = U32_MAX, .len = 3 };
	struct sk_buff *skb = lab_skb(&s);

	EXPECT_EQ(ANP_TCP_CB(skb)->end_seq, 4);
	kfree_skb(skb);
}

/* RFC 9293 3.10.7.1 */
TEST(reset__answers_by_rfc9293_3_10_7_1)
{
	struct seg s = { .flags = ANP_TCP_ACK, .seq = 7, .ack = 99, .len = 5 }, r;
	struct sk_buff *skb = lab_skb(&s);

	r = lab_look(anp_tcp_reply_reset(skb));
	EXPECT_EQ(r.flags, ANP_TCP_RST);
	EXPECT_EQ(r.seq, 99);
	kfree_skb(skb);
	s = (struct seg){ .flags = ANP_TCP_SYN, .seq = 7, .len = 5 };
	skb = lab_skb(&s);
	r = lab_look(anp_tcp_reply_reset(skb));
	EXPECT_EQ(r.flags, ANP_TCP_RST | ANP_TCP_ACK);
	EXPECT_EQ(r.seq, 0);
	EXPECT_EQ(r.ack, 7 + 5 + 1);
	kfree_skb(skb);
	s.flags = ANP_TCP_RST;
	skb = lab_skb(&s);
	EXPECT(!anp_tcp_reply_reset(skb));
	kfree_skb(skb);
}
