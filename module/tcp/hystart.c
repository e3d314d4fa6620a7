// SPDX-License-Identifier: GPL-2.0
/*
 * HyStart++ (RFC 9406).  Only for the slow start that a connection begins with, as RFC 9406 4.3
 * recommends: later ones have an ssthresh that was measured.
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

static void round_begin(struct anp_tcp_hystart *h, const struct anp_tcb *t)
{
	h->window_end = t->snd_nxt;
	h->last_round_min_rtt = h->current_round_min_rtt;
	h->current_round_min_rtt = U32_MAX;
	h->rtt_sample_count = 0;
}

void anp_tcp_hystart_init(struct anp_tcp_hystart *h, const struct anp_tcb *t)
{
	memset(h, 0, sizeof(*h));
	h->current_round_min_rtt = U32_MAX;
	h->css_baseline_min_rtt = U32_MAX;
	round_begin(h, t);
	h->done = t->ssthresh != U32_MAX;
}

/* RFC 9406 4.2: has the round trip grown by so much that a queue must be building up? */
static bool delay_grew(const struct anp_tcp_hystart *h)
{
	u32 thresh = clamp(h->last_round_min_rtt / MIN_RTT_DIVISOR, MIN_RTT_THRESH,
			   MAX_RTT_THRESH);

	return h->last_round_min_rtt != U32_MAX &&
	       h->current_round_min_rtt >= h->last_round_min_rtt + thresh;
}

static void look_at_rtt(struct anp_tcp_hystart *h, struct anp_tcb *t, u32 rtt)
{
	h->current_round_min_rtt = min(h->current_round_min_rtt, rtt);
	if (h->rtt_sample_count < U8_MAX)
		h->rtt_sample_count++;
	if (h->rtt_sample_count < N_RTT_SAMPLE)
		return;
	if (!h->css && delay_grew(h)) {
		h->css = 1;
		h->css_rounds = 0;
		h->css_baseline_min_rtt = h->current_round_min_rtt;
		anp_tcp_host_count(t, ANP_MIB_TCP_HYSTART_CSS);
	} else if (h->css && h->current_round_min_rtt < h->css_baseline_min_rtt) {
		/* It was a passing delay: slow start goes on. */
		h->css = 0;
		h->css_baseline_min_rtt = U32_MAX;
	}
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
	if (s->rtt)
		look_at_rtt(h, t, s->rtt);
	if (seq_lt(t->snd_una, h->window_end))
		return;
	if (h->css && ++h->css_rounds >= CSS_ROUNDS) {
		anp_tcp_host_count(t, ANP_MIB_TCP_HYSTART_EXIT);
		t->ssthresh = t->cwnd;
		h->done = 1;
		h->css = 0;
		return;
	}
	round_begin(h, t);
}

/*
 * DEVIATION from RFC 9406 4.2, as Linux: growth for one ACK is not limited to L = 8 segments.  One ACK
 * for a super-packet of 64 KB is the rule here, and the bytes it frees have left the network.
 */
u32 anp_tcp_hystart_growth(const struct anp_tcp_hystart *h, u32 acked)
{
	return h->css ? acked / CSS_GROWTH_DIVISOR : acked;
}
