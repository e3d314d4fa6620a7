// SPDX-License-Identifier: GPL-2.0
/*
 * SEGMENT ARRIVES (RFC 9293 3.10.7), read beside the RFC: one function a state that differs, and
 * for the synchronised states one function a step, each saying whether the segment goes on.
 */
#include "engine.h"

enum step {
	STEP_NEXT,	/* go on with the next step */
	STEP_DROP,	/* free the segment, the reason is counted */
	STEP_END,	/* the segment has served; free it without counting a drop */
};

#define PAWS_IDLE (24ull * 24 * 3600 * 1000000)	/* us; RFC 7323 5.5 */

/* RFC 7323 5.3 R1: is the timestamp older than one seen? */
static bool paws_old(const struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	return t->ts_ok && cb->rx.has_ts && seq_lt(cb->rx.tsval, t->ts_recent) &&
	       t->now - t->ts_recent_at < PAWS_IDLE;
}

/* RFC 7323 4.3 (2): remember the timestamp of the segment that the last ACK asked for. */
static void ts_recent_update(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	if (!t->ts_ok || !cb->rx.has_ts || seq_gt(cb->seq, t->last_ack_sent))
		return;
	if (seq_lt(cb->rx.tsval, t->ts_recent) && t->now - t->ts_recent_at < PAWS_IDLE)
		return;
	t->ts_recent = cb->rx.tsval;
	t->ts_recent_at = t->now;
}

/* RFC 9293 3.4 table: is any of the segment inside the window? */
static bool acceptable(const struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	u32 wnd = anp_tcp_rcv_wnd_left(t);

	/* Ends before what is expected begins; an empty segment there still carries an ACK. */
	if (cb->seq == cb->end_seq)
		return seq_geq(cb->seq, t->rcv_wup) && seq_leq(cb->seq, t->rcv_nxt + wnd);
	if (seq_leq(cb->end_seq, t->rcv_nxt))
		return false;
	/*
	 * At a closed window only what starts right there is looked at: ACK and RST must pass.
	 * DEVIATION from RFC 9293 3.10.7.4 step 1, as Linux since 6.6: so does a FIN without data.  It
	 * takes no memory, and there are peers that send it again and again, whatever the window says.
	 * Data is left out by anp_tcp_data_rcv(), and a FIN behind it.
	 */
	return wnd ? seq_lt(cb->seq, t->rcv_nxt + wnd) : cb->seq == t->rcv_nxt;
}

/* A segment that has been acknowledged comes again: that ACK was lost, or late. */
static void old_data(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	anp_tcp_dsack_note(t, cb->seq, cb->end_seq);
	/* Its sender may begin anew with a window of one segment. */
	if (cb->seq != cb->end_seq)
		anp_tcp_quickack_enter(t, ANP_TCP_QUICKACKS);
	/*
	 * Of the last one the answer has to echo this timestamp, or its sender would measure the
	 * time to its timeout as a round trip.  Of others not: blind guesses would get through.
	 */
	if (cb->end_seq == t->rcv_nxt && !paws_old(t, cb))
		ts_recent_update(t, cb);
}

/* Step 1: sequence number and timestamp. */
static enum step check_seq(struct anp_tcb *t, const struct anp_tcp_cb *cb,
			   enum anp_mib_item *why)
{
	bool rst = cb->flags & ANP_TCP_RST;
	bool bare = t->ts_ok && !cb->rx.has_ts;

	if (rst ? acceptable(t, cb) : !bare && !paws_old(t, cb) && acceptable(t, cb))
		return STEP_NEXT;
	if (!rst && (bare || paws_old(t, cb)))
		*why = ANP_MIB_DROP_TCP_PAWS;
	else if (seq_leq(cb->end_seq, t->rcv_nxt))
		*why = ANP_MIB_DROP_TCP_OLD_DATA;
	else
		*why = ANP_MIB_DROP_TCP_WINDOW;
	/* RFC 7323 3.2: once agreed on, all segments have timestamps; none without is answered. */
	if (bare || rst)
		return STEP_DROP;
	if (cb->flags & ANP_TCP_SYN)
		anp_tcp_host_count(t, ANP_MIB_TCP_SYN_CHALLENGE);
	else if (*why == ANP_MIB_DROP_TCP_OLD_DATA)
		old_data(t, cb);
	/* Data sent twice is acknowledged each time, or its sender would go on. */
	if (cb->seq != cb->end_seq && !(cb->flags & ANP_TCP_SYN))
		anp_tcp_send_ack(t);
	else
		anp_tcp_send_challenge(t, *why == ANP_MIB_DROP_TCP_PAWS ? ANP_MIB_TCP_ACK_SKIPPED_PAWS :
								  ANP_MIB_TCP_ACK_SKIPPED_SEQ);
	return STEP_DROP;
}

static int reset_errno(const struct anp_tcb *t)
{
	switch (t->state) {
	case TCP_SYN_RECV:
		return t->fo_child ? ECONNRESET : ECONNREFUSED;
	case TCP_SYN_SENT:
		return ECONNREFUSED;
	case TCP_CLOSE_WAIT:
		return EPIPE;
	default:
		return ECONNRESET;
	}
}

static void reset_rcv(struct anp_tcb *t)
{
	if (anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_CLOSE_WAIT))
		anp_tcp_host_count(t, ANP_MIB_TCP_ESTAB_RESETS);
	anp_tcp_fail(t, reset_errno(t));
}

/* Step 2: RST (RFC 5961 3.2). */
static enum step check_rst(struct anp_tcb *t, const struct anp_tcp_cb *cb,
			   enum anp_mib_item *why)
{
	if (!(cb->flags & ANP_TCP_RST))
		return STEP_NEXT;
	if (cb->seq == t->rcv_nxt) {
		reset_rcv(t);
		return STEP_END;
	}
	*why = ANP_MIB_DROP_TCP_RST;
	anp_tcp_send_challenge(t, ANP_MIB_TCP_ACK_SKIPPED_CHALLENGE);
	return STEP_DROP;
}

/* Step 4: SYN (RFC 5961 4.2). */
static enum step check_syn(struct anp_tcb *t, const struct anp_tcp_cb *cb,
			   enum anp_mib_item *why)
{
	if (!(cb->flags & ANP_TCP_SYN))
		return STEP_NEXT;
	*why = ANP_MIB_DROP_TCP_FLAGS;
	anp_tcp_host_count(t, ANP_MIB_TCP_SYN_CHALLENGE);
	anp_tcp_send_challenge(t, ANP_MIB_TCP_ACK_SKIPPED_CHALLENGE);
	return STEP_DROP;
}

/* Sends the RST that SYN-SENT and SYN-RECEIVED owe to an ACK of something else. */
static void refuse_ack(struct anp_tcb *t, const struct sk_buff *skb)
{
	struct sk_buff *rst = anp_tcp_reply_reset(skb);

	if (!rst)
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_OUT_RSTS);
	anp_tcp_host_xmit(t, rst);
}

/* Step 5 in SYN-RECEIVED: the handshake is over, or the ACK is for another one. */
static enum step syn_recv_ack(struct anp_tcb *t, const struct sk_buff *skb,
			      enum anp_mib_item *why)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (!seq_gt(cb->rx.ack_seq, t->snd_una) || seq_gt(cb->rx.ack_seq, t->snd_nxt)) {
		*why = ANP_MIB_DROP_TCP_ACK;
		refuse_ack(t, skb);
		return STEP_DROP;
	}
	/* RFC 6298 3: the SYN-ACK's round trip, unless it was sent twice or something behind it. */
	if (t->fo_child && !t->retransmits && t->snd_nxt == t->iss + 1)
		anp_tcp_rtt_sample(t, max_t(u64, t->now - t->sent_at, 1));
	t->snd_una = t->iss + 1;
	t->snd_wnd = (u32)cb->rx.wnd << t->snd_wscale;
	t->max_wnd = max(t->max_wnd, t->snd_wnd);
	t->snd_wl1 = cb->seq;
	t->snd_wl2 = cb->rx.ack_seq;
	anp_tcp_established(t);
	if (t->fin_queued)
		anp_tcp_set_state(t, TCP_FIN_WAIT1);
	if (anp_tcp_flight(t))
		anp_tcp_rtx_arm(t);
	if (unlikely(t->fo_data))
		anp_tcp_fo_answered(t, NULL, cb->rx.ack_seq);
	return STEP_NEXT;
}

/* Step 5, after the ACK was taken in: has our FIN been acknowledged? */
static enum step fin_acked(struct anp_tcb *t)
{
	if (!t->fin_queued || t->snd_una != t->write_seq)
		return STEP_NEXT;
	switch (t->state) {
	case TCP_FIN_WAIT1:
		anp_tcp_set_state(t, TCP_FIN_WAIT2);
		anp_tcp_host_event(t, ANP_TCP_EV_WRITABLE);
		return STEP_NEXT;
	case TCP_CLOSING:
		anp_tcp_timewait(t, TCP_TIME_WAIT);
		return STEP_END;
	case TCP_LAST_ACK:
		anp_tcp_done(t);
		return STEP_END;
	}
	return STEP_NEXT;
}

/* Step 5: ACK. */
static enum step check_ack(struct anp_tcb *t, const struct sk_buff *skb, enum anp_mib_item *why)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool has_data = skb->len > cb->hdrlen;

	*why = ANP_MIB_DROP_TCP_ACK;
	if (!(cb->flags & ANP_TCP_ACK)) {
		*why = ANP_MIB_DROP_TCP_FLAGS;
		return STEP_DROP;
	}
	if (t->state == TCP_SYN_RECV) {
		enum step s = syn_recv_ack(t, skb, why);

		/* Of what follows on the SYN it says nothing, and is no duplicate of an ACK that does. */
		if (s != STEP_NEXT || cb->rx.ack_seq == t->snd_una)
			return s;
	}
	if (!anp_tcp_ack_rcv(t, skb, has_data))
		return STEP_DROP;
	return fin_acked(t);
}

/* Data that nobody will ever read: RFC 9293 3.6.1, answered with a RST. */
static bool data_after_close(const struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	if (!(t->orphan || t->shut_rcv) || !anp_tcp_in(t, TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2))
		return false;
	return cb->end_seq != cb->seq &&
	       seq_gt(cb->end_seq - !!(cb->flags & ANP_TCP_FIN), t->rcv_nxt);
}

/*
 * A SYN-ACK in SYN-RECEIVED is the other half of a simultaneous open (RFC 9293 figure 8): its SYN
 * is known already, what is left is its ACK.
 */
static void strip_known_syn(struct anp_tcb *t, struct anp_tcp_cb *cb)
{
	u8 both = ANP_TCP_SYN | ANP_TCP_ACK;

	if (t->state == TCP_SYN_RECV && (cb->flags & both) == both && cb->seq == t->irs &&
	    t->rcv_nxt == t->irs + 1) {
		anp_tcp_ecn_take_syn(t, cb);
		cb->flags &= ~(ANP_TCP_SYN | ANP_TCP_ECE | ANP_TCP_CWR);
		cb->seq++;
		/* RFC 7323 2.2: its window is not scaled; from here on it is taken for one that is. */
		cb->rx.wnd >>= t->snd_wscale;
	}
}

/* The SYN whose data we have taken, once more: the SYN-ACK may be lost. */
static bool fo_syn_again(const struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	return unlikely(t->fo_child) && t->state == TCP_SYN_RECV && cb->seq == t->irs &&
	       (cb->flags & (ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_RST)) == ANP_TCP_SYN;
}

static enum step sync_steps(struct anp_tcb *t, struct sk_buff *skb, enum anp_mib_item *why)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	enum step s;

	strip_known_syn(t, cb);
	if (fo_syn_again(t, cb)) {
		anp_tcp_send_syn(t, NULL, NULL);
		return STEP_END;
	}
	s = check_seq(t, cb, why);
	if (s == STEP_NEXT)
		s = check_rst(t, cb, why);
	if (s == STEP_NEXT)
		s = check_syn(t, cb, why);
	if (s != STEP_NEXT)
		return s;
	/* Before the ACK, whose answer echoes it. */
	if (cb->flags & ANP_TCP_ACK)
		ts_recent_update(t, cb);
	s = check_ack(t, skb, why);
	if (s == STEP_NEXT && data_after_close(t, cb)) {
		anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_DATA);
		anp_tcp_send_reset(t);
		anp_tcp_fail(t, ECONNRESET);
		return STEP_END;
	}
	return s;
}

static void sync_rcv(struct anp_tcb *t, struct sk_buff *skb)
{
	enum anp_mib_item why = ANP_MIB_DROP_TCP_FLAGS;

	switch (sync_steps(t, skb, &why)) {
	case STEP_DROP:
		anp_tcp_host_drop(t, skb, why);
		return;
	case STEP_END:
		consume_skb(skb);
		return;
	case STEP_NEXT:
		break;
	}
	/* Steps 6, 7 and 8; in the states behind a FIN of the peer there is nothing more to take. */
	if (anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2)) {
		if (unlikely((ANP_TCP_CB(skb)->flags & ANP_TCP_URG) ||
			     t->urg_state == ANP_TCP_URG_NOTYET))
			anp_tcp_urg_rcv(t, skb);
		anp_tcp_data_rcv(t, skb);
	} else {
		consume_skb(skb);
	}
	if (t->state == TCP_CLOSE)
		return;
	anp_tcp_send_all(t);
	if (t->state == TCP_FIN_WAIT2 && t->orphan)
		anp_tcp_orphan_finwait2(t);
}

/* RFC 9293 3.10.7.3, fourth: the peer's SYN in SYN-SENT. */
static void syn_sent_syn(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct anp_tcp_opts o;

	anp_tcp_syn_parse(skb, &o);
	t->irs = cb->seq;
	t->rcv_nxt = cb->seq + 1;
	t->rcv_wup = t->rcv_nxt;
	t->copied_seq = t->rcv_nxt;
	t->last_ack_sent = t->rcv_nxt;
	anp_tcp_take_opts(t, &o);
	anp_tcp_ecn_take_syn(t, cb);
	/* RFC 7323 2.2: the window of a SYN is not scaled. */
	t->snd_wnd = cb->rx.wnd;
	t->max_wnd = t->snd_wnd;
	t->snd_wl1 = cb->seq;
	t->snd_wl2 = cb->rx.ack_seq;
	if (cb->flags & ANP_TCP_ACK) {
		/* RFC 6298 3: the SYN's round trip, unless it was sent twice. */
		if (!t->retransmits)
			anp_tcp_rtt_sample(t, max_t(u64, t->now - t->sent_at, 1));
		t->bytes_acked++;
		t->snd_una++;
		anp_tcp_established(t);
		if (unlikely(t->fo_asked || t->fo_data))
			anp_tcp_fo_answered(t, &o, cb->rx.ack_seq);
		t->ack_now = 1;
	} else {
		anp_tcp_set_state(t, TCP_SYN_RECV);
		anp_tcp_send_syn(t, NULL, NULL);
		t->t_rtx = t->now + t->rto;
	}
}

static void syn_sent_rcv(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool ack = cb->flags & ANP_TCP_ACK;

	/* First: the ACK must be for our SYN. */
	if (ack && (seq_leq(cb->rx.ack_seq, t->iss) || seq_gt(cb->rx.ack_seq, t->snd_nxt))) {
		refuse_ack(t, skb);
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_ACK);
		return;
	}
	/* Second: RST; only one that acknowledges the SYN is believed. */
	if (cb->flags & ANP_TCP_RST) {
		if (ack)
			reset_rcv(t);
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_RST);
		return;
	}
	/* Fourth and fifth */
	if (!(cb->flags & ANP_TCP_SYN)) {
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_FLAGS);
		return;
	}
	syn_sent_syn(t, skb);
	/* Data or FIN on the SYN: as if they had come behind it. */
	if (t->state == TCP_ESTABLISHED && cb->end_seq != cb->seq + 1) {
		cb->seq++;
		cb->flags &= ~ANP_TCP_SYN;
		anp_tcp_data_rcv(t, skb);
	} else {
		consume_skb(skb);
	}
	if (t->state != TCP_CLOSE && t->state != TCP_SYN_RECV)
		anp_tcp_send_all(t);
}

void anp_tcp_rcv(struct anp_tcb *t, struct sk_buff *skb, u64 now)
{
	t->now = now;
	t->rcvd_at = now;
	t->segs_in += max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	switch (t->state) {
	case TCP_SYN_SENT:
		syn_sent_rcv(t, skb);
		break;
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		sync_rcv(t, skb);
		break;
	case TCP_CLOSE:
	case TCP_LISTEN:
	case TCP_TIME_WAIT:
		anp_tcp_host_drop(t, skb, ANP_MIB_DROP_TCP_CLOSED);
		break;
	}
	if (unlikely(t->keepalive || t->t_keep))
		anp_tcp_keepalive_changed(t, now);
}
