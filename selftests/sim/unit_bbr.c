// SPDX-License-Identifier: GPL-2.0
/*
 * BBR (bbr.c, bbr_model.c): draft-ietf-ccwg-bbr, fed with rate samples.  Over whole paths it is
 * anp-paths that tests it.
 */
#include <linux/inet_diag.h>
#include "../../module/tcp/bbr.h"
#include "unit.h"

#define RTT	20000u		/* us */
#define SEC	1000000u

static struct bbr *bbr(void)
{
	return bbr_of(&lab.t);
}

static void begin(void)
{
	lab_to_sack(false);
	lab.t.srtt = RTT;
	anp_tcp_set_cong(&lab.t, &anp_tcp_bbr, lab.now);
}

static void sample(struct anp_tcp_ack_sample *s)
{
	lab.now += RTT;
	lab.t.now = lab.now;
	lab.t.delivered += s->rate_bytes;
	s->delivered = s->rate_bytes;
	s->rate_us = RTT;
	s->rtt = RTT;
	s->newest = true;
	s->tx_in_flight = s->tx_in_flight ?: s->rate_bytes;
	s->prior_delivered = lab.t.delivered - s->rate_bytes;
	anp_tcp_bbr.cong_control(&lab.t, s);
}

/* A round trip in which @bytes were delivered. */
static void round_of(u32 bytes)
{
	struct anp_tcp_ack_sample s = { .rate_bytes = bytes };

	sample(&s);
}

static void rounds_of(u32 bytes, u32 n)
{
	while (n--)
		round_of(bytes);
}

/* Bytes a second as the samples of @bytes a round have it. */
static u64 rate_of(u32 bytes)
{
	return (u64)bytes * SEC / RTT;
}

static void expect_rate(u64 percent, u32 bytes)
{
	u64 due = rate_of(bytes) * percent / 100 * 99 / 100;

	EXPECT(lab.pacing_rate <= due);
	EXPECT(lab.pacing_rate >= due - due / 1000 - 32);
}

/* 10 MB/s */
#define BDP	200000u

static void to_cruise(void)
{
	u32 bytes;

	begin();
	for (bytes = BDP / 8; bytes < BDP; bytes *= 2)
		round_of(bytes);
	rounds_of(BDP, 5);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_CRUISE);
}

TEST(bbr__starts_at_the_initial_window_in_a_round_trip)
{
	begin();
	EXPECT_EQ(bbr()->state, BBR_STARTUP);
	EXPECT(lab.paces);
	EXPECT_EQ(lab.pacing_rate, (u64)anp_tcp_initial_window(&lab.t) * 50 * 277 / 100);
}

TEST(bbr__startup_goes_on_while_bandwidth_grows)
{
	u32 bytes = 20000, i;

	begin();
	for (i = 0; i < 10; i++, bytes = bytes * 13 / 10) {
		round_of(bytes);
		EXPECT_EQ(bbr()->state, BBR_STARTUP);
		expect_rate(277, bytes);
	}
}

TEST(bbr__startup_ends_after_three_rounds_without_growth)
{
	begin();
	rounds_of(BDP, 3);
	EXPECT_EQ(bbr()->state, BBR_STARTUP);
	/* Something is in flight that has to drain. */
	lab.t.snd_nxt = lab.t.snd_una + 3 * BDP;
	round_of(BDP);
	EXPECT_EQ(bbr()->state, BBR_DRAIN);
	expect_rate(50, BDP);
	lab.t.snd_nxt = lab.t.snd_una + BDP / 2;
	round_of(BDP);
	EXPECT(bbr_in_probe_bw(bbr()));
	lab.t.snd_nxt = lab.t.snd_una;
}

TEST(bbr__a_program_that_pauses_does_not_end_startup)
{
	struct anp_tcp_ack_sample s = { .rate_bytes = 20000, .app_limited = true };
	u32 i;

	begin();
	round_of(20000);
	for (i = 0; i < 10; i++)
		sample(&s);
	EXPECT_EQ(bbr()->state, BBR_STARTUP);
}

TEST(bbr__many_losses_end_startup)
{
	struct anp_tcp_ack_sample s = { .rate_bytes = BDP, .tx_lost = BDP / 20 };
	struct anp_tcp_cb cb = {};
	u32 i;

	begin();
	round_of(BDP / 2);
	lab.t.ca_state = ANP_TCP_CA_RECOVERY;
	for (i = 0; i < 6; i++) {
		cb.seq += 10000;
		cb.end_seq = cb.seq + LAB_MSS;
		anp_tcp_bbr.lost(&lab.t, &cb);
	}
	sample(&s);
	EXPECT(bbr()->full_bw_reached);
	EXPECT(bbr()->state != BBR_STARTUP);
	EXPECT(bbr()->inflight_longterm >= BDP - 1000);
	EXPECT(bbr()->inflight_longterm <= BDP + 1000);
	/* It was for nothing after all. */
	lab.t.ca_state = ANP_TCP_CA_OPEN;
	anp_tcp_bbr.undo(&lab.t);
	EXPECT_EQ(bbr()->state, BBR_STARTUP);
	EXPECT_EQ(bbr()->inflight_longterm, BBR_INFINITY);
}

TEST(bbr__few_losses_or_one_burst_do_not_end_startup)
{
	struct anp_tcp_ack_sample s = { .rate_bytes = BDP, .tx_lost = BDP / 20 };
	struct anp_tcp_cb cb = { .seq = 10000, .end_seq = 10000 };
	u32 i;

	begin();
	round_of(BDP / 2);
	lab.t.ca_state = ANP_TCP_CA_RECOVERY;
	for (i = 0; i < 20; i++) {
		cb.seq = cb.end_seq;
		cb.end_seq += LAB_MSS;
		anp_tcp_bbr.lost(&lab.t, &cb);
	}
	sample(&s);
	EXPECT_EQ(bbr()->state, BBR_STARTUP);
}

TEST(bbr__cruises_at_the_bandwidth_with_two_bdp_of_window)
{
	to_cruise();
	expect_rate(100, BDP);
	rounds_of(BDP, 20);
	EXPECT(lab.t.cwnd >= 2 * BDP - 2000);
	EXPECT(lab.t.cwnd <= 2 * BDP + 2000 + max(bbr()->extra_acked[0], bbr()->extra_acked[1]));
}

/* Every two or three seconds: refill for a round, then up until nothing more comes. */
TEST(bbr__probes_for_bandwidth)
{
	bool refilled = false;
	u32 n;

	to_cruise();
	for (n = 0; n < 200 && bbr()->state != BBR_PROBE_BW_UP; n++) {
		round_of(BDP);
		if (bbr()->state == BBR_PROBE_BW_REFILL) {
			refilled = true;
			expect_rate(100, BDP);
		}
	}
	EXPECT(refilled);
	EXPECT(n * RTT <= 3 * SEC + 2 * RTT);
	expect_rate(125, BDP);
	/* More is to be had: it is taken. */
	round_of(BDP * 5 / 4);
	expect_rate(125, BDP * 5 / 4);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_UP);
	rounds_of(BDP * 5 / 4, 3);
	EXPECT(bbr()->state != BBR_PROBE_BW_UP);
	EXPECT(bbr()->ack_phase == BBR_ACKS_PROBE_STOPPING || bbr()->ack_phase == BBR_ACKS_INIT);
}

/* What two cycles have not shown again is forgotten. */
TEST(bbr__bandwidth_of_two_cycles)
{
	u32 n, ups = 0, state = 0;

	to_cruise();
	for (n = 0; n < 1000 && ups < 3; n++) {
		round_of(BDP / 2);
		if (bbr()->state == BBR_PROBE_BW_UP && state != BBR_PROBE_BW_UP)
			ups++;
		state = bbr()->state;
	}
	rounds_of(BDP / 2, 20);
	EXPECT(bbr_max_bw(bbr()) <= rate_of(BDP / 2) >> BBR_BW_SHIFT);
}

static void to_up(void)
{
	u32 n;

	to_cruise();
	for (n = 0; n < 200 && bbr()->state != BBR_PROBE_BW_UP; n++)
		round_of(BDP);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_UP);
}

static void lose(u32 in_flight, u32 lost)
{
	struct anp_tcp_cb cb = { .end_seq = LAB_MSS, .tx.rate.tx_in_flight = in_flight };

	cb.tx.rate.lost = lab.t.lost;
	lab.t.lost += lost;
	anp_tcp_bbr.lost(&lab.t, &cb);
}

/* LossThresh: two in a hundred. */
TEST(bbr__too_many_losses_end_a_probe)
{
	to_up();
	lose(BDP, BDP / 60);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_UP);
	lose(BDP, BDP / 40);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_DOWN);
	EXPECT(bbr()->prev_probe_too_high);
	/* At most what was in flight, at least 0.7 of what is aimed at. */
	EXPECT(bbr()->inflight_longterm < BDP);
	EXPECT(bbr()->inflight_longterm > BDP * 7 / 10 - 1000);
	expect_rate(125, BDP);
	round_of(BDP);
	EXPECT(lab.t.cwnd <= bbr()->inflight_longterm);
	/* Cruising leaves room to others. */
	round_of(BDP);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_CRUISE);
	EXPECT(lab.t.cwnd <= bbr_inflight_with_headroom(&lab.t));
	EXPECT(bbr_inflight_with_headroom(&lab.t) <= bbr()->inflight_longterm * 86 / 100);
	/* All that was lost came after all. */
	lab.t.cwnd = 1;
	anp_tcp_bbr.undo(&lab.t);
	EXPECT_EQ(bbr()->inflight_longterm, BBR_INFINITY);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_REFILL);
	EXPECT(lab.t.cwnd > BDP);
}

TEST(bbr__losses_bound_the_short_term)
{
	u32 bw;

	to_cruise();
	bw = bbr_max_bw(bbr());
	lose(BDP, LAB_MSS);
	EXPECT_EQ(bbr()->bw_shortterm, BBR_INFINITY);
	/* The round ends: what was delivered in it, but no less than 0.7. */
	rounds_of(BDP / 4, 2);
	EXPECT(bbr()->bw_shortterm <= bw);
	EXPECT(bbr()->bw_shortterm >= (u64)bw * 7 / 10);
	EXPECT(bbr_bw(bbr()) == bbr()->bw_shortterm);
	EXPECT(lab.t.cwnd <= bbr()->inflight_shortterm);
	/* Until bandwidth is probed again. */
	for (u32 n = 0; n < 200 && bbr()->state != BBR_PROBE_BW_REFILL; n++)
		round_of(BDP / 4);
	EXPECT_EQ(bbr()->bw_shortterm, BBR_INFINITY);
	EXPECT_EQ(bbr()->inflight_shortterm, BBR_INFINITY);
}

TEST(bbr__a_mark_bounds_what_is_in_flight)
{
	to_cruise();
	lab.t.snd_nxt = lab.t.snd_una + BDP;
	anp_tcp_bbr.ssthresh_ecn(&lab.t);
	EXPECT_EQ(bbr()->inflight_shortterm, BDP * 85 / 100);
	lab.t.snd_nxt = lab.t.snd_una;
	round_of(BDP);
	EXPECT(lab.t.cwnd <= BDP * 85 / 100);
}

TEST(bbr__a_mark_ends_a_probe)
{
	to_up();
	anp_tcp_bbr.ssthresh_ecn(&lab.t);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_DOWN);
	EXPECT(bbr()->inflight_longterm < BBR_INFINITY);
}

TEST(bbr__a_mark_ends_startup)
{
	begin();
	round_of(BDP / 2);
	anp_tcp_bbr.ssthresh_ecn(&lab.t);
	round_of(BDP / 2);
	EXPECT(bbr()->full_bw_reached);
	EXPECT(bbr()->state != BBR_STARTUP);
}

/* The round trip is measured anew every five seconds, with half of the path's volume in flight. */
TEST(bbr__probes_for_the_round_trip)
{
	u32 n;
	u64 entered;

	to_cruise();
	for (n = 0; n < 400 && bbr()->state != BBR_PROBE_RTT; n++) {
		round_of(BDP);
		/* None of the later samples is as short as the first. */
		bbr()->probe_rtt_min_delay = min(bbr()->probe_rtt_min_delay, RTT - 1);
	}
	EXPECT_EQ(bbr()->state, BBR_PROBE_RTT);
	entered = lab.now;
	EXPECT(lab.t.cwnd <= BDP / 2 + 1000);
	expect_rate(100, BDP);
	for (n = 0; n < 100 && bbr()->state == BBR_PROBE_RTT; n++)
		round_of(BDP / 2);
	EXPECT(lab.now - entered >= BBR_PROBE_RTT_DURATION);
	EXPECT(lab.now - entered <= BBR_PROBE_RTT_DURATION + 3 * RTT);
	EXPECT(lab.t.app_limited);
	EXPECT_EQ(bbr()->state, BBR_PROBE_BW_CRUISE);
	EXPECT(lab.t.cwnd >= 2 * BDP - 2000);
}

TEST(bbr__goes_on_after_an_idle_time_as_before)
{
	u32 cwnd;

	to_cruise();
	cwnd = lab.t.cwnd;
	lab.t.sent_at = lab.now;
	lab.t.app_limited = 1;
	lab.pacing_rate = 1;
	lab.now += 10 * SEC;
	lab.t.now = lab.now;
	anp_tcp_cong_send(&lab.t);
	EXPECT_EQ(lab.t.cwnd, cwnd);
	expect_rate(100, BDP);
	/* The pause was as good as ProbeRTT. */
	round_of(BDP);
	EXPECT(bbr()->state != BBR_PROBE_RTT);
}

TEST(bbr__a_timeout_leaves_a_segment)
{
	u32 base, before;

	begin();
	rounds_of(BDP, 6);
	before = lab.t.cwnd;
	base = lab.t.snd_una;
	lab_write(10 * LAB_MSS);
	lab_pass(RTT);
	while (!lab_silent())
		lab_sent();
	EXPECT_EQ(lab.t.snd_nxt, base + 10 * LAB_MSS);
	lab.t.srtt = 0;
	lab_pass(1500000);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_LOSS);
	EXPECT_EQ(lab.t.cwnd, LAB_MSS);
	EXPECT_EQ(bbr()->prior_cwnd, before);
	while (!lab_silent())
		lab_sent();
	/* When all is repaired it is as before. */
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd >= before / 2);
}

/* While it repairs a loss it goes on at its rate: no halving, no proportional reduction. */
TEST(bbr__a_loss_is_repaired_at_the_rate)
{
	u32 base, cwnd;

	begin();
	rounds_of(BDP, 6);
	base = lab.t.snd_una;
	lab_write(10 * LAB_MSS);
	lab_pass(RTT);
	while (!lab_silent())
		lab_sent();
	cwnd = lab.t.cwnd;
	SACK(base, { base + LAB_MSS, base + 5 * LAB_MSS });
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab_sent().seq, base);
	EXPECT(lab.t.cwnd >= cwnd / 2);
}

TEST(bbr__info)
{
	union tcp_cc_info info;

	to_cruise();
	EXPECT_EQ(anp_tcp_bbr.get_info(&lab.t, &info), sizeof(info.bbr));
	EXPECT_EQ(info.bbr.bbr_bw_lo / 100, rate_of(BDP) / 100);
	EXPECT_EQ(info.bbr.bbr_min_rtt, RTT);
	EXPECT_EQ(info.bbr.bbr_pacing_gain, 256);
	EXPECT_EQ(info.bbr.bbr_cwnd_gain, 512);
}
