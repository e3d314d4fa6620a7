// SPDX-License-Identifier: GPL-2.0
/*
 * Tail loss probes (RFC 8985 7; tlp.c).
 */
#include "unit.h"

#define M LAB_MSS
#define RTT 40000u	/* us */

/* ESTABLISHED with SACK, @segs segments in flight that nobody has answered yet. */
static u32 tail(u32 segs)
{
	u32 f;

	lab_to_sack(false);
	f = LAB_SND_NXT;
	lab.t.gso_max = M;
	lab.t.cwnd = 20 * M;
	lab.t.rtt_min = RTT;
	lab.t.srtt = RTT;
	lab.t.rttvar = RTT / 8;
	anp_tcp_rto_set(&lab.t);
	while (segs--) {
		lab_write(M);
		EXPECT_EQ(lab_sent().len, M);
	}
	return f;
}

TEST(tlp__two_round_trips_after_the_last_news)
{
	u32 f = tail(4);
	struct seg s;

	EXPECT_EQ(lab_until(), 2 * RTT);
	lab.now += RTT;
	SACK(f + M);
	EXPECT_EQ(lab_until(), 2 * RTT);
	lab_pass(2 * RTT);
	/* RFC 8985 7.3: the last segment */
	s = lab_sent();
	EXPECT_EQ(s.seq, f + 3 * M);
	EXPECT_EQ(s.len, M);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_PROBES], 1);
	/* One only; next is the timeout, a whole one from now. */
	EXPECT(lab_until() >= lab.t.rto);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

TEST(tlp__a_lone_segment_gives_the_peer_time)
{
	u32 f = tail(1);

	/* No later than the timeout. */
	EXPECT_EQ(lab_until(), min(2 * RTT + ANP_TCP_DELACK_MAX, lab.t.rto));
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 0);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 1);
}

TEST(tlp__new_data_is_better)
{
	u32 f = tail(4);

	lab.t.cwnd = 4 * M;
	lab_write(3 * M);
	EXPECT(lab_silent());
	lab_pass(2 * RTT);
	EXPECT_EQ(lab_sent().seq, f + 4 * M);
	EXPECT(lab_silent());
	/* Its ACK ends the probe, and says nothing of a loss. */
	SACK(f + 5 * M);
	EXPECT(!lab.t.tlp_on);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_PROBE_RECOVERY], 0);
}

TEST(tlp__its_sack_starts_the_recovery)
{
	u32 f = tail(4);

	/* The last three are lost. */
	lab.now += RTT;
	SACK(f + M);
	lab_pass(2 * RTT);
	EXPECT_EQ(lab_sent().seq, f + 3 * M);
	lab.now += RTT;
	SACK(f + M, { f + 3 * M, f + 4 * M });
	EXPECT_EQ(lab_sent().seq, f + M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_TIMEOUTS], 0);
}

TEST(tlp__a_repaired_loss_counts)
{
	u32 f = tail(4), ssthresh = lab.t.ssthresh;

	/* The last one alone is lost: the probe repairs it, the window has to shrink. */
	lab.now += RTT;
	SACK(f + 3 * M);
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, f + 3 * M);
	lab.now += RTT;
	lab_write(M);
	EXPECT_EQ(lab_sent().seq, f + 4 * M);
	SACK(f + 5 * M);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_PROBE_RECOVERY], 1);
	EXPECT(lab.t.ssthresh < ssthresh);
	EXPECT(lab.t.cwnd <= lab.t.ssthresh + M);
}

TEST(tlp__both_copies_arrived)
{
	u32 f = tail(4), cwnd = lab.t.cwnd;

	lab_pass(2 * RTT);
	EXPECT_EQ(lab_sent().seq, f + 3 * M);
	SACK(f + 4 * M);
	EXPECT(lab.t.tlp_on);
	/* RFC 8985 7.4.2: the D-SACK says so. */
	SACK(f + 4 * M, { f + 3 * M, f + 4 * M });
	lab_write(M);
	lab_sent();
	SACK(f + 5 * M, { f + 3 * M, f + 4 * M });
	EXPECT(!lab.t.tlp_on);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_PROBE_RECOVERY], 0);
	EXPECT(lab.t.cwnd >= cwnd);
	/* Nor was RACK too hasty. */
	EXPECT_EQ(lab.t.reo_wnd_mult, 1);
}

TEST(tlp__not_without_sack)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(4 * M);
	lab_sent();
	EXPECT_EQ(lab.t.t_pto, 0);
}

TEST(tlp__a_lone_fin)
{
	struct seg s;

	tail(1);
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_FIN | ANP_TCP_ACK);
	lab.now += RTT;
	SACK(LAB_SND_NXT - 1);
	lab_pass(lab_until());
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_FIN | ANP_TCP_ACK);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOSS_PROBES], 1);
}
