// SPDX-License-Identifier: GPL-2.0
/*
 * Time: retransmission and its backoff, giving up, zero window probes, keepalive, user timeout
 * (timers.c).
 */
#include "unit.h"

#define SEC 1000000ull

/* Passes time to the next deadline and returns how long that was. */
static u64 step(void)
{
	u64 us = lab_until();

	EXPECT(us);
	lab_pass(us);
	return us;
}

static void close_window(void)
{
	lab_to(TCP_ESTABLISHED);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 1, .wnd = 0);
	lab_sent();
	EXPECT_EQ(lab.t.snd_wnd, 0);
	EXPECT_EQ(lab_until(), 0);
}

/* RFC 6298 2.1, RFC 9293 3.8.3 */
TEST(timer__syn_backs_off_and_gives_up)
{
	u32 tries = 0;
	u64 want = SEC;

	lab_to(TCP_SYN_SENT);
	lab.now -= 1000;
	while (lab.t.state == TCP_SYN_SENT) {
		EXPECT_EQ(step(), want);
		want *= 2;
		if (lab.t.state != TCP_SYN_SENT)
			break;
		EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN);
		tries++;
	}
	EXPECT_EQ(tries, anp_tcp_conf_default.syn_retries);
	EXPECT_EQ(lab.error, ETIMEDOUT);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab_until(), 0);
}

TEST(timer__configured)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;

	lab_to(TCP_SYN_SENT);
	lab.t.conf = &conf;
	conf.syn_retries = 1;
	step();
	lab_sent();
	step();
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

TEST(timer__configured_data)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;

	lab.t.conf = &conf;
	conf.retries2 = 2;
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab_sent();
	step();
	lab_sent();
	step();
	lab_sent();
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	step();
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

TEST(timer__configured_longest_wait)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;
	u64 want;

	lab.t.conf = &conf;
	conf.rto_max_ms = 3000;
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab_sent();
	want = lab.t.rto;
	while (lab.t.state != TCP_CLOSE) {
		EXPECT_EQ(step(), want);
		want = min(2 * want, 3 * SEC);
		while (!lab_silent())
			lab_sent();
	}
	EXPECT_EQ(lab.error, ETIMEDOUT);
	/* What is measured has the same bound. */
	anp_tcp_rtt_sample(&lab.t, 10 * SEC);
	EXPECT_EQ(lab.t.rto, 3 * SEC);
}

TEST(timer__configured_orphan)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;

	lab.t.conf = &conf;
	conf.orphan_retries = 1;
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab_sent();
	anp_tcp_close(&lab.t, false, lab.now);
	lab_sent();
	step();
	lab_sent();
	step();
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

TEST(timer__configured_keepalive)
{
	struct anp_tcp_conf conf = anp_tcp_conf_default;

	lab.t.conf = &conf;
	conf.keepalive_time = 10;
	conf.keepalive_intvl = 3;
	conf.keepalive_probes = 1;
	lab_to(TCP_ESTABLISHED);
	lab.t.keepalive = 1;
	anp_tcp_keepalive_changed(&lab.t, lab.t.rcvd_at);
	lab.now = lab.t.rcvd_at;
	EXPECT_EQ(step(), 10 * SEC);
	lab_sent();
	EXPECT_EQ(step(), 3 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

TEST(timer__syncnt)
{
	lab_to(TCP_SYN_SENT);
	lab.t.syn_retries = 1;
	step();
	lab_sent();
	step();
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* RFC 9293 3.8.3 */
TEST(timer__data_backs_off_to_two_minutes_and_gives_up)
{
	u32 tries = 0;
	u64 want;

	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab_sent();
	want = lab.t.rto;
	for (;;) {
		EXPECT_EQ(step(), want);
		want = min_t(u64, want * 2, ANP_TCP_RTO_MAX);
		if (lab.t.state == TCP_CLOSE)
			break;
		EXPECT_EQ(lab_sent().len, 100);
		EXPECT(lab_silent());
		tries++;
	}
	EXPECT_EQ(tries, anp_tcp_conf_default.retries2);
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

/* RFC 5461 3 */
TEST(timer__soft_error_is_what_a_timeout_reports)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	anp_tcp_icmp_error(&lab.t, lab.t.snd_una, EHOSTUNREACH, lab.now);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	while (lab.t.state != TCP_CLOSE)
		step();
	EXPECT_EQ(lab.error, EHOSTUNREACH);
}

/* RFC 1122 4.2.3.9 */
TEST(icmp__fails_a_connect)
{
	lab_to(TCP_SYN_SENT);
	anp_tcp_icmp_error(&lab.t, LAB_ISS + 77, ECONNREFUSED, lab.now);
	/* RFC 5927 4.1: not about what we sent */
	EXPECT_EQ(lab.t.state, TCP_SYN_SENT);
	anp_tcp_icmp_error(&lab.t, LAB_ISS, ECONNREFUSED, lab.now);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ECONNREFUSED);
}

TEST(timer__user_timeout)
{
	u64 from;

	lab_to(TCP_ESTABLISHED);
	lab.t.user_timeout = 5000;
	lab_write(100);
	step();
	from = lab.now;
	while (lab.t.state != TCP_CLOSE)
		step();
	/* RFC 5482; from the first timeout on */
	EXPECT_EQ(lab.now - from, 5 * SEC);
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

/* However far the timer has backed off: the timeout is not waited beyond. */
TEST(timer__user_timeout_of_a_slow_path)
{
	u64 from;

	lab_to(TCP_ESTABLISHED);
	lab.t.user_timeout = 5000;
	lab.t.rto = 60 * SEC;
	lab_write(100);
	from = lab.now;
	EXPECT_EQ(step(), 60 * SEC);
	lab_sent();
	lab_sent();
	EXPECT_EQ(step(), 5 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ETIMEDOUT);
	EXPECT_EQ(lab.now - from, 65 * SEC);
	EXPECT(lab_silent());
}

/* Likewise of probes that nobody answers. */
TEST(probe__user_timeout)
{
	close_window();
	lab.t.user_timeout = 5000;
	lab.t.rto = 60 * SEC;
	lab_write(100);
	EXPECT_EQ(step(), 60 * SEC);
	EXPECT_EQ(lab_sent().len, 0);
	EXPECT_EQ(step(), 5 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

TEST(timer__refused_below_is_tried_again)
{
	lab_to(TCP_ESTABLISHED);
	lab.refuse = true;
	lab_write(100);
	EXPECT(lab_silent());
	lab.refuse = false;
	step();
	EXPECT_EQ(lab_sent().len, 100);
}

TEST(timer__no_memory_is_tried_again)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab_sent();
	shim.rng = 1;
	shim.fail_ppm = 1000000;
	step();
	EXPECT(lab_silent());
	shim.fail_ppm = 0;
	EXPECT(lab_until() && lab_until() <= SEC);
	step();
	EXPECT_EQ(lab_sent().len, 100);
}

TEST(probe__zero_window_is_probed_for_ever_while_answered)
{
	u64 want, us;
	u32 i;

	close_window();
	lab_write(100);
	EXPECT(lab_silent());
	want = lab.t.rto;
	for (i = 0; i < 40; i++) {
		struct seg s;

		us = step();
		EXPECT_EQ(us, want);
		want = min_t(u64, want * 2, ANP_TCP_RTO_MAX);
		s = lab_sent();
		/* An old byte's number and no payload: it forces an answer. */
		EXPECT_EQ(s.seq, lab.t.snd_una - 1);
		EXPECT_EQ(s.len, 0);
		RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 0);
	}
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab_sent().len, 100);
}

TEST(probe__unanswered_gives_up)
{
	close_window();
	lab_write(100);
	while (lab.t.state != TCP_CLOSE)
		step();
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

TEST(probe__small_window_is_used_in_the_end)
{
	close_window();
	lab_write(1000);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 10);
	/* RFC 9293 3.8.6.2.1: crumbs wait for the override timeout. */
	EXPECT(lab_silent());
	step();
	EXPECT_EQ(lab_sent().len, 10);
}

static void keep(void)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.keepalive = 1;
	lab.t.keep_idle = 10000;
	lab.t.keep_intvl = 2000;
	lab.t.keep_cnt = 3;
	anp_tcp_keepalive_changed(&lab.t, lab.now);
}

/* RFC 9293 3.8.4 */
TEST(keepalive__probes_and_gives_up)
{
	struct seg s;
	u32 i;

	keep();
	for (i = 0; i < 3; i++) {
		u64 us = step();

		EXPECT(us <= 10 * SEC && us >= (i ? 2 * SEC : 9 * SEC));
		s = lab_sent();
		EXPECT_EQ(s.flags, ANP_TCP_ACK);
		EXPECT_EQ(s.seq, lab.t.snd_una - 1);
		EXPECT_EQ(s.len, 0);
	}
	EXPECT_EQ(step(), 2 * SEC);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ETIMEDOUT);
	EXPECT(lab_sent().flags & ANP_TCP_RST);
}

TEST(keepalive__an_answer_starts_over)
{
	u32 i;

	keep();
	for (i = 0; i < 20; i++) {
		step();
		EXPECT_EQ(lab_sent().len, 0);
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
		EXPECT_EQ(lab_until(), 10 * SEC);
	}
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
}

TEST(keepalive__turned_off)
{
	keep();
	lab.t.keepalive = 0;
	anp_tcp_keepalive_changed(&lab.t, lab.now);
	EXPECT_EQ(lab_until(), 0);
}

TEST(keepalive__waits_while_data_is_in_flight)
{
	keep();
	lab.t.keep_idle = 1;
	anp_tcp_keepalive_changed(&lab.t, lab.now);
	lab_write(100);
	lab_sent();
	lab_pass(1000);
	/* Not due at once again, which would be a storm. */
	EXPECT(lab_until());
	EXPECT_EQ(lab.t.probes, 0);
}
