// SPDX-License-Identifier: GPL-2.0
/*
 * The engine's host: which object a segment is for, the listener with its two queues, TIME-WAIT.
 */
#include <stdlib.h>
#include "sim.h"

struct pair *pair_of_ports(const struct host *h, u16 lport, u16 rport)
{
	struct pair *found = NULL;
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];

		/* Ports are used again in some scenarios: the last to start has them. */
		if (p->port[h->id] == lport && p->port[!h->id] == rport &&
		    (!found || p->started > found->started))
			found = p;
	}
	return found;
}

static struct ep *ep_find(struct host *h, __be16 lport, __be16 rport)
{
	struct ep *ep;

	for (ep = h->eps; ep; ep = ep->next)
		if (!ep->dead && ep->t.state != TCP_CLOSE && ep->t.sport == lport &&
		    ep->t.dport == rport)
			return ep;
	return NULL;
}

struct tw *host_tw_find(struct host *h, u16 lport, u16 rport)
{
	struct tw *w;

	for (w = h->tws; w; w = w->next)
		if (!w->dead && be16_to_cpu(w->w.sport) == lport &&
		    be16_to_cpu(w->w.dport) == rport)
			return w;
	return NULL;
}

static struct req *req_find(struct host *h, __be16 lport, __be16 rport)
{
	struct req *r;

	for (r = h->reqs; r; r = r->next)
		if (!r->dead && r->r.sport == lport && r->r.dport == rport)
			return r;
	return NULL;
}

void host_tw_free(struct tw *w)
{
	w->dead = true;
}

static void req_free(struct req *r)
{
	r->dead = true;
	if (r->queued)
		r->host->req_len--;
}

void host_xmit(struct host *h, struct sk_buff *skb)
{
	if (skb)
		lower_send(h, NULL, skb);
}

static void reset_send(struct host *h, struct sk_buff *skb)
{
	struct sk_buff *rst = anp_tcp_reply_reset(skb);

	if (!rst)
		return;
	h->mib[ANP_MIB_TCP_OUT_RSTS]++;
	host_xmit(h, rst);
}

static void drop(struct host *h, struct sk_buff *skb, enum anp_mib_item why)
{
	h->mib[why]++;
	trace_drop(h, NULL, why);
	kfree_skb(skb);
}

/* ---- requests ---- */

struct anp_tcp_flow flow_of(const struct host *h, const struct pair *pair)
{
	return (struct anp_tcp_flow){
		.faddr	= cpu_to_be32(0x0a000001 + !h->id),
		.laddr	= cpu_to_be32(0x0a000001 + h->id),
		.fport	= cpu_to_be16(pair->port[!h->id]),
		.lport	= cpu_to_be16(pair->port[h->id]),
	};
}

static void cookie_send(struct host *h, struct sk_buff *skb, struct pair *pair)
{
	const struct anp_tcp_flow flow = flow_of(h, pair);
	struct anp_tcp_params p;
	struct anp_tcp_req r;

	ep_params(h, pair, &p);
	anp_tcp_req_init(&r, skb, &p, sim.now);
	anp_tcp_cookie_make(&r, &h->cookie_key, &flow, sim.now);
	h->mib[ANP_MIB_TCP_COOKIES_SENT]++;
	kfree_skb(skb);
	host_xmit(h, anp_tcp_req_synack(&r, NULL, sim.now));
}

static struct req *req_new(struct host *h, struct pair *pair)
{
	struct req *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->host = h;
	r->pair = pair;
	r->next = h->reqs;
	h->reqs = r;
	return r;
}

/* A SYN for the listener; @iss: 0, or what it has to start from. */
static void listen_syn(struct host *h, struct sk_buff *skb, struct pair *pair, u32 iss)
{
	struct anp_tcp_foc give = { .len = ANP_TCP_FOC_NONE };
	struct anp_tcp_params p;
	struct req *r;

	if (h->cookies && !iss && h->req_len >= h->req_max && h->accept_len < h->backlog) {
		cookie_send(h, skb, pair);
		return;
	}
	if (h->req_len >= h->req_max || h->accept_len >= h->backlog || shim_fails()) {
		/* The client tries again, but not for ever. */
		pair_excuse(pair, "the backlog is full", true);
		drop(h, skb, ANP_MIB_DROP_TCP_LISTEN);
		return;
	}
	r = req_new(h, pair);
	r->queued = true;
	h->req_len++;
	ep_params(h, pair, &p);
	if (iss)
		p.iss = iss;
	anp_tcp_req_init(&r->r, skb, &p, sim.now);
	if (h->fo_max && !iss && fo_listen(h, skb, pair, &r->r, &give)) {
		req_free(r);
		return;
	}
	kfree_skb(skb);
	host_xmit(h, anp_tcp_req_synack(&r->r, give.len == ANP_TCP_FOC_NONE ? NULL : &give,
					sim.now));
	event_add(r->r.deadline, EV_REQ, r, 0);
}

void host_req_timer(struct req *r)
{
	if (r->dead)
		return;
	shim.fail_ppm = sim.fail_ppm;
	switch (anp_tcp_req_timer(&r->r, sim.conf.synack_retries, 0,
				  sim.conf.rto_max_ms * 1000u, sim.now)) {
	case ANP_TCP_V_SYNACK:
		r->host->mib[ANP_MIB_TCP_REQ_RETRANS]++;
		host_xmit(r->host, anp_tcp_req_synack(&r->r, NULL, sim.now));
		break;
	case ANP_TCP_V_KILL:
		pair_excuse(r->pair, "the request timed out", true);
		trace_note("request timed out", 0, 0);
		req_free(r);
		break;
	case ANP_TCP_V_DROP:
		break;
	default:
		sim_fail("a request's timer gave a verdict that it cannot give");
	}
	shim.fail_ppm = 0;
	if (!r->dead) {
		SIM_CHECK(r->r.deadline > sim.now, "the request's deadline was not moved");
		event_add(r->r.deadline, EV_REQ, r, 0);
	}
}

/* A connection in the accept queue, which the caller opens. */
struct ep *host_child(struct host *h, struct pair *pair)
{
	struct ep *ep = ep_new(h, pair, NULL);

	ep->rcvbuf = pair->app[h->id].s.rcvbuf;
	ep->rcvbuf_max = pair->app[h->id].s.rcvbuf_max;
	h->accept_len++;
	*h->accept_tail = ep;
	h->accept_tail = &ep->accept_next;
	return ep;
}

void host_child_made(struct host *h)
{
	if (h->accept_armed)
		return;
	h->accept_armed = true;
	event_add(sim.now + rng_below(&sim.rng_app, h->accept_gap + 1), EV_ACCEPT, h, 0);
}

/* The handshake is complete: the child is made and takes the segment. */
static void req_create(struct req *r, struct sk_buff *skb)
{
	struct host *h = r->host;
	struct anp_tcp_params p;
	struct ep *ep;

	if (h->accept_len >= h->backlog || shim_fails()) {
		pair_excuse(r->pair, "the accept queue is full", true);
		h->mib[ANP_MIB_TCP_LISTEN_OVERFLOWS]++;
		drop(h, skb, ANP_MIB_DROP_TCP_LISTEN);
		return;
	}
	SIM_CHECK(sim.hostile || (!r->pair->app[h->id].connected && !r->pair->app[h->id].ended),
		  "a second connection from one connect()");
	ep = host_child(h, r->pair);
	ep_params(h, r->pair, &p);
	ep_enter(ep);
	anp_tcp_open_passive(&ep->t, &r->r, &p, sim.now);
	anp_tcp_rcv(&ep->t, skb, sim.now);
	ep_leave(ep);
	req_free(r);
	host_child_made(h);
}

/* An ACK for the listener: false if no cookie is in it. */
static bool cookie_rcv(struct host *h, struct sk_buff *skb, struct pair *pair)
{
	const struct anp_tcp_flow flow = flow_of(h, pair);
	struct anp_tcp_params p;
	struct anp_tcp_req req;
	struct req *r;

	/* RFC 4987 3.6: nothing tells an old ACK from the first; programs here are to get one. */
	if (!h->cookies || pair->cookie_used)
		return false;
	ep_params(h, pair, &p);
	if (!anp_tcp_cookie_rcv(&req, skb, &h->cookie_key, &flow, &p, sim.now)) {
		/* The ACK that has it was lost or overtaken, and the next one is refused. */
		pair_excuse(pair, "a later segment came before the cookie's ACK", true);
		return false;
	}
	r = req_new(h, pair);
	r->r = req;
	req_create(r, skb);
	if (r->dead)
		pair->cookie_used = true;
	else
		req_free(r);
	return true;
}

static void req_rcv(struct req *r, struct sk_buff *skb)
{
	struct host *h = r->host;

	switch (anp_tcp_req_rcv(&r->r, skb, 0, &sim.conf, sim.now)) {
	case ANP_TCP_V_SYNACK:
		host_xmit(h, anp_tcp_req_synack(&r->r, NULL, sim.now));
		break;
	case ANP_TCP_V_ACK:
		host_xmit(h, anp_tcp_req_ack(&r->r, sim.now));
		break;
	case ANP_TCP_V_RESET:
		reset_send(h, skb);
		break;
	case ANP_TCP_V_CREATE:
		req_create(r, skb);
		return;
	case ANP_TCP_V_KILL:
		pair_excuse(r->pair, "the request was reset", true);
		req_free(r);
		break;
	case ANP_TCP_V_DROP:
		break;
	case ANP_TCP_V_SYN:
		sim_fail("a request gave TIME-WAIT's verdict");
	}
	kfree_skb(skb);
}

void host_accept(struct host *h)
{
	struct ep *ep = h->accept_head;

	h->accept_armed = false;
	if (!ep)
		return;
	h->accept_head = ep->accept_next;
	if (!h->accept_head)
		h->accept_tail = &h->accept_head;
	h->accept_len--;
	trace_ep(ep, "accepted", 0, 0);
	ep->app = &ep->pair->app[h->id];
	app_adopt(ep->app, ep);
	if (h->accept_head) {
		h->accept_armed = true;
		event_add(sim.now + rng_below(&sim.rng_app, h->accept_gap + 1), EV_ACCEPT, h, 0);
	}
}

/* close() of the listening socket: nobody who waits there will be served. */
void host_listen_close(struct host *h)
{
	struct req *r;
	struct ep *ep;

	trace_note("%llu: the listener closes", h->id, 0);
	h->listening = false;
	for (r = h->reqs; r; r = r->next) {
		if (r->dead)
			continue;
		pair_excuse(r->pair, "the listener closed", true);
		req_free(r);
	}
	while ((ep = h->accept_head)) {
		h->accept_head = ep->accept_next;
		h->accept_len--;
		pair_excuse(ep->pair, "the listener closed", true);
		ep->pair->app[h->id].ended = true;
		ep_close(ep, true);
	}
	h->accept_tail = &h->accept_head;
}

/* ---- TIME-WAIT ---- */

void host_tw_timer(struct tw *w)
{
	if (w->dead)
		return;
	if (sim.now < w->w.deadline)
		event_add(w->w.deadline, EV_TW, w, 0);
	else
		w->dead = true;
}

/* True: the segment is a SYN for the listener, and the object is gone. */
static bool tw_rcv(struct tw *w, struct sk_buff *skb, u32 *iss)
{
	switch (anp_tcp_tw_rcv(&w->w, skb, iss, &sim.conf, sim.now)) {
	case ANP_TCP_V_ACK:
		host_xmit(w->host, anp_tcp_tw_ack(&w->w, sim.now));
		break;
	case ANP_TCP_V_RESET:
		reset_send(w->host, skb);
		break;
	case ANP_TCP_V_KILL:
		w->dead = true;
		break;
	case ANP_TCP_V_SYN:
		w->dead = true;
		w->host->mib[ANP_MIB_TCP_TW_RECYCLED]++;
		return true;
	case ANP_TCP_V_DROP:
		break;
	default:
		sim_fail("TIME-WAIT gave a verdict that it cannot give");
	}
	kfree_skb(skb);
	return false;
}

/* ---- segments ---- */

static void no_connection(struct host *h, struct sk_buff *skb, struct pair *pair, u32 iss)
{
	u16 lport = be16_to_cpu(tcp_hdr(skb)->dest);

	if (h->listening && lport == SIM_PORT && pair) {
		switch (anp_tcp_listen_rcv(skb)) {
		case ANP_TCP_V_SYNACK:
			listen_syn(h, skb, pair, iss);
			return;
		case ANP_TCP_V_RESET:
			if (cookie_rcv(h, skb, pair))
				return;
			reset_send(h, skb);
			break;
		default:
			break;
		}
	} else {
		reset_send(h, skb);
	}
	drop(h, skb, ANP_MIB_DROP_TCP_NO_SOCKET);
}

static void demux(struct host *h, struct sk_buff *skb)
{
	__be16 lport = tcp_hdr(skb)->dest, rport = tcp_hdr(skb)->source;
	struct pair *pair = pair_of_ports(h, be16_to_cpu(lport), be16_to_cpu(rport));
	struct ep *ep = ep_find(h, lport, rport);
	struct req *r;
	struct tw *w;
	u32 iss = 0;

	if (ep) {
		ep_enter(ep);
		anp_tcp_rcv(&ep->t, skb, sim.now);
		ep_leave(ep);
		return;
	}
	w = host_tw_find(h, be16_to_cpu(lport), be16_to_cpu(rport));
	if (w && !tw_rcv(w, skb, &iss))
		return;
	r = req_find(h, lport, rport);
	if (r)
		req_rcv(r, skb);
	else
		no_connection(h, skb, pair, iss);
}

void host_receive(struct host *h, struct sk_buff *skb)
{
	int err;

	skb_orphan(skb);
	skb_reset_transport_header(skb);
	shim.fail_ppm = sim.fail_ppm;
	if (!pskb_may_pull(skb, sizeof(struct tcphdr))) {
		SIM_CHECK(sim.hostile || sim.fail_ppm, "a short segment came through");
		drop(h, skb, ANP_MIB_DROP_TCP_HDR);
		shim.fail_ppm = 0;
		return;
	}
	skb_reset_transport_header(skb);
	err = anp_tcp_seg_parse(skb, ANP_TCP_CB(skb)->ecn);
	if (err) {
		SIM_CHECK(sim.hostile || sim.fail_ppm, "the engine refuses its own header");
		drop(h, skb, ANP_MIB_DROP_TCP_HDR);
	} else {
		demux(h, skb);
	}
	shim.fail_ppm = 0;
}

void host_icmp_mtu(struct ep *ep, u32 mtu)
{
	if (ep->dead || mtu - 40 >= ep->t.mss_local)
		return;
	trace_ep(ep, "learns the path MTU %llu", mtu, 0);
	ep_enter(ep);
	anp_tcp_mss_changed(&ep->t, mtu - 40, sim.now);
	ep_leave(ep);
}
