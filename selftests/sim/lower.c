// SPDX-License-Identifier: GPL-2.0
/*
 * What lies below a host's engine and still inside the host: a queue before a device that takes its
 * time.  A segment with data counts for its connection until the device has sent it.
 */
#include "sim.h"

static u32 size(const struct sk_buff *skb)
{
	return skb->len + 20;
}

/* The destructor: as in the kernel it may be called while the engine is at work. */
static void sent(struct sk_buff *skb)
{
	struct ep *ep = (struct ep *)skb->sk;

	ep->below -= skb->truesize;
	if (!ep->below_waits)
		return;
	ep->below_waits = false;
	event_add(sim.now, EV_DRAINED, ep, 0);
}

static void start(struct host *h)
{
	struct lower *l = &h->lower;

	l->sending = __skb_dequeue(&l->queue);
	if (l->sending)
		event_add(sim.now + size(l->sending) * SEC / l->rate, EV_LOWER, h, 0);
}

void lower_send(struct host *h, struct ep *ep, struct sk_buff *skb)
{
	struct lower *l = &h->lower;

	if (!l->rate) {
		net_send(h, skb);
		return;
	}
	if (ep && skb->data_len) {
		skb->sk = (struct sock *)ep;
		skb->destructor = sent;
		ep->below += skb->truesize;
		l->most = max(l->most, ep->below);
		l->weight = max(l->weight, skb->truesize);
		trace_ep(ep, "%llu bytes wait in the host", ep->below, 0);
	}
	__skb_queue_tail(&l->queue, skb);
	if (!l->sending)
		start(h);
}

/* EV_LOWER: the device has sent one. */
void lower_sent(struct host *h)
{
	struct sk_buff *skb = h->lower.sending;

	start(h);
	net_send(h, skb);
}

/* EV_DRAINED */
void lower_drained(struct ep *ep)
{
	if (ep->dead)
		return;
	ep_enter(ep);
	anp_tcp_drained(&ep->t, sim.now);
	ep_leave(ep);
}

static bool is_copy(const struct sk_buff *copy, const struct ep *ep, const struct sk_buff *skb)
{
	return copy->sk == (struct sock *)ep && ANP_TCP_CB(copy)->seq == ANP_TCP_CB(skb)->seq;
}

bool anp_tcp_host_below_has(const struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct ep *ep = ep_of(t);
	const struct lower *l = &ep->host->lower;
	struct sk_buff *at;

	if (l->sending && is_copy(l->sending, ep, skb))
		return true;
	skb_queue_walk(&l->queue, at)
		if (is_copy(at, ep, skb))
			return true;
	return false;
}

u32 anp_tcp_host_below(const struct anp_tcb *t)
{
	return ep_of(t)->below;
}

bool anp_tcp_host_below_wait(struct anp_tcb *t, u32 limit)
{
	ep_of(t)->below_waits = true;
	return ep_of(t)->below > limit;
}

void lower_purge(struct host *h)
{
	__skb_queue_purge(&h->lower.queue);
	kfree_skb(h->lower.sending);
	h->lower.sending = NULL;
}
