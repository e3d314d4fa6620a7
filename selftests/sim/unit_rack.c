// SPDX-License-Identifier: GPL-2.0
/*
 * RACK (RFC 8985 6): what is lost, what is only late (rack.c).
 */
#include "unit.h"

#define M LAB_MSS
#define RTT 40000u	/* us */

/* ESTABLISHED with SACK, a round trip of RTT known, nothing in flight. */
static u32 start(void)
{
	lab_to_sack(false);
	lab.t.gso_max = M;
	lab.t.cwnd = 20 * M;
	lab.t.rtt_min = RTT;
	lab.t.srtt = RTT;
	lab.t.rttvar = RTT / 4;
	return LAB_SND_NXT;
}

/* Sends @n segments, 1 ms apart. */
static void flow(u32 n)
{
	while (n--) {
		lab_write(M);
		EXPECT_EQ(lab_sent().len, M);
		lab.now += 1000;
	}
}

/* RFC 8985 5.3 and 6.2: the time of the last transmission counts. */
TEST(rack__a_lost_retransmission_is_sent_again)
{
	u32 f = start(), i;

	flow(10);
	lab.now += RTT;
	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	/* New data goes out behind it and is delivered; it is not. */
	lab_write(10 * M);
	for (i = 5; i <= 10; i++)
		SACK(f, { f + M, f + i * M });
	while (!lab_silent())
		EXPECT(seq_geq(lab_sent().seq, f + 10 * M));
	lab.now += RTT + 5000;
	SACK(f, { f + M, f + 11 * M });
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOST_RETRANSMIT], 1);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 0);
	/* The window was reduced once. */
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_SACK_RECOVERY], 1);
}

TEST(rack__few_duplicates_and_time_are_enough)
{
	u32 f = start();

	/* Too few in flight for three duplicates: a quarter of a round trip decides. */
	flow(3);
	lab.now += RTT - 3000;
	SACK(f, { f + M, f + 2 * M });
	EXPECT(lab_silent());
	EXPECT(lab.t.t_reo);
	EXPECT(lab_until() <= RTT / 4);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 0);
}

TEST(rack__reordering_is_waited_for)
{
	u32 f = start();

	flow(10);
	lab.now += RTT - 10000;
	SACK(f, { f + M, f + 2 * M });
	/* The first was overtaken: the path reorders. */
	SACK(f + 2 * M);
	EXPECT_EQ(lab.t.reord_seen, 1);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(!lab.t.t_reo);
	/* From now on three duplicates are not enough, ... */
	SACK(f + 2 * M, { f + 3 * M, f + 9 * M });
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_DISORDER);
	EXPECT(lab.t.t_reo);
	/* ... time is. */
	lab_pass(RTT / 2);
	EXPECT_EQ(lab_sent().seq, f + 2 * M);
}

TEST(rack__duplicates_widen_the_window)
{
	u32 f = start();

	flow(10);
	lab.now += RTT - 10000;
	SACK(f, { f + M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.reo_wnd_mult, 1);
	/* RFC 8985 6.2 step 4: a round in which a retransmission came twice */
	SACK(f + 4 * M, { f, f + M });
	EXPECT_EQ(lab.t.reo_wnd_mult, 2);
	EXPECT_EQ(lab.t.reo_wnd_persist, 16);
	SACK(f + 4 * M, { f, f + M });
	EXPECT_EQ(lab.t.reo_wnd_mult, 2);
}

TEST(rack__patience_ends_after_16_recoveries)
{
	u32 i;

	start();
	lab.t.reo_wnd_mult = 5;
	lab.t.reo_wnd_persist = 16;
	for (i = 0; i < 16; i++)
		anp_tcp_rack_recovered(&lab.t);
	EXPECT_EQ(lab.t.reo_wnd_mult, 1);
}

TEST(rack__timeout_spares_what_was_just_sent)
{
	u32 f = start();

	flow(3);
	lab.t.t_pto = 0;
	lab_pass(lab_until() - 1000);
	EXPECT(lab_silent());
	/* RFC 8985 6.3: younger than a round trip, it cannot be known to be lost. */
	lab_write(M);
	EXPECT_EQ(lab_sent().seq, f + 3 * M);
	lab.t.t_pto = 0;
	lab_pass(2000);
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.t.lost_out, 3 * M);
}
