// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers (seq.h), round trip times and the retransmission timeout (rtt.c), scales.
 */
#include "unit.h"

/* RFC 9293 3.4 */
TEST(seq__orders_neighbours)
{
	EXPECT(seq_lt(1, 2) && !seq_lt(2, 1) && !seq_lt(2, 2));
	EXPECT(seq_leq(2, 2) && seq_leq(1, 2) && !seq_leq(3, 2));
	EXPECT(seq_gt(2, 1) && !seq_gt(2, 2));
	EXPECT(seq_geq(2, 2) && !seq_geq(1, 2));
}

TEST(seq__wraps)
{
	EXPECT(seq_lt(U32_MAX, 0));
	EXPECT(seq_gt(0, U32_MAX));
	EXPECT(seq_lt(0xfffffff0, 0x10));
	EXPECT(!seq_lt(0x10, 0xfffffff0));
	EXPECT_EQ(seq_max(0xfffffff0, 0x10), 0x10);
	EXPECT_EQ(seq_min(0xfffffff0, 0x10), 0xfffffff0);
}

TEST(seq__half_the_space_is_the_limit)
{
	EXPECT(seq_lt(0, 0x7fffffff));
	EXPECT(!seq_lt(0, 0x80000001));
	EXPECT(seq_lt(0x80000001, 0));
}

TEST(seq__between_includes_its_ends_and_wraps)
{
	EXPECT(seq_between(5, 5, 5));
	EXPECT(seq_between(5, 5, 9) && seq_between(9, 5, 9));
	EXPECT(!seq_between(4, 5, 9) && !seq_between(10, 5, 9));
	EXPECT(seq_between(3, 0xfffffff0, 9));
	EXPECT(!seq_between(10, 0xfffffff0, 9));
}

/* RFC 6298 2.2 */
TEST(rtt__first_sample_sets_both)
{
	anp_tcp_rtt_sample(&lab.t, 100000);
	EXPECT_EQ(lab.t.srtt, 100000);
	EXPECT_EQ(lab.t.rttvar, 50000);
	/* SRTT + 4 * RTTVAR */
	EXPECT_EQ(lab.t.rto, 300000);
	EXPECT_EQ(lab.t.rtt_min, 100000);
}

/* RFC 6298 2.3 */
TEST(rtt__second_sample_by_rfc6298)
{
	anp_tcp_rtt_sample(&lab.t, 100000);
	anp_tcp_rtt_sample(&lab.t, 200000);
	/* 7/8 * 100000 + 1/8 * 200000; 3/4 * 50000 + 1/4 * 100000 */
	EXPECT_EQ(lab.t.srtt, 112500);
	EXPECT_EQ(lab.t.rttvar, 62500);
	EXPECT_EQ(lab.t.rto, 112500 + 4 * 62500);
	EXPECT_EQ(lab.t.rtt_min, 100000);
}

/* RFC 6298 2.4 and 2.5 */
TEST(rtt__rto_has_a_floor_and_a_ceiling)
{
	u32 i;

	for (i = 0; i < 200; i++)
		anp_tcp_rtt_sample(&lab.t, 50);
	EXPECT(lab.t.rto >= ANP_TCP_RTO_MIN && lab.t.rto <= ANP_TCP_RTO_MIN + 100);
	for (i = 0; i < 200; i++)
		anp_tcp_rtt_sample(&lab.t, U32_MAX);
	EXPECT_EQ(lab.t.rto, ANP_TCP_RTO_MAX);
}

TEST(rtt__steady_samples_settle)
{
	u32 i;

	for (i = 0; i < 500; i++)
		anp_tcp_rtt_sample(&lab.t, 300000);
	EXPECT_EQ(lab.t.srtt, 300000);
	EXPECT(lab.t.rttvar < 10);
	EXPECT_EQ(lab.t.rto, 300000 + ANP_TCP_RTO_MIN);
}

TEST(rtt__sample_takes_the_backoff_back)
{
	lab.t.backoff = 5;
	anp_tcp_rtt_sample(&lab.t, 1000);
	EXPECT_EQ(lab.t.backoff, 0);
}

TEST(wscale__smallest_that_fits)
{
	EXPECT_EQ(anp_tcp_wscale(0), 0);
	EXPECT_EQ(anp_tcp_wscale(65535), 0);
	EXPECT_EQ(anp_tcp_wscale(65536), 1);
	EXPECT_EQ(anp_tcp_wscale(6 * 1024 * 1024), 7);
	EXPECT_EQ(anp_tcp_wscale(U32_MAX), 14);
}
