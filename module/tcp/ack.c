// SPDX-License-Identifier: GPL-2.0
/*
 * Acknowledgments received: RFC 9293 3.10.7.4 step 5 for the synchronised states.
 */
#include "engine.h"

/* Frees the part of @skb that is acknowledged. */
static void trim_head(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 done = t->snd_una - cb->seq;

	if (done == skb->len)
		/* All but the FIN, which from now on goes alone (output.c). */
		done = cb->end_seq - cb->seq;
	else if (anp_tcp_split(t, &t->rtxq, skb, done))
		/* Without memory the whole is kept and would be sent again: harmless. */
		return;
	if (cb->tx.lost)
		t->lost_out -= done;
	if (cb->tx.retrans)
		t->retrans_out -= done;
	__skb_unlink(skb, &t->rtxq);
	anp_tcp_host_snd_free(t, skb);
}

/*
 * Takes what is acknowledged off the retransmission queue.  Returns the time the latest segment
 * that was sent only once has travelled, 0 if there is none (Karn).
 */
static u32 clean_rtxq(struct anp_tcb *t)
{
	struct sk_buff *skb;
	bool again = false;
	u32 rtt = 0;

	while ((skb = skb_peek(&t->rtxq))) {
		struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
		u32 len = cb->end_seq - cb->seq;

		/* RFC 6298 3: a segment that was sent again gives no sample, nor those it held up. */
		if (cb->tx.ever_retrans && seq_lt(cb->seq, t->snd_una))
			again = true;
		if (seq_gt(cb->end_seq, t->snd_una)) {
			if (seq_lt(cb->seq, t->snd_una))
				trim_head(t, skb);
			break;
		}
		if (cb->tx.lost)
			t->lost_out -= len;
		if (cb->tx.retrans)
			t->retrans_out -= len;
		rtt = max_t(u64, min_t(u64, t->now - cb->tx.sent_at, U32_MAX), 1);
		__skb_unlink(skb, &t->rtxq);
		anp_tcp_host_snd_free(t, skb);
	}
	return again ? 0 : rtt;
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

static void una_advanced(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	struct anp_tcp_ack_sample s = {
		.acked = cb->rx.ack_seq - t->snd_una,
		.prior_flight = anp_tcp_flight(t),
	};
	bool fin = t->fin_queued && cb->rx.ack_seq == t->write_seq;
	bool recovering = t->ca_state == ANP_TCP_CA_RECOVERY;

	t->snd_una = cb->rx.ack_seq;
	t->bytes_acked += s.acked - fin;
	s.rtt = clean_rtxq(t);
	if (!s.rtt)
		s.rtt = ts_rtt(t, cb);
	if (s.rtt)
		anp_tcp_rtt_sample(t, s.rtt);
	/* Not the backoff: RFC 6298 5 keeps it until there is a sample. */
	t->retransmits = 0;
	t->probes = 0;
	t->stalled_at = 0;
	t->err = 0;
	if (t->ca_state == ANP_TCP_CA_OPEN)
		t->dupacks = 0;
	anp_tcp_recovery_acked(t, s.acked);
	/* What has been acknowledged is no longer counted as arrived out of order. */
	t->sacked_out = min(t->sacked_out, anp_tcp_flight(t) - t->lost_out);
	/* RFC 6582 3.2 step 3: the ACK that ends a recovery sets the window, and does not grow it. */
	anp_tcp_cong_acked(t, &s, !recovering);
	/* RFC 6298 5.2 and 5.3 */
	t->t_rtx = 0;
	if (anp_tcp_flight(t))
		anp_tcp_rtx_arm(t);
	anp_tcp_host_event(t, ANP_TCP_EV_WRITABLE);
}

bool anp_tcp_ack_rcv(struct anp_tcb *t, const struct sk_buff *skb, bool has_data)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 ack = cb->rx.ack_seq;
	bool moved;

	if (seq_gt(ack, t->snd_nxt)) {
		/* RFC 9293 3.10.7.4 step 5: acknowledges what was never sent. */
		anp_tcp_send_challenge(t);
		return false;
	}
	if (seq_lt(ack, t->snd_una)) {
		/* RFC 5961 5.2: older than any ACK the peer can have sent. */
		if (seq_lt(ack, t->snd_una - t->max_wnd)) {
			anp_tcp_send_challenge(t);
			return false;
		}
		return true;
	}
	t->last_ack_rcvd = t->now;
	moved = window_update(t, cb);
	if (ack != t->snd_una) {
		una_advanced(t, cb);
		return true;
	}
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
	/* RFC 5681 2: a duplicate ACK has no data, no new window, and something is outstanding. */
	if (!has_data && !moved && !(cb->flags & (ANP_TCP_SYN | ANP_TCP_FIN)))
		anp_tcp_recovery_dupack(t);
	return true;
}
