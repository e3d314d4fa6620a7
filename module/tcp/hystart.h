/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HyStart++ (RFC 9406): a slow start that sees the queue grow, and leaves before it overflows.
 */
#ifndef ANP_TCP_HYSTART_H
#define ANP_TCP_HYSTART_H

#include <linux/types.h>

struct anp_tcb;
struct anp_tcp_ack_sample;

/* Names as in RFC 9406 4.2; times in us, U32_MAX: none yet. */
struct anp_tcp_hystart {
	u32	window_end;
	u32	last_round_min_rtt;
	u32	current_round_min_rtt;
	u32	css_baseline_min_rtt;
	u32	round_at;		/* when the round began, low bits */
	u32	train_at;		/* the last ACK of the train that came with its beginning */
	u8	rtt_sample_count;
	u8	css_rounds;
	u8	css : 1,		/* in conservative slow start */
		train : 1,		/* namely for a train of ACKs */
		done : 1;		/* not in the initial slow start any more */
};

void anp_tcp_hystart_init(struct anp_tcp_hystart *h, const struct anp_tcb *t);

/* Looks at an ACK; where the queue has grown for long enough sets t->ssthresh to t->cwnd. */
void anp_tcp_hystart_acked(struct anp_tcp_hystart *h, struct anp_tcb *t,
			   const struct anp_tcp_ack_sample *s);

/* How much of @acked bytes slow start may grow by: all, or a quarter in conservative slow start. */
u32 anp_tcp_hystart_growth(const struct anp_tcp_hystart *h, u32 acked);

#endif /* ANP_TCP_HYSTART_H */
