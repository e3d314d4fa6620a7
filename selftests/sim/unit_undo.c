// SPDX-License-Identifier: GPL-2.0
/*
 * Recoveries that were for nothing (undo.c): Eifel by timestamps, D-SACK, F-RTO.
 */
#include <asm/unaligned.h>
#include "unit.h"

#define M LAB_MSS

/* ESTABLISHED with SACK, @segs segments in flight. */
static u32 in_flight(u32 segs, bool ts)
{
	u32 f;

	lab_to_sack(ts);
	f = LAB_SND_NXT;
	lab.t.gso_max = lab.t.mss;
	lab.t.cwnd = segs * lab.t.mss;
	while (segs--) {
		lab_write(lab.t.mss);
		EXPECT_EQ(lab_sent().len, lab.t.mss);
	}
	lab.t.srtt = 10000;
	lab.now += 10000;
	return f;
}

/* An ACK that echoes @tsecr, with one SACK block if it is not empty. */
static void ts_ack(u32 ack, u32 tsecr, u32 start, u32 end)
{
	u8 opts[24] = { 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 5, 10 };

	put_unaligned_be32(tsecr, opts + 8);
	put_unaligned_be32(start, opts + 16);
	put_unaligned_be32(end, opts + 20);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = ack, .opts = opts,
	    .optlen = start == end ? 12 : 24);
}

static void drain(void)
{
	while (!lab_silent())
		lab_sent();
}

/* RFC 3522 3.2, RFC 4015 */
TEST(undo__the_original_is_answered)
{
	u32 f = in_flight(10, true), m = lab.t.mss, cwnd = lab.t.cwnd;
	u32 before = anp_tcp_ts_clock(lab.now, lab.t.ts_off) - 5;

	ts_ack(f, before, f + m, f + 4 * m);
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT(lab.t.ssthresh < cwnd);
	lab.now += 5000;
	/* RFC 3522: what was only overtaken arrives; the ACK echoes its timestamp. */
	ts_ack(f + 4 * m, before, 0, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT(lab.t.ssthresh >= cwnd);
	EXPECT_EQ(lab.t.lost_out, 0);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_PARTIAL_UNDO], 1);
	/* RACK has learnt that the path reorders, and that 10 ms are not too long to wait. */
	EXPECT(lab.t.reord_seen);
	EXPECT(lab.t.rtt_min / 4 * lab.t.reo_wnd_mult >= 10000 - lab.t.rtt_min);
	EXPECT(lab.t.rtt_min / 4 * (lab.t.reo_wnd_mult - 1u) < 10000 - lab.t.rtt_min);
}

/* Nor does what a peer says make it wait for more than a long round trip, when a segment is lost. */
TEST(undo__the_wait_is_bounded)
{
	u32 f = in_flight(10, true), m = lab.t.mss;
	u32 before = anp_tcp_ts_clock(lab.now, lab.t.ts_off) - 5;
	u64 sent;

	ts_ack(f, before, f + m, f + 4 * m);
	EXPECT_EQ(lab_sent().seq, f);
	ts_ack(f + 4 * m, before - 1000000, 0, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.reo_wnd_mult, U8_MAX);
	drain();
	sent = lab.now;
	ts_ack(f + 4 * m, before, f + 5 * m, f + 10 * m);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_DISORDER);
	EXPECT(lab.t.t_reo <= sent + 2 * lab.t.srtt + lab.t.rttvar);
}

TEST(undo__not_when_the_retransmission_is_answered)
{
	u32 f = in_flight(10, true), m = lab.t.mss;
	u32 now = anp_tcp_ts_clock(lab.now, lab.t.ts_off);

	ts_ack(f, now - 5, f + m, f + 4 * m);
	EXPECT_EQ(lab_sent().seq, f);
	lab.now += 5000;
	ts_ack(f + 4 * m, now, 0, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_PARTIAL_UNDO], 0);
}

/* RFC 3708 */
TEST(undo__all_came_twice)
{
	u32 f = in_flight(10, false), cwnd = lab.t.cwnd;

	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	SACK(f + 4 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	drain();
	SACK(f + 4 * M, { f, f + M });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_UNDO], 1);
}

/* RFC 3708: the duplicate's report comes a round trip after the end of the recovery. */
TEST(undo__all_came_twice_and_it_is_told_late)
{
	u32 f = in_flight(10, false), cwnd = lab.t.cwnd;

	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	SACK(f + 10 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd < cwnd);
	lab_write(2 * M);
	drain();
	SACK(f + 10 * M, { f, f + M });
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT(lab.t.reord_seen);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_DSACK_UNDO], 1);
}

TEST(undo__not_when_half_came_twice)
{
	u32 f = in_flight(10, false);

	SACK(f, { f + 2 * M, f + 6 * M });
	EXPECT_EQ(lab_sent().seq, f);
	SACK(f, { f + 2 * M, f + 8 * M });
	EXPECT_EQ(lab_sent().seq, f + M);
	SACK(f + 8 * M);
	SACK(f + 8 * M, { f, f + M });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	SACK(f + 8 * M, { f + M, f + 2 * M });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

/* A timeout without a tail loss probe before it. */
static void timeout(void)
{
	lab.t.t_pto = 0;
	lab.t.t_reo = 0;
	lab_pass(lab_until());
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 1);
}

TEST(frto__late_sack_of_what_was_not_sent_again)
{
	u32 f = in_flight(10, false), cwnd = lab.t.cwnd;

	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.cwnd, M);
	/* RFC 5682 3.1: a delay, no loss. */
	SACK(f, { f + M, f + 2 * M });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_DISORDER);
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT_EQ(lab.t.lost_out, 0);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 1);
}

/* RFC 5682 2.1 and 3.1 */
TEST(frto__new_data_goes_first)
{
	u32 f = in_flight(10, false);

	lab_write(5 * M);
	EXPECT(lab_silent());
	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	/* Step 2b: two new segments instead of those that count as lost. */
	SACK(f + M);
	EXPECT_EQ(lab_sent().seq, f + 10 * M);
	EXPECT_EQ(lab_sent().seq, f + 11 * M);
	EXPECT(lab_silent());
	/* Step 3a: duplicates, so they are lost indeed. */
	SACK(f + M, { f + 10 * M, f + 11 * M });
	EXPECT_EQ(lab_sent().seq, f + M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_LOSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 0);
}

/* RFC 5682 2.1 step 3b, where all but the head is one super-segment and what arrives a part of it. */
TEST(frto__a_part_of_a_super_segment_arrives)
{
	u32 f, cwnd;

	lab_to_sack(false);
	f = LAB_SND_NXT;
	cwnd = lab.t.cwnd = 10 * M;
	lab_write(10 * M);
	EXPECT_EQ(lab_sent().len, 10 * M);
	lab_write(5 * M);
	EXPECT(lab_silent());
	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	/* Late enough for an answer to what was sent again. */
	lab.now += 20000;
	SACK(f + M);
	EXPECT_EQ(lab_sent().seq, f + 10 * M);
	drain();
	lab.now += 20000;
	SACK(f + 3 * M);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 1);
	EXPECT(lab.t.cwnd >= cwnd);
	/* RFC 8985 6.2 step 2: the round trip is that of what came last, so the rest is not late. */
	EXPECT_EQ(lab.t.lost_out, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

TEST(frto__without_sack)
{
	u32 f, i;

	lab_to(TCP_ESTABLISHED);
	f = LAB_SND_NXT;
	lab.t.gso_max = M;
	for (i = 0; i < 5; i++)
		lab_write(M);
	lab.t.cwnd = 5 * M;
	lab_write(3 * M);
	drain();
	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f + M);
	EXPECT(seq_geq(lab_sent().seq, f + 5 * M));
	drain();
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f + 2 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 1);
	EXPECT_EQ(lab.t.lost_out, 0);
}

/* RFC 5682 2.1 step 2: behind the gap that is closed lies what came before the timeout. */
TEST(frto__without_sack_the_first_ack_proves_nothing)
{
	u32 f;

	lab_to(TCP_ESTABLISHED);
	f = LAB_SND_NXT;
	lab.t.cwnd = 10 * M;
	lab_write(10 * M);
	EXPECT_EQ(lab_sent().len, 10 * M);
	lab_write(3 * M);
	drain();
	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f + 3 * M);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 0);
	EXPECT_EQ(lab_sent().seq, f + 10 * M);
	drain();
	/* Step 3a: the next gap is one, too. */
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f + 3 * M);
	EXPECT_EQ(lab_sent().seq, f + 3 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_LOSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SPURIOUS_RTOS], 0);
}

TEST(frto__second_timeout_is_believed)
{
	u32 f = in_flight(10, false);

	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT(!lab.t.frto);
	SACK(f + M);
	EXPECT_EQ(lab_sent().seq, f + M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_LOSS);
}

TEST(undo__timeout_by_timestamps)
{
	u32 f = in_flight(10, true), m = lab.t.mss, cwnd = lab.t.cwnd;
	u32 before = anp_tcp_ts_clock(lab.now, lab.t.ts_off) - 5;

	timeout();
	EXPECT_EQ(lab_sent().seq, f);
	ts_ack(f + m, before, 0, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_UNDO], 1);
}
