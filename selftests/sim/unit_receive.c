// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: order, duplicates, overlaps, acknowledgments in time, the window offered, timestamps
 * (input.c, data.c, window.c).
 */
#include "unit.h"

#define DATA(at, n) RCV(.flags = ANP_TCP_ACK, .seq = (at), .ack = LAB_SND_NXT, .len = (n))

static u32 start(void)
{
	lab_to(TCP_ESTABLISHED);
	/* The first segments of a connection are acknowledged at once; here they are past. */
	lab.t.quickack = 0;
	return LAB_RCV_NXT;
}

/* Bytes on the receive queue, each once. */
static u32 queued(void)
{
	struct sk_buff *skb;
	u32 next = lab.t.copied_seq;

	skb_queue_walk(&lab.rcvq, skb) {
		EXPECT(seq_leq(ANP_TCP_CB(skb)->seq, next));
		next = ANP_TCP_CB(skb)->end_seq - !!(ANP_TCP_CB(skb)->flags & ANP_TCP_FIN);
	}
	return next - lab.t.copied_seq;
}

TEST(receive__in_order)
{
	u32 at = start();

	DATA(at, 100);
	EXPECT_EQ(LAB_RCV_NXT, at + 100);
	EXPECT_EQ(queued(), 100);
	EXPECT(lab.events & ANP_TCP_EV_READABLE);
}

TEST(receive__a_gap_is_filled)
{
	u32 at = start();

	DATA(at + 100, 100);
	EXPECT_EQ(lab_sent().ack, at);
	EXPECT_EQ(queued(), 0);
	DATA(at + 200, 100);
	EXPECT_EQ(lab_sent().ack, at);
	DATA(at, 100);
	/* RFC 5681 4.2: at once */
	EXPECT_EQ(lab_sent().ack, at + 300);
	EXPECT_EQ(queued(), 300);
}

TEST(receive__overlaps_count_once)
{
	u32 at = start();

	DATA(at + 50, 100);
	DATA(at + 20, 60);
	DATA(at + 60, 20);
	DATA(at, 40);
	EXPECT_EQ(LAB_RCV_NXT, at + 150);
	EXPECT_EQ(queued(), 150);
	EXPECT(RB_EMPTY_ROOT(&lab.t.ooq));
}

TEST(receive__new_data_behind_old)
{
	u32 at = start();

	DATA(at, 100);
	DATA(at + 50, 100);
	EXPECT_EQ(LAB_RCV_NXT, at + 150);
	EXPECT_EQ(queued(), 150);
}

TEST(receive__duplicate_is_acked_at_once)
{
	u32 at = start();

	DATA(at, 100);
	EXPECT(lab_silent());
	DATA(at, 100);
	EXPECT_EQ(lab_sent().ack, at + 100);
	EXPECT_EQ(queued(), 100);
}

TEST(receive__what_covers_the_queue_replaces_it)
{
	u32 at = start(), i;

	for (i = 1; i < 10; i++)
		DATA(at + 100 * i, 50);
	DATA(at + 50, 2000);
	DATA(at, 50);
	EXPECT_EQ(LAB_RCV_NXT, at + 2050);
	EXPECT_EQ(queued(), 2050);
	EXPECT_EQ(lab.t.ooq_bytes, 0);
}

TEST(receive__fin_waits_for_the_gap)
{
	u32 at = start();

	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at + 10, .ack = LAB_SND_NXT, .len = 5);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	DATA(at, 10);
	EXPECT_EQ(lab.t.state, TCP_CLOSE_WAIT);
	EXPECT_EQ(LAB_RCV_NXT, at + 16);
	EXPECT_EQ(queued(), 15);
	EXPECT(lab.events & ANP_TCP_EV_HUP);
}

TEST(delack__every_second_full_segment)
{
	u32 at = start();

	lab.t.rcv_mss = LAB_MSS;
	DATA(at, LAB_MSS);
	EXPECT(lab_silent());
	lab_read(LAB_MSS);
	EXPECT(lab_silent());
	DATA(at + LAB_MSS, LAB_MSS);
	lab_read(LAB_MSS);
	EXPECT_EQ(lab_sent().ack, at + 2 * LAB_MSS);
}

/* RFC 5681 4.2 asks for ACKs at once while something is missing, and no longer. */
TEST(delack__after_a_gap_all_is_as_before)
{
	u32 at = start();

	lab.t.rcv_mss = LAB_MSS;
	DATA(at + LAB_MSS, LAB_MSS);
	EXPECT_EQ(lab_sent().ack, at);
	DATA(at, LAB_MSS);
	EXPECT_EQ(lab_sent().ack, at + 2 * LAB_MSS);
	lab_read(2 * LAB_MSS);
	EXPECT(lab_silent());
	DATA(at + 2 * LAB_MSS, LAB_MSS);
	EXPECT(lab_silent());
}

TEST(delack__a_program_that_reads_late_stretches_it)
{
	u32 at = start(), i, few = 100;

	lab.t.rcv_mss = LAB_MSS;
	for (i = 0; i < 3; i++)
		DATA(at + i * LAB_MSS, LAB_MSS);
	EXPECT(lab_silent());
	/* Reading tells: ACK and window at once. */
	lab_read(3 * LAB_MSS);
	EXPECT_EQ(lab_sent().ack, at + 3 * LAB_MSS);
	at += 3 * LAB_MSS;
	/* Not without end: 64 of the segments that this peer sends. */
	lab.t.rcv_mss = few;
	DATA(at, few);
	lab_read(few);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().ack, at + few);
	at += few;
	for (i = 0; i < 64; i++) {
		DATA(at + i * few, few);
		EXPECT(lab_silent());
	}
	DATA(at + 64 * few, few);
	EXPECT_EQ(lab_sent().ack, at + 65 * few);
	/* And what is left waits no longer than any other. */
	DATA(at + 65 * few, few);
	EXPECT(lab_silent());
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().ack, at + 66 * few);
}

TEST(delack__a_lone_segment_waits)
{
	u32 at = start();
	u64 wait;

	DATA(at, 100);
	EXPECT(lab_silent());
	wait = lab_until();
	/* RFC 9293 3.8.6.3: less than half a second. */
	EXPECT(wait >= 1000 && wait <= ANP_TCP_DELACK_MAX);
	lab_pass(wait);
	EXPECT_EQ(lab_sent().ack, at + 100);
}

TEST(delack__data_sent_carries_it)
{
	u32 at = start();

	DATA(at, 100);
	lab_write(10);
	EXPECT_EQ(lab_sent().ack, at + 100);
	lab_pass(ANP_TCP_DELACK_MAX);
	while (!lab_silent())
		EXPECT(lab_sent().len);
}

TEST(quickack__first_segments_of_a_connection)
{
	u32 at;

	lab_to(TCP_ESTABLISHED);
	at = LAB_RCV_NXT;
	DATA(at, 100);
	EXPECT_EQ(lab_sent().ack, at + 100);
}

TEST(window__never_goes_back)
{
	u32 at = start(), edge = at + LAB_WND, i;

	for (i = 0; i < LAB_WND / 1000; i++) {
		DATA(at + i * 1000, 1000);
		lab_pass(ANP_TCP_DELACK_MAX);
		while (!lab_silent()) {
			struct seg s = lab_sent();

			EXPECT(seq_geq(s.ack + s.wnd, edge));
			edge = s.ack + s.wnd;
		}
	}
	/* Nobody read: it is closed. */
	EXPECT_EQ(edge, LAB_RCV_NXT);
	EXPECT_EQ(edge, at + LAB_WND);
}

TEST(window__opens_when_the_program_reads)
{
	u32 at = start(), i;

	for (i = 0; i < LAB_WND / 1000; i++)
		DATA(at + i * 1000, 1000);
	lab_pass(ANP_TCP_DELACK_MAX);
	while (!lab_silent())
		lab_sent();
	/* Crumbs are not offered: RFC 9293 3.8.6.2.2. */
	lab_read(1000);
	EXPECT(lab_silent());
	lab_read(20000);
	EXPECT(lab_sent().wnd >= 10000);
}

/* RFC 9293 3.8.6.2.2: half the buffer will do where segments are nearly as long as the window, as on loopback. */
TEST(window__opens_where_segments_fill_it)
{
	u32 at = start(), crumb = 128;

	lab.t.mss_local = LAB_WND;
	DATA(at, LAB_WND - crumb);
	lab_pass(ANP_TCP_DELACK_MAX);
	EXPECT_EQ(lab_sent().wnd, crumb);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.rcv_mss, LAB_WND - crumb);
	lab_read(LAB_WND - crumb);
	EXPECT(lab_sent().wnd >= LAB_WND / 2);
}

TEST(window__probe_of_a_closed_one_is_answered)
{
	u32 at = start(), i;

	for (i = 0; i < LAB_WND / 1000; i++)
		DATA(at + i * 1000, 1000);
	lab_pass(ANP_TCP_DELACK_MAX);
	while (!lab_silent())
		lab_sent();
	DATA(LAB_RCV_NXT, 1);
	EXPECT_EQ(lab_sent().wnd, 0);
	EXPECT_EQ(LAB_RCV_NXT, at + LAB_WND);
	/* A probe with an old byte, as we send it. */
	lab_pass(1000000);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT - 1, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	/* An ACK and a RST pass: RFC 9293 3.10.7.4 step 1. */
	RCV(.flags = ANP_TCP_RST, .seq = LAB_RCV_NXT);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* DEVIATION from RFC 9293 3.10.7.4 step 1 */
TEST(window__a_bare_fin_needs_none)
{
	u32 at = start(), i;

	for (i = 0; i < LAB_WND / 1000; i++)
		DATA(at + i * 1000, 1000);
	lab_pass(ANP_TCP_DELACK_MAX);
	while (!lab_silent())
		lab_sent();
	at = LAB_RCV_NXT;
	/* Behind data it is as little taken as that, nor where something is missing. */
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at, .ack = LAB_SND_NXT, .len = 1);
	EXPECT_EQ(lab_sent().ack, at);
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at + 1, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab_sent().ack, at);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab_sent().ack, at + 1);
	EXPECT_EQ(lab.t.state, TCP_CLOSE_WAIT);
	EXPECT_EQ(queued(), LAB_WND / 1000 * 1000);
}

/* RFC 5961 7 */
TEST(challenge__at_most_one_each_gap)
{
	u32 i;

	lab_to(TCP_ESTABLISHED);
	for (i = 0; i < 10; i++)
		RCV(.flags = ANP_TCP_SYN, .seq = LAB_RCV_NXT + 10);
	lab_sent();
	EXPECT(lab_silent());
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ACK_SKIPPED_CHALLENGE], 9);
	lab.now += anp_tcp_conf_default.invalid_ratelimit * 1000;
	RCV(.flags = ANP_TCP_SYN, .seq = LAB_RCV_NXT + 10);
	lab_sent();
}

/* ---- timestamps ---- */

static const u8 *ts(u32 val, u32 ecr)
{
	static u8 o[12];

	o[0] = 1;
	o[1] = 1;
	o[2] = 8;
	o[3] = 10;
	*(__be32 *)(o + 4) = cpu_to_be32(val);
	*(__be32 *)(o + 8) = cpu_to_be32(ecr);
	return o;
}

static void with_timestamps(void)
{
	lab.p.no_ts = false;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	lab_sent();
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1,
	    .opts = ts(1000, 0), .optlen = 12);
	EXPECT(lab.t.ts_ok);
	EXPECT(lab_sent().has_ts);
	lab.t.quickack = 0;
	lab.now += 1000000;
	lab.t.lrcvtime = anp_tcp_tick(lab.now);
}

#define TS_DATA(at, n, v) RCV(.flags = ANP_TCP_ACK | ANP_TCP_PSH, .seq = (at), .ack = LAB_SND_NXT, .len = (n), \
			      .opts = ts(v, 0), .optlen = 12)

TEST(timestamps__echo_the_one_that_was_asked_for)
{
	u32 at;

	with_timestamps();
	at = LAB_RCV_NXT;
	/* RFC 7323 4.3: with a delayed ACK the first one counts. */
	TS_DATA(at, 100, 1010);
	TS_DATA(at + 100, 100, 1020);
	lab_pass(ANP_TCP_DELACK_MAX);
	EXPECT_EQ(lab_sent().tsecr, 1010);
	/* A segment behind a gap does not. */
	TS_DATA(at + 300, 100, 1030);
	EXPECT_EQ(lab_sent().tsecr, 1020 - 10);
}

TEST(timestamps__the_last_segment_again_is_echoed)
{
	u32 at;

	with_timestamps();
	at = LAB_RCV_NXT;
	TS_DATA(at, 100, 1010);
	TS_DATA(at + 100, 100, 1010);
	lab_pass(ANP_TCP_DELACK_MAX);
	lab_sent();
	/* The ACK was lost: the round trip of the retransmission is not that of the original. */
	TS_DATA(at + 100, 100, 5000);
	EXPECT_EQ(lab_sent().tsecr, 5000);
	/* An older one may be a blind guess. */
	TS_DATA(at, 100, 9000);
	EXPECT_EQ(lab_sent().tsecr, 5000);
}

/* RFC 7323 5.3 */
TEST(timestamps__paws_drops_old_ones)
{
	u32 at;

	with_timestamps();
	at = LAB_RCV_NXT;
	TS_DATA(at, 100, 999);
	EXPECT_EQ(LAB_RCV_NXT, at);
	/* and acknowledges */
	EXPECT_EQ(lab_sent().ack, at);
	TS_DATA(at, 100, 1000);
	EXPECT_EQ(LAB_RCV_NXT, at + 100);
}

TEST(timestamps__paws_wraps)
{
	u32 at;

	with_timestamps();
	at = LAB_RCV_NXT;
	lab.t.ts_recent = 0xfffffff0;
	TS_DATA(at, 100, 5);
	EXPECT_EQ(LAB_RCV_NXT, at + 100);
}

/* RFC 7323 5.5 */
TEST(timestamps__paws_forgets_after_24_days)
{
	u32 at;

	with_timestamps();
	at = LAB_RCV_NXT;
	lab.now += 25ull * 24 * 3600 * 1000000;
	TS_DATA(at, 100, 10);
	EXPECT_EQ(LAB_RCV_NXT, at + 100);
}

TEST(timestamps__rst_needs_none)
{
	with_timestamps();
	RCV(.flags = ANP_TCP_RST, .seq = LAB_RCV_NXT);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ECONNRESET);
}

/* RFC 7323 4.1: what Karn's rule forbids without them */
TEST(timestamps__measure_what_was_sent_twice)
{
	u32 srtt, sent;

	with_timestamps();
	lab_write(LAB_MSS);
	lab_sent();
	srtt = lab.t.srtt;
	lab_pass(lab_until());
	sent = lab_sent().tsval;
	lab_pass(300000);
	RCV(.flags = ANP_TCP_ACK, .seq = lab.t.rcv_nxt, .ack = LAB_SND_NXT,
	    .opts = ts(2000, sent), .optlen = 12);
	EXPECT_EQ(lab.t.snd_una, lab.t.snd_nxt);
	EXPECT(lab.t.srtt != srtt);
	EXPECT(lab.t.srtt > 30000 && lab.t.srtt <= 301000);
}

TEST(timestamps__missing_where_agreed)
{
	u32 at;

	/* RFC 7323 3.2 */
	with_timestamps();
	at = LAB_RCV_NXT;
	DATA(at, 100);
	EXPECT_EQ(LAB_RCV_NXT, at);
}
