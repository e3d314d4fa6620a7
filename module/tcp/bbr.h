/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BBR version 3, draft-ietf-ccwg-bbr: what its two files share.  bbr.c has the states (5.2 to 5.4),
 * bbr_model.c the model of the path and what follows from it (5.5, 5.6).  Sections in brackets are the
 * draft's; fields and functions carry its names where the kernel's style lets them.
 */
#ifndef ANP_TCP_BBR_H
#define ANP_TCP_BBR_H

#include "engine.h"

#define BBR_INFINITY		U32_MAX
#define BBR_BW_SHIFT		4		/* bandwidths count in 16 bytes a second */
#define BBR_MIN_RTT_FILTER_LEN	10000000u	/* us, [2.16.1] */
#define BBR_PROBE_RTT_DURATION	200000u		/* us, [2.16.2] */
#define BBR_PROBE_RTT_INTERVAL	5000000u	/* us */

enum bbr_state {
	BBR_STARTUP,
	BBR_DRAIN,
	BBR_PROBE_BW_DOWN,
	BBR_PROBE_BW_CRUISE,
	BBR_PROBE_BW_REFILL,
	BBR_PROBE_BW_UP,
	BBR_PROBE_RTT,
	BBR_NO_STATE,			/* undo_state: nothing to return to */
};

/* [2.14] What the ACKs that come now are feedback to. */
enum bbr_ack_phase {
	BBR_ACKS_INIT,
	BBR_ACKS_REFILLING,
	BBR_ACKS_PROBE_STARTING,
	BBR_ACKS_PROBE_FEEDBACK,
	BBR_ACKS_PROBE_STOPPING,
};

/*
 * Bandwidths in units of 1 << BBR_BW_SHIFT bytes a second, volumes in bytes, times in us; stamps and
 * counts of `delivered` are low 32 bits and wrap.
 */
struct bbr {
	u32	max_bw[2];		/* max_bw_filter: of the cycle before, of this one */
	u32	bw_shortterm;
	u32	bw_latest;
	u32	full_bw;
	u32	inflight_latest;
	u32	inflight_longterm;
	u32	inflight_shortterm;
	u32	undo_bw_shortterm;
	u32	undo_inflight_longterm;
	u32	undo_inflight_shortterm;
	u32	prior_cwnd;
	u32	next_round_delivered;
	u32	loss_round_delivered;
	u32	last_lost_end;		/* sequence number: where the last lost range ended */
	u32	min_rtt;
	u32	min_rtt_stamp;
	u32	probe_rtt_min_delay;
	u32	probe_rtt_min_stamp;
	u32	probe_rtt_done_stamp;	/* 0: not set */
	u32	cycle_stamp;
	u32	bw_probe_wait;
	u32	bw_probe_up_acked;
	u32	probe_up_acked_per_inc;
	u32	extra_acked[2];		/* extra_acked_filter: of the rounds before, of these */
	u32	extra_acked_interval_start;
	u32	extra_acked_delivered;
	u8	state;			/* enum bbr_state */
	u8	undo_state;
	u8	full_bw_count : 2,
		bw_probe_up_rounds : 5,
		full_bw_now : 1;
	u8	rounds_since_probe_up : 6,
		full_bw_reached : 1,
		idle_restart : 1;
	u8	ack_phase : 3,		/* enum bbr_ack_phase */
		drain_rounds : 3,
		round_start : 1,
		loss_round_start : 1;
	u8	extra_acked_rounds : 4,	/* of extra_acked[1] */
		loss_events : 4;	/* ranges lost in this round */
	u8	is_loss_in_round : 1,
		is_bw_probe_sample : 1,
		prev_probe_too_high : 1,
		prev_probe_precautionary : 1,
		probe_rtt_expired : 1,
		probe_rtt_round_done : 1;
};

static inline struct bbr *bbr_of(struct anp_tcb *t)
{
	return anp_tcp_cong_priv(t, struct bbr);
}

static inline bool bbr_in_probe_bw(const struct bbr *b)
{
	return b->state >= BBR_PROBE_BW_DOWN && b->state <= BBR_PROBE_BW_UP;
}

/* [2.8] MinPipeCwnd */
static inline u32 bbr_min_pipe_cwnd(const struct anp_tcb *t)
{
	return 4 * t->mss;
}

static inline u32 bbr_max_bw(const struct bbr *b)
{
	return max(b->max_bw[0], b->max_bw[1]);
}

/* [5.5.10.3] BoundBWForModel(): BBR.bw */
static inline u32 bbr_bw(const struct bbr *b)
{
	return min(bbr_max_bw(b), b->bw_shortterm);
}

/* The rate sample of an ACK as a bandwidth; 0: it has none. */
static inline u32 bbr_sample_bw(const struct anp_tcp_ack_sample *rs)
{
	if (!rs->rate_us)
		return 0;
	return min_t(u64, div_u64((u64)rs->rate_bytes * (1000000 >> BBR_BW_SHIFT), rs->rate_us),
		     BBR_INFINITY - 1);
}

/* ---- bbr_model.c ---- */

/* min_rtt and rounds at the beginning. */
void bbr_model_init(struct anp_tcb *t);

/* [5.5.1] What is sent from now on belongs to the next round. */
void bbr_start_round(struct anp_tcb *t);

void bbr_update_latest_delivery_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs);
void bbr_advance_latest_delivery_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs);
void bbr_update_congestion_signals(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs);
void bbr_reset_congestion_signals(struct bbr *b);
void bbr_reset_short_term_model(struct bbr *b);
void bbr_update_ack_aggregation(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs);
void bbr_update_min_rtt(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs);

/* [5.5.6] A ProbeBW cycle is over. */
void bbr_advance_max_bw_filter(struct bbr *b);

/* [5.5.10.2] @lost bytes of @in_flight: was that too much? */
bool bbr_is_inflight_too_high(const struct anp_tcb *t, u32 lost, u32 in_flight);

/* [5.5.10.2] The first loss or mark of a round is noted and what was before it saved. */
void bbr_note_loss(struct anp_tcb *t);

/* [3.7] A mark while bandwidth is not being probed. */
void bbr_mark_lower_bound(struct anp_tcb *t);

/* [5.6.4.2] Volumes: @gain in percent. */
u32 bbr_bdp_multiple(const struct anp_tcb *t, u32 bw, u32 gain);
u32 bbr_inflight(struct anp_tcb *t, u32 bw, u32 gain);
u32 bbr_target_inflight(struct anp_tcb *t);
u32 bbr_inflight_with_headroom(const struct anp_tcb *t);

void bbr_save_cwnd(struct anp_tcb *t);
void bbr_restore_cwnd(struct anp_tcb *t);

/* [5.6.2] @gain in percent. */
void bbr_set_pacing_rate_with_gain(struct anp_tcb *t, u32 gain);
void bbr_init_pacing_rate(struct anp_tcb *t);
void bbr_set_cwnd(struct anp_tcb *t, const struct anp_tcp_ack_sample *rs, u32 cwnd_gain);
u32 bbr_probe_rtt_cwnd(struct anp_tcb *t);

#endif /* ANP_TCP_BBR_H */
