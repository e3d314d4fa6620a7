// SPDX-License-Identifier: GPL-2.0
/*
 * Headers: every segment the engine sends is built here.
 */
#include "engine.h"

static void header_write(struct tcphdr *th, const struct anp_tcb *t, unsigned int hdrlen, u8 flags,
			 u32 seq)
{
	memset(th, 0, sizeof(*th));
	th->source = t->sport;
	th->dest = t->dport;
	th->seq = cpu_to_be32(seq);
	th->ack_seq = flags & ANP_TCP_ACK ? cpu_to_be32(t->rcv_nxt) : 0;
	th->doff = hdrlen / 4;
	((u8 *)th)[13] = flags;
	if (unlikely(t->urg_out))
		anp_tcp_urg_write(t, th, seq);
}

struct sk_buff *anp_tcp_bare_build(const struct anp_tcp_bare *b)
{
	unsigned int hdrlen = sizeof(struct tcphdr) + (b->ts ? 12 : 0);
	struct sk_buff *skb = anp_tcp_host_alloc(NULL, hdrlen);
	struct tcphdr *th;

	if (!skb)
		return NULL;
	skb_reset_transport_header(skb);
	th = tcp_hdr(skb);
	memset(th, 0, sizeof(*th));
	th->source = b->sport;
	th->dest = b->dport;
	th->seq = cpu_to_be32(b->seq);
	th->ack_seq = cpu_to_be32(b->ack);
	th->doff = hdrlen / 4;
	th->window = cpu_to_be16(b->wnd);
	((u8 *)th)[13] = b->flags;
	if (b->ts)
		anp_tcp_ts_write((__be32 *)(th + 1), b->tsval, b->tsecr);
	return skb;
}

/*
 * What every segment with an ACK tells the peer is noted once, here.  @whole: the SACK blocks that
 * are due were told of, too.
 */
static void ack_sent(struct anp_tcb *t, bool whole)
{
	t->last_ack_sent = t->rcv_nxt;
	/* An ACK by itself follows behind the data (anp_tcp_send_all()). */
	if (!whole && t->ack_now)
		return;
	t->t_delack = 0;
	t->ack_now = 0;
	t->ack_pushed = 0;
	if (t->quickack && !--t->quickack)
		t->ato = ANP_TCP_DELACK_MIN / 1000;
}

/* The options of a segment that is no SYN, behind @th; @sack: of that the SACK option's bytes. */
static void opts_write(struct anp_tcb *t, struct tcphdr *th, unsigned int sack)
{
	__be32 *p = (__be32 *)(th + 1);

	if (t->hdr_opts)
		anp_tcp_ts_write(p, anp_tcp_ts_clock(t->now, t->ts_off), t->ts_recent);
	if (sack)
		anp_tcp_sack_write(t, p + t->hdr_opts / 4, sack);
}

int anp_tcp_send_bare(struct anp_tcb *t, u8 flags, u32 seq)
{
	unsigned int sack = flags & ANP_TCP_RST ? 0 : anp_tcp_sack_optlen(t);
	unsigned int hdrlen = sizeof(struct tcphdr) + t->hdr_opts + sack;
	struct sk_buff *skb = anp_tcp_host_alloc(t, hdrlen);
	struct tcphdr *th;

	if (!skb)
		return -ENOMEM;
	skb_reset_transport_header(skb);
	th = tcp_hdr(skb);
	if ((flags & (ANP_TCP_ACK | ANP_TCP_RST)) == ANP_TCP_ACK)
		flags |= anp_tcp_ecn_flags(t);
	header_write(th, t, hdrlen, flags, seq);
	opts_write(t, th, sack);
	th->window = cpu_to_be16(anp_tcp_window_select(t));
	if (flags & ANP_TCP_ACK)
		ack_sent(t, true);
	anp_tcp_ecn_send(t, skb, false);
	t->segs_out++;
	anp_tcp_host_count(t, ANP_MIB_TCP_OUT_SEGS);
	return anp_tcp_host_xmit(t, skb);
}

void anp_tcp_send_ack(struct anp_tcb *t)
{
	if (anp_tcp_in(t, TCPF_CLOSE | TCPF_SYN_SENT))
		return;
	/* Without memory the ACK is tried again by the timer. */
	if (anp_tcp_send_bare(t, ANP_TCP_ACK, t->snd_nxt) == -ENOMEM) {
		t->ato = ANP_TCP_DELACK_MIN / 1000;
		t->t_delack = t->now + ANP_TCP_DELACK_MAX;
	}
}

void anp_tcp_send_reset(struct anp_tcb *t)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_OUT_RSTS);
	anp_tcp_send_bare(t, ANP_TCP_RST | ANP_TCP_ACK, t->snd_nxt);
}

bool anp_tcp_challenge_take(struct anp_tcp_challenge *c, int limit, u32 random, u64 now)
{
	u32 second = div_u64(now, 1000000), left;

	if (limit == INT_MAX)
		return true;
	if (second != READ_ONCE(c->second)) {
		WRITE_ONCE(c->second, second);
		/* Were it always the same, its counting would tell of others (RFC 5961 10). */
		left = limit / 2 + (u32)(((u64)random * limit) >> 32);
	} else {
		left = READ_ONCE(c->left);
	}
	WRITE_ONCE(c->left, left ? left - 1 : 0);
	return left;
}

bool anp_tcp_oow_limited(struct anp_tcb *t, const struct anp_tcp_conf *conf, u64 *last,
			 enum anp_mib_item skipped, u64 now)
{
	/* RFC 5961 7: or two ends that disagree would acknowledge each other for ever. */
	if (*last && now - *last < READ_ONCE(conf->invalid_ratelimit) * 1000ull) {
		anp_tcp_host_count(t, skipped);
		return true;
	}
	*last = now;
	return false;
}

void anp_tcp_send_challenge(struct anp_tcb *t, enum anp_mib_item skipped)
{
	u64 last = t->challenge_at;

	if (anp_tcp_oow_limited(t, t->conf, &t->challenge_at, skipped, t->now))
		return;
	if (!anp_tcp_host_challenge(t)) {
		t->challenge_at = last;
		return;
	}
	anp_tcp_host_count(t, ANP_MIB_TCP_CHALLENGE_ACK);
	anp_tcp_send_ack(t);
}

int anp_tcp_send_syn(struct anp_tcb *t, struct sk_buff *skb, const struct anp_tcp_foc *foc)
{
	bool synack = t->state == TCP_SYN_RECV;
	struct anp_tcp_opts o;
	unsigned int hdrlen;
	struct tcphdr *th;

	anp_tcp_offer(t, &o);
	if (foc) {
		o.foc_ok = 1;
		o.foc = *foc;
	}
	hdrlen = sizeof(*th) + anp_tcp_syn_optlen(&o);
	if (skb)
		skb_push(skb, hdrlen);
	else
		skb = anp_tcp_host_alloc(t, hdrlen);
	if (!skb)
		return -ENOMEM;
	skb_reset_transport_header(skb);
	th = tcp_hdr(skb);
	header_write(th, t, hdrlen, ANP_TCP_SYN | (synack ? ANP_TCP_ACK : 0) |
		     anp_tcp_ecn_syn_flags(t), t->iss);
	anp_tcp_syn_write((__be32 *)(th + 1), &o);
	/* RFC 7323 2.2: the window of a SYN is not scaled. */
	th->window = cpu_to_be16(min(t->rcv_wnd, 65535u));
	if (t->snd_nxt == t->iss)
		t->snd_nxt++;
	if (synack)
		t->last_ack_sent = t->rcv_nxt;
	t->segs_out++;
	anp_tcp_host_count(t, ANP_MIB_TCP_OUT_SEGS);
	return anp_tcp_host_xmit(t, skb);
}

/*
 * The header of an earlier transmission may still be on its way in a clone that shares our head:
 * then the head is copied.
 */
struct sk_buff *anp_tcp_queued_clone(struct sk_buff *skb)
{
	struct list_head anchor = skb->tcp_tsorted_anchor;
	struct sk_buff *copy;

	skb->_skb_refdst = 0;
	skb->destructor = NULL;
	copy = skb_cloned(skb) ? pskb_copy(skb, GFP_ATOMIC) : skb_clone(skb, GFP_ATOMIC);
	skb->tcp_tsorted_anchor = anchor;
	if (copy)
		copy->dev = NULL;
	return copy;
}

/* @len bytes as a super-packet of segments of @size; 0: as one segment. */
static void gso_set(struct sk_buff *skb, u16 size, u32 len)
{
	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = size ? DIV_ROUND_UP(len, size) : 1;
	skb_shinfo(skb)->gso_type = size ? SKB_GSO_TCPV4 : 0;
}

/*
 * As Linux: the last segment of each super-packet is pushed.  A receiver that acknowledges each two
 * segments could otherwise stay out of step, and acknowledge from the middle of one burst to that of
 * the next: then bursts meet a full queue in which less has become free than they need.
 */
int anp_tcp_transmit(struct anp_tcb *t, struct sk_buff *skb)
{
	unsigned int due = anp_tcp_sack_optlen(t), sack = skb->len + due <= t->mss ? due : 0;
	unsigned int hdrlen = sizeof(struct tcphdr) + t->hdr_opts + sack;
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool super = skb->len > t->mss && !anp_tcp_mtup_is_probe(t, cb->seq);
	u32 len = skb->len;
	u8 flags = cb->flags;
	struct sk_buff *copy;
	struct tcphdr *th;
	int err;

	copy = anp_tcp_queued_clone(skb);
	if (!copy)
		return -ENOMEM;
	skb_push(copy, hdrlen);
	skb_reset_transport_header(copy);
	th = tcp_hdr(copy);
	if (super)
		flags |= ANP_TCP_PSH;
	header_write(th, t, hdrlen, flags | ANP_TCP_ACK | anp_tcp_ecn_flags(t), cb->seq);
	opts_write(t, th, sack);
	th->window = cpu_to_be16(anp_tcp_window_select(t));
	gso_set(copy, super ? t->mss : 0, len);
	anp_tcp_ecn_send(t, copy, len && !cb->tx.sent_at);
	if (len)
		anp_tcp_rate_sent(t, cb);
	cb->tx.sent_at = t->now;
	cb->tx.gso_size = skb_shinfo(copy)->gso_size;
	if (anp_tcp_reducing(t))
		t->prr_out += len;
	ack_sent(t, sack == due);
	t->segs_out += skb_shinfo(copy)->gso_segs;
	anp_tcp_host_count(t, ANP_MIB_TCP_OUT_SEGS);
	if (len) {
		/* An answer soon after a question: the next ACK can wait for the next answer. */
		if (t->data_segs_in &&
		    anp_tcp_tick(t->now) - t->lrcvtime < anp_tcp_tick(t->ato * 1000u))
			t->pingpong = 1;
		t->data_segs_out += skb_shinfo(copy)->gso_segs;
		t->bytes_sent += len;
		if (anp_tcp_host_paces(t))
			anp_tcp_pacing_sent(t, len);
		t->sent_at = t->now;
		t->lsndtime = anp_tcp_tick(t->now);
	}
	err = anp_tcp_host_xmit(t, copy);
	if (unlikely(err > 0) && len)
		anp_tcp_local_congestion(t);
	return err;
}
