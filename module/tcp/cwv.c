// SPDX-License-Identifier: GPL-2.0
/*
 * What a congestion window is worth that its sender does not use: net.anp.tcp_slow_start_after_idle.
 *
 * RFC 2861, as in Linux: it shrinks, bit by bit, to what is used of it.  RFC 7661: it stays for minutes
 * but does not grow, what leaves by it is paced, and if it proves too large then what was used of it
 * counts.  Controls with cong_control() know their path and are left alone.
 */
#include "engine.h"

#define NVP_MS		300000u		/* RFC 7661 4.4.3: so long an unused window is kept */
#define PIPEACK_MS	1000u		/* RFC 7661 4.3: what was used in so long, */
#define PIPEACK_RTTS	3		/* or in so many round trips */

static enum anp_tcp_idle mode(const struct anp_tcb *t)
{
	return t->cong->cong_control ? ANP_TCP_IDLE_KEEP :
				       READ_ONCE(t->conf->slow_start_after_idle);
}

static u32 now_ms(const struct anp_tcb *t)
{
	return div_u64(t->now, USEC_PER_MSEC);
}

/* To @window, or the restart window of RFC 5681 4.1; ssthresh remembers what was. */
static void shrink(struct anp_tcb *t, u32 window)
{
	u32 restart = min(anp_tcp_initial_window(t), t->cwnd);

	t->ssthresh = max(t->ssthresh, t->cwnd / 4 * 3);
	t->cwnd = max(window, restart);
	t->cwnd_acked = 0;
	anp_tcp_cong_event(t, ANP_TCP_CONG_RESTART);
}

/* ---- RFC 2861 ---- */

/* RFC 5681 4.1: after an idle RTO the old window says little.  As RFC 2861 3.2 has it, each halves it. */
static void idle_halve(struct anp_tcb *t)
{
	u64 idle = t->now - t->sent_at;

	if (idle <= t->rto || t->ca_state != ANP_TCP_CA_OPEN)
		return;
	shrink(t, t->cwnd >> min_t(u64, div_u64(idle - 1, t->rto), 31));
	/* As Linux: the time until now has been counted, used_only() is not to count it again. */
	t->cwnd_used = 0;
	t->cwnd_used_at = now_ms(t) ?: 1;
}

/* RFC 2861 3.2: for an RTO the program has sent less than the window allows: half of the rest goes. */
static void used_only(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	u32 used = max(t->cwnd_used, s->prior_flight);
	/* As Linux, not where it would have sent more. */
	bool slow = !s->cwnd_limited && skb_queue_empty(&t->sndq) && t->cwnd_used_at;

	if (slow && now_ms(t) - t->cwnd_used_at < t->rto / USEC_PER_MSEC) {
		t->cwnd_used = used;
		return;
	}
	used = max(used, anp_tcp_initial_window(t));
	if (slow && used < t->cwnd && t->ca_state == ANP_TCP_CA_OPEN)
		shrink(t, (t->cwnd + used) / 2);
	t->cwnd_used = 0;
	t->cwnd_used_at = now_ms(t) ?: 1;
}

/* ---- RFC 7661 ---- */

/* The samples of between half a period and a whole one, in two halves. */
static void pipeack_age(struct anp_tcb *t)
{
	u32 half = max(PIPEACK_RTTS * (t->srtt / (u32)USEC_PER_MSEC), PIPEACK_MS) / 2;
	u32 age = now_ms(t) - t->pipeack_at;

	if (age < half)
		return;
	t->pipeack[1] = age < 2 * half ? t->pipeack[0] : 0;
	t->pipeack[0] = 0;
	t->pipeack_at = now_ms(t);
}

/* RFC 7661 4.5.1: what is acknowledged in a round trip, which ends with what was in flight at first. */
static void pipeack_sample(struct anp_tcb *t, u32 acked)
{
	pipeack_age(t);
	if (!t->pipeack_on)
		t->pipeack_una = t->snd_una - acked;
	/* Nothing was in flight: what went out before its first ACK counts. */
	if (!t->pipeack_on || t->pipeack_end == t->pipeack_una)
		t->pipeack_end = t->snd_nxt;
	t->pipeack_on = 1;
	t->pipeack[0] = max(t->pipeack[0], t->snd_una - t->pipeack_una);
	if (seq_lt(t->snd_una, t->pipeack_end) || t->snd_una == t->pipeack_una)
		return;
	t->pipeack_undef = 0;
	t->pipeack_una = t->snd_una;
	t->pipeack_end = t->snd_nxt;
}

static u32 pipeack(const struct anp_tcb *t)
{
	return max(t->pipeack[0], t->pipeack[1]);
}

/* RFC 7661 4.3: has half of the window been used? */
static bool validated(const struct anp_tcb *t)
{
	return t->pipeack_undef || pipeack(t) >= t->cwnd / 2;
}

/* RFC 7661 4.4.3: a window that was not used for minutes is halved after all. */
static void period_end(struct anp_tcb *t)
{
	u32 periods;

	pipeack_age(t);
	if (validated(t)) {
		t->nvp_at = 0;
		return;
	}
	if (!t->nvp_at) {
		/* A parked connection does not know, but it was not used since then. */
		t->nvp_at = div_u64(t->sent_at, USEC_PER_MSEC) ?: 1;
		/* RFC 7661 4.4.2: no bursts of a window that is not known to fit. */
		anp_tcp_host_pace(t);
		anp_tcp_pacing_update(t);
	}
	periods = (now_ms(t) - t->nvp_at) / NVP_MS;
	if (!periods)
		return;
	shrink(t, t->cwnd >> min(periods, 31u));
	t->nvp_at += periods * NVP_MS;
}

/* ---- both ---- */

void anp_tcp_cwv_start(struct anp_tcb *t)
{
	/* RFC 7661 4.2: nothing is known yet, which counts as enough. */
	t->pipeack_undef = mode(t) == ANP_TCP_IDLE_VALIDATE;
	/* What another control was cut for is not to be settled with this one. */
	t->cwv_loss = 0;
}

void anp_tcp_cwv_idle(struct anp_tcb *t)
{
	switch (mode(t)) {
	case ANP_TCP_IDLE_KEEP:
		break;
	case ANP_TCP_IDLE_HALVE:
		idle_halve(t);
		break;
	case ANP_TCP_IDLE_VALIDATE:
		period_end(t);
		break;
	}
}

bool anp_tcp_cwv_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	switch (mode(t)) {
	case ANP_TCP_IDLE_KEEP:
		break;
	case ANP_TCP_IDLE_HALVE:
		used_only(t, s);
		break;
	case ANP_TCP_IDLE_VALIDATE:
		pipeack_sample(t, s->acked);
		period_end(t);
		/* RFC 7661 4.4: while it is not validated it grows where all of it is used. */
		return validated(t) || t->cwnd_blocks || s->prior_flight + t->mss > t->cwnd;
	}
	return true;
}

void anp_tcp_cwv_reduce(struct anp_tcb *t)
{
	t->cwv_loss = 0;
	if (mode(t) != ANP_TCP_IDLE_VALIDATE || validated(t))
		return;
	/* RFC 7661 4.4.1: as if the window had been what was used of it. */
	t->cwv_loss = max(pipeack(t), anp_tcp_flight(t));
	t->cwv_retrans = t->bytes_retrans;
	t->cwnd = min(t->cwnd, max_t(u32, t->cwv_loss, 2 * t->mss));
}

void anp_tcp_cwv_recovered(struct anp_tcb *t, bool fast)
{
	u32 used = t->cwv_loss - min((u32)t->bytes_retrans - t->cwv_retrans, t->cwv_loss);

	if (!t->cwv_loss)
		return;
	/* RFC 7661 4.4.1: less what had to be sent again.  After a timeout slow start is on its way. */
	if (fast) {
		t->cwnd = min(t->cwnd, max_t(u32, used / 2, 2 * t->mss));
		t->ssthresh = t->cwnd;
	}
	/* What the path bears is measured anew. */
	t->cwv_loss = 0;
	t->nvp_at = 0;
	t->pipeack_undef = 1;
	memset(t->pipeack, 0, sizeof(t->pipeack));
	t->pipeack_una = t->snd_una;
	t->pipeack_end = t->snd_una;
}

void anp_tcp_cwv_park(struct anp_tcb *t)
{
	t->cwnd_used = 0;
	t->cwnd_used_at = 0;
	/* What was used of late is old by the time that there is something to send. */
	memset(t->pipeack, 0, sizeof(t->pipeack));
	t->pipeack_at = 0;
	t->pipeack_on = 0;
	t->pipeack_una = 0;
	t->pipeack_end = 0;
	t->nvp_at = 0;
	t->cwv_loss = 0;
	t->cwv_retrans = 0;
}
