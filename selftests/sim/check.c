// SPDX-License-Identifier: GPL-2.0
/*
 * What must always hold: of a tcb after every call, of every segment sent, of every change of
 * state, and of the run at its end.  Written from the RFCs, not from the engine.
 */
#include "sim.h"

#define SYNCED (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT | \
		TCPF_CLOSING | TCPF_LAST_ACK)
#define SENDING (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT | TCPF_CLOSING | \
		 TCPF_LAST_ACK)

/* Who and in which state, for all messages about a connection. */
#define EP_CHECK(ep, cond, fmt, ...) \
	SIM_CHECK(cond, "%c.%u %s: " fmt, 'A' + (ep)->host->id, be16_to_cpu((ep)->t.sport), \
		  state_name((ep)->t.state), ##__VA_ARGS__)

static bool in(const struct ep *ep, u32 mask)
{
	return 1u << ep->t.state & mask;
}

/* RFC 9293 figure 5: what the arrows say has to have happened. */
static void check_reason(struct ep *ep, u8 old, u8 new)
{
	const struct anp_tcb *t = &ep->t;
	bool fin_acked = t->fin_queued && t->snd_una == t->write_seq;

	switch (new) {
	case TCP_ESTABLISHED:
		EP_CHECK(ep, seq_gt(t->snd_una, t->iss), "the SYN is not acknowledged");
		break;
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		EP_CHECK(ep, t->fin_queued, "no FIN is on its way");
		break;
	case TCP_FIN_WAIT2:
		EP_CHECK(ep, fin_acked, "the FIN is not acknowledged");
		break;
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
		EP_CHECK(ep, t->fin_rcvd, "the peer has sent no FIN");
		EP_CHECK(ep, new != TCP_CLOSING || !fin_acked, "this is TIME-WAIT");
		break;
	case TCP_CLOSE:
		EP_CHECK(ep, old != TCP_LAST_ACK || fin_acked || ep->error || ep->pair->excuse ||
			 sim.hostile, "the FIN is not acknowledged");
		break;
	}
}

/* RFC 9293 figure 5.  To CLOSED by RST, ABORT or timeout it may go from anywhere. */
void check_transition(struct ep *ep, u8 old, u8 new)
{
	static const u32 to[TCP_MAX_STATES] = {
		[TCP_CLOSE]		= TCPF_SYN_SENT | TCPF_SYN_RECV,
		[TCP_SYN_SENT]		= TCPF_SYN_RECV | TCPF_ESTABLISHED,
		[TCP_SYN_RECV]		= TCPF_ESTABLISHED | TCPF_FIN_WAIT1,
		[TCP_ESTABLISHED]	= TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT,
		[TCP_FIN_WAIT1]		= TCPF_FIN_WAIT2 | TCPF_CLOSING | TCPF_TIME_WAIT,
		[TCP_FIN_WAIT2]		= TCPF_TIME_WAIT,
		[TCP_CLOSING]		= TCPF_TIME_WAIT,
		[TCP_CLOSE_WAIT]	= TCPF_LAST_ACK,
	};

	EP_CHECK(ep, old < TCP_MAX_STATES && (to[old] | TCPF_CLOSE) & 1u << new,
		 "came from %s, which RFC 9293 does not know", state_name(old));
	check_reason(ep, old, new);
}

/* ---- the send side ---- */

struct sums {
	u32 next;		/* where the next skb has to begin */
	u32 lost, retrans, sacked, truesize;
	u32 in_flight, to_send;	/* skbs */
};

static void check_skb(struct ep *ep, const struct sk_buff *skb, struct sums *s)
{
	const struct anp_tcp_cb *cb = (const struct anp_tcp_cb *)skb->cb;
	bool fin = cb->flags & ANP_TCP_FIN;
	u32 len = cb->end_seq - cb->seq;

	EP_CHECK(ep, cb->seq == s->next, "a queue has a gap at %u, expected %u", cb->seq, s->next);
	EP_CHECK(ep, skb->len && skb->len == len - fin, "skb of %u bytes stands for %u",
		 skb->len, len);
	EP_CHECK(ep, skb_headlen(skb) == 0, "payload to send is in the head");
	EP_CHECK(ep, !fin || (ep->t.fin_queued && cb->end_seq == ep->t.write_seq),
		 "FIN in the middle of the queue");
	s->next = cb->end_seq;
	s->truesize += skb->truesize;
}

/* The marks of a segment that was sent, and in which queue and list they want it. */
static void check_marks(struct ep *ep, const struct sk_buff *skb, struct sums *s)
{
	const struct anp_tcp_cb *cb = (const struct anp_tcp_cb *)skb->cb;
	u32 len = cb->end_seq - cb->seq;

	EP_CHECK(ep, !cb->tx.retrans || cb->tx.lost, "sent again but not lost");
	EP_CHECK(ep, !cb->tx.sacked || !cb->tx.lost, "lost and arrived");
	EP_CHECK(ep, !cb->tx.sacked || ep->t.sack_ok, "SACK without agreement");
	if (cb->tx.lost)
		s->lost += len;
	if (cb->tx.retrans)
		s->retrans += len;
	if (cb->tx.sacked)
		s->sacked += len;
	else if (cb->tx.lost && !cb->tx.retrans)
		s->to_send++;
	else
		s->in_flight++;
}

/* The lists hold what the marks say; the first is in the order of sending. */
static void check_lists(struct ep *ep, const struct sums *s)
{
	u32 in_flight = 0, to_send = 0;
	struct sk_buff *skb;
	u64 last = 0;

	list_for_each_entry(skb, &ep->t.tsorted, tcp_tsorted_anchor) {
		const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		EP_CHECK(ep, !cb->tx.sacked && (!cb->tx.lost || cb->tx.retrans),
			 "%u is not in flight", cb->seq);
		EP_CHECK(ep, cb->tx.sent_at >= last || !ep->t.sack_ok || sim.hostile,
			 "tsorted is not in the order of sending");
		last = cb->tx.sent_at;
		in_flight++;
	}
	list_for_each_entry(skb, &ep->t.lostq, tcp_tsorted_anchor) {
		EP_CHECK(ep, ANP_TCP_CB(skb)->tx.lost && !ANP_TCP_CB(skb)->tx.retrans,
			 "%u needs not be sent", ANP_TCP_CB(skb)->seq);
		to_send++;
	}
	EP_CHECK(ep, in_flight == s->in_flight && to_send == s->to_send,
		 "lists of %u and %u, marks say %u and %u", in_flight, to_send, s->in_flight,
		 s->to_send);
}

/* Both queues of what was sent, which together have no gap. */
static void check_sent(struct ep *ep, struct sums *s)
{
	struct sk_buff *r = skb_rb_first(&ep->t.rtxq), *k = skb_rb_first(&ep->t.sackq), *skb;
	bool first = true;

	while (r || k) {
		skb = !k || (r && seq_lt(ANP_TCP_CB(r)->seq, ANP_TCP_CB(k)->seq)) ? r : k;
		if (first)
			s->next = ANP_TCP_CB(skb)->seq;
		first = false;
		EP_CHECK(ep, ANP_TCP_CB(skb)->tx.sacked == (skb == k), "SACKed in the wrong queue");
		check_skb(ep, skb, s);
		check_marks(ep, skb, s);
		if (skb == r)
			r = skb_rb_next(r);
		else
			k = skb_rb_next(k);
	}
	check_lists(ep, s);
}

static void check_send(struct ep *ep)
{
	const struct anp_tcb *t = &ep->t;
	u32 flight = t->snd_nxt - t->snd_una;
	struct sk_buff *skb;
	struct sums s = {};

	EP_CHECK(ep, seq_leq(t->snd_una, t->snd_nxt) && seq_leq(t->snd_nxt, t->write_seq),
		 "snd_una %u, snd_nxt %u, write_seq %u", t->snd_una, t->snd_nxt, t->write_seq);
	skb = skb_rb_first(&t->rtxq);
	if (skb) {
		EP_CHECK(ep, seq_gt(ANP_TCP_CB(skb)->end_seq, t->snd_una) || sim.fail_ppm,
			 "rtxq keeps an acknowledged skb");
		EP_CHECK(ep, seq_geq(ANP_TCP_CB(skb)->seq, t->snd_una) ||
			 !ANP_TCP_CB(skb)->tx.lost || sim.fail_ppm,
			 "rtxq keeps what is acknowledged as lost");
	}
	s.next = in(ep, TCPF_SYN_SENT | TCPF_SYN_RECV) ? t->snd_nxt : t->snd_una;
	check_sent(ep, &s);
	/* A FIN that went alone stands in no queue. */
	EP_CHECK(ep, s.next == t->snd_nxt || (t->fin_queued && t->snd_nxt == t->write_seq &&
					      s.next == t->snd_nxt - 1) || !flight,
		 "rtxq ends at %u, snd_nxt is %u", s.next, t->snd_nxt);
	EP_CHECK(ep, s.lost == t->lost_out, "lost_out %u, marked %u", t->lost_out, s.lost);
	EP_CHECK(ep, s.retrans == t->retrans_out, "retrans_out %u, marked %u", t->retrans_out,
		 s.retrans);
	EP_CHECK(ep, !t->sack_ok || s.sacked == t->sacked_out, "sacked_out %u, marked %u",
		 t->sacked_out, s.sacked);
	EP_CHECK(ep, t->lost_out + t->sacked_out <= flight + t->retrans_out || sim.fail_ppm,
		 "pipe below 0: flight %u lost %u sacked %u retrans %u", flight, t->lost_out,
		 t->sacked_out, t->retrans_out);
	if (!skb_queue_empty(&t->sndq)) {
		s.next = t->snd_nxt;
		skb_queue_walk(&t->sndq, skb)
			check_skb(ep, skb, &s);
		EP_CHECK(ep, t->write_seq - s.next <= t->fin_queued,
			 "sndq ends at %u, write_seq is %u", s.next, t->write_seq);
	} else {
		EP_CHECK(ep, t->write_seq - t->snd_nxt <= t->fin_queued, "data is in no queue");
	}
	EP_CHECK(ep, s.truesize == ep->wmem, "send buffer: charged %u, held %u", ep->wmem,
		 s.truesize);
}

/* ---- the receive side ---- */

static u32 check_rcvq(struct ep *ep)
{
	u32 next = ep->t.copied_seq, truesize = 0;
	struct sk_buff *skb;

	skb_queue_walk(&ep->rcvq, skb) {
		const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		EP_CHECK(ep, seq_leq(cb->seq, next) && seq_gt(cb->end_seq, next),
			 "receive queue has a gap at %u", next);
		next = cb->end_seq - !!(cb->flags & ANP_TCP_FIN);
		truesize += skb->truesize;
	}
	EP_CHECK(ep, ep->gone || next + ep->t.fin_rcvd == ep->t.rcv_nxt,
		 "receive queue ends at %u, rcv_nxt is %u", next, ep->t.rcv_nxt);
	return truesize;
}

/* RFC 2018 3: a block tells of bytes that are here, all of them. */
static void check_sack_block(struct ep *ep, const struct anp_tcp_sack *b)
{
	u32 next = b->start;
	struct rb_node *n;

	EP_CHECK(ep, seq_gt(b->start, ep->t.rcv_nxt) && seq_gt(b->end, b->start),
		 "SACK block %u..%u, rcv_nxt is %u", b->start, b->end, ep->t.rcv_nxt);
	for (n = rb_first(&ep->t.ooq); n; n = rb_next(n)) {
		const struct anp_tcp_cb *cb = ANP_TCP_CB(rb_to_skb(n));

		if (seq_leq(cb->seq, next) && seq_gt(cb->end_seq, next))
			next = cb->end_seq;
	}
	EP_CHECK(ep, seq_geq(next, b->end), "SACK block %u..%u, only up to %u is here", b->start,
		 b->end, next);
}

static void check_sack(struct ep *ep)
{
	const struct anp_tcb *t = &ep->t;
	u32 i;

	EP_CHECK(ep, t->sack_n <= ANP_TCP_SACKS_MAX && (t->sack_ok || !t->sack_n),
		 "%u SACK blocks", t->sack_n);
	EP_CHECK(ep, !t->sack_n == RB_EMPTY_ROOT(&t->ooq) || !t->sack_ok,
		 "%u SACK blocks, the queue says otherwise", t->sack_n);
	for (i = 0; i < t->sack_n; i++)
		check_sack_block(ep, &t->sack[i]);
}

static u32 check_ooq(struct ep *ep)
{
	u32 truesize = 0, edge = ep->t.rcv_wup + ep->t.rcv_wnd;
	const struct sk_buff *skb, *prev = NULL;
	struct rb_node *n;

	for (n = rb_first(&ep->t.ooq); n; prev = skb, n = rb_next(n)) {
		const struct anp_tcp_cb *cb;

		skb = rb_to_skb(n);
		cb = ANP_TCP_CB(skb);
		EP_CHECK(ep, seq_gt(cb->seq, ep->t.rcv_nxt),
			 "out-of-order queue holds what is due");
		EP_CHECK(ep, seq_lt(cb->seq, edge), "out-of-order queue goes beyond the window");
		EP_CHECK(ep, !prev || (seq_leq(ANP_TCP_CB(prev)->seq, cb->seq) &&
				       seq_lt(ANP_TCP_CB(prev)->end_seq, cb->end_seq)),
			 "out-of-order queue is not in order");
		truesize += skb->truesize;
	}
	check_sack(ep);
	EP_CHECK(ep, truesize == ep->t.ooq_bytes, "ooq_bytes %u, held %u", ep->t.ooq_bytes,
		 truesize);
	return truesize;
}

/* RFC 9293 3.8.6: neither edge of what is offered ever goes back. */
static void check_edges(struct ep *ep)
{
	const struct anp_tcb *t = &ep->t;
	u32 edge = t->rcv_wup + t->rcv_wnd;

	if (in(ep, TCPF_CLOSE | TCPF_SYN_SENT))
		return;
	if (ep->right_known) {
		EP_CHECK(ep, seq_geq(t->rcv_nxt, ep->last_rcv_nxt), "rcv_nxt went back");
		EP_CHECK(ep, seq_geq(edge, ep->right_edge),
			 "the window's right edge went back by %u", ep->right_edge - edge);
	}
	/* RFC 9293 3.10.7.4 step 8: nothing comes behind the FIN. */
	EP_CHECK(ep, !ep->fin_known || t->rcv_nxt == ep->last_rcv_nxt, "rcv_nxt passed the FIN");
	ep->fin_known = t->fin_rcvd;
	ep->right_known = true;
	ep->right_edge = edge;
	ep->last_rcv_nxt = t->rcv_nxt;
	EP_CHECK(ep, seq_leq(t->copied_seq, t->rcv_nxt), "copied_seq is ahead of rcv_nxt");
	EP_CHECK(ep, seq_leq(t->rcv_wup, t->rcv_nxt), "rcv_wup is ahead of rcv_nxt");
}

static void check_receive(struct ep *ep)
{
	u32 held = check_rcvq(ep) + check_ooq(ep);

	EP_CHECK(ep, held == ep->rmem, "receive buffer: charged %u, held %u", ep->rmem, held);
	EP_CHECK(ep, ep->rmem <= ep->rcvbuf + SKB_TRUESIZE(70000), "receive buffer holds %u of %u",
		 ep->rmem, ep->rcvbuf);
	check_edges(ep);
}

/* ---- timers, windows, the rest ---- */

static void check_timers(struct ep *ep)
{
	const struct anp_tcb *t = &ep->t;

	if (t->state == TCP_CLOSE) {
		EP_CHECK(ep, !anp_tcp_deadline(t), "CLOSED but a timer is armed");
		EP_CHECK(ep, skb_queue_empty(&t->sndq) && RB_EMPTY_ROOT(&t->rtxq) &&
			 RB_EMPTY_ROOT(&t->sackq) &&
			 RB_EMPTY_ROOT(&t->ooq), "CLOSED with full queues");
		return;
	}
	EP_CHECK(ep, t->snd_nxt == t->snd_una || t->t_rtx, "data in flight but no timer");
	EP_CHECK(ep, !t->t_pto || (t->sack_ok && t->snd_nxt != t->snd_una && t->t_rtx >= t->t_pto &&
				   t->ca_state <= ANP_TCP_CA_CWR), "a loss probe for nothing");
	EP_CHECK(ep, !in(ep, SENDING) || skb_queue_empty(&t->sndq) || t->t_rtx ||
		 t->pace_wait,
		 "data to send but no timer");
	EP_CHECK(ep, !in(ep, SENDING) || !t->fin_queued || t->snd_una == t->write_seq ||
		 t->t_rtx || t->pace_wait,
		 "FIN to send but no timer");
	EP_CHECK(ep, !in(ep, SYNCED) || t->last_ack_sent == t->rcv_nxt || t->t_delack,
		 "an acknowledgment is owed but no timer is armed");
	/* RFC 9293 3.8.6.3: less than half a second. */
	EP_CHECK(ep, t->t_delack < sim.now + SEC / 2, "an ACK waits for %llu us", t->t_delack - sim.now);
	EP_CHECK(ep, !t->ack_now || t->t_delack, "an ACK was due at once and was not sent");
	EP_CHECK(ep, t->state != TCP_FIN_WAIT2 || !t->orphan,
		 "an orphan in FIN-WAIT-2 is for the small object");
	EP_CHECK(ep, t->state != TCP_TIME_WAIT, "TIME-WAIT is for the small object");
}

static void check_windows(struct ep *ep)
{
	const struct anp_tcb *t = &ep->t;

	EP_CHECK(ep, t->rto >= ANP_TCP_RTO_MIN && t->rto <= ANP_TCP_RTO_MAX, "rto %u", t->rto);
	EP_CHECK(ep, t->mss && t->mss + t->hdr_opts <= max_t(u16, t->mss_local, ANP_TCP_MSS_MIN),
		 "mss %u with %u of options, local %u", t->mss, t->hdr_opts, t->mss_local);
	if (in(ep, SYNCED))
		EP_CHECK(ep, t->cwnd && t->ssthresh >= 2u * 60, "cwnd %u ssthresh %u", t->cwnd,
			 t->ssthresh);
	EP_CHECK(ep, t->snd_wscale <= 14 && t->rcv_wscale <= 14, "window scale");
	EP_CHECK(ep, !t->fin_queued || !in(ep, TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_SYN_SENT),
		 "a FIN is queued");
	EP_CHECK(ep, t->fin_rcvd == !!in(ep, TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING) ||
		 t->state == TCP_CLOSE, "fin_rcvd is %u", t->fin_rcvd);
}

#define LIGHT_CHECKS 61	/* of how many steps of a light run one is followed by all checks */

/* All that must hold of a connection between two calls; the queues take time. */
void check_ep(struct ep *ep)
{
	if (sim.light && ep->t.state != TCP_CLOSE && sim.order % LIGHT_CHECKS) {
		check_edges(ep);
		check_timers(ep);
		check_windows(ep);
		return;
	}
	if (ep->t.state != TCP_CLOSE)
		check_send(ep);
	else
		EP_CHECK(ep, !ep->wmem, "CLOSED and the send buffer is charged with %u", ep->wmem);
	check_receive(ep);
	check_timers(ep);
	if (ep->t.state != TCP_CLOSE)
		check_windows(ep);
}

/* ---- segments ---- */

static struct ep *peer_of(const struct ep *ep)
{
	struct ep *p;

	for (p = sim.host[!ep->host->id].eps; p; p = p->next)
		if (p->pair == ep->pair && p->t.sport == ep->t.dport && !p->dead)
			return p;
	return NULL;
}

static void check_payload(struct ep *ep, struct sk_buff *skb, u32 seq, u32 hdrlen)
{
	u32 len = skb->len - hdrlen, at = seq - ep->t.iss - 1, off, n;
	struct ep *peer = peer_of(ep);
	u8 buf[4096];

	EP_CHECK(ep, in(ep, SENDING | TCPF_FIN_WAIT2) || anp_tcp_fo_open(&ep->t) ||
		 (ep->t.state == TCP_SYN_SENT && ep->app && ep->app->s.fast_open),
		 "payload in this state");
	EP_CHECK(ep, seq_geq(seq, ep->t.snd_una - 1) || sim.fail_ppm || sim.hostile,
		 "sends what was acknowledged: %u, snd_una is %u", seq, ep->t.snd_una);
	EP_CHECK(ep, seq_leq(seq + len, ep->t.write_seq), "sends what was not written");
	/* For a stream of 4 GiB this would have to be 64 bits wide; runs are shorter. */
	for (off = 0; off < len; off += n) {
		n = min_t(u32, len - off, sizeof(buf));
		skb_copy_bits(skb, hdrlen + off, buf, n);
		EP_CHECK(ep, app_pattern_is(ep->pair->key + ep->host->id * 524287,
					    (u64)at + off, buf, n),
			 "sends wrong bytes at %u", at + off);
	}
	if (peer && peer->right_known && !sim.hostile)
		EP_CHECK(ep, seq_leq(seq + len, peer->right_edge),
			 "sends %u bytes beyond the window", seq + len - peer->right_edge);
}

static void check_sizes(struct ep *ep, struct sk_buff *skb, u32 hdrlen)
{
	const struct skb_shared_info *si = skb_shinfo(skb);
	u32 len = skb->len - hdrlen, most = max_t(u32, min(ep->t.mss_local, ep->t.mss_clamp),
						  ANP_TCP_MSS_MIN);
	u32 segment = si->gso_size ? si->gso_size : len;

	if (si->gso_size) {
		EP_CHECK(ep, len > si->gso_size, "gso_size %u for %u bytes", si->gso_size, len);
		EP_CHECK(ep, si->gso_segs == DIV_ROUND_UP(len, si->gso_size), "gso_segs %u",
			 si->gso_segs);
		EP_CHECK(ep, si->gso_type == (SKB_GSO_TCPV4 |
					      (tcp_hdr(skb)->cwr ? SKB_GSO_TCP_ECN : 0)),
			 "gso_type %u", si->gso_type);
	}
	EP_CHECK(ep, !segment || segment + hdrlen - sizeof(struct tcphdr) <= most,
		 "a segment of %u bytes and %u of header, %u are allowed", segment, hdrlen, most);
	EP_CHECK(ep, len <= 65535, "a super-segment of %u bytes", len);
}

/* RFC 3168 6.1: which segments may be ECN-capable, and who may use the flags. */
static void check_ecn(struct ep *ep, struct sk_buff *skb, u32 seq, u32 hdrlen)
{
	const struct tcphdr *th = tcp_hdr(skb);
	u8 ecn = ANP_TCP_CB(skb)->ecn;
	bool exact = ep->t.cong->flags & ANP_TCP_CONG_NEEDS_ECN;

	if (th->syn) {
		EP_CHECK(ep, !ecn, "a SYN that is ECN-capable");
		ep->ecn_end = ep->t.iss + 1;
		return;
	}
	EP_CHECK(ep, ep->t.ecn_ok || (!ecn && !th->ece && !th->cwr), "ECN without agreement");
	EP_CHECK(ep, ecn == 0 || ecn == ANP_TCP_ECT0, "ECN field %u", ecn);
	EP_CHECK(ep, !ecn || exact || skb->len > hdrlen, "a pure ACK that is ECN-capable");
	EP_CHECK(ep, !ecn || exact || !ep->ecn_end || seq_geq(seq, ep->ecn_end),
		 "data sent again is ECN-capable");
	EP_CHECK(ep, !th->cwr || ecn, "CWR on what is no new data");
	if (skb->len > hdrlen)
		ep->ecn_end = ep->ecn_end ? seq_max(ep->ecn_end, seq + skb->len - hdrlen) :
					    seq + skb->len - hdrlen;
}

/* All that must hold of a segment that a connection sends. */
void check_xmit(struct ep *ep, struct sk_buff *skb)
{
	const struct anp_tcb *t = &ep->t;
	struct tcphdr *th = tcp_hdr(skb);
	u32 hdrlen = th->doff * 4, seq = be32_to_cpu(th->seq);
	u32 wnd = be16_to_cpu(th->window);

	EP_CHECK(ep, skb->data == (u8 *)th && skb_headlen(skb) >= 20 && hdrlen >= 20 &&
		 hdrlen <= skb_headlen(skb), "malformed header");
	EP_CHECK(ep, th->source == t->sport && th->dest == t->dport, "wrong ports");
	EP_CHECK(ep, skb_headroom(skb) >= SIM_HEADROOM, "headroom is %u", skb_headroom(skb));
	if (th->rst)
		return;
	EP_CHECK(ep, t->state != TCP_CLOSE, "a segment from CLOSED");
	EP_CHECK(ep, th->ack || (th->syn && t->state == TCP_SYN_SENT), "no ACK flag");
	EP_CHECK(ep, !th->ack || be32_to_cpu(th->ack_seq) == t->rcv_nxt, "ack is not rcv_nxt");
	EP_CHECK(ep, !th->syn || (seq == t->iss && !th->fin && (skb->len == hdrlen || !th->ack)),
		 "wrong SYN");
	EP_CHECK(ep, seq_leq(seq, t->write_seq), "seq %u is ahead of write_seq", seq);
	if (!th->syn) {
		EP_CHECK(ep, t->rcv_wup == t->rcv_nxt && t->rcv_wnd == wnd << t->rcv_wscale,
			 "the window sent is not the window noted");
		EP_CHECK(ep, !ep->right_known || seq_geq(t->rcv_nxt + t->rcv_wnd, ep->right_edge),
			 "the window sent goes back by %u",
			 ep->right_edge - t->rcv_nxt - t->rcv_wnd);
	}
	check_sizes(ep, skb, hdrlen);
	check_ecn(ep, skb, seq, hdrlen);
	if (skb->len > hdrlen)
		check_payload(ep, skb, seq + th->syn, hdrlen);
}

/* ---- the end ---- */

static void check_pair(const struct pair *p)
{
	u32 side;

	for (side = 0; side < 2; side++) {
		const struct app *a = &p->app[side], *peer = &p->app[!side];

		if (p->excuse || sim.hostile)
			continue;
		SIM_CHECK(a->ended, "pair %u: %c never got its connection", p->nr, 'A' + side);
		SIM_CHECK(a->rcvd == peer->s.to_send, "pair %u: %c received %llu of %u bytes",
			  p->nr, 'A' + side, a->rcvd, peer->s.to_send);
	}
}

/* When nothing is left to happen, nothing may be left over. */
void check_end(void)
{
	const struct req *r;
	struct ep *ep;
	u32 i;

	for (i = 0; i < sim.pairs; i++)
		check_pair(&sim.pair[i]);
	for (i = 0; i < 2; i++) {
		for (ep = sim.host[i].eps; ep; ep = ep->next)
			EP_CHECK(ep, ep->t.state == TCP_CLOSE, "left over, nothing will end it");
		for (r = sim.host[i].reqs; r; r = r->next)
			SIM_CHECK(r->dead, "a request is left over");
		SIM_CHECK(!sim.host[i].accept_head, "a connection was never accepted");
	}
}
