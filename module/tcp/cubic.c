// SPDX-License-Identifier: GPL-2.0
/*
 * CUBIC (RFC 9438), in bytes and integers, with fast convergence, the Reno-friendly region, HyStart++
 * as its slow start, and ABE (RFC 8511).
 *
 * Time runs in milliseconds here: K is exact to one, and the cube of any time that matters fits in
 * 64 bits.
 */
#include "engine.h"
#include "hystart.h"

/* RFC 9438 4.6 and 4.7: beta 0.7, and (1 + beta) / 2 for fast convergence. */
#define BETA_NUM	7
#define BETA_DEN	10
#define FASTCONV_NUM	17
#define FASTCONV_DEN	20
/* RFC 8511 3.1: a queue that marks is a short one. */
#define BETA_ECN_NUM	17
#define BETA_ECN_DEN	20
/* RFC 9438 4.3: alpha = 3 * (1 - beta) / (1 + beta) = 9/17 */
#define ALPHA_NUM	9
#define ALPHA_DEN	17
#define W_EST_SHIFT	12		/* bits of w_est behind the point */
#define T_MAX		300000u		/* ms from K; the window is at its limits long before */

/* One congestion avoidance stage, with the RFC's names; bytes. */
struct epoch {
	u64	start;			/* us; 0: there is none */
	u64	w_est;			/* << W_EST_SHIFT */
	u32	w_max;			/* when the last loss was seen; after convergence */
	u32	origin;			/* W_max of the cubic function */
	u32	k;			/* ms */
	u32	cwnd_prior;
};

struct cubic {
	struct epoch	e;
	struct epoch	before;		/* the last reduction, for undo */
	struct anp_tcp_hystart hystart;
	u32	last_at;		/* us, low bits: last ACK or idle time taken into account */
	u32	rest;			/* of growth, in units of 1/cwnd bytes */
};

static struct cubic *cubic(struct anp_tcb *t)
{
	return anp_tcp_cong_priv(t, struct cubic);
}

/* Largest x with x^3 <= @a: one bit of x at a time. */
u32 anp_tcp_cubic_root(u64 a)
{
	u64 y = 0;
	int s;

	for (s = 63; s >= 0; s -= 3) {
		u64 b;

		y *= 2;
		b = (3 * y * (y + 1) + 1) << s;
		/* The shift must not have lost bits. */
		if (b >> s == 3 * y * (y + 1) + 1 && a >= b) {
			a -= b;
			y++;
		}
	}
	return y;
}

/* C * d^3 in bytes, C = 0.4 segments/s^3, @d in ms up to T_MAX. */
static u64 cube(u32 mss, u32 d)
{
	u64 d3 = (u64)d * d * d;

	/* In two steps, so that nothing overflows and nothing that counts is lost. */
	return div_u64(div_u64(4 * d3, 100000) * mss, 100000);
}

/* RFC 9438 4.2 equation 1: W_cubic at @ms of the epoch. */
static u32 w_cubic(const struct anp_tcb *t, const struct epoch *e, u64 ms)
{
	u64 w;

	if (ms < e->k) {
		w = cube(t->mss, min_t(u64, e->k - ms, T_MAX));
		return e->origin > w ? e->origin - w : 0;
	}
	w = e->origin + cube(t->mss, min_t(u64, ms - e->k, T_MAX));
	return min_t(u64, w, U32_MAX);
}

/* RFC 9438 4.2: congestion avoidance begins; equation 2 for K. */
static void epoch_begin(struct anp_tcb *t, struct cubic *c)
{
	struct epoch *e = &c->e;

	e->start = t->now;
	e->w_est = (u64)t->cwnd << W_EST_SHIFT;
	c->rest = 0;
	if (t->cwnd < e->w_max) {
		e->origin = e->w_max;
		/* (W_max - cwnd) / C, 1/C = 2.5 s^3/segment = 2.5e9 ms^3/segment */
		e->k = anp_tcp_cubic_root(div_u64((u64)(e->w_max - t->cwnd) * 2500000000ull,
						  t->mss));
	} else {
		/* RFC 9438 4.8 and 4.10: after a timeout, or slow start without a loss. */
		e->origin = t->cwnd;
		e->k = 0;
		if (!e->cwnd_prior)
			e->cwnd_prior = t->cwnd;
	}
}

/* RFC 9438 4.3 equation 4: what Reno with this beta would have. */
static u32 w_est(const struct anp_tcb *t, struct epoch *e, u32 acked)
{
	u64 gain = ((u64)t->mss * acked) << W_EST_SHIFT;

	/* alpha is 1 from the window of the last loss on. */
	if (e->w_est >> W_EST_SHIFT < e->cwnd_prior)
		gain = div_u64(gain * ALPHA_NUM, ALPHA_DEN);
	e->w_est += div_u64(gain, t->cwnd);
	return min_t(u64, e->w_est >> W_EST_SHIFT, U32_MAX);
}

static void congestion_avoidance(struct anp_tcb *t, struct cubic *c, u32 acked)
{
	struct epoch *e = &c->e;
	u32 est, target;
	u64 ms, grow;

	if (!e->start)
		epoch_begin(t, c);
	ms = div_u64(t->now - e->start, 1000);
	est = w_est(t, e, min(acked, t->cwnd));
	if (w_cubic(t, e, ms) < est) {
		t->cwnd = max(t->cwnd, est);
		return;
	}
	/* RFC 9438 4.2 and 4.4: where it should be a round trip from now, no more than half more. */
	target = w_cubic(t, e, ms + t->srtt / 1000);
	target = clamp(target, t->cwnd, t->cwnd + t->cwnd / 2);
	grow = (u64)(target - t->cwnd) * acked + c->rest;
	t->cwnd += div_u64_rem(grow, t->cwnd, &c->rest);
}

static void cubic_cong_avoid(struct anp_tcb *t, u32 acked)
{
	struct cubic *c = cubic(t);

	if (t->cwnd < t->ssthresh) {
		u32 part = anp_tcp_hystart_growth(&c->hystart, acked);

		/* A quarter only in conservative slow start, which has no ssthresh to reach. */
		acked = anp_tcp_slow_start(t, part);
	}
	if (acked)
		congestion_avoidance(t, c, acked);
}

/* RFC 9438 4.6 and 4.7 */
static void reduce(struct anp_tcb *t, struct cubic *c)
{
	struct epoch *e = &c->e;

	c->before = *e;
	e->start = 0;
	e->cwnd_prior = t->cwnd;
	/* Fast convergence: less than last time, so someone has joined and wants room. */
	if (t->cwnd < e->w_max)
		e->w_max = div_u64((u64)t->cwnd * FASTCONV_NUM, FASTCONV_DEN);
	else
		e->w_max = t->cwnd;
}

/*
 * Of cwnd and not of the flight, which RFC 9438 4.6 allows where a window that is not used does not
 * grow (congestion.c).
 */
static u32 cubic_ssthresh(struct anp_tcb *t)
{
	reduce(t, cubic(t));
	return anp_tcp_cong_part(t, t->cwnd, BETA_NUM, BETA_DEN);
}

static u32 cubic_ssthresh_ecn(struct anp_tcb *t)
{
	reduce(t, cubic(t));
	return anp_tcp_cong_part(t, t->cwnd, BETA_ECN_NUM, BETA_ECN_DEN);
}

/* RFC 9438 4.9.2 */
static u32 cubic_undo(struct anp_tcb *t)
{
	cubic(t)->e = cubic(t)->before;
	return max(t->cwnd, t->prior_cwnd);
}

/* RFC 9438 5.8: the time in which the window was not in use is no part of the epoch. */
static void not_in_use(struct anp_tcb *t, struct cubic *c)
{
	if (c->e.start)
		c->e.start += (u32)t->now - c->last_at;
}

static void cubic_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	struct cubic *c = cubic(t);

	anp_tcp_hystart_acked(&c->hystart, t, s);
	if (!s->cwnd_limited)
		not_in_use(t, c);
	c->last_at = t->now;
}

static void cubic_event(struct anp_tcb *t, enum anp_tcp_cong_event ev)
{
	struct cubic *c = cubic(t);

	switch (ev) {
	case ANP_TCP_CONG_TX_START:
		not_in_use(t, c);
		c->last_at = t->now;
		break;
	case ANP_TCP_CONG_RESTART:
		c->e.start = 0;
		break;
	case ANP_TCP_CONG_TIMEOUT:
		/* RFC 9438 4.8: K is 0, the curve begins where slow start ends. */
		c->e.start = 0;
		c->e.w_max = 0;
		break;
	case ANP_TCP_CONG_RECOVERED:
		break;
	}
}

static void cubic_init(struct anp_tcb *t)
{
	struct cubic *c = cubic(t);

	c->last_at = t->now;
	anp_tcp_hystart_init(&c->hystart, t);
}

/* No loss has been seen, and no curve runs; rounds of slow start begin anew after an idle time. */
static bool cubic_at_rest(const struct anp_tcb *t)
{
	const struct cubic *c = (const struct cubic *)t->cong_priv;

	return !c->e.start && !c->e.w_max && !c->hystart.css;
}

struct anp_tcp_cong_ops anp_tcp_cubic = {
	.name		= "cubic",
	.flags		= ANP_TCP_CONG_NON_RESTRICTED,
	.init		= cubic_init,
	.ssthresh	= cubic_ssthresh,
	.ssthresh_ecn	= cubic_ssthresh_ecn,
	.cong_avoid	= cubic_cong_avoid,
	.undo		= cubic_undo,
	.event		= cubic_event,
	.acked		= cubic_acked,
	.at_rest	= cubic_at_rest,
};
