// SPDX-License-Identifier: GPL-2.0
/*
 * What may be sent, and when: windows, Nagle (RFC 9293 3.7.4), sender's silly window avoidance
 * (3.8.6.2.1), retransmission of what is marked lost.
 *
 * A FIN rides on the last segment of the send queue.  When that has gone already it is sent alone
 * and stands in no queue: snd_nxt == write_seq with the queues empty says that it is out.
 */
#include "engine.h"

void anp_tcp_queue(struct anp_tcb *t, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (skb_queue_empty(&t->sndq))
		anp_tcp_rate_check_app_limited(t);
	memset(cb, 0, sizeof(*cb));
	cb->seq = t->write_seq;
	cb->end_seq = cb->seq + skb->len;
	t->write_seq = cb->end_seq;
	__skb_queue_tail(&t->sndq, skb);
}

void anp_tcp_appended(struct anp_tcb *t, struct sk_buff *skb, u32 bytes)
{
	ANP_TCP_CB(skb)->end_seq += bytes;
	t->write_seq += bytes;
}

struct sk_buff *anp_tcp_tail(struct anp_tcb *t)
{
	struct sk_buff *skb = t->fin_queued ? NULL : skb_peek_tail(&t->sndq);

	return skb && !ANP_TCP_CB(skb)->tx.eor ? skb : NULL;
}

u32 anp_tcp_size_goal(const struct anp_tcb *t)
{
	/* No more than half of the largest window seen, or the peer could never take one whole. */
	u32 goal = min(t->gso_max, max(t->max_wnd / 2, (u32)t->mss));

	return max_t(u32, goal - goal % t->mss, t->mss);
}

struct sk_buff *anp_tcp_split(struct anp_tcb *t, struct sk_buff *skb, u32 len)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb), *cb2;
	u32 truesize = skb->truesize;
	struct sk_buff *rest;

	/* A clone on its way shares the list of frags that is about to be cut. */
	if (skb_unclone(skb, GFP_ATOMIC))
		return NULL;
	/* What the host has charged; a head of its own may be of another size. */
	skb->truesize = truesize;
	rest = anp_tcp_host_snd_alloc(t);
	if (!rest)
		return NULL;
	skb_split(skb, rest, len);
	cb2 = ANP_TCP_CB(rest);
	*cb2 = *cb;
	cb2->seq = cb->seq + len;
	cb->end_seq = cb2->seq;
	cb->flags &= ~(ANP_TCP_FIN | ANP_TCP_PSH);
	cb->tx.eor = 0;
	anp_tcp_host_snd_split(t, skb, rest);
	return rest;
}

/* Leaves @len bytes of @skb at the head of the send queue.  False: no memory. */
static bool cut(struct anp_tcb *t, struct sk_buff *skb, u32 len)
{
	struct sk_buff *rest = anp_tcp_split(t, skb, len);

	if (rest)
		__skb_queue_after(&t->sndq, skb, rest);
	return rest;
}

/* May data be sent?  Of a connection that Fast Open has made before the handshake is complete, too. */
static bool sending(const struct anp_tcb *t)
{
	return anp_tcp_in(t, ANP_TCPF_SENDING) || anp_tcp_fo_open(t);
}

/* May a segment shorter than the mss go now? */
static bool short_ok(const struct anp_tcb *t, const struct sk_buff *skb, bool nonagle)
{
	if (nonagle || t->urg_out || (ANP_TCP_CB(skb)->flags & ANP_TCP_FIN))
		return true;
	if (t->cork || t->more)
		return false;
	/* Minshall: only a short segment in flight holds the next one back. */
	return t->nodelay || !anp_tcp_flight(t) || seq_leq(t->snd_sml, t->snd_una);
}

/*
 * Of a super-packet only @len bytes may go now: is it worth while to wait for the next ACK?  Else
 * every ACK would cut two segments off, and each cut costs more than what it sends.  A third of the
 * window may wait; the rest is in flight and will be acknowledged.  But not where a flight has just
 * begun, and nothing has been delivered since its first segment: that ACK is a round trip away.
 */
static bool defers(const struct anp_tcb *t, u32 len)
{
	const struct sk_buff *head;

	if (t->ca_state != ANP_TCP_CA_OPEN || len >= min(t->cwnd, t->snd_wnd) / 3)
		return false;
	head = skb_rb_first(&t->rtxq);
	return head && ANP_TCP_CB(head)->tx.rate.delivered != t->delivered;
}

/* At most so much of @len bytes goes into one super-packet. */
static u32 burst_max(const struct anp_tcb *t, u32 len)
{
	u32 max;

	/* Each segment of a super-packet would have the first one's urgent pointer. */
	if (len <= t->mss || unlikely(t->urg_out))
		return t->mss;
	max = t->gso_max;
	if (len > 2 * t->mss)
		max = min(max, anp_tcp_burst(t));
	return max_t(u32, max - max % t->mss, t->mss);
}

/*
 * How many bytes of @skb, the first of the send queue, may be sent now; 0: none.
 */
static u32 send_quota(struct anp_tcb *t, const struct sk_buff *skb, bool nonagle)
{
	s32 wnd = (s32)(t->snd_una + t->snd_wnd - ANP_TCP_CB(skb)->seq);
	u32 pipe = anp_tcp_pipe(t);
	u32 room = t->cwnd > pipe ? t->cwnd - pipe : 0;
	u32 len = min(skb->len, burst_max(t, skb->len)), whole, part;

	/* An empty network takes a segment whatever the window has shrunk to. */
	if (!pipe && room < t->mss)
		room = t->mss;
	if (wnd <= 0 || !room)
		return 0;
	whole = len;
	len = min_t(u32, len, wnd);
	if (len > room) {
		if (room < t->mss)
			return 0;
		len = room;
	}
	if (len < whole && pipe && !nonagle && !t->urg_out && defers(t, len))
		return 0;
	part = len % t->mss;
	if (!part)
		return len;
	if (len == skb->len)
		return short_ok(t, skb, nonagle) || !skb_queue_is_last(&t->sndq, skb) ?
			len : len - part;
	if (len > part)
		return len - part;
	/* RFC 9293 3.8.6.2.1: less than a segment for want of window: half the largest, or wait. */
	return nonagle || len >= t->max_wnd / 2 ? len : 0;
}

static void send_fin(struct anp_tcb *t)
{
	/* A lost allocation is repaired as a lost segment. */
	anp_tcp_send_bare(t, ANP_TCP_FIN | ANP_TCP_ACK, t->write_seq - 1);
	t->snd_nxt = t->write_seq;
	anp_tcp_rtx_arm(t);
}

/* Is only the FIN left to send, and may it go? */
static bool fin_due(const struct anp_tcb *t)
{
	return t->fin_queued && skb_queue_empty(&t->sndq) && t->snd_nxt != t->write_seq;
}

/* Sends @skb, the first of the send queue, whole. */
static void send_new(struct anp_tcb *t, struct sk_buff *skb)
{
	__skb_unlink(skb, &t->sndq);
	if (skb_queue_empty(&t->sndq))
		ANP_TCP_CB(skb)->flags |= ANP_TCP_PSH;
	t->snd_nxt = ANP_TCP_CB(skb)->end_seq;
	if (skb->len < t->mss)
		t->snd_sml = t->snd_nxt;
	anp_tcp_host_count(t, ANP_MIB_TCP_ORIG_DATA_SENT);
	/* Without memory it counts as lost on the way. */
	if (anp_tcp_transmit(t, skb) == -ENOMEM) {
		anp_tcp_rate_sent(t, ANP_TCP_CB(skb));
		ANP_TCP_CB(skb)->tx.sent_at = t->now;
	}
	anp_tcp_rtx_add(t, skb);
	if (!t->t_rtx || ANP_TCP_CB(skb)->seq == t->snd_una)
		anp_tcp_rtx_arm(t);
}

void anp_tcp_output_one(struct anp_tcb *t)
{
	struct sk_buff *skb = skb_peek(&t->sndq);
	u32 len;

	if (!skb || !sending(t))
		return;
	len = min_t(u32, skb->len, t->mss);
	if (seq_gt(ANP_TCP_CB(skb)->seq + len, t->snd_una + t->snd_wnd))
		return;
	if (len == skb->len || cut(t, skb, len))
		send_new(t, skb);
}

/* Which of the sender's times runs on from here, for TCP_INFO. */
static u8 chrono_now(const struct anp_tcb *t, const struct sk_buff *head)
{
	if (head) {
		u32 room = t->snd_una + t->snd_wnd - ANP_TCP_CB(head)->seq;
		bool rwnd = (s32)room < (s32)min_t(u32, head->len, t->mss);

		return rwnd && anp_tcp_pipe(t) < t->cwnd ? ANP_TCP_CHRONO_RWND :
							   ANP_TCP_CHRONO_BUSY;
	}
	if (!anp_tcp_flight(t))
		return ANP_TCP_CHRONO_IDLE;
	return anp_tcp_host_snd_short(t) && anp_tcp_pipe(t) < t->cwnd ? ANP_TCP_CHRONO_SNDBUF :
									ANP_TCP_CHRONO_BUSY;
}

/* Is it cwnd that holds @skb back, and not the peer's window? */
static bool cwnd_blocks(const struct anp_tcb *t, const struct sk_buff *skb)
{
	s32 wnd = t->snd_una + t->snd_wnd - ANP_TCP_CB(skb)->seq;
	u32 pipe = anp_tcp_pipe(t);

	return wnd > 0 && pipe + min_t(u32, skb->len, wnd) > t->cwnd;
}

void anp_tcp_output(struct anp_tcb *t, bool nonagle)
{
	u32 before = t->snd_nxt;
	struct sk_buff *skb;

	if (!sending(t)) {
		anp_tcp_chrono_set(t, ANP_TCP_CHRONO_IDLE);
		return;
	}
	while ((skb = skb_peek(&t->sndq))) {
		u32 len = send_quota(t, skb, nonagle), probe;

		if (len && !anp_tcp_flight(t)) {
			u32 cwnd = t->cwnd;

			anp_tcp_cong_send(t);
			if (t->cwnd != cwnd)
				len = send_quota(t, skb, nonagle);
		}
		if (!len || (anp_tcp_host_paces(t) && anp_tcp_paced(t)))
			break;
		if (anp_tcp_smallq_full(t, skb->truesize - skb->len + len, false))
			break;
		probe = anp_tcp_mtup_probe(t, skb);
		len = probe ?: len;
		if (len < skb->len && !cut(t, skb, len))
			break;
		if (probe)
			anp_tcp_mtup_sent(t, skb);
		send_new(t, skb);
	}
	t->cwnd_blocks = skb && cwnd_blocks(t, skb);
	if (fin_due(t))
		send_fin(t);
	if (t->snd_nxt != before)
		anp_tcp_tlp_arm(t);
	/* Nothing in flight and something held back by the peer's window: probe it. */
	if (!t->t_rtx && !anp_tcp_flight(t) && !skb_queue_empty(&t->sndq) && !t->pace_wait)
		anp_tcp_rtx_arm(t);
	anp_tcp_chrono_set(t, chrono_now(t, skb));
}

void anp_tcp_push(struct anp_tcb *t, bool more, u64 now)
{
	t->now = now;
	t->more = more;
	if (!anp_tcp_flight(t) || !anp_tcp_autocorks(t))
		anp_tcp_output(t, false);
}

int anp_tcp_retransmit(struct anp_tcb *t, struct sk_buff *skb, u32 room)
{
	int err;

	if (anp_tcp_still_below(t, skb))
		return -EBUSY;
	/* What a probe's loss tells is known by now, or it tells nothing: RFC 4821 7.6.4. */
	t->probe_size = 0;
	/* A program that writes in small pieces must not need a segment for each twice. */
	if (ANP_TCP_CB(skb)->tx.lost && !ANP_TCP_CB(skb)->tx.retrans)
		anp_tcp_rtx_merge(t, skb);
	room = t->urg_out ? t->mss : max_t(u32, room - room % t->mss, t->mss);
	if (skb->len > room && !anp_tcp_rtx_split(t, skb, room))
		return -ENOMEM;
	err = anp_tcp_transmit(t, skb);
	if (err == -ENOMEM)
		return err;
	anp_tcp_mark_retransmitted(t, skb);
	anp_tcp_undo_retransmitted(t, skb->len);
	t->total_retrans += DIV_ROUND_UP(skb->len, t->mss);
	t->bytes_retrans += skb->len;
	anp_tcp_host_count(t, ANP_MIB_TCP_RETRANS_SEGS);
	anp_tcp_host_trace_rtx(t, skb);
	return 0;
}

int anp_tcp_retransmit_head(struct anp_tcb *t)
{
	struct sk_buff *skb = anp_tcp_rtx_head(t);

	if (skb)
		return anp_tcp_retransmit(t, skb, t->mss);
	if (t->fin_queued && t->snd_nxt == t->write_seq && anp_tcp_flight(t)) {
		t->total_retrans++;
		anp_tcp_host_count(t, ANP_MIB_TCP_RETRANS_SEGS);
		return anp_tcp_send_bare(t, ANP_TCP_FIN | ANP_TCP_ACK, t->write_seq - 1);
	}
	return 0;
}

static void retransmit_lost(struct anp_tcb *t)
{
	struct sk_buff *skb;

	while ((skb = list_first_entry_or_null(&t->lostq, struct sk_buff, tcp_tsorted_anchor))) {
		u32 pipe = anp_tcp_pipe(t), room;
		bool paces = anp_tcp_host_paces(t);
		int err;

		if (pipe >= t->cwnd || (paces && anp_tcp_paced(t)) ||
		    anp_tcp_smallq_full(t, skb->truesize, true))
			break;
		room = t->cwnd - pipe;
		if (paces)
			room = min(room, anp_tcp_burst(t));
		err = anp_tcp_retransmit(t, skb, room);
		if (err == -ENOMEM || err == -EBUSY)
			break;
		anp_tcp_host_count(t, t->ca_state == ANP_TCP_CA_LOSS ?
				   ANP_MIB_TCP_SLOW_START_RETRANS : ANP_MIB_TCP_FAST_RETRANS);
		if (!t->t_rtx || ANP_TCP_CB(skb)->seq == t->snd_una)
			anp_tcp_rtx_arm(t);
	}
}

/* RFC 5682 2.1 step 2b; false: nothing new could be sent. */
static bool frto_output(struct anp_tcb *t)
{
	u32 before = t->snd_nxt;

	t->frto_new = 0;
	anp_tcp_output(t, true);
	t->frto = t->snd_nxt != before;
	return t->frto;
}

void anp_tcp_send_all(struct anp_tcb *t)
{
	if (t->snd_una == t->write_seq && !t->frto_new) {
		/* All is acknowledged: what anp_tcp_output() would find out of empty queues. */
		t->cwnd_blocks = 0;
		anp_tcp_chrono_set(t, ANP_TCP_CHRONO_IDLE);
	} else if (!t->frto_new || !frto_output(t)) {
		retransmit_lost(t);
		anp_tcp_output(t, false);
	}
	if (t->ack_now)
		anp_tcp_send_ack(t);
}
