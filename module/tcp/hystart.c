// SPDX-License-Identifier: GPL-2.0
/*
 * HyStart++ (RFC 9406).  Only for the slow start that a connection begins with, as RFC 9406 4.3
 * recommends: later ones have an ssthresh that was measured.
 *
 * DEVIATION from RFC 9406 4.2, towards Linux: a second sign leads to conservative slow start, a train
 * of ACKs that lasts for half a round trip.  The path is then as good as full, while of a queue's delay
 * word comes a round trip after it has built up; where the queue holds no more than a round trip, as
 * most do, it has overflowed by then.  Linux leaves slow start at once.  Here the delay has to
 * confirm it, so a train that only had to wait somewhere costs no more than some slower rounds.
 */
#include "engine.h"
#include "hystart.h"

/* RFC 9406 4.3 */
#define MIN_RTT_THRESH		4000u		/* us */
#define MAX_RTT_THRESH		16000u		/* us */
#define MIN_RTT_DIVISOR		8
#define N_RTT_SAMPLE		8
#define CSS_GROWTH_DIVISOR	4
#define CSS_ROUNDS		5
/* As Linux: ACKs this near to each other are one train, us; the least window that is looked at. */
#define TRAIN_GAP		2000u
#define TRAIN_SEGS		16

static void round_begin(struct anp_tcp_hystart *h, const struct anp_tcb *t)
{
	h->window_end = t->snd_nxt;
	h->last_round_min_rtt = h->current_round_min_rtt;
	h->current_round_min_rtt = U32_MAX;
	h->rtt_sample_count = 0;
	h->round_at = (u32)t->now;
	h->train_at = h->round_at;
}

void anp_tcp_hystart_init(struct anp_tcp_hystart *h, const struct anp_tcb *t)
{
	memset(h, 0, sizeof(*h));
	h->current_round_min_rtt = U32_MAX;
	h->css_baseline_min_rtt = U32_MAX;
	round_begin(h, t);
	h->done = t->ssthresh != U32_MAX;
}

static void css_begin(struct anp_tcp_hystart *h, struct anp_tcb *t, u32 baseline, bool train)
{
	h->css = 1;
	h->train = train;
	h->css_rounds = 0;
	h->css_baseline_min_rtt = baseline;
	anp_tcp_host_count(t, ANP_MIB_TCP_HYSTART_CSS);
}

static void slow_start_end(struct anp_tcp_hystart *h, struct anp_tcb *t)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_HYSTART_EXIT);
	t->ssthresh = t->cwnd;
	h->done = 1;
	h->css = 0;
}

/* RFC 9406 4.2: has the round trip grown beyond @base by so much that a queue must be building up? */
static bool delay_grew(const struct anp_tcp_hystart *h, u32 base)
{
	u32 thresh = clamp(base / MIN_RTT_DIVISOR, MIN_RTT_THRESH, MAX_RTT_THRESH);

	return base != U32_MAX && h->current_round_min_rtt >= base + thresh;
}

static void look_at_rtt(struct anp_tcp_hystart *h, struct anp_tcb *t, u32 rtt)
{
	h->current_round_min_rtt = min(h->current_round_min_rtt, rtt);
	if (h->rtt_sample_count < U8_MAX)
		h->rtt_sample_count++;
	if (h->rtt_sample_count < N_RTT_SAMPLE)
		return;
	if (!h->css) {
		if (delay_grew(h, h->last_round_min_rtt))
			css_begin(h, t, h->current_round_min_rtt, false);
	} else if (h->train) {
		/* Both signs together leave no doubt. */
		if (delay_grew(h, h->css_baseline_min_rtt))
			slow_start_end(h, t);
	} else if (h->current_round_min_rtt < h->css_baseline_min_rtt) {
		/* It was a passing delay: slow start goes on. */
		h->css = 0;
		h->css_baseline_min_rtt = U32_MAX;
	}
}

/* Have ACKs come without a pause for half a round trip, since the round began? */
static void look_at_train(struct anp_tcp_hystart *h, struct anp_tcb *t)
{
	u32 now = (u32)t->now, rtt = t->rtt_min;

	/* On a short path the pause between two trains is short, too. */
	if (h->css || t->cwnd < TRAIN_SEGS * t->mss || now - h->train_at > min(TRAIN_GAP, rtt / 4))
		return;
	h->train_at = now;
	/* What is paced takes half a round trip to leave as it is. */
	if (now - h->round_at > (anp_tcp_host_paces(t) ? rtt : rtt / 2))
		css_begin(h, t, rtt, true);
}

void anp_tcp_hystart_acked(struct anp_tcp_hystart *h, struct anp_tcb *t,
			   const struct anp_tcp_ack_sample *s)
{
	if (h->done)
		return;
	/* A loss has set ssthresh, or the program's idle time. */
	if (t->ssthresh != U32_MAX) {
		h->done = 1;
		h->css = 0;
		return;
	}
	/*
	 * Not yet with the ACK of windowEnd itself: the first one behind it is the first of what was
	 * sent in the round, so rounds and trains of ACKs begin together.
	 */
	if (seq_gt(t->snd_una, h->window_end)) {
		if (h->css && ++h->css_rounds >= CSS_ROUNDS) {
			slow_start_end(h, t);
			return;
		}
		round_begin(h, t);
	}
	look_at_train(h, t);
	if (s->rtt)
		look_at_rtt(h, t, s->rtt);
}

/*
 * DEVIATION from RFC 9406 4.2, as Linux: growth for one ACK is not limited to L = 8 segments.  One ACK
 * for a super-packet of 64 KB is the rule here, and the bytes it frees have left the network.
 */
u32 anp_tcp_hystart_growth(const struct anp_tcp_hystart *h, u32 acked)
{
	return h->css ? acked / CSS_GROWTH_DIVISOR : acked;
}
