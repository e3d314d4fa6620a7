// SPDX-License-Identifier: GPL-2.0
/*
 * How programs end connections: CLOSE, ABORT, shutdown() in each state (close.c).
 */
#include "unit.h"

/* RFC 9293 3.10.4 */
TEST(close__syn_sent_is_deleted)
{
	lab_to(TCP_SYN_SENT);
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT(lab_silent());
	EXPECT_EQ(lab_until(), 0);
}

/* RFC 9293 3.10.4 */
TEST(close__syn_received_sends_fin_when_established)
{
	lab_to(TCP_SYN_RECV);
	anp_tcp_shutdown(&lab.t, lab.now);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
}

TEST(close__fin_rides_on_the_last_data)
{
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	lab.t.cork = 1;
	lab_write(10);
	EXPECT(lab_silent());
	anp_tcp_shutdown(&lab.t, lab.now);
	s = lab_sent();
	EXPECT_EQ(s.len, 10);
	EXPECT(s.flags & ANP_TCP_FIN);
	EXPECT(lab_silent());
	EXPECT_EQ(LAB_SND_NXT, LAB_ISS + 1 + 10 + 1);
}

/* RFC 1122 4.2.3.2: of a program that has just answered, the FIN carries the ACK of the peer's. */
TEST(close__acknowledges_a_fin_by_its_own)
{
	struct seg s;
	u32 at;

	lab_to(TCP_ESTABLISHED);
	at = LAB_RCV_NXT;
	RCV(.flags = ANP_TCP_ACK, .seq = at, .ack = LAB_SND_NXT, .len = 10);
	while (!lab_silent())
		lab_sent();
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at + 10, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab.t.state, TCP_CLOSE_WAIT);
	EXPECT(lab_silent());
	anp_tcp_shutdown(&lab.t, lab.now);
	s = lab_sent();
	EXPECT(s.flags & ANP_TCP_FIN);
	EXPECT_EQ(s.ack, at + 11);
	EXPECT(lab_silent());
}

/* ... and where it does not close, the ACK comes by itself. */
TEST(close__acknowledges_a_fin_in_time)
{
	u64 wait;
	u32 at;

	lab_to(TCP_ESTABLISHED);
	at = LAB_RCV_NXT;
	RCV(.flags = ANP_TCP_ACK, .seq = at, .ack = LAB_SND_NXT, .len = 10);
	while (!lab_silent())
		lab_sent();
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at + 10, .ack = LAB_SND_NXT);
	EXPECT(lab_silent());
	wait = lab_until();
	EXPECT(wait && wait <= ANP_TCP_DELACK_MAX);
	lab_pass(wait);
	EXPECT_EQ(lab_sent().ack, at + 11);
}

TEST(close__acknowledges_a_fin_at_once_before_any_answer)
{
	u32 at;

	lab_to(TCP_ESTABLISHED);
	at = LAB_RCV_NXT;
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = at, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab_sent().ack, at + 1);
}

TEST(close__fin_waits_for_the_window)
{
	u32 sent = 0;
	struct seg s = {};

	lab_to(TCP_ESTABLISHED);
	lab_write(50 * LAB_MSS);
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	while (!(s.flags & ANP_TCP_FIN)) {
		while (!lab_silent()) {
			s = lab_sent();
			sent += s.len;
		}
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	}
	EXPECT_EQ(sent, 50 * LAB_MSS);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT2);
}

TEST(close__twice_is_once)
{
	lab_to(TCP_FIN_WAIT1);
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.write_seq, LAB_ISS + 2);
}

TEST(close__lost_fin_is_sent_again)
{
	lab_to(TCP_FIN_WAIT1);
	lab_pass(lab_until());
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
	lab_clear();
	lab_reset();
	lab_to(TCP_LAST_ACK);
	lab_pass(lab_until());
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
}

/* RFC 2525 2.17 */
TEST(close__unread_data_resets)
{
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	anp_tcp_close(&lab.t, true, lab.now);
	s = lab_sent();
	EXPECT(s.flags & ANP_TCP_RST);
	EXPECT_EQ(s.seq, LAB_SND_NXT);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* RFC 9293 3.6.1 */
TEST(close__data_after_it_resets)
{
	struct seg s;
	u32 nxt;

	lab_to(TCP_ESTABLISHED);
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
	nxt = LAB_SND_NXT;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = nxt, .len = 10);
	do {
		s = lab_sent();
	} while (!(s.flags & ANP_TCP_RST));
	EXPECT_EQ(s.seq, nxt);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* RFC 9293 3.6 */
TEST(close__half_closed_still_receives)
{
	lab_to(TCP_FIN_WAIT2);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT2);
	EXPECT_EQ(LAB_RCV_NXT, LAB_IRS + 11);
}

TEST(close__half_closed_still_sends)
{
	lab_to(TCP_CLOSE_WAIT);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
}

/* RFC 9293 3.10.5 */
TEST(abort__sends_a_reset_where_rfc9293_3_10_5_says)
{
	static const u8 with[] = { TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
				   TCP_CLOSE_WAIT };
	static const u8 without[] = { TCP_SYN_SENT, TCP_CLOSING, TCP_LAST_ACK };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(with); i++) {
		struct seg s;

		lab_clear();
		lab_reset();
		lab_to(with[i]);
		anp_tcp_abort(&lab.t, lab.now);
		s = lab_sent();
		EXPECT(s.flags & ANP_TCP_RST);
		EXPECT_EQ(s.seq, lab.t.snd_nxt);
		EXPECT(lab_silent());
		EXPECT_EQ(lab.t.state, TCP_CLOSE);
		EXPECT_EQ(lab_until(), 0);
	}
	for (i = 0; i < ARRAY_SIZE(without); i++) {
		lab_clear();
		lab_reset();
		lab_to(without[i]);
		anp_tcp_abort(&lab.t, lab.now);
		EXPECT(lab_silent());
		EXPECT_EQ(lab.t.state, TCP_CLOSE);
	}
}

TEST(abort__frees_all_that_was_queued)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(30 * LAB_MSS);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT + 100, .ack = LAB_ISS + 1, .len = 10);
	anp_tcp_abort(&lab.t, lab.now);
	EXPECT_EQ(lab.wmem, 0);
	EXPECT(RB_EMPTY_ROOT(&lab.t.ooq));
}

TEST(simultaneous__open)
{
	struct seg s;

	/* RFC 9293 figure 8 */
	lab_to(TCP_SYN_SENT);
	RCV(.flags = ANP_TCP_SYN, .seq = LAB_IRS);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT_EQ(s.ack, LAB_IRS + 1);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(LAB_RCV_NXT, LAB_IRS + 1);
}

TEST(simultaneous__open_lost_syn_ack_is_sent_again)
{
	lab_to(TCP_SYN_SENT);
	RCV(.flags = ANP_TCP_SYN, .seq = LAB_IRS);
	lab_sent();
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN | ANP_TCP_ACK);
}

TEST(simultaneous__close)
{
	/* RFC 9293 figure 13 */
	lab_to(TCP_CLOSING);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT(lab_silent());
}

TEST(syn__data_on_a_syn_ack_is_taken)
{
	lab_to(TCP_SYN_SENT);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1, .len = 10);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(LAB_RCV_NXT, LAB_IRS + 11);
	EXPECT_EQ(lab_sent().ack, LAB_IRS + 11);
}
