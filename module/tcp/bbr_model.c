// SPDX-License-Identifier: GPL-2.0
/*
 * BBR's model of the path: bandwidth, round trip, how much the path holds, how it bunches ACKs, and
 * what losses say of it; and the pacing rate and window that follow (draft-ietf-ccwg-bbr 5.5, 5.6).
 */
#include "bbr.h"

#define LOSS_THRESH_PERCENT	2
#define BETA_NUM		7	/* Beta: 0.7 */
#define BETA_DEN		10
#define ECN_BETA_PERCENT	85	/* as ABE, RFC 8511 */
#define HEADROOM_PERCENT	15
#define PACING_MARGIN_PERCENT	1
#define STARTUP_PACING_GAIN	277	/* percent */
#define PROBE_RTT_CWND_GAIN	50
#define EXTRA_ACKED_ROUNDS	5	/* each half of ExtraAckedFilterLen */

void bbr_model_init(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	b->min_rtt = t->srtt ?: BBR_INFINITY;
	b->min_rtt_stamp = t->now;
	b->probe_rtt_min_delay = b->min_rtt;
	b->probe_rtt_min_stamp = t->now;
	b->extra_acked_interval_start = t->now;
	b->inflight_longterm = BBR_INFINITY;
	b->last_lost_end = t->snd_una;
	bbr_reset_congestion_signals(b);
	bbr_reset_short_term_model(b);
	bbr_start_round(t);
	b->loss_round_delivered = t->delivered;
}

/* ---- [5.5.1] rounds ---- */

void bbr_start_round(struct anp_tcb *t)
{
	bbr_of(t)->next_round_delivered = t->delivered;
}

static void update_round(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);

	b->round_start = rs->newest && seq_geq(rs->prior_delivered, b->next_round_delivered);
	if (!b->round_start)
		return;
	bbr_start_round(t);
	b->rounds_since_probe_up = min(b->rounds_since_probe_up + 1, 63);
	b->drain_rounds = min(b->drain_rounds + 1, 7);
	b->extra_acked_rounds = min(b->extra_acked_rounds + 1, 15);
}

/* ---- [5.5.2] to [5.5.6] bandwidth ---- */

static void update_max_bw(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);
	u32 bw = bbr_sample_bw(rs);

	update_round(t, rs);
	if (bw && (bw >= bbr_max_bw(b) || !rs->app_limited))
		b->max_bw[1] = max(b->max_bw[1], bw);
}

void bbr_advance_max_bw_filter(struct bbr *b)
{
	/* A cycle without a sample does not count as one. */
	if (!b->max_bw[1])
		return;
	b->max_bw[0] = b->max_bw[1];
	b->max_bw[1] = 0;
}

/* ---- [5.5.7] round trip; [5.3.4.3] ---- */

void bbr_update_min_rtt(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);
	u32 now = t->now;

	b->probe_rtt_expired = now - b->probe_rtt_min_stamp > BBR_PROBE_RTT_INTERVAL;
	if (rs->rtt && (rs->rtt < b->probe_rtt_min_delay || b->probe_rtt_expired)) {
		b->probe_rtt_min_delay = rs->rtt;
		b->probe_rtt_min_stamp = now;
	}
	if (b->probe_rtt_min_delay < b->min_rtt ||
	    now - b->min_rtt_stamp > BBR_MIN_RTT_FILTER_LEN) {
		b->min_rtt = b->probe_rtt_min_delay;
		b->min_rtt_stamp = b->probe_rtt_min_stamp;
	}
}

/* ---- [5.5.9] aggregation ---- */

void bbr_update_ack_aggregation(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);
	u32 interval = (u32)t->now - b->extra_acked_interval_start;
	u64 expected = div_u64((u64)bbr_bw(b) * interval, 1000000 >> BBR_BW_SHIFT);
	u32 extra;

	if (!rs->delivered)
		return;
	if (b->extra_acked_delivered <= expected) {
		b->extra_acked_delivered = 0;
		b->extra_acked_interval_start = t->now;
		expected = 0;
	}
	b->extra_acked_delivered += rs->delivered;
	extra = min_t(u64, b->extra_acked_delivered - expected, t->cwnd);
	/* A maximum over ten rounds, in two halves; in Startup over one. */
	if (b->extra_acked_rounds >= (b->full_bw_reached ? EXTRA_ACKED_ROUNDS : 1)) {
		b->extra_acked_rounds = 0;
		b->extra_acked[0] = b->full_bw_reached ? b->extra_acked[1] : 0;
		b->extra_acked[1] = 0;
	}
	b->extra_acked[1] = max(b->extra_acked[1], extra);
}

/* ---- [5.5.10] losses ---- */

bool bbr_is_inflight_too_high(const struct anp_tcb *t, u32 lost, u32 in_flight)
{
	return (u64)lost * 100 > (u64)in_flight * LOSS_THRESH_PERCENT || (lost && !t->sack_ok);
}

/* [5.5.11.1] */
static void save_state_upon_loss(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	bbr_save_cwnd(t);
	b->undo_state = BBR_NO_STATE;
	b->undo_bw_shortterm = b->bw_shortterm;
	b->undo_inflight_shortterm = b->inflight_shortterm;
	b->undo_inflight_longterm = b->inflight_longterm;
}

void bbr_note_loss(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	if (!b->is_loss_in_round) {
		b->loss_round_delivered = t->delivered;
		save_state_upon_loss(t);
	}
	b->is_loss_in_round = 1;
}

void bbr_reset_congestion_signals(struct bbr *b)
{
	b->is_loss_in_round = 0;
	b->bw_latest = 0;
	b->inflight_latest = 0;
}

void bbr_reset_short_term_model(struct bbr *b)
{
	b->bw_shortterm = BBR_INFINITY;
	b->inflight_shortterm = BBR_INFINITY;
}

static bool is_probing_bw(const struct bbr *b)
{
	return b->state == BBR_STARTUP || b->state == BBR_PROBE_BW_REFILL ||
	       b->state == BBR_PROBE_BW_UP;
}

static u32 beta(u32 x)
{
	return div_u64((u64)x * BETA_NUM, BETA_DEN);
}

/* [5.5.10.3] AdaptLowerBoundsFromCongestion(): once a round, by what was delivered in it. */
static void adapt_lower_bounds(struct anp_tcb *t, struct bbr *b)
{
	if (is_probing_bw(b) || !b->is_loss_in_round)
		return;
	if (b->bw_shortterm == BBR_INFINITY)
		b->bw_shortterm = bbr_max_bw(b);
	if (b->inflight_shortterm == BBR_INFINITY)
		b->inflight_shortterm = t->cwnd;
	b->bw_shortterm = max(b->bw_latest, beta(b->bw_shortterm));
	b->inflight_shortterm = max(b->inflight_latest, beta(b->inflight_shortterm));
}

/* A queue that marks is a short one: less is given up than for a loss, but below what was delivered. */
void bbr_mark_lower_bound(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);
	u32 inflight = min(b->inflight_shortterm, anp_tcp_pipe(t));

	b->inflight_shortterm = max_t(u32, div_u64((u64)inflight * ECN_BETA_PERCENT, 100),
				      bbr_min_pipe_cwnd(t));
}

void bbr_update_latest_delivery_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);

	b->bw_latest = max(b->bw_latest, bbr_sample_bw(rs));
	b->inflight_latest = max(b->inflight_latest, rs->rate_bytes);
	b->loss_round_start = rs->newest && seq_geq(rs->prior_delivered, b->loss_round_delivered);
	if (b->loss_round_start)
		b->loss_round_delivered = t->delivered;
}

void bbr_advance_latest_delivery_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);

	if (!b->loss_round_start)
		return;
	b->bw_latest = bbr_sample_bw(rs);
	b->inflight_latest = rs->rate_bytes;
}

void bbr_update_congestion_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);

	update_max_bw(t, rs);
	if (!b->loss_round_start)
		return;
	adapt_lower_bounds(t, b);
	b->is_loss_in_round = 0;
}

/* ---- [5.6.4.2] volumes ---- */

u32 bbr_bdp_multiple(const struct anp_tcb *t, u32 bw, u32 gain)
{
	const struct bbr *b = (const struct bbr *)t->cong_priv;
	u64 bdp;

	if (b->min_rtt == BBR_INFINITY)
		return anp_tcp_initial_window(t);
	bdp = div_u64((u64)bw * b->min_rtt, 1000000 >> BBR_BW_SHIFT);
	return min_t(u64, div_u64(bdp * gain, 100), S32_MAX);
}

static u32 quantization_budget(struct anp_tcb *t, u32 inflight)
{
	/* [5.5.8.1] one burst each in the sender's layers, on the way, and in the receiver's. */
	inflight = max(inflight, 3 * anp_tcp_burst(t));
	inflight = max(inflight, bbr_min_pipe_cwnd(t));
	if (bbr_of(t)->state == BBR_PROBE_BW_UP)
		inflight += 2 * t->mss;
	return inflight;
}

u32 bbr_inflight(struct anp_tcb *t, u32 bw, u32 gain)
{
	return quantization_budget(t, bbr_bdp_multiple(t, bw, gain));
}

/* [5.3.3.8.3] */
u32 bbr_target_inflight(struct anp_tcb *t)
{
	return min(bbr_bdp_multiple(t, bbr_bw(bbr_of(t)), 100), t->cwnd);
}

/* [5.3.3.9] */
u32 bbr_inflight_with_headroom(const struct anp_tcb *t)
{
	const struct bbr *b = (const struct bbr *)t->cong_priv;
	u32 headroom;

	if (b->inflight_longterm == BBR_INFINITY)
		return BBR_INFINITY;
	headroom = div_u64((u64)b->inflight_longterm * HEADROOM_PERCENT, 100);
	headroom = max_t(u32, headroom, t->mss);
	return max(b->inflight_longterm - min(headroom, b->inflight_longterm),
		   bbr_min_pipe_cwnd(t));
}

/* ---- [5.6.2] pacing rate ---- */

void bbr_init_pacing_rate(struct anp_tcb *t)
{
	u64 nominal = div_u64((u64)anp_tcp_initial_window(t) * 1000000, t->srtt ?: 1000);

	anp_tcp_pacing_set(t, div_u64(nominal * STARTUP_PACING_GAIN, 100));
}

void bbr_set_pacing_rate_with_gain(struct anp_tcb *t, u32 gain)
{
	struct bbr *b = bbr_of(t);
	u64 rate = ((u64)bbr_bw(b) << BBR_BW_SHIFT) * gain;

	rate = div_u64(rate * (100 - PACING_MARGIN_PERCENT), 100 * 100);
	if (rate && (b->full_bw_reached || rate > anp_tcp_host_rate(t)))
		anp_tcp_pacing_set(t, rate);
}

/* ---- [5.6.4] congestion window ---- */

/* [5.6.4.4] */
void bbr_save_cwnd(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	if (t->ca_state < ANP_TCP_CA_RECOVERY && b->state != BBR_PROBE_RTT)
		b->prior_cwnd = t->cwnd;
	else
		b->prior_cwnd = max(b->prior_cwnd, t->cwnd);
}

void bbr_restore_cwnd(struct anp_tcb *t)
{
	t->cwnd = max(t->cwnd, bbr_of(t)->prior_cwnd);
}

/* [5.6.4.5] */
u32 bbr_probe_rtt_cwnd(struct anp_tcb *t)
{
	return max(bbr_bdp_multiple(t, bbr_bw(bbr_of(t)), PROBE_RTT_CWND_GAIN),
		   bbr_min_pipe_cwnd(t));
}

/* [5.6.4.7] BoundCwndForModel() */
static u32 bound_for_model(struct anp_tcb *t, const struct bbr *b)
{
	u32 cap = BBR_INFINITY;

	if (bbr_in_probe_bw(b) && b->state != BBR_PROBE_BW_CRUISE)
		cap = b->inflight_longterm;
	else if (b->state == BBR_PROBE_RTT || b->state == BBR_PROBE_BW_CRUISE)
		cap = bbr_inflight_with_headroom(t);
	cap = min(cap, b->inflight_shortterm);
	return max(cap, bbr_min_pipe_cwnd(t));
}

/* [5.6.4.6] SetCwnd() */
void bbr_set_cwnd(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs, u32 cwnd_gain)
{
	struct bbr *b = bbr_of(t);
	u32 max_inflight = bbr_bdp_multiple(t, bbr_bw(b), cwnd_gain), cwnd = t->cwnd;

	max_inflight += max(b->extra_acked[0], b->extra_acked[1]);
	max_inflight = quantization_budget(t, max_inflight);
	if (b->full_bw_reached)
		cwnd = min(cwnd + rs->delivered, max_inflight);
	else if (cwnd < max_inflight || t->delivered < anp_tcp_initial_window(t))
		cwnd += rs->delivered;
	cwnd = max(cwnd, bbr_min_pipe_cwnd(t));
	if (b->state == BBR_PROBE_RTT)
		cwnd = min(cwnd, bbr_probe_rtt_cwnd(t));
	t->cwnd = min(cwnd, bound_for_model(t, b));
}
