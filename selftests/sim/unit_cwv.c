// SPDX-License-Identifier: GPL-2.0
/*
 * Congestion windows that are not used (cwv.c).
 */
#include "unit.h"

#define M LAB_MSS
#define RTT 40000u	/* us */
#define SEC 1000000ull

static struct anp_tcp_conf conf;

/* ESTABLISHED with SACK; NewReno, in congestion avoidance, the window of @segs segments. */
static void begin(enum anp_tcp_idle idle, u32 segs)
{
	conf = anp_tcp_conf_default;
	conf.slow_start_after_idle = idle;
	lab_to_sack(false);
	lab.t.conf = &conf;
	lab.t.gso_max = M;
	lab.t.srtt = RTT;
	lab.t.rtt_min = RTT;
	lab.t.rttvar = RTT / 8;
	anp_tcp_rto_set(&lab.t);
	anp_tcp_set_cong(&lab.t, &anp_tcp_newreno, lab.now);
	lab.t.cwnd = segs * M;
	lab.t.ssthresh = 4 * M;
}

/* Pacing is not waited for. */
static void write_segment(void)
{
	lab.t.next_send_ns = 0;
	lab_write(M);
	EXPECT_EQ(lab_sent().len, M);
	lab.t.next_send_ns = 0;
}

/* @segs segments go out at once, and are acknowledged a round trip later, two by two. */
static void burst(u32 segs)
{
	u32 f = LAB_SND_NXT, i;

	for (i = 0; i < segs; i++)
		write_segment();
	lab.now += RTT;
	for (i = 2; i < segs; i += 2)
		SACK(f + i * M);
	SACK(f + segs * M);
	EXPECT(lab_silent());
	/* RFC 7661 4.4.2: what leaves by a window that is not validated is paced. */
	EXPECT(lab.paces || !lab.t.nvp_at);
	EXPECT(!lab.paces || conf.slow_start_after_idle == ANP_TCP_IDLE_VALIDATE);
}

/* The first of @segs segments is lost; the rest arrives. Returns its number. */
static u32 lose_first(u32 segs)
{
	u32 f = LAB_SND_NXT, i;

	for (i = 0; i < segs; i++)
		write_segment();
	lab.now += RTT;
	for (i = 2; i <= 5; i++)
		SACK(f, { f + M, f + i * M });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab_sent().seq, f);
	return f;
}

TEST(cwv__as_told_the_window_stays)
{
	begin(ANP_TCP_IDLE_KEEP, 80);
	burst(4);
	lab_pass(3600 * SEC);
	burst(4);
	EXPECT_EQ(lab.t.cwnd, 80 * M);
	EXPECT_EQ(lab.t.ssthresh, 4 * M);
}

/* RFC 2861 3.2: half of what is not used goes with each RTO that it is so. */
TEST(cwv__what_a_slow_program_does_not_use_goes)
{
	begin(ANP_TCP_IDLE_HALVE, 80);
	burst(20);
	EXPECT_EQ(lab.t.cwnd, 80 * M);
	while (lab.t.cwnd == 80 * M)
		burst(20);
	EXPECT_EQ(lab.t.cwnd, 50 * M);
	EXPECT_EQ(lab.t.ssthresh, 60 * M);
	/* Not below the restart window. */
	for (int i = 0; i < 200; i++)
		burst(2);
	EXPECT(lab.t.cwnd >= 10 * M && lab.t.cwnd < 11 * M);
}

/* The time that halved it says no more by the first ACK after it. */
TEST(cwv__idle_time_counts_once)
{
	begin(ANP_TCP_IDLE_HALVE, 80);
	burst(20);
	lab_pass(3 * lab.t.rto / 2);
	burst(20);
	EXPECT_EQ(lab.t.cwnd, 40 * M);
}

/* It was another control's, and this one settles its own. */
TEST(cwv__a_new_control_owes_nothing)
{
	begin(ANP_TCP_IDLE_VALIDATE, 80);
	burst(8);
	lose_first(12);
	EXPECT(lab.t.cwv_loss);
	anp_tcp_set_cong(&lab.t, &anp_tcp_bbr, lab.now);
	EXPECT_EQ(lab.t.cwv_loss, 0);
}

TEST(cwv__not_while_the_peer_or_the_path_is_slow)
{
	u32 i, f;

	begin(ANP_TCP_IDLE_HALVE, 80);
	/* More waits than the peer has room for. */
	lab.t.max_wnd = 40 * M;
	lab.t.snd_wnd = 4 * M;
	f = LAB_SND_NXT;
	lab_write(1000 * M);
	for (i = 0; i < 100; i++) {
		while (!lab_silent())
			lab_sent();
		lab.now += RTT;
		f += 2 * M;
		RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = f, .wnd = 4 * M);
	}
	EXPECT_EQ(lab.t.cwnd, 80 * M);
}

/* RFC 7661 4.2: where nothing is known the window counts as validated. */
TEST(cwv__a_new_connection_grows)
{
	begin(ANP_TCP_IDLE_VALIDATE, 10);
	lab.t.ssthresh = U32_MAX;
	burst(10);
	EXPECT_EQ(lab.t.cwnd, 14 * M);
	/* Half of it in flight is enough for slow start, once half of it has been acknowledged. */
	lab.t.cwnd = 30 * M;
	lab_pass(3 * SEC);
	burst(18);
	EXPECT_EQ(lab.t.cwnd, 30 * M);
	burst(18);
	EXPECT_EQ(lab.t.cwnd, 32 * M);
}

/* RFC 7661 4.4 */
TEST(cwv__not_validated_it_grows_only_full)
{
	u32 f, i;

	begin(ANP_TCP_IDLE_VALIDATE, 20);
	burst(8);
	EXPECT(lab.t.nvp_at);
	EXPECT_EQ(lab.t.cwnd, 20 * M);
	/* All of it in flight: the ACKs of that grow it. */
	f = LAB_SND_NXT;
	for (i = 0; i < 20; i++)
		write_segment();
	lab_write(M);
	EXPECT(lab_silent());
	lab.now += RTT;
	lab.t.ssthresh = 80 * M;
	SACK(f + M);
	EXPECT_EQ(lab.t.cwnd, 21 * M);
}

/* RFC 7661 4.4.3 */
TEST(cwv__kept_for_minutes)
{
	begin(ANP_TCP_IDLE_VALIDATE, 80);
	burst(10);
	lab_pass(290 * SEC);
	burst(10);
	EXPECT_EQ(lab.t.cwnd, 80 * M);
	lab_pass(20 * SEC);
	burst(10);
	EXPECT_EQ(lab.t.cwnd, 40 * M);
	EXPECT_EQ(lab.t.ssthresh, 60 * M);
	lab_pass(3600 * SEC);
	burst(9);
	EXPECT_EQ(lab.t.cwnd, 10 * M);
	/* Half of that has been in use: now it is validated. */
	EXPECT(!lab.t.nvp_at);
}

/* RFC 7661 4.3, by samples of RFC 7661 4.5.1. */
TEST(cwv__a_window_in_use_is_validated)
{
	int i;

	begin(ANP_TCP_IDLE_VALIDATE, 20);
	for (i = 0; i < 10; i++)
		burst(12);
	EXPECT(!lab.t.nvp_at);
	/* For the time of the samples. */
	lab_pass(SEC / 4);
	burst(2);
	EXPECT(!lab.t.nvp_at);
	lab_pass(2 * SEC);
	burst(2);
	EXPECT(lab.t.nvp_at);
}

/* RFC 7661 4.4.1 */
TEST(cwv__a_loss_counts_what_was_used)
{
	u32 f;

	begin(ANP_TCP_IDLE_VALIDATE, 80);
	burst(8);
	f = lose_first(12);
	EXPECT_EQ(lab.t.ssthresh, 6 * M);
	lab.now += RTT;
	SACK(f + 12 * M);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	/* One was sent again: half of eleven. */
	EXPECT_EQ(lab.t.cwnd, 11 * M / 2);
	EXPECT_EQ(lab.t.ssthresh, lab.t.cwnd);
	/* What is known of the path is measured anew. */
	EXPECT(lab.t.pipeack_undef && !lab.t.cwv_loss);
}

TEST(cwv__a_loss_of_a_validated_window)
{
	u32 f;

	begin(ANP_TCP_IDLE_VALIDATE, 20);
	burst(16);
	f = lose_first(12);
	/* NewReno's half is of what was in flight (RFC 5681 (4)). */
	EXPECT_EQ(lab.t.cwv_loss, 0);
	lab.now += RTT;
	SACK(f + 12 * M);
	EXPECT_EQ(lab.t.cwnd, lab.t.ssthresh);
}

TEST(cwv__a_loss_that_was_none)
{
	u32 f;

	begin(ANP_TCP_IDLE_VALIDATE, 80);
	burst(8);
	f = lose_first(12);
	lab.now += RTT;
	SACK(f + 12 * M, { f, f + M });
	EXPECT(lab.t.cwnd >= 80 * M);
	EXPECT_EQ(lab.t.cwv_loss, 0);
}

/* Parked: the window goes on being kept since it was last used. */
TEST(cwv__parked)
{
	begin(ANP_TCP_IDLE_VALIDATE, 80);
	burst(1);
	EXPECT(lab_rest(200 * SEC));
	burst(1);
	EXPECT_EQ(lab.t.cwnd, 80 * M);
	EXPECT(lab_rest(301 * SEC));
	burst(1);
	EXPECT_EQ(lab.t.cwnd, 40 * M);
}
