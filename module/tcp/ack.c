// SPDX-License-Identifier: GPL-2.0
/*
 * Acknowledgments received: RFC 9293 3.10.7.4 step 5 for the synchronised states.
 */
#include "engine.h"

/*
 * Takes what is acknowledged off the retransmission queue.  A segment that is acknowledged in part
 * stays whole: it is cut when it has to be sent again, or else never.
 */
static void clean_rtxq(struct anp_tcb *t, struct anp_tcp_acked *a)
{
	struct sk_buff *skb;
	bool again = false;
	u32 known = 0;

	while ((skb = skb_rb_first(&t->rtxq))) {
		struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		if (seq_geq(cb->seq, t->snd_una))
			break;
		/* RFC 6298 3: a segment that was sent again gives no sample, nor those it held up. */
		if (cb->tx.ever_retrans)
			again = true;
		anp_tcp_rate_delivered(t, a, cb);
		if (seq_gt(cb->end_seq, t->snd_una)) {
			/* Those of its segments that have arrived tell as much as a whole one. */
			anp_tcp_rack_update(t, a, cb, t->snd_una);
			if (cb->tx.lost || t->snd_una - cb->seq == skb->len)
				anp_tcp_rtx_trim(t, skb);
			break;
		}
		anp_tcp_rack_delivered(t, a, skb);
		a->rtt = a->sent_once_rtt;
		anp_tcp_rtx_free(t, skb);
	}
	while ((skb = skb_rb_first(&t->sackq))) {
		struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		if (seq_geq(cb->seq, t->snd_una))
			break;
		if (seq_gt(cb->end_seq, t->snd_una)) {
			/* It was taken back in part. */
			anp_tcp_mark_unsacked(t, skb);
			break;
		}
		known += cb->end_seq - cb->seq;
		anp_tcp_rtx_free(t, skb);
	}
	a->delivered = a->acked - min(known, a->acked);
	if (again)
		a->rtt = 0;
}

/* RFC 7323 4.1: the echoed timestamp measures even what was sent again. */
static u32 ts_rtt(const struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	u32 ms;

	if (!t->ts_ok || !cb->rx.has_ts || !cb->rx.tsecr)
		return 0;
	ms = anp_tcp_ts_clock(t->now, t->ts_off) - cb->rx.tsecr;
	if (ms > ANP_TCP_RTO_MAX / 1000)
		return 0;
	return max(ms * 1000, 1000u);
}

/* RFC 9293 3.10.7.4 step 5: the send window.  Returns true if it changed. */
static bool window_update(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	u32 wnd = (u32)cb->rx.wnd << t->snd_wscale;
	bool changed;

	/*
	 * A newer ACK counts even on an older segment, one sent again: else the old window would be
	 * counted from the new snd_una and its right edge lie beyond what the peer offered.
	 */
	if (!(seq_lt(t->snd_una, cb->rx.ack_seq) || seq_lt(t->snd_wl1, cb->seq) ||
	      (t->snd_wl1 == cb->seq && (seq_lt(t->snd_wl2, cb->rx.ack_seq) ||
					 (t->snd_wl2 == cb->rx.ack_seq && wnd > t->snd_wnd)))))
		return false;
	changed = wnd != t->snd_wnd;
	t->snd_wl1 = cb->seq;
	t->snd_wl2 = cb->rx.ack_seq;
	t->snd_wnd = wnd;
	t->max_wnd = max(t->max_wnd, wnd);
	return changed;
}

static void una_advanced(struct anp_tcb *t, struct anp_tcp_acked *a, u32 ack)
{
	a->acked = ack - t->snd_una;
	t->snd_una = ack;
	/* As Linux, SYN and FIN count too. */
	t->bytes_acked += a->acked;
	if (unlikely(t->urg_out) && seq_geq(ack, t->snd_up))
		t->urg_out = 0;
	clean_rtxq(t, a);
	anp_tcp_mtup_acked(t);
	/* Not the backoff: RFC 6298 5 keeps it until there is a sample. */
	t->retransmits = 0;
	t->probes = 0;
	t->stalled_at = 0;
	t->err = 0;
}

void anp_tcp_ack_syn_data(struct anp_tcb *t, u32 ack)
{
	struct anp_tcp_acked a = {};

	una_advanced(t, &a, ack);
}

static u32 rtt_measure(struct anp_tcb *t, const struct anp_tcp_acked *a,
		       const struct anp_tcp_cb *cb)
{
	u32 rtt = a->rtt;

	if (!rtt && a->acked)
		rtt = ts_rtt(t, cb);
	/* What was acknowledged selectively is as good a measure, if it was sent once. */
	if (!rtt && a->sacked)
		rtt = a->sent_once_rtt;
	if (rtt)
		anp_tcp_rtt_sample(t, rtt);
	return rtt;
}

/* Does the ACK have to do with loss?  Most have not. */
static bool about_loss(const struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	return t->ca_state != ANP_TCP_CA_OPEN || a->sacked || a->dsack || a->dupack;
}

/* What the ACK, checked, says of the send queue. */
static void ack_process(struct anp_tcb *t, const struct sk_buff *skb, struct anp_tcp_acked *a)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool reducing = anp_tcp_reducing(t);
	struct anp_tcp_ack_sample s = { .prior_flight = anp_tcp_flight(t), .lost = t->lost };

	a->tsecr = t->ts_ok && cb->rx.has_ts ? cb->rx.tsecr : 0;
	if (seq_gt(cb->rx.ack_seq, t->snd_una))
		una_advanced(t, a, cb->rx.ack_seq);
	if (cb->rx.sack_at && t->sack_ok) {
		anp_tcp_sack_rcv(t, skb, a);
		a->delivered += a->sacked;
	}
	s.rtt = rtt_measure(t, a, cb);
	if (t->tlp_on)
		anp_tcp_tlp_ack(t, a);
	if (about_loss(t, a)) {
		anp_tcp_recovery_ack(t, a);
		/* Has anything become known to be wrong?  Then there is no probe. */
		anp_tcp_tlp_arm(t);
	}
	if (a->delivered)
		anp_tcp_rate_sample(t, a, &s);
	anp_tcp_ecn_ack(t, cb, a);
	s.acked = a->acked;
	s.delivered = a->delivered;
	s.lost = t->lost - s.lost;
	s.ece = t->ecn_ok && (cb->flags & ANP_TCP_ECE);
	if (s.ece)
		t->delivered_ce += DIV_ROUND_UP(a->delivered, t->mss);
	/* The ACK that ends a reduction sets the window, and does not grow it. */
	anp_tcp_cong_acked(t, &s, !reducing && !anp_tcp_reducing(t));
	if (anp_tcp_host_rate_wanted(t))
		anp_tcp_pacing_update(t);
	if (!a->acked)
		return;
	/* RFC 6298 5.2 and 5.3 */
	t->t_rtx = 0;
	if (anp_tcp_flight(t))
		anp_tcp_rtx_arm(t);
	/* Or it is only that two ACKs have changed places: wait a little, as Linux does. */
	if (anp_tcp_sack_reneged(t))
		t->t_rtx = min(t->t_rtx, t->now + max(t->srtt / 2, 10000u));
	anp_tcp_tlp_arm(t);
	anp_tcp_host_event(t, ANP_TCP_EV_WRITABLE);
}

/* An ACK that others have overtaken. */
static bool late_ack(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct anp_tcp_acked a = {};

	/* RFC 5961 5.2: older than any ACK the peer can have sent. */
	if (seq_lt(cb->rx.ack_seq, t->snd_una - t->max_wnd)) {
		anp_tcp_send_challenge(t, ANP_MIB_TCP_ACK_SKIPPED_CHALLENGE);
		return false;
	}
	/* Its blocks may be news all the same. */
	if (cb->rx.sack_at && anp_tcp_flight(t))
		ack_process(t, skb, &a);
	return true;
}

/*
 * An ACK of something in flight, or once more of what lies before that.  Apart, as is late_ack(): who only
 * receives does not pay for an empty record of what was acknowledged.
 */
static void timely_ack(struct anp_tcb *t, const struct sk_buff *skb, bool dupack)
{
	struct anp_tcp_acked a = { .dupack = dupack };

	ack_process(t, skb, &a);
}

bool anp_tcp_ack_rcv(struct anp_tcb *t, const struct sk_buff *skb, bool has_data)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 ack = cb->rx.ack_seq;
	bool moved, dupack = false;

	if (seq_gt(ack, t->snd_nxt)) {
		/* RFC 9293 3.10.7.4 step 5: acknowledges what was never sent. */
		anp_tcp_send_challenge(t, ANP_MIB_TCP_ACK_SKIPPED_CHALLENGE);
		return false;
	}
	if (seq_lt(ack, t->snd_una))
		return late_ack(t, skb);
	t->rcv_tstamp = anp_tcp_tick(t->now);
	moved = window_update(t, cb);
	if (ack == t->snd_una) {
		t->probes = 0;
		if (!anp_tcp_flight(t)) {
			/* The answer to a probe: the window opened, or it is probed on. */
			if (moved) {
				t->backoff = 0;
				t->stalled_at = 0;
				t->t_rtx = 0;
			}
			return true;
		}
		/* RFC 5681 2: no data, no new window, and something is outstanding. */
		dupack = !has_data && !moved && !(cb->flags & (ANP_TCP_SYN | ANP_TCP_FIN));
	}
	timely_ack(t, skb, dupack);
	return true;
}
