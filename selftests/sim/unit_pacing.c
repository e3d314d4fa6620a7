// SPDX-License-Identifier: GPL-2.0
/*
 * Pacing and the size of bursts (pacing.c).
 */
#include "unit.h"

#define RATE 1460000u	/* bytes a second: a segment takes 1 ms */

static void ack_all(void)
{
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
}

/* ESTABLISHED and paced, past the first segments, on a path of 10 ms. */
static void begin(void)
{
	u32 i;

	lab.pacing_max = RATE;
	lab.paces = true;
	lab_to(TCP_ESTABLISHED);
	for (i = 0; i < 12; i++) {
		lab_write(LAB_MSS);
		EXPECT_EQ(lab_sent().len, LAB_MSS);
		lab.now += 10000;
		ack_all();
	}
	EXPECT(lab_silent());
	EXPECT_EQ(lab.pacing_rate, RATE);
	lab.t.rtt_min = 10000;
	lab.t.snd_wnd = 60000;
	lab.t.cwnd = 60000;
	lab.now += 50000;
}

TEST(pacing__off_costs_no_time)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(8 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 8 * LAB_MSS);
	EXPECT(!lab.t.pace_wait);
}

TEST(pacing__bursts_at_the_rate)
{
	u32 sent = 0;

	begin();
	lab_write(20 * LAB_MSS);
	/* At 1.46 MB/s a millisecond is one segment; two are the least that goes at once. */
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	EXPECT(lab_silent());
	/* Half of the gap is forgiven after a pause. */
	EXPECT_EQ(lab_until(), 1000);
	lab_pass(999);
	EXPECT(lab_silent());
	lab_pass(1);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	EXPECT(lab_silent());
	EXPECT_EQ(lab_until(), 2000);
	lab_pass(10000);
	while (!lab_silent())
		sent += lab_sent().len;
	EXPECT_EQ(sent, 10 * LAB_MSS);
}

TEST(pacing__a_late_timer_is_made_up_for)
{
	begin();
	lab_write(20 * LAB_MSS);
	lab_sent();
	lab_pass(1000);
	lab_sent();
	/* Due after 2 ms, it comes 0.5 ms late: the next one is due 1.5 ms later. */
	lab.now += 2500;
	anp_tcp_timer(&lab.t, lab.now);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	EXPECT_EQ(lab_until(), 1500);
}

TEST(pacing__the_first_segments_go_at_once)
{
	lab.pacing_max = RATE;
	lab.paces = true;
	lab_to(TCP_ESTABLISHED);
	lab_write(10 * LAB_MSS);
	while (!lab_silent())
		lab_sent();
	EXPECT_EQ(lab.t.snd_nxt, LAB_ISS + 1 + 10 * LAB_MSS);
}

/* Waiting for its time is not waiting for the peer's window. */
TEST(pacing__does_not_probe_the_window)
{
	begin();
	lab.pacing_rate = lab.pacing_max = 1000;
	lab_write(8 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	lab.now += 10000;
	ack_all();
	EXPECT(lab_silent());
	EXPECT(lab.t.pace_wait);
	EXPECT_EQ(lab.t.t_rtx, 0);
	lab_pass(2800000);
	EXPECT(lab_silent());
	lab_pass(100000);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	EXPECT_EQ(lab.t.probes, 0);
}

TEST(pacing__what_is_lost_is_paced_too)
{
	u32 base;

	lab.pacing_max = RATE;
	lab.paces = true;
	lab_to_sack(false);
	lab.t.bytes_sent = 100000;
	lab.t.rtt_min = 10000;
	lab.t.srtt = 10000;
	base = lab.t.snd_una;
	lab_write(10 * LAB_MSS);
	lab_pass(10000);
	while (!lab_silent())
		lab_sent();
	EXPECT_EQ(lab.t.snd_nxt, base + 10 * LAB_MSS);
	lab.now += 5000;
	SACK(base, { base + 5 * LAB_MSS, base + 10 * LAB_MSS });
	EXPECT_EQ(lab.t.lost_out, 5 * LAB_MSS);
	/* PRR alone would allow more. */
	EXPECT(lab_sent().len <= 2 * LAB_MSS);
	EXPECT(lab_silent());
	EXPECT(lab.t.pace_wait);
	lab_pass(20000);
	while (!lab_silent())
		lab_sent();
}

/* The rate follows the window: it goes out within the round trip, faster in slow start. */
TEST(pacing__rate_from_the_window)
{
	lab.paces = true;
	lab_to(TCP_ESTABLISHED);
	lab.t.srtt = 10000;
	lab.t.rttvar = 0;
	lab.t.cwnd = 100000;
	anp_tcp_pacing_update(&lab.t);
	EXPECT_EQ(lab.pacing_rate, 2 * 10000000);
	lab.t.ssthresh = 100000;
	anp_tcp_pacing_update(&lab.t);
	EXPECT_EQ(lab.pacing_rate, 12000000);
	lab.t.srtt = 0;
	anp_tcp_pacing_update(&lab.t);
	EXPECT_EQ(lab.pacing_rate, ANP_TCP_RATE_MAX);
}

/* The limit of the program holds whatever the window says; TCP_INFO tells which rate it is. */
TEST(pacing__limit_of_the_program)
{
	struct tcp_info info;

	begin();
	lab.t.cwnd = 10000000;
	anp_tcp_pacing_update(&lab.t);
	anp_tcp_get_info(&lab.t, false, &info, lab.now);
	EXPECT_EQ(info.tcpi_pacing_rate, RATE);
}

TEST(pacing__size_of_a_burst)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.rtt_min = 100;
	EXPECT_EQ(anp_tcp_burst(&lab.t), 65000);
	/* 10 MB/s at 50 ms: 10 KB in a millisecond. */
	lab.t.rtt_min = 50000;
	lab.t.srtt = 50000;
	lab.t.cwnd = 500000;
	lab.t.ssthresh = 500000;
	EXPECT_EQ(anp_tcp_burst(&lab.t), 12000000 / 1024);
	lab.t.cwnd = 10000;
	EXPECT_EQ(anp_tcp_burst(&lab.t), 2 * LAB_MSS);
	/* Between the two, half for each 512 us. */
	lab.t.rtt_min = 1100;
	EXPECT_EQ(anp_tcp_burst(&lab.t), 65000 / 4 + 2 * 200000 / 1024);
}
