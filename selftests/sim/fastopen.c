// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open of the simulator's hosts: which cookie a client has, whom a server believes.
 */
#include "sim.h"

#define DISTRUST (60 * SEC)

int fo_connect(struct ep *ep, const struct anp_tcp_params *p)
{
	struct host *h = ep->host;
	struct app *a = ep->app;

	anp_tcp_open_defer(&ep->t, p, sim.now);
	if (h->foc.len && sim.now >= h->fo_not_before)
		a->sent = ep_queue(ep, min_t(u64, a->s.to_send, anp_tcp_fo_room(&ep->t)));
	return anp_tcp_open_send(&ep->t, a->sent ? &h->foc : &(struct anp_tcp_foc){}, sim.now);
}

void anp_tcp_host_fo_learn(struct anp_tcb *t, const struct anp_tcp_foc *foc, bool syn_lost)
{
	struct host *h = ep_of(t)->host;

	SIM_CHECK(ep_of(t)->app->s.fast_open, "an answer to what was not asked");
	trace_ep(ep_of(t), "learns a cookie of %llu bytes", foc ? foc->len : 0, 0);
	if (foc)
		h->foc = *foc;
	if (syn_lost)
		h->fo_not_before = sim.now + DISTRUST;
}

void anp_tcp_host_fo_path(struct anp_tcb *t, bool ok)
{
	if (!ok)
		ep_of(t)->host->fo_not_before = sim.now + DISTRUST;
}

bool fo_listen(struct host *h, struct sk_buff *skb, struct pair *pair, const struct anp_tcp_req *r,
	       struct anp_tcp_foc *give)
{
	const struct anp_tcp_flow flow = flow_of(h, pair);
	struct anp_tcp_params p;
	struct ep *ep;

	if (h->fo_len >= h->fo_max) {
		h->mib[ANP_MIB_TCP_FO_LISTEN_OVERFLOW]++;
		return false;
	}
	if (anp_tcp_fo_listen(skb, &h->fo_keys, &flow, false, give) != ANP_TCP_FO_CHILD)
		return false;
	/* RFC 7413 6.1: a SYN that comes late brings its data again; programs here get one. */
	if (pair->fo_used || pair->app[h->id].connected || shim_fails()) {
		h->mib[ANP_MIB_TCP_FO_PASSIVE_FAIL]++;
		return false;
	}
	pair->fo_used = true;
	h->mib[ANP_MIB_TCP_FO_PASSIVE]++;
	ep_params(h, pair, &p);
	ep = host_child(h, pair);
	ep_enter(ep);
	anp_tcp_open_fast(&ep->t, r, &p, skb, give->len == ANP_TCP_FOC_NONE ? NULL : give, sim.now);
	ep->fo_pending = ep->t.state == TCP_SYN_RECV;
	h->fo_len += ep->fo_pending;
	ep_leave(ep);
	host_child_made(h);
	return true;
}
