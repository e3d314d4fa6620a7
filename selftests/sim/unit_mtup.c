// SPDX-License-Identifier: GPL-2.0
/*
 * Path MTU probing (mtup.c), and the limit of challenge ACKs.
 */
#include "unit.h"

static struct anp_tcp_conf conf;

/* ESTABLISHED configured to probe. */
static void start(int probing)
{
	conf = anp_tcp_conf_default;
	conf.mtu_probing = probing;
	lab.t.conf = &conf;
	lab_to(TCP_ESTABLISHED);
	lab.t.cwnd = 200 * LAB_MSS;
}

/* Writes much and returns the first segment sent, the rest is passed over. */
static struct seg burst(void)
{
	struct seg first;

	lab_write(20000);
	first = lab_sent();
	while (!lab_silent())
		lab_sent();
	return first;
}

static void ack_all(void)
{
	lab.now += 1000;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
}

TEST(mtup__off_does_nothing)
{
	start(0);
	EXPECT(!lab.t.mtup_on);
	EXPECT_EQ(lab.t.mss, LAB_MSS);
	lab_write(1000);
	lab_sent();
	while (lab.t.state == TCP_ESTABLISHED)
		lab_pass(lab_until());
	EXPECT_EQ(lab.t.mss, LAB_MSS);
}

/* RFC 4821 7.2, 7.3 */
TEST(mtup__searches_upward)
{
	u32 want = 1024, high = LAB_MSS;
	struct seg s;

	start(2);
	while (high - want >= 8) {
		EXPECT_EQ(lab.t.mss, want);
		s = burst();
		want = (want + high + 1) / 2;
		EXPECT_EQ(s.len, want);
		/* One segment, nothing cuts it. */
		EXPECT_EQ(s.gso_size, 0);
		ack_all();
		EXPECT_EQ(lab.t.mss, want);
	}
	EXPECT(lab.mib[ANP_MIB_TCP_MTUP_SUCCESS] >= 5);
	/* Near enough: no more probes, until the path may have changed (RFC 4821 7.5). */
	s = burst();
	EXPECT_EQ(s.gso_size, want);
	ack_all();
	lab.now += 601 * 1000000ull;
	burst();
	ack_all();
	EXPECT_EQ(lab.t.mtup_high, LAB_MSS);
}

/* RFC 4821 7.6.2, RFC 4821 7.6.3 and 7.6.4; RFC 8899 5.1 */
TEST(mtup__lost_probe)
{
	u32 cwnd, i;
	struct seg s;

	start(2);
	s = burst();
	EXPECT_EQ(s.len, 1242);
	cwnd = lab.t.cwnd;
	for (i = 0; i < 3; i++) {
		lab.now += 100;
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = lab.t.snd_una);
	}
	/* It goes again in pieces that pass; no congestion has been found. */
	s = lab_sent();
	EXPECT_EQ(s.seq, lab.t.snd_una);
	EXPECT(s.len <= 1242 && (s.gso_size == 1024 || s.len <= 1024));
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_MTUP_FAIL], 1);
	EXPECT_EQ(lab.t.mtup_high, 1241);
	EXPECT_EQ(lab.t.mss, 1024);
	EXPECT_EQ(lab.t.cwnd, cwnd);
	EXPECT_EQ(lab.t.ssthresh, U32_MAX);
	while (!lab_silent())
		lab_sent();
	ack_all();
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	s = burst();
	EXPECT_EQ(s.len, (1024 + 1241 + 1) / 2);
}

/* RFC 4821 7.7 */
TEST(mtup__black_hole)
{
	u32 i;

	start(1);
	EXPECT(!lab.t.mtup_on);
	lab_write(5000);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(lab.t.mss, LAB_MSS);
		while (!lab_silent())
			lab_sent();
		lab_pass(lab_until());
	}
	EXPECT_EQ(lab.t.mss, 1024);
	EXPECT_EQ(lab_sent().len, 1024);
	lab_pass(lab_until());
	EXPECT_EQ(lab.t.mss, 512);
	EXPECT_EQ(lab_sent().len, 512);
	lab_pass(lab_until());
	EXPECT_EQ(lab.t.mss, 256);
	lab_sent();
	lab_pass(lab_until());
	lab_sent();
	lab_pass(lab_until());
	lab_sent();
	/* Never below the floor. */
	EXPECT_EQ(lab.t.mss, ANP_TCP_MSS_MIN);
}

/* RFC 4821 7.1: what is said is taken as well as what is found. */
TEST(mtup__icmp_narrows_the_search)
{
	start(2);
	burst();
	EXPECT(lab.t.probe_size);
	anp_tcp_mss_changed(&lab.t, 1100, lab.now);
	EXPECT_EQ(lab.t.mtup_high, 1100);
	EXPECT_EQ(lab.t.mtup_low, 1024);
	EXPECT_EQ(lab.t.probe_size, 0);
	anp_tcp_mss_changed(&lab.t, 700, lab.now);
	EXPECT_EQ(lab.t.mss, 700);
	anp_tcp_mss_changed(&lab.t, LAB_MSS, lab.now);
	EXPECT_EQ(lab.t.mss, 700);
	EXPECT_EQ(lab.t.mtup_high, LAB_MSS);
}

/* RFC 4821 7.4 */
TEST(mtup__not_with_little_to_send)
{
	start(2);
	lab_write(1242 + 4 * 1024 - 1);
	EXPECT_EQ(lab.t.probe_size, 0);
}

/* RFC 5961 7 */
TEST(challenge__limit_of_all)
{
	struct anp_tcp_challenge c = { 0 };
	u32 i, n = 0;

	for (i = 0; i < 100; i++)
		n += anp_tcp_challenge_take(&c, 10, 0, 5000000);
	EXPECT_EQ(n, 5);
	/* Anew each second, and nobody knows how many. */
	for (i = n = 0; i < 100; i++)
		n += anp_tcp_challenge_take(&c, 10, U32_MAX, 6000000);
	EXPECT_EQ(n, 14);
	for (i = n = 0; i < 100; i++)
		n += anp_tcp_challenge_take(&c, INT_MAX, 0, 6000000);
	EXPECT_EQ(n, 100);
}

/* RFC 5961 10 */
TEST(challenge__limit_holds_back)
{
	lab_to(TCP_ESTABLISHED);
	lab.challenge_limit = 1;
	lab.challenge = (struct anp_tcp_challenge){ .second = lab.now / 1000000, .left = 0 };
	RCV(.flags = ANP_TCP_RST, .seq = LAB_RCV_NXT + 1);
	EXPECT(lab_silent());
	lab.challenge.left = 1;
	RCV(.flags = ANP_TCP_RST, .seq = LAB_RCV_NXT + 1);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
}
