// SPDX-License-Identifier: GPL-2.0
/*
 * RACK (RFC 8985 6): a segment is lost when one sent after it has been delivered and it has had time
 * to be overtaken.  How much time is learnt from the reordering that is seen and from duplicates
 * that the peer reports.
 */
#include "engine.h"

#define DUP_THRESH	3
#define REO_WND_PERSIST	16	/* recoveries without a duplicate */
#define REORDERING_MAX	300	/* segments; for TCP_INFO only */

static bool sent_after(u64 t1, u32 end1, u64 t2, u32 end2)
{
	return t1 > t2 || (t1 == t2 && seq_gt(end1, end2));
}

/* RFC 8985 6.2 step 3: what begins at @seq has arrived after what was sent behind it. */
void anp_tcp_rack_overtaken(struct anp_tcb *t, u32 seq)
{
	u32 by;

	if (!t->sack_ok || seq_geq(seq, t->rack_fack))
		return;
	by = DIV_ROUND_UP(t->rack_fack - seq, t->mss);

	t->reord_seen++;
	t->reordering = clamp_t(u32, by, t->reordering, REORDERING_MAX);
	anp_tcp_host_count(t, ANP_MIB_TCP_SACK_REORDER);
}

void anp_tcp_rack_update(struct anp_tcb *t, struct anp_tcp_acked *a, const struct anp_tcp_cb *cb,
			 u32 end_seq)
{
	u32 rtt = max_t(u64, min_t(u64, t->now - cb->tx.sent_at, U32_MAX), 1);

	if (!cb->tx.ever_retrans) {
		a->sent_once_rtt = rtt;
		/* Sent before the last timeout or recovery, and not again. */
		if (seq_leq(end_seq, t->recover))
			a->original = true;
	}
	/* RFC 8985 6.2 step 2: an ACK that may be for an earlier transmission tells nothing. */
	if (cb->tx.ever_retrans) {
		if (a->tsecr && seq_lt(a->tsecr, anp_tcp_ts_clock(cb->tx.sent_at, t->ts_off)))
			return;
		if (rtt < t->rtt_min)
			return;
	}
	/* Of whichever came last: on a path that has become slower the others take as long. */
	t->rack_rtt = rtt;
	if (!sent_after(cb->tx.sent_at, end_seq, t->rack_xmit_at, t->rack_end_seq))
		return;
	t->rack_xmit_at = cb->tx.sent_at;
	t->rack_end_seq = end_seq;
}

void anp_tcp_rack_delivered(struct anp_tcb *t, struct anp_tcp_acked *a, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (seq_gt(cb->end_seq, t->rack_fack))
		t->rack_fack = cb->end_seq;
	else if (!cb->tx.ever_retrans)
		anp_tcp_rack_overtaken(t, cb->seq);
	anp_tcp_rack_update(t, a, cb, cb->end_seq);
}

/*
 * RFC 8985 6.2 step 4: us.  At most a round trip; DEVIATION: of those that take longer, for what overtakes
 * the others makes SRTT short.
 */
static u32 reo_wnd(const struct anp_tcb *t)
{
	if (!t->reord_seen && (t->ca_state >= ANP_TCP_CA_RECOVERY ||
			       t->sacked_out >= DUP_THRESH * t->mss))
		return 0;
	return min_t(u64, (u64)t->rtt_min / 4 * t->reo_wnd_mult, t->srtt + t->rttvar);
}

/* When @cb counts as lost, if something sent after it has arrived. */
static u64 lost_at(const struct anp_tcb *t, const struct anp_tcp_cb *cb, u32 wnd)
{
	return cb->tx.sent_at + (t->rack_rtt ?: t->srtt) + wnd;
}

/* RFC 8985 6.2 step 4: a round with duplicates was patient too little. */
void anp_tcp_rack_dsack(struct anp_tcb *t, bool dsack)
{
	if (t->dsack_round_on && seq_geq(t->snd_una, t->dsack_round))
		t->dsack_round_on = 0;
	if (!dsack || t->dsack_round_on)
		return;
	t->dsack_round_on = 1;
	t->dsack_round = t->snd_nxt;
	t->reo_wnd_mult = min(t->reo_wnd_mult + 1, U8_MAX);
	t->reo_wnd_persist = REO_WND_PERSIST;
}

/*
 * DEVIATION from RFC 8985 6.2 step 4, which goes there by a quarter of a round trip for each round with
 * duplicates: it is known here how long the segment took that was not waited for.
 */
void anp_tcp_rack_late(struct anp_tcb *t, u32 rtt)
{
	u32 least = max(t->rtt_min, 1u), quarters;

	rtt = clamp(rtt, least, max(least, ANP_TCP_RTO_MAX));
	quarters = DIV_ROUND_UP(4 * (rtt - least), least);
	t->reo_wnd_mult = clamp_t(u32, quarters, t->reo_wnd_mult, U8_MAX);
	t->reo_wnd_persist = REO_WND_PERSIST;
}

void anp_tcp_rack_recovered(struct anp_tcb *t)
{
	if (t->reo_wnd_persist && !--t->reo_wnd_persist)
		t->reo_wnd_mult = 1;
}

/*
 * RFC 8985 6.2 step 5.  All that was sent before what has been delivered is either lost or, in the
 * order of sending, has its time: the timer is for the first of these.
 */
bool anp_tcp_rack_detect(struct anp_tcb *t)
{
	u32 lost = t->lost_out - t->retrans_out, wnd = reo_wnd(t);
	struct sk_buff *skb, *next;

	t->t_reo = 0;
	list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor) {
		const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
		u64 due = lost_at(t, cb, wnd);

		if (!sent_after(t->rack_xmit_at, t->rack_end_seq, cb->tx.sent_at, cb->end_seq))
			break;
		if (due > t->now) {
			t->t_reo = due;
			break;
		}
		anp_tcp_mark_lost(t, skb);
	}
	return t->lost_out - t->retrans_out > lost;
}

/* RFC 8985 6.3: a timeout says that the first is lost, and what is as old as it. */
void anp_tcp_rack_timeout(struct anp_tcb *t)
{
	struct sk_buff *skb = skb_rb_first(&t->rtxq), *next;
	u32 wnd = reo_wnd(t);

	t->t_reo = 0;
	if (skb)
		anp_tcp_mark_lost(t, skb);
	list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor) {
		if (lost_at(t, ANP_TCP_CB(skb), wnd) > t->now)
			break;
		anp_tcp_mark_lost(t, skb);
	}
}
