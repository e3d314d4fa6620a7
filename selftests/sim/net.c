// SPDX-License-Identifier: GPL-2.0
/*
 * The network: what becomes of a segment between the two hosts.
 */
#include <stdlib.h>
#include <asm/unaligned.h>
#include "sim.h"

static void packet_add(struct sk_buff *skb, u8 to, u64 at, bool damaged)
{
	struct packet *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	if (sim.batch)
		at = roundup(at, (u64)sim.batch);
	p->skb = skb;
	p->to = to;
	p->damaged = damaged;
	p->sum = sim.light ? 0 : wire_checksum(skb);
	p->next = sim.packets.next;
	p->prev = &sim.packets;
	p->next->prev = p;
	sim.packets.next = p;
	event_add(at, EV_SEGMENT, p, 0);
}

static struct sk_buff *packet_take(struct packet *p)
{
	struct sk_buff *skb = p->skb;

	p->next->prev = p->prev;
	p->prev->next = p->next;
	free(p);
	return skb;
}

void net_purge(void)
{
	while (sim.packets.next != &sim.packets)
		kfree_skb(packet_take(sim.packets.next));
	link_purge(&sim.net[0].link);
	link_purge(&sim.net[1].link);
}

static bool lost(struct net *n, bool syn, bool data)
{
	if (n->down)
		return true;
	/* By time, not by number: what is sent again slowly must not meet one burst for ever. */
	if (sim.now < n->burst_until)
		return true;
	if (rng_chance(&sim.rng_net, n->burst)) {
		n->burst_until = sim.now + rng_between(&sim.rng_net, 0, n->burst_len);
		return true;
	}
	return rng_chance(&sim.rng_net, n->loss + (syn ? n->syn_loss + (data ? n->syn_data_loss : 0) :
						      0));
}

/* The queue marks what waits behind too much (RFC 8257 3.1), or somebody clears the field. */
static void ecn_field(struct net *n, struct sk_buff *skb, u32 waiting)
{
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	if (n->mark_at && waiting > n->mark_at && cb->ecn) {
		cb->ecn = ANP_TCP_CE;
		n->marked++;
	}
	if (n->bleach && rng_chance(&sim.rng_net, n->bleach))
		cb->ecn = 0;
}

/* When it arrives; 0: the queue before the rate limit is full. */
static u64 arrival(struct net *n, struct sk_buff *skb)
{
	u32 bytes = skb->len + 20, waiting = 0;
	u64 at = sim.now;

	if (n->rate) {
		u64 start = max(n->busy_until, sim.now);

		waiting = (start - sim.now) * n->rate / SEC;
		if (waiting > n->queue)
			return 0;
		n->busy_until = start + (u64)bytes * SEC / n->rate;
		at = n->busy_until;
	}
	ecn_field(n, skb, waiting);
	return net_in_order(n, at + n->delay + rng_between(&sim.rng_net, 0, n->jitter));
}

/* What would arrive at @at does so, or it is overtaken. */
u64 net_in_order(struct net *n, u64 at)
{
	if (rng_chance(&sim.rng_net, n->reorder))
		return at + rng_between(&sim.rng_net, 1, n->reorder_by);
	/* Jitter alone does not reorder: a queue makes it. */
	at = max(at, n->last_at);
	n->last_at = at;
	return at;
}

/* One byte of it changes, so that the checksum is sure to see it. */
static void damage(struct sk_buff *skb)
{
	u32 at = rng_below(&sim.rng_net, skb->len);

	skb->data[at] ^= rng_between(&sim.rng_net, 1, 255);
}

/* The header changes and nobody notices; ports are spared, or it would only be another flow's. */
static struct sk_buff *garble(struct sk_buff *skb)
{
	u32 hdrlen = wire_hdrlen(skb), n = rng_between(&sim.rng_net, 1, 3);

	while (n-- && hdrlen > 4)
		skb->data[rng_between(&sim.rng_net, 4, hdrlen - 1)] =
			rng_below(&sim.rng_net, 256);
	if (rng_chance(&sim.rng_net, 100000))
		pskb_trim(skb, rng_below(&sim.rng_net, skb->len + 1));
	return skb;
}

static void note_mtu(struct host *from, struct sk_buff *skb, u32 mtu)
{
	u16 sport, dport;
	struct ep *ep;
	u8 head[4];

	skb_copy_bits(skb, 0, head, 4);
	sport = get_unaligned_be16(head);
	dport = get_unaligned_be16(head + 2);
	for (ep = from->eps; ep; ep = ep->next)
		if (!ep->dead && be16_to_cpu(ep->t.sport) == sport &&
		    be16_to_cpu(ep->t.dport) == dport)
			event_add(sim.now + sim.net[from->id].delay, EV_ICMP, ep, mtu);
}

/* Too big to pass?  Then its sender is told (RFC 1191). */
static bool too_big(struct host *from, struct sk_buff *skb)
{
	u32 hdrlen = wire_hdrlen(skb), gso = skb_shinfo(skb)->gso_size;
	u32 len = 20 + (gso ? hdrlen + gso : skb->len), mtu = sim.net[from->id].mtu;

	if (len <= mtu)
		return false;
	trace_segment(from, skb, "too big", 0);
	if (!sim.icmp_lost)
		note_mtu(from, skb, mtu);
	else
		sim.net[from->id].lost++;
	return true;
}

/* Copies that trouble the receiver later: a duplicate soon, an old one much later. */
static void send_copies(struct net *n, struct sk_buff *skb, u8 to, u64 at)
{
	if (rng_chance(&sim.rng_net, n->dup)) {
		at += rng_between(&sim.rng_net, 0, 2 * n->delay + 1000);
		trace_segment(&sim.host[!to], skb, "again at", at);
		packet_add(wire_copy(skb, WIRE_LINEAR), to, at, false);
	}
	if (rng_chance(&sim.rng_net, n->old)) {
		at += rng_between(&sim.rng_net, 0, n->old_by);
		trace_segment(&sim.host[!to], skb, "old copy at", at);
		packet_add(wire_copy(skb, WIRE_LINEAR), to, at, false);
	}
}

/* @skb is on its way and arrives at @at, in one form or another.  Consumes @skb. */
void net_depart(struct host *from, struct sk_buff *skb, u64 at)
{
	struct net *n = &sim.net[from->id];
	bool damaged = false;
	struct sk_buff *copy;

	if (sim.checksum || sim.hostile || sim.layout != WIRE_SAME_SKB) {
		copy = wire_copy(skb, sim.checksum || sim.hostile ? WIRE_LINEAR : sim.layout);
		kfree_skb(skb);
		skb = copy;
	}
	if (sim.checksum) {
		put_unaligned_be16(0, skb->data + 16);
		put_unaligned_be16(wire_checksum(skb), skb->data + 16);
		damaged = rng_chance(&sim.rng_net, n->corrupt);
		if (damaged)
			damage(skb);
	}
	trace_segment(from, skb, damaged ? "damaged, arrives" : "arrives", at);
	if (!damaged)
		send_copies(n, skb, !from->id, at);
	if (sim.hostile && rng_chance(&sim.rng_net, n->garble))
		skb = garble(skb);
	packet_add(skb, !from->id, at, damaged);
}

static void send_one(struct host *from, struct sk_buff *skb)
{
	struct net *n = &sim.net[from->id];
	u8 flags;
	u64 at;

	n->sent++;
	skb_copy_bits(skb, 13, &flags, 1);
	if (too_big(from, skb) || lost(n, flags & ANP_TCP_SYN, skb->len > wire_hdrlen(skb))) {
		trace_segment(from, skb, n->down ? "cut off" : "lost", 0);
		n->lost++;
		kfree_skb(skb);
		return;
	}
	if (n->link.kind != LINK_NONE && rng_chance(&sim.rng_net, n->overtake)) {
		net_depart(from, skb, sim.now + 1);
		return;
	}
	if (n->link.kind != LINK_NONE) {
		link_send(from, skb);
		return;
	}
	at = arrival(n, skb);
	if (!at) {
		trace_segment(from, skb, "queue full", 0);
		n->lost++;
		kfree_skb(skb);
		return;
	}
	net_depart(from, skb, at);
}

/* What a host's lowest layer does: super-segments may be cut here.  Consumes @skb. */
void net_send(struct host *from, struct sk_buff *skb)
{
	u32 mss = skb_shinfo(skb)->gso_size, payload = skb->len - wire_hdrlen(skb), off, len;

	SIM_CHECK(!skb->dev && !skb->_skb_refdst, "a segment is sent with links of a queue in it");
	check_wire(from, skb);
	skb_orphan(skb);
	if (!mss || !sim.cut) {
		send_one(from, skb);
		return;
	}
	for (off = 0; off < payload; off += len) {
		len = min(mss, payload - off);
		send_one(from, wire_segment(skb, off, len, off + len == payload));
	}
	kfree_skb(skb);
}

/* The receiving host's lowest layer: what it lets up, NULL: nothing. */
static struct sk_buff *receive(struct packet *p)
{
	bool damaged = p->damaged;
	u16 sum = p->sum;
	struct sk_buff *skb = packet_take(p);

	SIM_CHECK(sim.light || wire_checksum(skb) == sum, "a segment was written to while under way");
	if (sim.checksum && wire_checksum(skb)) {
		SIM_CHECK(damaged, "checksum of an undamaged segment is wrong");
		trace_note("checksum is wrong", 0, 0);
		kfree_skb(skb);
		return NULL;
	}
	SIM_CHECK(!damaged, "damage got past the checksum: the simulator is wrong");
	return skb;
}

/* With moderation, all that is due now comes at once, joined where GRO would. */
void net_arrive(struct packet *p)
{
	struct host *h = &sim.host[p->to];
	struct sk_buff *skb = receive(p), *next;
	const struct event *e;

	while (sim.batch && (e = event_peek()) && e->type == EV_SEGMENT && e->at == sim.now &&
	       ((struct packet *)e->obj)->to == h->id) {
		next = receive(event_take().obj);
		if (!next || (skb && wire_join(skb, next)))
			continue;
		if (skb)
			host_receive(h, skb);
		skb = next;
	}
	if (skb)
		host_receive(h, skb);
}

/* A segment out of nowhere; consumes @skb. */
void net_inject(struct host *to, struct sk_buff *skb)
{
	trace_segment(&sim.host[!to->id], skb, "forged", 0);
	packet_add(skb, to->id, sim.now, false);
}
