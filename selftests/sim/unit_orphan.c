// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that no program has any more: how they end, and when at the latest (timers.c, close.c).
 */
#include <asm/unaligned.h>
#include "unit.h"

#define SEC 1000000ull

TEST(orphan__gives_up_sooner)
{
	u32 tries = 0;

	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	anp_tcp_close(&lab.t, false, lab.now);
	while (lab.t.state != TCP_CLOSE) {
		lab_pass(lab_until());
		tries++;
	}
	EXPECT_EQ(tries, ANP_TCP_ORPHAN_RETRIES + 1);
}

/* RFC 9293 3.10.4 */
TEST(orphan__leaves_fin_wait_2)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.linger2 = 7000;
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	/* A small object waits for the peer's FIN. */
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.tw.substate, TCP_FIN_WAIT2);
	EXPECT_EQ(lab.tw.deadline, lab.now + 7 * SEC);
	EXPECT_EQ(lab.tw.snd_nxt, LAB_ISS + 2);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, 0);
	EXPECT(lab_silent());
}

TEST(orphan__closed_in_fin_wait_2)
{
	lab_to(TCP_FIN_WAIT2);
	lab.t.quickack = 0;
	lab.t.pingpong = 1;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	lab_read(10);
	EXPECT(lab_silent());
	anp_tcp_close(&lab.t, false, lab.now);
	/* The ACK that was held back goes first. */
	EXPECT_EQ(lab_sent().ack, LAB_IRS + 11);
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.tw.substate, TCP_FIN_WAIT2);
	EXPECT_EQ(lab.tw.rcv_nxt, LAB_IRS + 11);
	EXPECT_EQ(lab.tw.deadline, lab.now + 60 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* The FIN comes with the ACK of ours: nothing is left to wait for. */
TEST(orphan__fin_on_the_ack)
{
	lab_to(TCP_ESTABLISHED);
	anp_tcp_close(&lab.t, false, lab.now);
	lab_sent();
	RCV(.flags = ANP_TCP_FIN | ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.tw.substate, TCP_TIME_WAIT);
}

/* Long round trips: the FIN may get lost twice. */
TEST(orphan__waits_for_the_path)
{
	lab_to(TCP_FIN_WAIT2);
	lab.t.linger2 = 1000;
	lab.t.rto = 10 * SEC;
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT_EQ(lab.tw.deadline, lab.now + 35 * SEC);
}

TEST(orphan__negative_linger2_resets)
{
	lab_to(TCP_FIN_WAIT2);
	lab.t.linger2 = -1;
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_RST);
	EXPECT(!lab.tw_made);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ABORT_ON_LINGER], 1);
	lab_clear();
	/* Before the peer has acknowledged the FIN it is waited for. */
	lab_reset();
	lab_to(TCP_ESTABLISHED);
	lab.t.linger2 = -1;
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT(lab_sent().flags & ANP_TCP_RST);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* An orphan in FIN-WAIT-1, its first timeout 1 s after. */
static void orphan_that_waits(void)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT_EQ(lab_sent().len, 100);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
}

TEST(orphan__one_too_many)
{
	orphan_that_waits();
	lab.orphan_dear = true;
	lab_pass(SEC);
	EXPECT(lab_sent().flags & ANP_TCP_RST);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ABORT_ON_MEMORY], 1);
	lab_clear();
	/* As long as a program has it, it is not asked. */
	lab_reset();
	lab_to(TCP_ESTABLISHED);
	lab.orphan_dear = true;
	lab_write(100);
	lab_pass(SEC);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
}

/* With half as many there, only one that ICMP complains of goes. */
TEST(orphan__dubious_ones_go_first)
{
	orphan_that_waits();
	lab.orphan_dear = true;
	lab.orphan_shift = 1;
	lab_pass(SEC);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	anp_tcp_icmp_error(&lab.t, LAB_ISS + 1, EHOSTUNREACH, lab.now);
	lab_pass(2 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* RFC 9293 3.8.3: the states in which an orphan still has something to send. */
static const u8 waiting[] = { TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_CLOSE_WAIT, TCP_CLOSING,
			      TCP_LAST_ACK };

/* RTOs from the least to the greatest, and those whose backoff fits worst below the greatest. */
static const u32 rtos[] = { ANP_TCP_RTO_MIN, 468000, 937000, 3700000, 14990000, 59990000, 61000000,
			    ANP_TCP_RTO_MAX };

/* The peer takes nothing: it is silent, or answers whatever comes with a window of zero. */
static void peer_takes_nothing(bool answers)
{
	struct sk_buff *skb;
	bool heard = false;

	while ((skb = __skb_dequeue(&lab.sent))) {
		kfree_skb(skb);
		heard = true;
	}
	if (heard && answers && lab.t.state != TCP_CLOSE && lab.t.state != TCP_SYN_RECV)
		RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = lab.t.snd_una, .wnd = 0);
	while ((skb = __skb_dequeue(&lab.sent)))
		kfree_skb(skb);
}

/* @data: bytes that are not acknowledged when the program goes; of them only some are sent at @wnd. */
static u64 time_of_end(const struct anp_tcp_conf *conf, u8 state, u32 rto, u32 data, u32 wnd, bool answers)
{
	u64 from;

	lab_reset();
	lab_to(state);
	lab.t.conf = conf;
	if (state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT) {
		RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = wnd);
		lab.t.rto = rto;
		if (data)
			lab_write(data);
	}
	lab.t.rto = rto;
	/* What was armed before is armed anew by what the measure of the path says now. */
	if (lab.t.t_rtx)
		anp_tcp_rtx_arm(&lab.t);
	from = lab.now;
	anp_tcp_close(&lab.t, false, lab.now);
	peer_takes_nothing(answers);
	while (lab.t.state != TCP_CLOSE) {
		EXPECT(lab_until());
		lab_pass(lab_until());
		peer_takes_nothing(answers);
	}
	from = lab.now - from;
	lab_clear();
	return from;
}

/* Each of them, with and without data, with an open, a small and a closed window; the longest time. */
static u64 latest_end(const struct anp_tcp_conf *conf)
{
	static const u32 windows[] = { 0, 10, LAB_WND }, writes[] = { 0, 100, 5000 };
	u64 latest = 0;
	u32 s, r, w, d;

	for (s = 0; s < ARRAY_SIZE(waiting); s++)
		for (r = 0; r < ARRAY_SIZE(rtos); r++)
			for (w = 0; w < ARRAY_SIZE(windows); w++)
				for (d = 0; d < 2 * ARRAY_SIZE(writes); d++)
					latest = max(latest, time_of_end(conf, waiting[s], rtos[r],
									 writes[d / 2], windows[w],
									 d & 1));
	lab_reset();
	return latest;
}

/* Waits that double up to the longest RTO are twice that together at most, and one more follows. */
TEST(orphan__ends_whatever_the_peer_does)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;

	EXPECT(latest_end(&conf) <= 3ull * ANP_TCP_RTO_MAX);
	conf.orphan_retries = 1;
	EXPECT(latest_end(&conf) <= 3ull * ANP_TCP_RTO_MAX);
	/* It is tried as often where the longest wait is shorter, whatever was measured before that was configured. */
	conf.orphan_retries = 0;
	conf.rto_max_ms = 2000;
	EXPECT(latest_end(&conf) <= 11ull * 2 * SEC);
}

/* A path on which each try waits for the longest time from the first on, and the peer hears the third. */
TEST(orphan__outlives_a_short_longest_wait)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;
	u32 i;

	conf.rto_max_ms = 1000;
	lab.t.conf = &conf;
	lab_to(TCP_ESTABLISHED);
	lab.t.conf = &conf;
	lab.t.rto = SEC;
	lab_write(100);
	anp_tcp_close(&lab.t, false, lab.now);
	for (i = 0; i < 3; i++) {
		while (!lab_silent())
			lab_sent();
		lab_pass(SEC);
		EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	}
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.error, 0);
	lab_clear();
}

/* In FIN-WAIT-2 nothing is sent: the small object has a deadline from the beginning. */
TEST(orphan__ends_in_fin_wait_2)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;
	u32 r;

	for (r = 0; r < ARRAY_SIZE(rtos); r++) {
		lab_reset();
		lab_to(TCP_FIN_WAIT2);
		lab.t.rto = rtos[r];
		anp_tcp_close(&lab.t, false, lab.now);
		EXPECT(lab.tw_made);
		EXPECT_EQ(lab.tw.deadline - lab.now, max(60 * SEC, rtos[r] * 7ull / 2));
		lab_clear();
	}
	lab_reset();
	conf.rto_max_ms = 2000;
	conf.fin_timeout = 1;
	lab_to(TCP_FIN_WAIT2);
	lab.t.conf = &conf;
	lab.t.rto = ANP_TCP_RTO_MAX;
	anp_tcp_close(&lab.t, false, lab.now);
	EXPECT_EQ(lab.tw.deadline - lab.now, 7 * SEC);
	lab_clear();
	lab_reset();
}

/* What an echo says of what was sent twice is believed up to the longest RTO, which then is this one's. */
TEST(orphan__of_a_peer_whose_timestamps_lie)
{
	u8 opts[12] = { 1, 1, 8, 10 };
	u64 from;

	lab_to_sack(true);
	lab_write(100);
	lab_sent();
	lab_pass(lab_until());
	while (!lab_silent())
		lab_sent();
	lab_pass(lab_until());
	put_unaligned_be32(1, opts + 4);
	put_unaligned_be32(anp_tcp_ts_clock(lab.now, lab.t.ts_off) - 119000, opts + 8);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .opts = opts, .optlen = sizeof(opts));
	EXPECT_EQ(lab.t.snd_una, LAB_SND_NXT);
	EXPECT(lab.t.rto > 60 * SEC);
	lab_write(100);
	from = lab.now;
	anp_tcp_close(&lab.t, false, lab.now);
	while (lab.t.state != TCP_CLOSE) {
		peer_takes_nothing(false);
		lab_pass(lab_until());
	}
	peer_takes_nothing(false);
	EXPECT(lab.now - from > 60 * SEC);
	EXPECT(lab.now - from <= 3ull * ANP_TCP_RTO_MAX);
}
