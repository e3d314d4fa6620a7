// SPDX-License-Identifier: GPL-2.0
/*
 * SACK blocks received, honest and hostile (scoreboard.c, rtxq.c), and what recovery sends
 * (recovery.c).
 */
#include <asm/unaligned.h>
#include "unit.h"

#define M LAB_MSS

/* ESTABLISHED with SACK and @segs full segments in flight, in skbs of @per segments. */
static u32 in_flight(u32 segs, u32 per)
{
	u32 first;

	lab_to_sack(false);
	first = LAB_SND_NXT;
	lab.t.gso_max = per * M;
	lab.t.cwnd = segs * M;
	while (segs) {
		u32 n = min(segs, per);

		lab_write(n * M);
		EXPECT_EQ(lab_sent().len, n * M);
		segs -= n;
	}
	EXPECT(lab_silent());
	/* A round trip, so that what is sent from now on is younger. */
	lab.now += 10000;
	return first;
}

/* RFC 2018 5, RFC 6675 3 and 4: what is SACKed has left the network and is not sent again. */
TEST(scoreboard__three_sacked_send_the_hole)
{
	u32 f = in_flight(10, 1);
	struct seg s;

	SACK(f, { f + M, f + 2 * M });
	SACK(f, { f + M, f + 3 * M });
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.sacked_out, 2 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_DISORDER);
	SACK(f, { f + M, f + 4 * M });
	s = lab_sent();
	EXPECT_EQ(s.seq, f);
	EXPECT_EQ(s.len, M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab.t.ssthresh, 5 * M);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SACK_RECOVERY], 1);
	/* Nothing else is lost. */
	EXPECT(lab_silent());
	SACK(f + 4 * M, { f + 5 * M, f + 6 * M });
	SACK(f + 10 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, 5 * M);
}

TEST(scoreboard__only_holes_are_sent)
{
	u32 f = in_flight(20, 20), seen = 0;

	/* One super-segment is cut at the blocks' edges. */
	SACK(f, { f + 12 * M, f + 19 * M }, { f + 4 * M, f + 10 * M }, { f + M, f + 3 * M });
	EXPECT_EQ(lab.t.sacked_out, 15 * M);
	EXPECT_EQ(lab.t.lost_out, 4 * M);
	/* Half of what was in flight may be: all four go out, one by one or together. */
	while (!lab_silent()) {
		struct seg s = lab_sent();

		EXPECT(s.seq == f || s.seq == f + 3 * M || s.seq == f + 10 * M);
		seen += s.len;
	}
	EXPECT_EQ(seen, 4 * M);
	SACK(f + 20 * M);
	EXPECT_EQ(lab.t.sacked_out, 0);
	EXPECT_EQ(lab.t.lost_out, 0);
	EXPECT_EQ(lab.t.retrans_out, 0);
	EXPECT_EQ(lab.wmem, 0);
}

TEST(scoreboard__pieces_of_segments_do_not_count)
{
	u32 f = in_flight(10, 10);

	SACK(f, { f + 1, f + 2 * M - 1 });
	EXPECT_EQ(lab.t.sacked_out, 0);
	SACK(f, { f + M - 1, f + 3 * M + 1 });
	EXPECT_EQ(lab.t.sacked_out, 2 * M);
}

TEST(scoreboard__blocks_outside_are_passed_over)
{
	u32 f = in_flight(10, 1);

	SACK(f, { f + 9 * M, f + 11 * M });
	SACK(f, { f + 3 * M, f + 3 * M });
	SACK(f, { f + 4 * M, f + 3 * M });
	SACK(f, { f + 1000 * M, f + 1001 * M });
	SACK(f, { f - M, f + 3 * M });
	SACK(f, { f + 0x80000000u, f + 0x80000001u });
	EXPECT_EQ(lab.t.sacked_out, 0);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SACK_DISCARD], 2);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

TEST(scoreboard__of_an_overtaken_ack_counts)
{
	u32 f = in_flight(10, 1);

	SACK(f + 2 * M);
	EXPECT(lab_silent());
	/* Below snd_una it is old, above it is news. */
	SACK(f + M, { f + 5 * M, f + 6 * M });
	EXPECT_EQ(lab.t.snd_una, f + 2 * M);
	EXPECT_EQ(lab.t.sacked_out, M);
}

TEST(scoreboard__no_room_for_pieces)
{
	u32 f = in_flight(10, 10);

	lab.split_no = true;
	SACK(f, { f + 4 * M, f + 6 * M });
	EXPECT_EQ(lab.t.sacked_out, 0);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_WQUEUE_TOO_BIG], 1);
	lab.split_no = false;
	SACK(f, { f + 4 * M, f + 6 * M });
	EXPECT_EQ(lab.t.sacked_out, 2 * M);
}

TEST(scoreboard__no_memory_for_pieces)
{
	u32 f = in_flight(10, 10);
	u8 opts[] = { 1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct seg s = { .flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f, .wnd = LAB_WND,
			 .opts = opts, .optlen = sizeof(opts) };
	struct sk_buff *skb;

	put_unaligned_be32(f + 4 * M, opts + 4);
	put_unaligned_be32(f + 6 * M, opts + 8);
	skb = lab_skb(&s);
	shim.fail_ppm = 1000000;
	shim.rng = 1;
	anp_tcp_rcv(&lab.t, skb, lab.now);
	shim.fail_ppm = 0;
	EXPECT_EQ(lab.t.sacked_out, 0);
	/* It is told again. */
	SACK(f, { f + 4 * M, f + 6 * M });
	EXPECT_EQ(lab.t.sacked_out, 2 * M);
}

TEST(scoreboard__reneging_starts_over)
{
	u32 f = in_flight(10, 1), i;

	/* All but the first has arrived, says the peer, and forgets it. */
	SACK(f, { f + M, f + 10 * M });
	EXPECT_EQ(lab_sent().seq, f);
	SACK(f + M);
	EXPECT(anp_tcp_sack_reneged(&lab.t));
	EXPECT(lab_silent());
	/* Sooner than a timeout */
	EXPECT(lab_until() < ANP_TCP_RTO_MIN);
	lab_pass(lab_until());
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SACK_RENEGING], 1);
	EXPECT_EQ(lab.t.sacked_out, 0);
	EXPECT_EQ(lab.t.lost_out, 9 * M);
	EXPECT_EQ(lab_sent().seq, f + M);
	for (i = 2; i < 10; i++) {
		SACK(f + i * M);
		while (!lab_silent())
			EXPECT(seq_geq(lab_sent().seq, f + i * M));
	}
	SACK(f + 10 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

TEST(scoreboard__everything_sacked_and_nothing_acknowledged)
{
	u32 f = in_flight(10, 1);

	SACK(f, { f, f + 10 * M });
	EXPECT_EQ(lab.t.sacked_out, 10 * M);
	EXPECT(lab_until());
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.sacked_out, 0);
}

/* RFC 9293 3.8.1: what is sent again may be cut otherwise. */
TEST(scoreboard__small_losses_are_sent_together)
{
	u32 f, i;
	struct seg s;

	lab_to_sack(false);
	f = LAB_SND_NXT;
	lab.t.nodelay = 1;
	for (i = 0; i < 20; i++) {
		lab_write(10);
		EXPECT_EQ(lab_sent().len, 10);
	}
	lab.now += 10000;
	/* The first eleven and two in the middle are lost; no segment goes over a gap. */
	SACK(f, { f + 110, f + 140 }, { f + 160, f + 200 });
	lab_pass(20000);
	s = lab_sent();
	EXPECT_EQ(s.seq, f);
	EXPECT_EQ(s.len, 110);
	if (lab_silent())
		SACK(f + 110, { f + 110, f + 140 }, { f + 160, f + 200 });
	s = lab_sent();
	EXPECT_EQ(s.seq, f + 140);
	EXPECT_EQ(s.len, 20);
	SACK(f + 200);
	EXPECT_EQ(lab.t.lost_out, 0);
	EXPECT_EQ(lab.t.retrans_out, 0);
	EXPECT_EQ(lab.wmem, 0);
}

/* A device that still has the first transmission must not see it change. */
TEST(scoreboard__what_is_under_way_is_not_joined)
{
	struct sk_buff *held;
	u32 f, i;

	lab_to_sack(false);
	f = LAB_SND_NXT;
	lab.t.nodelay = 1;
	lab_write(10);
	held = __skb_dequeue(&lab.sent);
	for (i = 1; i < 10; i++) {
		lab_write(10);
		EXPECT_EQ(lab_sent().len, 10);
	}
	lab.now += 10000;
	SACK(f, { f + 50, f + 100 });
	lab_pass(20000);
	EXPECT_EQ(lab_sent().len, 10);
	EXPECT_EQ(lab_look(held).len, 10);
	while (!lab_silent())
		lab_sent();
}

TEST(scoreboard__timeout_keeps_what_was_sacked)
{
	u32 f = in_flight(10, 1);

	SACK(f, { f + 2 * M, f + 4 * M });
	EXPECT(lab_silent());
	lab.t.t_reo = 0;
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.sacked_out, 2 * M);
	EXPECT_EQ(lab.t.lost_out, 8 * M);
	SACK(f + M, { f + 2 * M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f + M);
	EXPECT_EQ(lab_sent().seq, f + 4 * M);
	EXPECT(lab_silent());
}

/* RFC 2883 5 */
TEST(dsack__is_counted_and_bounded)
{
	u32 f = in_flight(10, 1);

	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	SACK(f + 10 * M);
	/* RFC 2883 4.1: what was sent twice came twice. */
	lab_write(2 * M);
	while (!lab_silent())
		lab_sent();
	SACK(f + 10 * M, { f, f + M });
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_RECV], 1);
	EXPECT_EQ(lab.t.dsack_dups, 1);
	EXPECT_EQ(lab.t.sacked_out, 0);
	/* Never sent, or long ago */
	SACK(f + 10 * M, { f - 0x40000000, f - 0x40000000 + M });
	SACK(f + 10 * M, { f + 5 * M, f + 4 * M });
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_RECV], 1);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_IGNORED], 2);
}

/* RFC 9937 6 and 6.2 */
TEST(prr__halves_over_a_round_trip)
{
	u32 f = in_flight(20, 1), sent = 0, i;

	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	/* The peer's window is not the limit here. */
	lab.t.snd_wnd = 50 * M;
	lab_write(20 * M);
	for (i = 5; i <= 20; i++) {
		lab.now += 100;
		SACK(f, { f + M, f + i * M });
		while (!lab_silent())
			sent += lab_sent().len;
		EXPECT(anp_tcp_pipe(&lab.t) <= lab.t.cwnd);
	}
	/* RFC 9937: what is sent is the share of ssthresh in what was delivered. */
	EXPECT(sent >= 8 * M && sent <= 9 * M);
	EXPECT(anp_tcp_pipe(&lab.t) <= lab.t.ssthresh);
	SACK(f + 20 * M);
	EXPECT_EQ(lab.t.cwnd, 10 * M);
}
