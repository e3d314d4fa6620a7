// SPDX-License-Identifier: GPL-2.0
/*
 * When to acknowledge, learnt from how the peer sends: the size of its segments, the time between them
 * (ato), and whether the program answers what it reads (pingpong).  RFC 9293 3.8.6.3 leaves all of
 * this open; it is what Linux does, which peers' timers and Nagle's algorithm are tuned to.
 */
#include "engine.h"

#define ATO_MIN		(ANP_TCP_DELACK_MIN / 1000)	/* ms */
#define LAST_OF_MANY	(ANP_TCP_PSH | ANP_TCP_FIN | ANP_TCP_URG)

void anp_tcp_rcv_mss_guess(struct anp_tcb *t)
{
	u32 guess = min3((u32)t->mss, t->rcv_wnd / 2, (u32)ANP_TCP_MSS_DEFAULT);

	t->rcv_mss = max_t(u32, guess, ANP_TCP_MSS_MIN);
}

void anp_tcp_quickack_grow(struct anp_tcb *t, u8 max)
{
	/* As many as the window has pairs of segments: then slow start is over. */
	u32 n = t->rcv_wnd / (2 * t->rcv_mss) ?: 2;

	t->quickack = max_t(u32, t->quickack, min_t(u32, n, max));
}

void anp_tcp_quickack_enter(struct anp_tcb *t, u8 max)
{
	anp_tcp_quickack_grow(t, max);
	t->pingpong = 0;
	t->ato = ATO_MIN;
}

/*
 * The largest that came, or a smaller size that came twice in a row and was not the end of what the
 * peer had to send: it has a smaller MSS, or the path.  SACK blocks make a segment's payload smaller,
 * so options count as payload, but for the timestamp, which is always there.
 */
static void mss_measure(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 len = skb_shinfo(skb)->gso_size ?: skb->len;
	u32 last = t->rcv_mss_last;

	t->rcv_mss_last = 0;
	if (len >= t->rcv_mss) {
		t->rcv_mss = min_t(u32, len, t->mss_local);
		return;
	}
	len += cb->hdrlen - sizeof(struct tcphdr);
	if (len >= ANP_TCP_MSS_DEFAULT || (len >= ANP_TCP_MSS_MIN && !(cb->flags & LAST_OF_MANY))) {
		len = min_t(u32, len - t->hdr_opts, t->mss_local);
		t->rcv_mss_last = len;
		if (len == last) {
			t->rcv_mss = len;
			return;
		}
	}
	t->ack_pushed = min(t->ack_pushed + 1, 2);
}

/* Half of what it was, and half of the time between the last two segments. */
static void ato_measure(struct anp_tcb *t, u32 tick)
{
	u32 gap = (min(tick - t->lrcvtime, 1u << 20) << 10) / 1000, rto = t->rto / 1000;	/* ms */

	if (gap <= ATO_MIN / 2)
		t->ato = t->ato / 2 + ATO_MIN / 2;
	else if (gap < t->ato)
		t->ato = min_t(u32, t->ato / 2 + gap, rto);
	else if (gap > rto)
		/* Its sender begins anew with a small window. */
		anp_tcp_quickack_grow(t, ANP_TCP_QUICKACKS);
}

void anp_tcp_delack_measure(struct anp_tcb *t, const struct sk_buff *skb)
{
	u32 tick = anp_tcp_tick(t->now);

	mss_measure(t, skb);
	if (tick != t->lrcvtime || t->ato != ATO_MIN)
		ato_measure(t, tick);
}

/* How long an ACK may wait, us. */
static u32 ack_delay(const struct anp_tcb *t)
{
	u32 max = ANP_TCP_DELACK_MAX;

	if (likely(t->ato <= ATO_MIN))
		return ANP_TCP_DELACK_MIN;
	/* No sender is to be held up by more than the path does. */
	if (t->srtt)
		max = clamp(t->srtt, ANP_TCP_DELACK_MIN, max);
	return min(t->ato * 1000u, max);
}

void anp_tcp_delack_arm(struct anp_tcb *t)
{
	u32 wait = ack_delay(t);

	if (!t->t_delack)
		t->t_delack = t->now + wait;
	else if (t->t_delack <= t->now + wait / 4)
		/* It would expire presently. */
		t->ack_now = 1;
	else
		t->t_delack = min(t->t_delack, t->now + wait);
}

void anp_tcp_delack_timeout(struct anp_tcb *t)
{
	t->t_delack = 0;
	anp_tcp_host_count(t, ANP_MIB_TCP_DELAYED_ACKS);
	if (t->pingpong) {
		/* The program does not answer so fast: from now on nothing waits for its answers. */
		t->pingpong = 0;
		t->ato = ATO_MIN;
	} else {
		t->ato = min_t(u32, 2 * t->ato, min(t->rto / 1000, (u32)U16_MAX));
	}
	anp_tcp_send_ack(t);
}

bool anp_tcp_delack_read(const struct anp_tcb *t)
{
	if (!t->t_delack)
		return false;
	/* Held back by ack_schedule() until the program reads. */
	if (t->rcv_nxt - t->rcv_wup > t->rcv_mss)
		return true;
	/*
	 * All is read, and what came last was short: Nagle's algorithm may hold back the rest.  If the
	 * program tends to answer, its answer is waited for; but not if even that was not all.
	 */
	return t->ack_pushed > t->pingpong && t->rcv_nxt - t->fin_rcvd == t->copied_seq;
}
