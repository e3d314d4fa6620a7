// SPDX-License-Identifier: GPL-2.0
/*
 * BBR version 3 (draft-ietf-ccwg-bbr): the rate and the volume in flight come from a model of the
 * path, which is measured while its states take turns in filling, draining and probing it.  Losses
 * bound the model rather than the window.
 *
 * The draft leaves ECN open but wants marks taken for congestion [3.7]: a mark, once a window, counts
 * here as a round with losses, and while bandwidth is probed as one with too many.
 */
#include <linux/inet_diag.h>
#include "bbr.h"

#define STARTUP_FULL_LOSS_CNT	6	/* [5.3.1.2] ranges lost in a round */

/* [5.6.1] percent */
static const struct {
	u16	pacing_gain;
	u16	cwnd_gain;
} gains[] = {
	[BBR_STARTUP]		= { 277, 200 },
	[BBR_DRAIN]		= { 50, 200 },
	[BBR_PROBE_BW_DOWN]	= { 90, 200 },
	[BBR_PROBE_BW_CRUISE]	= { 100, 200 },
	[BBR_PROBE_BW_REFILL]	= { 100, 200 },
	[BBR_PROBE_BW_UP]	= { 125, 225 },
	[BBR_PROBE_RTT]		= { 100, 50 },
};

/* ---- [5.3.1] Startup ---- */

static void reset_full_bw(struct bbr *b)
{
	b->full_bw = 0;
	b->full_bw_count = 0;
	b->full_bw_now = 0;
}

/* [5.3.1.2] Has the bandwidth stopped growing? */
static void check_full_bw_reached(struct bbr *b, const struct anp_tcp_ack_sample *rs)
{
	u32 bw = bbr_sample_bw(rs);

	if (b->full_bw_now || !b->round_start || rs->app_limited)
		return;
	if (bw >= (u64)b->full_bw * 5 / 4) {
		reset_full_bw(b);
		b->full_bw = bw;
		return;
	}
	b->full_bw_count++;
	b->full_bw_now = b->full_bw_count >= 3;
	if (b->full_bw_now)
		b->full_bw_reached = 1;
}

/* Too much is in flight in Startup: what was delivered in the last round is safe. */
static void startup_too_high(struct anp_tcb *t, struct bbr *b)
{
	b->undo_state = BBR_STARTUP;
	b->full_bw_reached = 1;
	b->inflight_longterm = max(bbr_bdp_multiple(t, bbr_bw(b), 100), b->inflight_latest);
}

/* [5.3.1.3] A whole round of recovery with too many losses, and not all in one burst. */
static void check_startup_high_loss(struct anp_tcb *t, struct bbr *b,
				    const struct anp_tcp_ack_sample *rs)
{
	if (!b->loss_round_start || b->full_bw_reached)
		return;
	if (t->ca_state == ANP_TCP_CA_RECOVERY &&
	    (b->loss_events >= STARTUP_FULL_LOSS_CNT || !t->sack_ok) &&
	    bbr_is_inflight_too_high(t, rs->tx_lost, rs->tx_in_flight))
		startup_too_high(t, b);
	b->loss_events = 0;
}

static void check_startup_done(struct anp_tcb *t, struct bbr *b,
			       const struct anp_tcp_ack_sample *rs)
{
	check_startup_high_loss(t, b, rs);
	if (b->state != BBR_STARTUP || !b->full_bw_reached)
		return;
	b->state = BBR_DRAIN;
	b->drain_rounds = 0;
}

/* ---- [5.3.3] ProbeBW ---- */

/* [5.3.3.8.3] PickProbeWait(): some randomness, so that flows do not probe together. */
static void pick_probe_wait(struct anp_tcb *t, struct bbr *b)
{
	u32 random = (t->iss ^ (u32)t->now) * 0x9e3779b1u;

	b->rounds_since_probe_up = random >> 31;
	b->bw_probe_wait = 2000000 + (u32)(((u64)(random & S32_MAX) * 1000000) >> 31);
}

static void start_probe_bw_down(struct anp_tcb *t, struct bbr *b)
{
	bbr_reset_congestion_signals(b);
	b->probe_up_acked_per_inc = BBR_INFINITY;
	pick_probe_wait(t, b);
	b->cycle_stamp = t->now;
	b->ack_phase = BBR_ACKS_PROBE_STOPPING;
	bbr_start_round(t);
	b->state = BBR_PROBE_BW_DOWN;
}

static void start_probe_bw_refill(struct anp_tcb *t, struct bbr *b)
{
	bbr_reset_short_term_model(b);
	b->bw_probe_up_rounds = 0;
	b->bw_probe_up_acked = 0;
	b->prev_probe_precautionary = 0;
	b->ack_phase = BBR_ACKS_REFILLING;
	bbr_start_round(t);
	b->state = BBR_PROBE_BW_REFILL;
}

static void raise_inflight_longterm_slope(struct anp_tcb *t, struct bbr *b)
{
	u32 per = t->cwnd >> b->bw_probe_up_rounds;

	b->bw_probe_up_rounds = min(b->bw_probe_up_rounds + 1, 30);
	b->probe_up_acked_per_inc = max_t(u32, per, t->mss);
}

static void start_probe_bw_up(struct anp_tcb *t, struct bbr *b,
			      const struct anp_tcp_ack_sample *rs)
{
	b->ack_phase = BBR_ACKS_PROBE_STARTING;
	bbr_start_round(t);
	reset_full_bw(b);
	b->full_bw = bbr_sample_bw(rs);
	b->state = BBR_PROBE_BW_UP;
	raise_inflight_longterm_slope(t, b);
}

/* [5.3.3.8.3] By the clock, or as often as Reno would probe. */
static bool is_time_to_probe_bw(struct anp_tcb *t, struct bbr *b)
{
	u32 reno_rounds = min_t(u32, bbr_target_inflight(t) / t->mss, 63);

	if ((u32)t->now - b->cycle_stamp <= b->bw_probe_wait &&
	    b->rounds_since_probe_up < reno_rounds)
		return false;
	start_probe_bw_refill(t, b);
	return true;
}

static bool is_time_to_cruise(struct anp_tcb *t, struct bbr *b)
{
	u32 inflight = anp_tcp_pipe(t);

	return inflight <= bbr_inflight_with_headroom(t) &&
	       inflight <= bbr_inflight(t, bbr_max_bw(b), 100);
}

static bool is_time_to_go_down(struct anp_tcb *t, struct bbr *b,
			       const struct anp_tcp_ack_sample *rs)
{
	/* [5.3.3.6] Precautionary Bandwidth Probing: Deceleration */
	if (b->prev_probe_too_high && anp_tcp_pipe(t) >= b->inflight_longterm) {
		b->prev_probe_precautionary = 1;
		return true;
	}
	if (rs->cwnd_limited && t->cwnd >= b->inflight_longterm) {
		reset_full_bw(b);
		b->full_bw = bbr_sample_bw(rs);
		return false;
	}
	return b->full_bw_now;
}

static void probe_inflight_longterm_upward(struct anp_tcb *t, struct bbr *b,
					   const struct anp_tcp_ack_sample *rs)
{
	if (!rs->cwnd_limited || t->cwnd < b->inflight_longterm)
		return;
	b->bw_probe_up_acked += rs->delivered;
	if (b->bw_probe_up_acked >= b->probe_up_acked_per_inc) {
		u32 delta = b->bw_probe_up_acked / b->probe_up_acked_per_inc;

		b->bw_probe_up_acked -= delta * b->probe_up_acked_per_inc;
		b->inflight_longterm += delta * t->mss;
	}
	if (b->round_start)
		raise_inflight_longterm_slope(t, b);
}

/* [5.3.3.9] AdaptLongTermModel(); true: it has decided on the next state. */
static bool adapt_long_term_model(struct anp_tcb *t, struct bbr *b,
				  const struct anp_tcp_ack_sample *rs)
{
	if (b->ack_phase == BBR_ACKS_PROBE_STARTING && b->round_start)
		b->ack_phase = BBR_ACKS_PROBE_FEEDBACK;
	if (b->ack_phase == BBR_ACKS_PROBE_STOPPING && b->round_start) {
		b->is_bw_probe_sample = 0;
		b->ack_phase = BBR_ACKS_INIT;
		if (bbr_in_probe_bw(b) && !rs->app_limited)
			bbr_advance_max_bw_filter(b);
		/* [5.3.3.6] Precautionary Bandwidth Probing: Acceleration */
		if (bbr_in_probe_bw(b) && b->prev_probe_precautionary && !b->prev_probe_too_high) {
			start_probe_bw_refill(t, b);
			return true;
		}
	}
	if (bbr_is_inflight_too_high(t, rs->tx_lost, rs->tx_in_flight) ||
	    b->inflight_longterm == BBR_INFINITY)
		return false;
	b->inflight_longterm = max(b->inflight_longterm, rs->tx_in_flight);
	if (b->state == BBR_PROBE_BW_UP)
		probe_inflight_longterm_upward(t, b, rs);
	return false;
}

/* [5.3.3.9] */
static void update_probe_bw_cycle_phase(struct anp_tcb *t, struct bbr *b,
					const struct anp_tcp_ack_sample *rs)
{
	if (!b->full_bw_reached || adapt_long_term_model(t, b, rs))
		return;
	switch (b->state) {
	case BBR_PROBE_BW_DOWN:
		if (!is_time_to_probe_bw(t, b) && is_time_to_cruise(t, b))
			b->state = BBR_PROBE_BW_CRUISE;
		break;
	case BBR_PROBE_BW_CRUISE:
		is_time_to_probe_bw(t, b);
		break;
	case BBR_PROBE_BW_REFILL:
		if (b->round_start) {
			b->is_bw_probe_sample = 1;
			start_probe_bw_up(t, b, rs);
		}
		break;
	case BBR_PROBE_BW_UP:
		if (is_time_to_go_down(t, b, rs)) {
			b->prev_probe_too_high = 0;
			start_probe_bw_down(t, b);
		}
		break;
	case BBR_STARTUP:
	case BBR_DRAIN:
	case BBR_PROBE_RTT:
		break;
	}
}

/* [5.3.2] */
static void check_drain_done(struct anp_tcb *t, struct bbr *b)
{
	if (b->state == BBR_DRAIN &&
	    (anp_tcp_pipe(t) <= bbr_inflight(t, bbr_bw(b), 100) || b->drain_rounds > 3))
		start_probe_bw_down(t, b);
}

/* ---- [5.3.4] ProbeRTT ---- */

static void exit_probe_rtt(struct anp_tcb *t, struct bbr *b)
{
	bbr_reset_short_term_model(b);
	if (!b->full_bw_reached) {
		b->state = BBR_STARTUP;
		return;
	}
	start_probe_bw_down(t, b);
	b->state = BBR_PROBE_BW_CRUISE;
}

static void check_probe_rtt_done(struct anp_tcb *t, struct bbr *b)
{
	if (!b->probe_rtt_done_stamp || (s32)((u32)t->now - b->probe_rtt_done_stamp) <= 0)
		return;
	b->probe_rtt_min_stamp = t->now;
	bbr_restore_cwnd(t);
	exit_probe_rtt(t, b);
}

static void handle_probe_rtt(struct anp_tcb *t, struct bbr *b)
{
	/* What little is sent now says nothing about the bandwidth. */
	t->app_limited = t->delivered + anp_tcp_pipe(t) ?: 1;
	if (!b->probe_rtt_done_stamp) {
		if (anp_tcp_pipe(t) > bbr_probe_rtt_cwnd(t))
			return;
		b->probe_rtt_done_stamp = (u32)t->now + BBR_PROBE_RTT_DURATION ?: 1;
		b->probe_rtt_round_done = 0;
		bbr_start_round(t);
		return;
	}
	if (b->round_start)
		b->probe_rtt_round_done = 1;
	if (b->probe_rtt_round_done)
		check_probe_rtt_done(t, b);
}

static void check_probe_rtt(struct anp_tcb *t, struct bbr *b, const struct anp_tcp_ack_sample *rs)
{
	if (b->state != BBR_PROBE_RTT && b->probe_rtt_expired && !b->idle_restart) {
		bbr_save_cwnd(t);
		b->state = BBR_PROBE_RTT;
		b->probe_rtt_done_stamp = 0;
		b->ack_phase = BBR_ACKS_PROBE_STOPPING;
		bbr_start_round(t);
	}
	if (b->state == BBR_PROBE_RTT)
		handle_probe_rtt(t, b);
	if (rs->rate_bytes)
		b->idle_restart = 0;
}

/* ---- [5.2.3] an ACK ---- */

static void bbr_cong_control(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs)
{
	struct bbr *b = bbr_of(t);

	bbr_update_latest_delivery_signals(t, rs);
	bbr_update_congestion_signals(t, rs);
	bbr_update_ack_aggregation(t, rs);
	check_full_bw_reached(b, rs);
	check_startup_done(t, b, rs);
	check_drain_done(t, b);
	update_probe_bw_cycle_phase(t, b, rs);
	bbr_update_min_rtt(t, rs);
	check_probe_rtt(t, b, rs);
	bbr_advance_latest_delivery_signals(t, rs);

	bbr_set_pacing_rate_with_gain(t, gains[b->state].pacing_gain);
	bbr_set_cwnd(t, rs, gains[b->state].cwnd_gain);
}

/* ---- [5.2.4], [5.5.10.2] losses and marks ---- */

/* @in_flight was too much while bandwidth was being probed. */
static void handle_inflight_too_high(struct anp_tcb *t, struct bbr *b, u32 in_flight,
				     bool app_limited)
{
	b->prev_probe_too_high = 1;
	b->is_bw_probe_sample = 0;
	if (!app_limited)
		b->inflight_longterm = max_t(u32, in_flight,
					     div_u64((u64)bbr_target_inflight(t) * 7, 10));
	if (b->state == BBR_PROBE_BW_UP) {
		b->undo_state = BBR_PROBE_BW_UP;
		start_probe_bw_down(t, b);
	}
}

/*
 * InflightAtLoss(): how much of the burst @size bytes long, with @lost bytes lost and @in_flight in
 * flight behind its end, could be sent before losses became too many.
 */
static u32 inflight_at_loss(u32 in_flight, u32 lost, u32 size)
{
	u32 inflight_prev = in_flight - min(size, in_flight), lost_prev = lost - min(size, lost);
	s64 prefix = div_s64((s64)inflight_prev * 2 - (s64)lost_prev * 100, 100 - 2);

	return inflight_prev + max_t(s64, prefix, 0);
}

static void bbr_lost(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	const struct anp_tcp_rate_snap *p = &cb->tx.rate;
	u32 lost = t->lost - p->lost, size = cb->end_seq - cb->seq;
	struct bbr *b = bbr_of(t);

	bbr_note_loss(t);
	/* What is lost next to the range before is the same event. */
	if (cb->seq != b->last_lost_end)
		b->loss_events = min(b->loss_events + 1, 15);
	b->last_lost_end = cb->end_seq;
	if (b->is_bw_probe_sample && bbr_is_inflight_too_high(t, lost, p->tx_in_flight))
		handle_inflight_too_high(t, b, inflight_at_loss(p->tx_in_flight, lost, size),
					 cb->tx.app_limited);
}

/* [5.6.4.4] A loss begins to be repaired, or a timeout; the window is not what it changes. */
static u32 bbr_ssthresh(struct anp_tcb *t)
{
	bbr_note_loss(t);
	bbr_save_cwnd(t);
	return t->ssthresh;
}

/* [3.7] */
static u32 bbr_ssthresh_ecn(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	if (b->state == BBR_STARTUP && !b->full_bw_reached)
		startup_too_high(t, b);
	else if (b->is_bw_probe_sample)
		handle_inflight_too_high(t, b, anp_tcp_pipe(t), !!t->app_limited);
	else
		bbr_mark_lower_bound(t);
	return t->ssthresh;
}

/* [5.5.11.2] */
static u32 bbr_undo(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);
	u8 undo_state = b->undo_state;

	bbr_restore_cwnd(t);
	b->is_loss_in_round = 0;
	reset_full_bw(b);
	b->bw_shortterm = max(b->bw_shortterm, b->undo_bw_shortterm);
	b->inflight_shortterm = max(b->inflight_shortterm, b->undo_inflight_shortterm);
	b->inflight_longterm = max(b->inflight_longterm, b->undo_inflight_longterm);
	b->undo_state = BBR_NO_STATE;
	if (undo_state == BBR_STARTUP && b->state != BBR_STARTUP) {
		b->full_bw_reached = 0;
		if (b->state != BBR_PROBE_RTT)
			b->state = BBR_STARTUP;
	} else if (undo_state == BBR_PROBE_BW_UP && b->state != BBR_PROBE_BW_UP) {
		if (b->state != BBR_PROBE_RTT)
			start_probe_bw_refill(t, b);
	}
	return t->cwnd;
}

/* [5.4.1] */
static void handle_restart_from_idle(struct anp_tcb *t, struct bbr *b)
{
	if (!t->app_limited)
		return;
	b->idle_restart = 1;
	b->extra_acked_interval_start = t->now;
	if (bbr_in_probe_bw(b))
		bbr_set_pacing_rate_with_gain(t, 100);
	else if (b->state == BBR_PROBE_RTT)
		check_probe_rtt_done(t, b);
}

static void bbr_event(struct anp_tcb *t, enum anp_tcp_cong_event ev)
{
	switch (ev) {
	case ANP_TCP_CONG_TX_START:
		handle_restart_from_idle(t, bbr_of(t));
		break;
	case ANP_TCP_CONG_RECOVERED:
		bbr_restore_cwnd(t);
		break;
	case ANP_TCP_CONG_RESTART:
	case ANP_TCP_CONG_TIMEOUT:
		break;
	}
}

/* [5.2.1] */
static void bbr_init(struct anp_tcb *t)
{
	struct bbr *b = bbr_of(t);

	bbr_model_init(t);
	b->probe_up_acked_per_inc = BBR_INFINITY;
	b->ack_phase = BBR_ACKS_INIT;
	b->undo_state = BBR_NO_STATE;
	b->state = BBR_STARTUP;
	bbr_init_pacing_rate(t);
}

static size_t bbr_get_info(const struct anp_tcb *t, union tcp_cc_info *info)
{
	const struct bbr *b = (const struct bbr *)t->cong_priv;
	u64 bw = (u64)bbr_bw(b) << BBR_BW_SHIFT;

	memset(&info->bbr, 0, sizeof(info->bbr));
	info->bbr.bbr_bw_lo = (u32)bw;
	info->bbr.bbr_bw_hi = (u32)(bw >> 32);
	info->bbr.bbr_min_rtt = b->min_rtt;
	/* These two in 1/256. */
	info->bbr.bbr_pacing_gain = gains[b->state].pacing_gain * 256 / 100;
	info->bbr.bbr_cwnd_gain = gains[b->state].cwnd_gain * 256 / 100;
	return sizeof(info->bbr);
}

struct anp_tcp_cong_ops anp_tcp_bbr = {
	.name		= "bbr",
	.flags		= ANP_TCP_CONG_NON_RESTRICTED | ANP_TCP_CONG_PACED,
	.init		= bbr_init,
	.ssthresh	= bbr_ssthresh,
	.ssthresh_ecn	= bbr_ssthresh_ecn,
	.cong_control	= bbr_cong_control,
	.lost		= bbr_lost,
	.undo		= bbr_undo,
	.event		= bbr_event,
	.get_info	= bbr_get_info,
};
