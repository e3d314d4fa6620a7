// SPDX-License-Identifier: GPL-2.0
/*
 * Small queues below (smallq.c): what the layers below hold of a connection holds it back, and lets it
 * go on.
 */
#include "unit.h"

static struct anp_tcp_conf conf;

static void ack(u32 ack_seq)
{
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = ack_seq);
}

/* ESTABLISHED, one segment in flight, at a path that takes 1.46 MB in a second. */
static void begin(void)
{
	conf = anp_tcp_conf_default;
	conf.autocorking = 0;
	lab_to_sack(false);
	lab.t.conf = &conf;
	lab.t.srtt = 10000;
	lab.t.rttvar = 0;
	lab.t.rtt_min = 10000;
	lab.t.cwnd = 10 * LAB_MSS;
	lab.t.ssthresh = 10 * LAB_MSS;
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
}

/* The layers below have sent all. */
static void drain(void)
{
	lab.below = 0;
	lab.below_has = false;
	EXPECT(lab.below_waits);
	lab.below_waits = false;
	anp_tcp_drained(&lab.t, lab.now);
}

TEST(smallq__what_lies_below_holds_back)
{
	begin();
	/* 120% of the window in 10 ms is 1.7 KB in a millisecond: less than two segments weigh. */
	lab.below = 2 * (LAB_MSS + 1000);
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SMALL_QUEUE], 1);
	/* Nothing else is wrong: no window is probed. */
	EXPECT(!lab.t.pace_wait);
	drain();
	EXPECT_EQ(lab_sent().len, LAB_MSS);
}

TEST(smallq__a_millisecond_of_the_rate)
{
	begin();
	lab.t.cwnd = 10000000;
	lab.t.ssthresh = 10000000;
	lab.t.snd_wnd = 10000000;
	/* 1.2 GB/s would be 1.2 MB; without pacing 1 MiB is the most, and what is configured. */
	lab.below = 1 << 20;
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
	lab.below++;
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	drain();
	EXPECT_EQ(lab_sent().len, LAB_MSS);
	conf.limit_output_bytes = 5000;
	lab.below = 5001;
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	/* One that is paced has a rate to be believed. */
	lab.paces = true;
	lab.pacing_rate = 1200000000;
	anp_tcp_push(&lab.t, false, lab.now);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
}

/* With nothing in flight no ACK would come: one goes, whatever lies there. */
TEST(smallq__the_first_one_goes)
{
	begin();
	ack(LAB_SND_NXT);
	lab.below = 1 << 24;
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
}

TEST(smallq__what_is_lost_may_go_further)
{
	u32 base;

	begin();
	base = lab.t.snd_una;
	lab_write(4 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 2 * LAB_MSS);
	lab.now += 10000;
	/* More than that millisecond, less than two. */
	lab.below = 3000;
	SACK(base, { base + LAB_MSS, base + 5 * LAB_MSS });
	EXPECT_EQ(lab_sent().seq, base);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SMALL_QUEUE], 0);
}

/* What has not left this host is not lost, whatever the timers think. */
TEST(smallq__not_again_what_is_still_there)
{
	begin();
	lab.below = LAB_MSS;
	lab.below_has = true;
	lab.below_seq = lab.t.snd_una;
	/* The tail loss probe, then the timeout, and another one. */
	lab_pass(4000000);
	EXPECT(lab_silent());
	EXPECT(lab.mib[ANP_MIB_TCP_SPURIOUS_RTX_HOST_QUEUES] >= 3);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, 10 * LAB_MSS);
	EXPECT(lab.t.backoff >= 2);
	drain();
	lab_pass(4000000);
	EXPECT_EQ(lab_sent().seq, LAB_ISS + 1);
}

/* A device that never sends is given up like a path that never delivers. */
TEST(smallq__a_dead_device_is_given_up)
{
	begin();
	lab.below = LAB_MSS;
	lab.below_has = true;
	lab.below_seq = lab.t.snd_una;
	lab_pass(2000000000ull);
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

TEST(autocork__a_short_one_waits_for_company)
{
	begin();
	conf.autocorking = 1;
	lab.t.nodelay = 1;
	/* Nothing of ours is below: no reason to wait. */
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	lab.below = 1000;
	lab_write(20);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_AUTOCORKING], 1);
	/* What an ACK lets out is not what a program has just written. */
	drain();
	EXPECT_EQ(lab_sent().len, 20);
	/* Urgent is urgent. */
	lab.below = 1000;
	lab_write(20);
	EXPECT(lab_silent());
	anp_tcp_urgent(&lab.t);
	anp_tcp_push(&lab.t, false, lab.now);
	EXPECT_EQ(lab_sent().len, 20);
}

TEST(autocork__not_when_told_so_nor_alone)
{
	begin();
	lab.t.nodelay = 1;
	lab.below = 1000;
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	conf.autocorking = 1;
	ack(LAB_SND_NXT);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
}
