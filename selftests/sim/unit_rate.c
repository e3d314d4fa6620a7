// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery rate samples (rate.c): draft-ietf-ccwg-bbr 4.1.
 */
#include "unit.h"

#define MSEC 1000u

static void ack(u32 upto)
{
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = upto);
}

static void drain(void)
{
	while (!lab_silent())
		lab_sent();
}

static struct tcp_info look(void)
{
	struct tcp_info info;

	anp_tcp_get_info(&lab.t, false, &info, lab.now);
	return info;
}

TEST(rate__unknown_at_first)
{
	lab_to(TCP_ESTABLISHED);
	EXPECT_EQ(look().tcpi_delivery_rate, 0);
}

TEST(rate__a_flight_in_a_round_trip)
{
	u32 base;

	lab_to(TCP_ESTABLISHED);
	base = lab.t.snd_una;
	lab_write(10 * LAB_MSS);
	lab.now += 10 * MSEC;
	ack(base + 10 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_bytes, 10 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_us, 10 * MSEC);
	EXPECT_EQ(look().tcpi_delivery_rate, 10 * LAB_MSS * 100);
	drain();
}

/* The interval begins with the ACK before the sending, not with the sending. */
TEST(rate__from_the_ack_before)
{
	u32 base;

	lab_to(TCP_ESTABLISHED);
	base = lab.t.snd_una;
	lab_write(4 * LAB_MSS);
	lab.now += 10 * MSEC;
	ack(base + 2 * LAB_MSS);
	lab.now += 5 * MSEC;
	lab_write(2 * LAB_MSS);
	lab.now += 10 * MSEC;
	ack(base + 6 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_bytes, 4 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_us, 15 * MSEC);
	drain();
}

/* ACKs that come at once do not make the path faster than what was sent into it. */
TEST(rate__not_above_the_send_rate)
{
	u32 base, i;

	lab_to(TCP_ESTABLISHED);
	base = lab.t.snd_una;
	for (i = 0; i < 5; i++) {
		lab_write(LAB_MSS);
		lab.now += 4 * MSEC;
	}
	/* All but the last were on their way when the last was sent. */
	ack(base + 4 * LAB_MSS);
	ack(base + 5 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_bytes, 5 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_us, 20 * MSEC);
	drain();
}

TEST(rate__what_is_sacked_is_delivered)
{
	u32 base;

	lab_to_sack(false);
	base = lab.t.snd_una;
	lab_write(4 * LAB_MSS);
	lab.now += 8 * MSEC;
	SACK(base, { base + LAB_MSS, base + 4 * LAB_MSS });
	EXPECT_EQ(lab.t.rate_bytes, 3 * LAB_MSS);
	EXPECT_EQ(lab.t.rate_us, 8 * MSEC);
	EXPECT_EQ(lab.t.delivered, 3 * LAB_MSS);
	/* The rest, sent again: not twice. */
	lab.now += 8 * MSEC;
	ack(base + 4 * LAB_MSS);
	EXPECT_EQ(lab.t.delivered, 4 * LAB_MSS);
	drain();
}

/* An ACK sooner than the path is long answers an earlier transmission. */
TEST(rate__no_sample_below_the_round_trip)
{
	u32 base, i;

	lab_to_sack(false);
	base = lab.t.snd_una;
	for (i = 0; i < 5; i++) {
		lab_write(LAB_MSS);
		lab.now += 20 * MSEC;
		ack(base + (i + 1) * LAB_MSS);
	}
	lab.t.rtt_min = 20 * MSEC;
	base = lab.t.snd_una;
	lab_write(LAB_MSS);
	lab.t.rate_us = 0;
	/* The timeout sends it again; what comes 1 ms later is the first one's. */
	lab_pass(2000 * MSEC);
	EXPECT(lab.t.total_retrans);
	lab.now = lab.t.sent_at + MSEC;
	ack(base + LAB_MSS);
	EXPECT_EQ(lab.t.rate_us, 0);
	drain();
}

TEST(rate__a_program_that_has_nothing_to_send)
{
	u32 base;

	lab_to(TCP_ESTABLISHED);
	base = lab.t.snd_una;
	lab_write(100);
	lab.now += 10 * MSEC;
	ack(base + 100);
	EXPECT_EQ(look().tcpi_delivery_rate_app_limited, 1);
	/* A whole window, and more that waits: now it is the path. */
	lab_write(30 * LAB_MSS);
	lab.now += 10 * MSEC;
	ack(lab.t.snd_nxt);
	lab.now += 10 * MSEC;
	ack(lab.t.snd_nxt);
	EXPECT_EQ(look().tcpi_delivery_rate_app_limited, 0);
	drain();
	/* A smaller sample of a program that pauses does not replace it. */
	base = look().tcpi_delivery_rate;
	lab.now += 100 * MSEC;
	ack(lab.t.snd_nxt);
	lab_pass(1000 * MSEC);
	lab_write(10);
	lab.now += 10 * MSEC;
	ack(lab.t.snd_nxt);
	EXPECT_EQ(look().tcpi_delivery_rate, base);
	EXPECT_EQ(look().tcpi_delivery_rate_app_limited, 0);
	drain();
}
