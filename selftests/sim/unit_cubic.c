// SPDX-License-Identifier: GPL-2.0
/*
 * CUBIC beside the formulas of RFC 9438 in floating point, and HyStart++ step by step (cubic.c,
 * hystart.c).
 */
#include <math.h>
#include "unit.h"

#define C	0.4		/* segments/s^3 */
#define BETA	0.7
#define ALPHA	(3 * (1 - BETA) / (1 + BETA))

/* A tcb in congestion avoidance that is given ACKs by hand. */
static struct anp_tcb *begin(u32 mss, u32 cwnd, u32 rtt)
{
	struct anp_tcb *t = &lab.t;

	anp_tcp_set_cong(t, &anp_tcp_cubic, lab.now);
	lab_to(TCP_ESTABLISHED);
	t->mss = mss;
	t->cwnd = cwnd;
	t->srtt = rtt;
	t->now = lab.now;
	return t;
}

static void ack(struct anp_tcb *t, u32 acked, u32 rtt, bool limited)
{
	struct anp_tcp_ack_sample s = { .acked = acked, .rtt = rtt, .cwnd_limited = limited };

	t->cong->acked(t, &s);
	if (limited)
		t->cong->cong_avoid(t, acked);
}

static void lose(struct anp_tcb *t)
{
	anp_tcp_cong_reduce(t, false);
	t->cwnd = t->ssthresh;
}

/* RFC 9438 in doubles; bytes and seconds. */
struct model {
	double cwnd, w_max, origin, k, t0, w_est, prior;
	u32 mss;
};

static void model_lose(struct model *m)
{
	m->prior = m->cwnd;
	m->w_max = m->cwnd < m->w_max ? m->cwnd * (1 + BETA) / 2 : m->cwnd;
	m->cwnd *= BETA;
	m->t0 = -1;
}

static double model_w(const struct model *m, double t)
{
	return C * pow(t - m->k, 3) * m->mss + m->origin;
}

static void model_ack(struct model *m, double now, double acked, double rtt)
{
	double t, target;

	if (m->t0 < 0) {
		m->t0 = now;
		m->w_est = m->cwnd;
		m->origin = fmax(m->w_max, m->cwnd);
		m->k = cbrt((m->origin - m->cwnd) / m->mss / C);
	}
	t = now - m->t0;
	m->w_est += (m->w_est < m->prior ? ALPHA : 1) * m->mss * acked / m->cwnd;
	if (model_w(m, t) < m->w_est) {
		m->cwnd = fmax(m->cwnd, m->w_est);
		return;
	}
	target = fmin(fmax(model_w(m, t + rtt), m->cwnd), 1.5 * m->cwnd);
	m->cwnd += (target - m->cwnd) / m->cwnd * acked;
}

TEST(cubic__root_is_exact)
{
	static const u64 at[] = { 0, 1, 7, 8, 9, 26, 27, 28, 1000, 999999, 1000000, 1ull << 33,
				  (1ull << 60) - 1, 1ull << 60, 1ull << 63, U64_MAX };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		u32 r = anp_tcp_cubic_root(at[i]);

		EXPECT((unsigned __int128)r * r * r <= at[i]);
		EXPECT((unsigned __int128)(r + 1ull) * (r + 1ull) * (r + 1ull) > at[i]);
	}
	for (i = 1; i < 2642245; i += 10007) {
		u64 c = (u64)i * i * i;

		EXPECT_EQ(anp_tcp_cubic_root(c), i);
		EXPECT_EQ(anp_tcp_cubic_root(c - 1), i - 1);
	}
}

/* Losses of all kinds of windows and paths: never off the model by more than 1% or a segment. */
static void follow(u32 mss, u32 segs, u32 rtt)
{
	struct anp_tcb *t = begin(mss, segs * mss, rtt);
	struct model m = { .cwnd = t->cwnd, .t0 = -1, .mss = mss };
	u32 round, part;

	t->ssthresh = t->cwnd;
	for (round = 0; round < 400; round++) {
		if (round % 130 == 0 || round == 150) {
			lose(t);
			model_lose(&m);
		}
		for (part = 0; part < 16; part++) {
			u32 acked = t->cwnd / 16;

			t->now += rtt / 16;
			ack(t, acked, rtt, true);
			model_ack(&m, t->now / 1e6, acked, rtt / 1e6);
			if (fabs(t->cwnd - m.cwnd) > fmax(m.cwnd / 100, mss))
				unit_fail(__FILE__, __LINE__,
					  "mss %u rtt %u round %u.%u: cwnd %u, model %.0f", mss,
					  rtt, round, part, t->cwnd, m.cwnd);
		}
		if (t->cwnd > 500000000)
			break;
	}
	lab_clear();
	lab_reset();
}

/* RFC 9438 4.2, RFC 9438 4.4 and RFC 9438 4.6 */
TEST(cubic__follows_the_rfc)
{
	static const u32 mss[] = { 536, 1448, 8948 }, rtt[] = { 1000, 20000, 100000, 400000 };
	static const u32 segs[] = { 10, 100, 1000, 20000 };
	u32 i, j, k;

	for (i = 0; i < ARRAY_SIZE(mss); i++)
		for (j = 0; j < ARRAY_SIZE(rtt); j++)
			for (k = 0; k < ARRAY_SIZE(segs); k++)
				follow(mss[i], segs[k], rtt[j]);
}

/* RFC 9438 figure 1: concave up to W_max at K, then convex; equation 1 within a round trip. */
TEST(cubic__window_is_the_cubic_function)
{
	u32 rtt = 50000, w_max = 1000 * LAB_MSS, i;
	struct anp_tcb *t = begin(LAB_MSS, w_max, rtt);
	double k = cbrt(1000 * (1 - BETA) / C), at;
	u64 t0;

	t->ssthresh = w_max;
	lose(t);
	EXPECT_EQ(t->cwnd, 700 * LAB_MSS);
	t0 = t->now;
	for (i = 0; i < 20 * 16 * 16; i++) {
		double lo, hi;

		ack(t, t->cwnd / 16, rtt, true);
		at = (t->now - t0) / 1e6;
		lo = (C * pow(at - rtt / 1e6 - k, 3) + 1000) * LAB_MSS;
		hi = (C * pow(at + rtt / 1e6 - k, 3) + 1000) * LAB_MSS;
		EXPECT(t->cwnd >= lo - LAB_MSS || at < rtt / 1e6);
		EXPECT(t->cwnd <= hi + LAB_MSS);
		t->now += rtt / 16;
	}
	EXPECT(at > k);
}

/* RFC 9438 5.1: with a loss each 1/p segments the average window is a matter of p and RTT. */
TEST(cubic__average_window_for_a_loss_rate)
{
	u32 rtt = 100000, losses = 0;
	double p = 1e-4, acked = 0, sum = 0, n = 0, want;
	struct anp_tcb *t = begin(LAB_MSS, 300 * LAB_MSS, rtt);

	t->ssthresh = t->cwnd;
	while (losses < 60) {
		u32 part = t->cwnd / 16;

		t->now += rtt / 16;
		ack(t, part, rtt, true);
		acked += (double)part / LAB_MSS;
		if (acked >= 1 / p) {
			acked = 0;
			lose(t);
			losses++;
		}
		if (losses >= 20) {
			sum += (double)t->cwnd / LAB_MSS;
			n++;
		}
	}
	want = pow(C * (3 + BETA) / (4 * (1 - BETA)), 0.25) * pow(rtt / 1e6 / p, 0.75);
	EXPECT(fabs(sum / n - want) < want / 20);
}

/* RFC 9438 4.3: on a short path it must not be slower than Reno, which gains 1 segment an RTT. */
TEST(cubic__short_path_is_renos)
{
	u32 rtt = 1000, i;
	struct anp_tcb *t = begin(LAB_MSS, 100 * LAB_MSS, rtt);

	t->ssthresh = t->cwnd;
	lose(t);
	for (i = 0; i < 30 * 16; i++) {
		t->now += rtt / 16;
		ack(t, t->cwnd / 16, rtt, true);
	}
	/* alpha is 9/17 until the window of the loss. */
	EXPECT(fabs((double)t->cwnd / LAB_MSS - (70 + 30 * ALPHA)) < 1);
	for (i = 0; i < 60 * 16; i++) {
		t->now += rtt / 16;
		ack(t, t->cwnd / 16, rtt, true);
	}
	EXPECT(t->cwnd > 125 * LAB_MSS);
}

TEST(cubic__fast_convergence_gives_room)
{
	struct anp_tcb *t = begin(LAB_MSS, 1000 * LAB_MSS, 50000);
	u32 i;

	t->ssthresh = t->cwnd;
	lose(t);
	/* RFC 9438 4.7: the next loss comes earlier. */
	t->cwnd = 900 * LAB_MSS;
	lose(t);
	EXPECT_EQ(t->cwnd, 630 * LAB_MSS);
	for (i = 0; i < 16 * 160; i++) {
		u32 before = t->cwnd;

		t->now += 50000 / 16;
		ack(t, t->cwnd / 16, 50000, true);
		/* The plateau is at 900 * 0.85, where growth is slowest. */
		if (before < 764 * LAB_MSS && t->cwnd >= 764 * LAB_MSS)
			EXPECT(t->cwnd - before < LAB_MSS / 4);
	}
	EXPECT(t->cwnd > 765 * LAB_MSS);
}

/* RFC 9438 4.9.2 */
TEST(cubic__undo_restores_the_curve)
{
	struct anp_tcb *t = begin(LAB_MSS, 1000 * LAB_MSS, 50000);
	u64 before[ANP_TCP_CONG_PRIV];

	t->ssthresh = t->cwnd;
	lose(t);
	t->now += 50000;
	ack(t, 10 * LAB_MSS, 50000, true);
	memcpy(before, t->cong_priv, 24);
	t->cwnd = 800 * LAB_MSS;
	lose(t);
	EXPECT(memcmp(before, t->cong_priv, 24));
	anp_tcp_cong_undo(t);
	EXPECT_EQ(t->cwnd, 800 * LAB_MSS);
	EXPECT(!memcmp(before, t->cong_priv, 24));
}

TEST(cubic__time_out_of_use_does_not_count)
{
	struct anp_tcb *t = begin(LAB_MSS, 1000 * LAB_MSS, 50000);
	u32 cwnd, i;

	t->ssthresh = t->cwnd;
	lose(t);
	ack(t, LAB_MSS, 50000, true);
	for (i = 0; i < 200; i++) {
		/* RFC 9438 5.8: twenty seconds in which the program has little to send. */
		t->now += 100000;
		ack(t, LAB_MSS, 50000, false);
	}
	cwnd = t->cwnd;
	ack(t, 10 * LAB_MSS, 50000, true);
	EXPECT(t->cwnd - cwnd < 2 * LAB_MSS);
	t->now += 20000000;
	anp_tcp_cong_event(t, ANP_TCP_CONG_TX_START);
	ack(t, 10 * LAB_MSS, 50000, true);
	EXPECT(t->cwnd - cwnd < 4 * LAB_MSS);
}

/* RFC 9438 4.8, and RFC 9438 4.10 alike: slow start ends without a loss */
TEST(cubic__after_a_timeout_the_curve_begins_anew)
{
	struct anp_tcb *t = begin(LAB_MSS, 1000 * LAB_MSS, 50000);
	u32 i;

	anp_tcp_cong_reduce(t, false);
	EXPECT_EQ(t->ssthresh, 700 * LAB_MSS);
	t->cwnd = LAB_MSS;
	anp_tcp_cong_event(t, ANP_TCP_CONG_TIMEOUT);
	ack(t, 699 * LAB_MSS, 50000, true);
	EXPECT_EQ(t->cwnd, 700 * LAB_MSS);
	/* RFC 9438 4.8: K is 0, so no haste to where the loss was. */
	for (i = 0; i < 16; i++) {
		t->now += 50000 / 16;
		ack(t, t->cwnd / 16, 50000, true);
	}
	EXPECT(t->cwnd < 702 * LAB_MSS);
}

/* RFC 8511 3.1: a mark costs less than a loss. */
TEST(cubic__a_mark_costs_fifteen_percent)
{
	struct anp_tcb *t = begin(LAB_MSS, 1000 * LAB_MSS, 50000);

	EXPECT_EQ(t->cong->ssthresh_ecn(t), 850 * LAB_MSS);
}

/* ---- HyStart++ ---- */

/* @acks ACKs of a segment each, with @rtt, @gap us apart; what they let out ends the next round. */
static void train(struct anp_tcb *t, u32 acks, u32 rtt, u32 gap)
{
	u32 i, cwnd;

	for (i = 0; i < acks; i++) {
		t->now += gap;
		t->snd_una += LAB_MSS;
		cwnd = t->cwnd;
		ack(t, LAB_MSS, rtt, true);
		t->snd_nxt += LAB_MSS + t->cwnd - cwnd;
	}
}

/* One round of @acks ACKs, each with @rtt; @next segments are then in flight. */
static void hystart_round(struct anp_tcb *t, u32 acks, u32 rtt, u32 next)
{
	train(t, acks, rtt, 0);
	t->snd_nxt = t->snd_una + next * LAB_MSS;
	/* Nothing comes for a while: no train. */
	t->now += 15000;
}

static struct anp_tcb *hystart_begin(void)
{
	struct anp_tcb *t = begin(LAB_MSS, 10 * LAB_MSS, 20000);

	t->rtt_min = 20000;
	/* The round that the SYN began, and the initial window. */
	hystart_round(t, 1, 20000, 9);
	hystart_round(t, 9, 20000, 20);
	EXPECT_EQ(t->cwnd, 20 * LAB_MSS);
	return t;
}

/* RFC 9406 4.2 */
TEST(hystart__delay_leads_to_a_slower_start_and_out)
{
	struct anp_tcb *t = hystart_begin();
	u32 i, before;

	/* RFC 9406 4.3: 4 ms is the least that counts, and eight samples. */
	hystart_round(t, 20, 23900, 20);
	EXPECT_EQ(t->cwnd, 40 * LAB_MSS);
	hystart_round(t, 20, 27899, 7);
	hystart_round(t, 7, 40000, 40);
	EXPECT_EQ(t->cwnd, 67 * LAB_MSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 0);
	hystart_round(t, 40, 45001, 40);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 1);
	/* Full growth for seven ACKs, a quarter from the eighth on. */
	EXPECT_EQ(t->cwnd, 67 * LAB_MSS + 7 * LAB_MSS + 33 * (LAB_MSS / 4));
	EXPECT_EQ(t->ssthresh, U32_MAX);
	/* Five rounds of it, with the one in which it began. */
	for (i = 0; i < 4; i++) {
		before = t->cwnd;
		hystart_round(t, 40, 45001, 40);
		EXPECT_EQ(t->cwnd - before, 40 * (LAB_MSS / 4));
	}
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_EXIT], 0);
	train(t, 1, 45001, 0);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_EXIT], 1);
	EXPECT(t->ssthresh <= t->cwnd);
	before = t->cwnd;
	hystart_round(t, 40, 45001, 40);
	EXPECT(t->cwnd - before < 2 * LAB_MSS);
}

TEST(hystart__a_passing_delay_is_forgiven)
{
	struct anp_tcb *t = hystart_begin();
	u32 before;

	hystart_round(t, 20, 30000, 20);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 1);
	hystart_round(t, 20, 21000, 20);
	before = t->cwnd;
	hystart_round(t, 20, 21000, 20);
	EXPECT_EQ(t->cwnd - before, 20 * LAB_MSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_EXIT], 0);
}

/* ACKs without a pause for half a round trip: as good as full; the delay then confirms it. */
TEST(hystart__a_train_of_acks_leads_to_a_slower_start)
{
	struct anp_tcb *t = hystart_begin();
	u32 before;

	/* 9.5 ms of 20, and the next with a pause in it. */
	hystart_round(t, 20, 20000, 40);
	train(t, 20, 20000, 500);
	t->now += 2001;
	train(t, 20, 20000, 500);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 0);
	t->now += 10000;
	train(t, 20, 20000, 500);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 0);
	before = t->cwnd;
	train(t, 60, 20000, 500);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 1);
	/* The one that is 10 ms behind the first does not yet tell. */
	EXPECT_EQ(t->cwnd - before, LAB_MSS + 59 * (LAB_MSS / 4));
	/* A round trip that varies by less is no reason to go on as before, nor to stop. */
	t->now += 10000;
	train(t, 60, 19990, 100);
	train(t, 34, 23900, 100);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_EXIT], 0);
	EXPECT_EQ(t->ssthresh, U32_MAX);
	t->now += 10000;
	while (!lab.mib[ANP_MIB_TCP_HYSTART_EXIT] && lab.mib[ANP_MIB_TCP_HYSTART_CSS] < 2)
		train(t, 1, 24001, 100);
	EXPECT(t->cwnd - t->ssthresh < LAB_MSS);
}

/* With less than 16 segments ACKs that come together are nothing special. */
TEST(hystart__a_train_of_few_says_nothing)
{
	struct anp_tcb *t = begin(LAB_MSS, 4 * LAB_MSS, 20000);

	t->rtt_min = 20000;
	train(t, 1, 20000, 0);
	train(t, 10, 20000, 1500);
	EXPECT_EQ(t->cwnd, 15 * LAB_MSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 0);
	train(t, 30, 20000, 1500);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 1);
}

TEST(hystart__only_in_the_first_slow_start)
{
	struct anp_tcb *t = begin(LAB_MSS, 100 * LAB_MSS, 20000);

	lose(t);
	t->cwnd = 10 * LAB_MSS;
	hystart_round(t, 1, 20000, 9);
	hystart_round(t, 9, 20000, 20);
	hystart_round(t, 20, 60000, 20);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_HYSTART_CSS], 0);
	EXPECT_EQ(t->cwnd, 40 * LAB_MSS);
}
