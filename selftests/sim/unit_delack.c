// SPDX-License-Identifier: GPL-2.0
/*
 * What the receiver learns of its peer for the timing of its ACKs (delack.c): segment size, time between
 * segments, whether the program answers.
 */
#include "unit.h"

#define MS		1000u	/* us */
#define DATA(n)		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = (n))
#define PUSH(n)		RCV(.flags = ANP_TCP_ACK | ANP_TCP_PSH, .seq = LAB_RCV_NXT, \
			    .ack = LAB_SND_NXT, .len = (n))

/* The first segments, which are acknowledged at once, are past; the last one came just now. */
static void start(void)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.quickack = 0;
	lab.t.rto = 300 * MS;
	lab.t.lrcvtime = anp_tcp_tick(lab.now);
}

/* Data after @us; its ACK rides on an answer. */
static void data_after(u64 us)
{
	lab_pass(us);
	EXPECT(lab_silent());
	PUSH(10);
	lab_write(10);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab.t.rto = 300 * MS;
}

static struct tcp_info told(void)
{
	struct tcp_info info;

	anp_tcp_get_info(&lab.t, false, &info, lab.now);
	return info;
}

TEST(rcv_mss__begins_with_what_any_peer_can_send)
{
	lab_to(TCP_ESTABLISHED);
	EXPECT_EQ(told().tcpi_rcv_mss, 536);
	lab_reset();
	lab.p.rcv_wnd_init = 800;
	lab_to(TCP_ESTABLISHED);
	EXPECT_EQ(told().tcpi_rcv_mss, 400);
	lab_reset();
	lab.p.rcv_wnd_init = 20;
	lab_to(TCP_ESTABLISHED);
	EXPECT_EQ(told().tcpi_rcv_mss, ANP_TCP_MSS_MIN);
}

TEST(rcv_mss__is_the_largest_segment)
{
	start();
	PUSH(1000);
	EXPECT_EQ(told().tcpi_rcv_mss, 1000);
	DATA(1460);
	EXPECT_EQ(told().tcpi_rcv_mss, 1460);
	/* No more than our MSS allows, whatever the path glued together. */
	DATA(3000);
	EXPECT_EQ(told().tcpi_rcv_mss, 1460);
}

TEST(rcv_mss__shrinks_when_a_size_repeats)
{
	u32 i;

	start();
	DATA(1400);
	DATA(500);
	EXPECT_EQ(told().tcpi_rcv_mss, 1400);
	DATA(500);
	EXPECT_EQ(told().tcpi_rcv_mss, 500);
	/* Ends of what the program wrote tell nothing, ... */
	for (i = 0; i < 3; i++)
		PUSH(300);
	EXPECT_EQ(told().tcpi_rcv_mss, 500);
	/* ... unless they are larger than any peer's least MSS; */
	DATA(1400);
	PUSH(600);
	PUSH(600);
	EXPECT_EQ(told().tcpi_rcv_mss, 600);
	/* nor do crumbs, ... */
	DATA(50);
	DATA(50);
	EXPECT_EQ(told().tcpi_rcv_mss, 600);
	/* ... nor a size with another one in between. */
	DATA(400);
	DATA(401);
	DATA(400);
	EXPECT_EQ(told().tcpi_rcv_mss, 600);
}

/* SACK blocks on the peer's data take room from its payload. */
TEST(rcv_mss__options_count_as_payload)
{
	static const u8 sack[12] = { 1, 1, 5, 10 };

	start();
	DATA(1400);
	DATA(900);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 888, .opts = sack,
	    .optlen = sizeof(sack));
	EXPECT_EQ(told().tcpi_rcv_mss, 900);
}

TEST(ato__follows_the_time_between_segments)
{
	u16 ato;

	start();
	EXPECT_EQ(told().tcpi_ato, 40 * MS);
	lab.t.pingpong = 1;
	data_after(31 * MS);
	EXPECT(told().tcpi_ato >= 49 * MS && told().tcpi_ato <= 52 * MS);
	data_after(46 * MS);
	EXPECT(told().tcpi_ato >= 69 * MS && told().tcpi_ato <= 73 * MS);
	/* Beyond ato a gap tells nothing. */
	ato = lab.t.ato;
	data_after(90 * MS);
	EXPECT_EQ(lab.t.ato, ato);
	/* What comes quickly brings it down. */
	lab.t.ato = 100;
	data_after(MS);
	EXPECT_EQ(lab.t.ato, 70);
	data_after(MS);
	EXPECT_EQ(lab.t.ato, 55);
}

/* Not longer than a round trip, and never longer than ANP_TCP_DELACK_MAX. */
TEST(ato__is_bounded_by_the_round_trip)
{
	start();
	lab.t.ato = 150;
	lab.t.srtt = 90 * MS;
	DATA(10);
	EXPECT_EQ(lab_until(), 90 * MS);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().len, 0);
	lab.t.ato = 150;
	lab.t.srtt = 10 * MS;
	DATA(10);
	EXPECT_EQ(lab_until(), ANP_TCP_DELACK_MIN);
	lab_pass(lab_until());
	lab_sent();
	lab.t.rto = 3000 * MS;
	lab.t.ato = 900;
	lab.t.srtt = 0;
	DATA(10);
	EXPECT_EQ(lab_until(), ANP_TCP_DELACK_MAX);
}

/* Nobody answered in time: who waits for the ACK is not to be kept waiting in vain again. */
TEST(ato__grows_when_the_timer_expires)
{
	start();
	DATA(10);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().len, 0);
	EXPECT_EQ(lab.t.ato, 80);
	lab.t.srtt = 100 * MS;
	lab.t.lrcvtime = anp_tcp_tick(lab.now);
	/* A second one soon after the first does not put the ACK off. */
	DATA(10);
	EXPECT_EQ(lab_until(), 60 * MS);
	lab_pass(40 * MS);
	DATA(10);
	EXPECT_EQ(lab_until(), 20 * MS);
	lab_pass(10 * MS);
	EXPECT(lab_silent());
	/* It would be sent presently. */
	DATA(10);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT_EQ(lab_until(), 0);
}

TEST(pingpong__ends_when_the_program_does_not_answer)
{
	start();
	lab.t.pingpong = 1;
	lab.t.ato = 100;
	DATA(10);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().len, 0);
	EXPECT(!lab.t.pingpong);
	EXPECT_EQ(told().tcpi_ato, 40 * MS);
}

/* An answer within ato is one. */
TEST(pingpong__begins_with_an_answer)
{
	start();
	lab.t.ato = 100;
	DATA(10);
	lab.t.t_delack = 0;
	lab_pass(60 * MS);
	lab_write(10);
	EXPECT(lab.t.pingpong);
	lab_sent();
	lab.t.pingpong = 0;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab_pass(20 * MS);
	lab_write(10);
	EXPECT(!lab.t.pingpong);
}

TEST(delack__what_is_short_is_acked_when_it_is_read)
{
	start();
	lab.t.rcv_mss = LAB_MSS;
	PUSH(100);
	PUSH(100);
	EXPECT(lab_silent());
	lab_read(100);
	EXPECT(lab_silent());
	lab_read(100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	/* A full segment waits for another one. */
	PUSH(LAB_MSS);
	lab_read(LAB_MSS);
	EXPECT(lab_silent());
	lab_pass(lab_until());
	lab_sent();
	/* Where there are answers, their time is waited for. */
	lab.t.pingpong = 1;
	PUSH(100);
	lab_read(100);
	EXPECT(lab_silent());
	/* Another question before the answer: its sender may wait for the ACK. */
	PUSH(100);
	lab_read(100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT_EQ(lab.t.ack_pushed, 0);
}

TEST(quickack__as_many_as_the_window_has_pairs)
{
	static const struct {
		u32 rcv_wnd;
		u8 max, quickack;
	} cases[] = {
		{ 10720, 16, 10 }, { 1072, 16, 1 }, { 1071, 16, 2 }, { LAB_WND, 16, 16 },
		{ LAB_WND, 2, 2 },
	};
	u32 i;

	start();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		lab.t.rcv_wnd = cases[i].rcv_wnd;
		lab.t.quickack = 0;
		anp_tcp_quickack_grow(&lab.t, cases[i].max);
		EXPECT_EQ(lab.t.quickack, cases[i].quickack);
	}
	/* Never fewer than before. */
	lab.t.quickack = 5;
	anp_tcp_quickack_grow(&lab.t, 2);
	EXPECT_EQ(lab.t.quickack, 5);
}

TEST(quickack__after_an_idle_time)
{
	start();
	EXPECT(!lab.t.quickack);
	lab_pass(290 * MS);
	DATA(100);
	EXPECT(lab_silent());
	lab_pass(lab_until());
	lab_sent();
	lab_pass(400 * MS);
	DATA(100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT_EQ(lab.t.quickack, 15);
	/* Its end begins anew. */
	lab.t.ato = 100;
	lab.t.quickack = 1;
	DATA(100);
	lab_sent();
	EXPECT_EQ(lab.t.ato, 40);
}

/* Its ACK was lost, perhaps; the sender begins with one segment. */
TEST(quickack__after_what_came_twice)
{
	start();
	lab.t.pingpong = 1;
	PUSH(100);
	EXPECT(lab_silent());
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT - 100, .ack = LAB_SND_NXT, .len = 100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT(!lab.t.pingpong);
	PUSH(100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT(lab.t.quickack > 10);
}

/* What is not capable among what is was sent again: the window may be as small as can be. */
TEST(quickack__after_a_retransmission_that_ecn_shows)
{
	start();
	lab.t.ecn_ok = 1;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 100,
	    .ecn = ANP_TCP_ECT0);
	EXPECT(lab_silent());
	DATA(100);
	EXPECT_EQ(lab_sent().ack, LAB_RCV_NXT);
	EXPECT_EQ(lab.t.quickack, 1);
}
