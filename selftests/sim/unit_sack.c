// SPDX-License-Identifier: GPL-2.0
/*
 * Selective acknowledgments (RFC 2018, 2883): agreed upon, and given for what arrives out of order
 * or twice (sack.c, data.c).
 */
#include "unit.h"

#define DATA(at, n) RCV(.flags = ANP_TCP_ACK, .seq = (at), .ack = LAB_SND_NXT, .len = (n))

static void expect_block(const struct seg *s, u32 i, u32 start, u32 end)
{
	EXPECT(i < s->sacks);
	EXPECT_EQ(s->sack[i].start, start);
	EXPECT_EQ(s->sack[i].end, end);
}

TEST(sack__offered_as_linux_does)
{
	static const u8 with_ts[] = { 4, 2, 8, 10 }, alone[] = { 1, 1, 4, 2 };
	struct sk_buff *skb;

	lab.p.no_ts = false;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	skb = skb_peek(&lab.sent);
	EXPECT(!memcmp(skb->data + 24, with_ts, 4));
	EXPECT(lab_sent().syn.sack_ok);
	anp_tcp_abort(&lab.t, lab.now);
	lab.p.no_ts = true;
	anp_tcp_init(&lab.t);
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	skb = skb_peek(&lab.sent);
	EXPECT(!memcmp(skb->data + 24, alone, 4));
	EXPECT(lab_sent().syn.sack_ok);
}

TEST(sack__not_offered_when_the_host_says_no)
{
	lab.p.no_sack = true;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	EXPECT(!lab_sent().syn.sack_ok);
}

TEST(sack__none_without_agreement)
{
	u32 at;

	lab_to(TCP_ESTABLISHED);
	at = LAB_RCV_NXT;
	DATA(at + 100, 100);
	EXPECT_EQ(lab_sent().sacks, 0);
	DATA(at + 100, 100);
	EXPECT_EQ(lab_sent().sacks, 0);
}

/* RFC 2018 4 */
TEST(sack__the_latest_block_is_first)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at + 100, 100);
	s = lab_sent();
	EXPECT_EQ(s.ack, at);
	EXPECT_EQ(s.sacks, 1);
	expect_block(&s, 0, at + 100, at + 200);
	DATA(at + 500, 100);
	s = lab_sent();
	EXPECT_EQ(s.sacks, 2);
	expect_block(&s, 0, at + 500, at + 600);
	expect_block(&s, 1, at + 100, at + 200);
	/* The older one grows and becomes the first. */
	DATA(at + 200, 100);
	s = lab_sent();
	EXPECT_EQ(s.sacks, 2);
	expect_block(&s, 0, at + 100, at + 300);
	expect_block(&s, 1, at + 500, at + 600);
}

TEST(sack__four_blocks_or_three_with_timestamps)
{
	static const u8 ts[] = { 1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 0 };
	u32 at, i;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	for (i = 1; i <= 6; i++) {
		struct seg s;

		DATA(at + i * 200, 100);
		s = lab_sent();
		EXPECT_EQ(s.sacks, min(i, 4u));
		expect_block(&s, 0, at + i * 200, at + i * 200 + 100);
	}
	lab_clear();
	lab_reset();
	lab_to_sack(true);
	at = LAB_RCV_NXT;
	for (i = 1; i <= 6; i++) {
		struct seg s;

		RCV(.flags = ANP_TCP_ACK, .seq = at + i * 200, .ack = LAB_SND_NXT, .len = 100,
		    .opts = ts, .optlen = sizeof(ts));
		s = lab_sent();
		EXPECT(s.has_ts);
		EXPECT_EQ(s.sacks, min(i, 3u));
	}
}

TEST(sack__a_filled_gap_joins_blocks)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at + 100, 100);
	DATA(at + 300, 100);
	DATA(at + 200, 100);
	lab_sent();
	lab_sent();
	s = lab_sent();
	EXPECT_EQ(s.sacks, 1);
	expect_block(&s, 0, at + 100, at + 400);
	DATA(at, 100);
	s = lab_sent();
	EXPECT_EQ(s.ack, at + 400);
	EXPECT_EQ(s.sacks, 0);
}

/* RFC 2018 4: the blocks are the same however the queue keeps them. */
TEST(sack__segments_that_touch_are_kept_as_one)
{
	struct seg s;
	u32 at, i;

	lab_to_sack(false);
	lab.join = true;
	at = LAB_RCV_NXT;
	for (i = 1; i < 10; i++)
		DATA(at + i * 10, 10);
	EXPECT(!rb_next(rb_first(&lab.t.ooq)));
	/* One behind a gap, one that covers the end of the first and reaches it. */
	DATA(at + 200, 10);
	DATA(at + 95, 105);
	while (!lab_silent())
		s = lab_sent();
	EXPECT_EQ(s.sacks, 2);
	expect_block(&s, 0, at + 95, at + 100);
	expect_block(&s, 1, at + 10, at + 210);
	DATA(at, 10);
	s = lab_sent();
	EXPECT_EQ(s.ack, at + 210);
	EXPECT_EQ(s.sacks, 0);
}

TEST(sack__what_is_thrown_away_is_not_told_of)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	lab.rcvbuf = 2000;
	DATA(at + 100, 1500);
	s = lab_sent();
	expect_block(&s, 0, at + 100, at + 1600);
	/* RFC 2018 8: no room for what is due but by taking it back. */
	DATA(at, 1000);
	s = lab_sent();
	EXPECT_EQ(s.ack, at + 1000);
	EXPECT_EQ(s.sacks, 0);
	/* Refused for want of room: neither. */
	DATA(at + 2000, 1500);
	EXPECT_EQ(lab_sent().sacks, 0);
}

TEST(sack__rides_on_data_that_leaves_room)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at + 100, 100);
	lab_sent();
	lab_write(100);
	s = lab_sent();
	EXPECT_EQ(s.len, 100);
	EXPECT_EQ(s.sacks, 1);
	/* A full segment has none: the ACK that is due goes behind it. */
	lab.t.snd_wnd = 0;
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	RCV(.flags = ANP_TCP_ACK, .seq = at + 300, .ack = LAB_SND_NXT, .len = 100);
	s = lab_sent();
	EXPECT_EQ(s.len, LAB_MSS);
	EXPECT_EQ(s.sacks, 0);
	s = lab_sent();
	EXPECT_EQ(s.len, 0);
	EXPECT_EQ(s.sacks, 2);
}

TEST(dsack__old_data)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at, 100);
	lab_pass(300000);
	lab_sent();
	DATA(at, 100);
	s = lab_sent();
	EXPECT_EQ(s.ack, at + 100);
	EXPECT_EQ(s.sacks, 1);
	expect_block(&s, 0, at, at + 100);
	/* RFC 2883 4: once */
	DATA(at + 200, 100);
	s = lab_sent();
	EXPECT_EQ(s.sacks, 1);
	expect_block(&s, 0, at + 200, at + 300);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_OLD_SENT], 1);
}

TEST(dsack__partly_old_data)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at, 100);
	DATA(at + 500, 100);
	lab_sent();
	DATA(at + 50, 100);
	s = lab_sent();
	EXPECT_EQ(s.ack, at + 150);
	EXPECT_EQ(s.sacks, 2);
	expect_block(&s, 0, at + 50, at + 100);
	expect_block(&s, 1, at + 500, at + 600);
}

TEST(dsack__out_of_order_data)
{
	struct seg s;
	u32 at;

	lab_to_sack(false);
	at = LAB_RCV_NXT;
	DATA(at + 500, 100);
	lab_sent();
	DATA(at + 500, 100);
	s = lab_sent();
	/* RFC 2883 4.2: first the duplicate, then the block it lies in. */
	EXPECT_EQ(s.sacks, 2);
	expect_block(&s, 0, at + 500, at + 600);
	expect_block(&s, 1, at + 500, at + 600);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_OFO_SENT], 1);
}

TEST(sack__lying_options_are_passed_over)
{
	static const u8 odd[] = { 1, 1, 5, 9, 0, 0, 0, 1, 0, 0, 0, 1 };
	static const u8 empty[] = { 1, 1, 5, 2 };
	static const u8 cut[] = { 1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2 };
	static const struct { const u8 *opts; u8 len; } lies[] = {
		{ odd, sizeof(odd) }, { empty, sizeof(empty) }, { cut, sizeof(cut) },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		struct seg s = { .flags = ANP_TCP_ACK, .opts = lies[i].opts,
				 .optlen = lies[i].len };
		struct sk_buff *skb = lab_skb(&s);

		EXPECT_EQ(ANP_TCP_CB(skb)->rx.sack_at, 0);
		kfree_skb(skb);
	}
}
