// SPDX-License-Identifier: GPL-2.0
/*
 * A bottleneck: a queue, the wire behind it that takes one packet at a time, and what may follow, a
 * policer or bad air.
 */
#include "sim.h"

/* RFC 8289 4.2 and 4.3 */
#define CODEL_TARGET	(5 * MSEC)
#define CODEL_INTERVAL	(100 * MSEC)
#define MTU		1500u
#define IP_HEADER	20u

static u32 size(const struct sk_buff *skb)
{
	return skb->len + IP_HEADER;
}

/* When a packet came to the queue.  Under way its cb says nothing but the ECN field. */
static u64 *since(struct sk_buff *skb)
{
	return &ANP_TCP_CB(skb)->tx.sent_at;
}

static void drop(struct net *n, struct sk_buff *skb, const char *why)
{
	trace_segment(&sim.host[n - sim.net], skb, why, 0);
	n->lost++;
	kfree_skb(skb);
}

static bool mark(struct net *n, struct sk_buff *skb)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (!cb->ecn)
		return false;
	if (cb->ecn != ANP_TCP_CE)
		n->marked++;
	cb->ecn = ANP_TCP_CE;
	return true;
}

static struct sk_buff *take(struct link *l)
{
	struct sk_buff *skb = __skb_dequeue(&l->queue);

	if (skb)
		l->bytes -= size(skb);
	return skb;
}

/* ---- RFC 8289, with its names ---- */

static u32 root(u32 n)
{
	u32 r = 1;

	while ((r + 1) * (r + 1) <= n)
		r++;
	return r;
}

/* Interval over the root of the number of drops; the root in 1/16. */
static u64 control_law(const struct link *l, u64 at)
{
	return at + 16 * CODEL_INTERVAL / root(256 * l->drops);
}

static struct sk_buff *dodequeue(struct link *l, bool *ok_to_drop)
{
	struct sk_buff *skb = take(l);

	*ok_to_drop = false;
	if (!skb || sim.now - *since(skb) < CODEL_TARGET || l->bytes <= MTU) {
		l->first_above = 0;
		return skb;
	}
	if (!l->first_above)
		l->first_above = sim.now + CODEL_INTERVAL;
	else
		*ok_to_drop = sim.now >= l->first_above;
	return skb;
}

/* The packet that is dropped, or marked and sent: what goes next. */
static struct sk_buff *signal_with(struct net *n, struct sk_buff *skb, bool *ok_to_drop)
{
	if (mark(n, skb)) {
		*ok_to_drop = true;
		return skb;
	}
	drop(n, skb, "CoDel drops it");
	return dodequeue(&n->link, ok_to_drop);
}

static struct sk_buff *codel_next(struct net *n)
{
	struct link *l = &n->link;
	struct sk_buff *skb;
	bool ok_to_drop;
	u32 delta;

	skb = dodequeue(l, &ok_to_drop);
	if (!skb) {
		l->dropping = false;
		return NULL;
	}
	if (l->dropping) {
		if (!ok_to_drop)
			l->dropping = false;
		while (skb && l->dropping && sim.now >= l->drop_next) {
			l->drops++;
			l->drop_next = control_law(l, l->drop_next);
			skb = signal_with(n, skb, &ok_to_drop);
			if (!ok_to_drop)
				l->dropping = false;
		}
	} else if (ok_to_drop) {
		skb = signal_with(n, skb, &ok_to_drop);
		l->dropping = true;
		delta = l->drops - l->last_drops;
		l->drops = delta > 1 && sim.now - l->drop_next < 16 * CODEL_INTERVAL ? delta : 1;
		l->drop_next = control_law(l, sim.now);
		l->last_drops = l->drops;
	}
	return skb;
}

/* ---- the wire and what follows ---- */

static void start(struct net *n)
{
	struct link *l = &n->link;
	struct sk_buff *skb = l->kind == LINK_CODEL ? codel_next(n) : take(l);
	u64 waited;

	l->sending = skb;
	if (!skb)
		return;
	waited = sim.now - *since(skb);
	l->delay_sum += waited;
	l->delay_max = max(l->delay_max, waited);
	l->packets++;
	event_add(sim.now + (u64)size(skb) * SEC / l->rate, EV_LINK, n, 0);
}

/* A token bucket: what has no token is dropped, nothing waits. */
static bool police(struct link *l, u32 bytes)
{
	u64 full = l->police_burst * SEC;

	if (!l->police_rate)
		return true;
	l->tokens = min(full, l->tokens_at ? l->tokens + (sim.now - l->tokens_at) * l->police_rate :
					     full);
	l->tokens_at = sim.now;
	if (l->tokens < bytes * SEC)
		return false;
	l->tokens -= bytes * SEC;
	return true;
}

/* Gilbert and Elliott: two states of the air, by the packet. */
static bool bad_air(struct link *l)
{
	if (!l->to_bad)
		return false;
	if (rng_chance(&sim.rng_net, l->bad ? l->to_good : l->to_bad))
		l->bad = !l->bad;
	return l->bad && rng_chance(&sim.rng_net, l->bad_loss);
}

void link_sent(struct net *n)
{
	struct link *l = &n->link;
	struct sk_buff *skb = l->sending;

	start(n);
	if (!police(l, size(skb)))
		drop(n, skb, "policed");
	else if (bad_air(l))
		drop(n, skb, "lost on the air");
	else
		net_depart(&sim.host[n - sim.net], skb, net_in_order(n, sim.now + n->delay));
}

/* Consumes @skb. */
void link_send(struct host *from, struct sk_buff *skb)
{
	struct net *n = &sim.net[from->id];
	struct link *l = &n->link;

	if (l->sending && l->bytes + size(skb) > l->limit) {
		drop(n, skb, "queue full");
		return;
	}
	if (l->mark_at && l->bytes > l->mark_at)
		mark(n, skb);
	*since(skb) = sim.now;
	l->bytes += size(skb);
	__skb_queue_tail(&l->queue, skb);
	if (!l->sending)
		start(n);
}

void link_purge(struct link *l)
{
	__skb_queue_purge(&l->queue);
	kfree_skb(l->sending);
	l->sending = NULL;
}
