// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that a listener has not handed over: LISTEN and the passive SYN-RECEIVED
 * (RFC 9293 3.10.7.2 and 3.10.7.4), on a small object.
 */
#include "engine.h"

enum anp_tcp_verdict anp_tcp_listen_rcv(const struct sk_buff *skb)
{
	u8 flags = ANP_TCP_CB(skb)->flags;

	/* RFC 9293 3.10.7.2: RST is ignored, ACK is answered, then SYN counts; SYN+FIN is nobody's. */
	if (flags & ANP_TCP_RST)
		return ANP_TCP_V_DROP;
	if (flags & ANP_TCP_ACK)
		return ANP_TCP_V_RESET;
	if (!(flags & ANP_TCP_SYN) || (flags & ANP_TCP_FIN))
		return ANP_TCP_V_DROP;
	return ANP_TCP_V_SYNACK;
}

void anp_tcp_req_fill(struct anp_tcp_req *req, const struct anp_tcp_opts *o,
		      const struct anp_tcp_params *p, u64 now)
{
	memset(req, 0, sizeof(*req));
	req->iss = p->iss;
	req->ts_off = p->ts_off;
	req->sport = p->sport;
	req->dport = p->dport;
	req->mss_local = max_t(u16, p->mss, ANP_TCP_MSS_MIN);
	req->advmss = p->advmss ? min(p->advmss, req->mss_local) : req->mss_local;
	req->mss_peer = o->mss ? max_t(u16, o->mss, ANP_TCP_MSS_MIN) : ANP_TCP_MSS_DEFAULT;
	req->ts_ok = o->ts_ok && !p->no_ts;
	req->ts_recent = o->tsval;
	req->wscale_ok = o->wscale_ok && !p->no_wscale;
	req->snd_wscale = req->wscale_ok ? o->wscale : 0;
	req->rcv_wscale = req->wscale_ok ? anp_tcp_wscale(p->rcv_wnd_max) : 0;
	req->rcv_wnd = min(p->rcv_wnd_init, 65535u);
	req->sack_ok = o->sack_ok && !p->no_sack;
	req->sent_at = now;
	req->deadline = now + ANP_TCP_RTO_INIT;
}

void anp_tcp_req_init(struct anp_tcp_req *req, const struct sk_buff *skb,
		      const struct anp_tcp_params *p, u64 now)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct anp_tcp_opts o;

	anp_tcp_syn_parse(skb, &o);
	if (o.foc_ok && !o.foc.len)
		anp_tcp_host_count(NULL, ANP_MIB_TCP_FO_COOKIE_REQD);
	anp_tcp_req_fill(req, &o, p, now);
	req->irs = cb->seq;
	req->snd_wnd = cb->rx.wnd;
	req->ecn_ok = anp_tcp_ecn_accept(cb, p->ecn);
}

struct sk_buff *anp_tcp_req_synack(struct anp_tcp_req *req, const struct anp_tcp_foc *foc, u64 now)
{
	struct anp_tcp_opts o = {
		.mss = req->advmss,
		.wscale = req->rcv_wscale,
		.wscale_ok = req->wscale_ok,
		.ts_ok = req->ts_ok,
		.sack_ok = req->sack_ok,
		.tsval = req->cookie ? anp_tcp_cookie_tsval(req, now) :
				       anp_tcp_ts_clock(now, req->ts_off),
		.tsecr = req->ts_recent,
	};
	unsigned int hdrlen;
	struct sk_buff *skb;
	struct tcphdr *th;

	if (foc) {
		o.foc_ok = 1;
		o.foc = *foc;
	}
	hdrlen = sizeof(*th) + anp_tcp_syn_optlen(&o);
	skb = anp_tcp_host_alloc(NULL, hdrlen);
	if (!skb)
		return NULL;
	skb_reset_transport_header(skb);
	th = tcp_hdr(skb);
	memset(th, 0, sizeof(*th));
	th->source = req->sport;
	th->dest = req->dport;
	th->seq = cpu_to_be32(req->iss);
	th->ack_seq = cpu_to_be32(req->irs + 1);
	th->doff = hdrlen / 4;
	th->syn = 1;
	th->ack = 1;
	th->ece = req->ecn_ok;
	th->window = cpu_to_be16(req->rcv_wnd);
	anp_tcp_syn_write((__be32 *)(th + 1), &o);
	req->sent_at = now;
	return skb;
}

struct sk_buff *anp_tcp_req_ack(const struct anp_tcp_req *req, u64 now)
{
	struct anp_tcp_bare b = {
		.sport = req->sport,
		.dport = req->dport,
		.seq = req->iss + 1,
		.ack = req->irs + 1,
		.wnd = req->rcv_wnd >> req->rcv_wscale,
		.flags = ANP_TCP_ACK,
		.ts = req->ts_ok,
		.tsval = anp_tcp_ts_clock(now, req->ts_off),
		.tsecr = req->ts_recent,
	};

	return anp_tcp_bare_build(&b);
}

/* It is told where we are, as Linux does: data each time, others now and then. */
static enum anp_tcp_verdict challenge(struct anp_tcp_req *req, const struct anp_tcp_cb *cb,
				      const struct anp_tcp_conf *conf, u64 now)
{
	if (cb->seq != cb->end_seq && !(cb->flags & ANP_TCP_SYN))
		return ANP_TCP_V_ACK;
	return anp_tcp_oow_limited(NULL, conf, &req->challenge_at, ANP_MIB_TCP_ACK_SKIPPED_SYN_RECV,
				   now) ? ANP_TCP_V_DROP : ANP_TCP_V_ACK;
}

enum anp_tcp_verdict anp_tcp_req_rcv(struct anp_tcp_req *req, const struct sk_buff *skb, u8 defer,
				     const struct anp_tcp_conf *conf, u64 now)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 rcv_nxt = req->irs + 1;
	bool old;

	/* The SYN again, unchanged: its answer was lost. */
	if ((cb->flags & (ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_RST)) == ANP_TCP_SYN &&
	    cb->seq == req->irs) {
		if (req->ts_ok && cb->rx.has_ts)
			req->ts_recent = cb->rx.tsval;
		return ANP_TCP_V_SYNACK;
	}
	old = req->ts_ok && cb->rx.has_ts && seq_lt(cb->rx.tsval, req->ts_recent);
	/* Step 1: the window is what the SYN-ACK offered. */
	if (old || !(cb->seq == cb->end_seq ? seq_between(cb->seq, rcv_nxt, rcv_nxt + req->rcv_wnd) :
		     seq_gt(cb->end_seq, rcv_nxt) && seq_lt(cb->seq, rcv_nxt + req->rcv_wnd)))
		return cb->flags & ANP_TCP_RST ? ANP_TCP_V_DROP : challenge(req, cb, conf, now);
	/* Step 2 with RFC 5961 3.2 */
	if (cb->flags & ANP_TCP_RST)
		return cb->seq == rcv_nxt ? ANP_TCP_V_KILL : challenge(req, cb, conf, now);
	/* Step 4 with RFC 5961 4.2 */
	if (cb->flags & ANP_TCP_SYN)
		return challenge(req, cb, conf, now);
	/* Step 5 */
	if (!(cb->flags & ANP_TCP_ACK))
		return ANP_TCP_V_DROP;
	if (cb->rx.ack_seq != req->iss + 1)
		return ANP_TCP_V_RESET;
	req->acked = 1;
	/* TCP_DEFER_ACCEPT: a bare ACK tells that the peer is there, data will tell what it wants. */
	if (req->rexmits < defer && cb->end_seq == rcv_nxt) {
		anp_tcp_host_count(NULL, ANP_MIB_TCP_DEFER_ACCEPT_DROP);
		return ANP_TCP_V_DROP;
	}
	return ANP_TCP_V_CREATE;
}

enum anp_tcp_verdict anp_tcp_req_timer(struct anp_tcp_req *req, u8 retries, u8 defer, u32 rto_max,
				     u64 now)
{
	bool waits;

	if (now < req->deadline)
		return ANP_TCP_V_DROP;
	/* A peer that has acknowledged is waited for as long as TCP_DEFER_ACCEPT says. */
	waits = req->acked && req->rexmits < defer;
	if (req->rexmits >= retries && !waits)
		return ANP_TCP_V_KILL;
	req->rexmits++;
	req->deadline = now + min_t(u64, (u64)ANP_TCP_RTO_INIT << min_t(u8, req->rexmits, 16), rto_max);
	/* It need not be asked again until that is over: then its ACK makes the connection. */
	return waits && req->rexmits < defer ? ANP_TCP_V_DROP : ANP_TCP_V_SYNACK;
}

struct sk_buff *anp_tcp_reply_reset(const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	const struct tcphdr *th = tcp_hdr(skb);
	struct anp_tcp_bare b = { .sport = th->dest, .dport = th->source };

	/* RFC 9293 3.10.7.1 */
	if (cb->flags & ANP_TCP_RST)
		return NULL;
	if (cb->flags & ANP_TCP_ACK) {
		b.seq = cb->rx.ack_seq;
		b.flags = ANP_TCP_RST;
	} else {
		b.ack = cb->end_seq;
		b.flags = ANP_TCP_RST | ANP_TCP_ACK;
	}
	return anp_tcp_bare_build(&b);
}
