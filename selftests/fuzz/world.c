// SPDX-License-Identifier: GPL-2.0
/*
 * The host under attack: one of the simulator's, without scenarios and without a network.
 */
#include <asm/unaligned.h>
#include "fuzz.h"

/* The simulator's scenarios are of no use here. */
void scenario_setup(void)
{
}

u8 fuzz_u8(struct fuzz_in *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->p++;
}

u16 fuzz_u16(struct fuzz_in *in)
{
	u16 high = fuzz_u8(in);

	return high << 8 | fuzz_u8(in);
}

u32 fuzz_u32(struct fuzz_in *in)
{
	u32 high = fuzz_u16(in);

	return high << 16 | fuzz_u16(in);
}

struct host *fuzz_begin(void)
{
	struct host *h = &sim.host[0];
	struct pair *p = &sim.pair[0];
	u32 side;

	sim_reset(1, NULL);
	sim.hostile = true;
	sim.conf = anp_tcp_conf_default;
	sim.mtu = 1500;
	sim.gso_max = 65000;
	sim.time_max = ~0ull;
	sim.pairs = 1;
	p->port[0] = SIM_PORT;
	p->port[1] = FUZZ_PORT;
	for (side = 0; side < 2; side++) {
		sim.cong[side] = &anp_tcp_cubic;
		sim.net[side].mtu = 65535;
		sim.net[side].down = true;
		p->app[side].pair = p;
		p->app[side].side = side;
		p->app[side].s.sndbuf = 100000;
		p->app[side].s.rcvbuf = 60000;
	}
	h->listening = true;
	h->backlog = 4;
	h->req_max = 4;
	h->fo_max = 4;
	h->fo_keys.n = 2;
	h->fo_keys.key[1].key[0] = 1;
	return h;
}

void fuzz_end(void)
{
	sim.fail_ppm = 0;
	sim.heap_len = 0;
	sim_teardown();
}

struct ep *fuzz_ep(void)
{
	struct ep *ep;

	for (ep = sim.host[0].eps; ep; ep = ep->next)
		if (!ep->dead || !ep->gone)
			return ep;
	return NULL;
}

void fuzz_close(struct ep *ep, bool abort)
{
	struct pair *p = &sim.pair[0];

	if (!ep->app)
		return;
	ep->app->ep = NULL;
	ep_close(ep, abort);
	p->app[0].connected = false;
	p->app[0].sent = 0;
	p->fo_used = false;
	p->cookie_used = false;
}

void fuzz_opt(struct fuzz_seg *s, u8 kind, u8 len, const void *value)
{
	if (s->optlen + 2 + len > sizeof(s->opts))
		return;
	s->opts[s->optlen++] = kind;
	s->opts[s->optlen++] = 2 + len;
	if (len)
		memcpy(s->opts + s->optlen, value, len);
	s->optlen += len;
}

void fuzz_opt_ts(struct fuzz_seg *s, u32 tsval, u32 tsecr)
{
	u8 value[8];

	put_unaligned_be32(tsval, value);
	put_unaligned_be32(tsecr, value + 4);
	fuzz_opt(s, 8, sizeof(value), value);
}

struct sk_buff *fuzz_skb(const struct fuzz_seg *s)
{
	u32 hdrlen = sizeof(struct tcphdr) + ALIGN(s->optlen, 4);
	struct sk_buff *skb = alloc_skb(SIM_HEADROOM + hdrlen + s->len, GFP_ATOMIC), *copy;
	struct tcphdr *th;

	skb_reserve(skb, SIM_HEADROOM);
	th = skb_put(skb, hdrlen + s->len);
	skb_reset_transport_header(skb);
	memset(th, 0, hdrlen + s->len);
	th->source = cpu_to_be16(FUZZ_PORT);
	th->dest = cpu_to_be16(SIM_PORT);
	th->seq = cpu_to_be32(s->seq);
	th->ack_seq = cpu_to_be32(s->ack);
	th->doff = hdrlen / 4;
	th->window = cpu_to_be16(s->wnd);
	((u8 *)th)[13] = s->flags;
	memcpy(th + 1, s->opts, s->optlen);
	if (s->layout != WIRE_SAME_SKB) {
		copy = wire_copy(skb, s->layout);
		kfree_skb(skb);
		skb = copy;
	}
	if (s->len > 1460) {
		skb_shinfo(skb)->gso_size = 1460;
		skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(s->len, 1460);
	}
	return skb;
}

void fuzz_rcv(const struct fuzz_seg *s)
{
	host_receive(&sim.host[0], fuzz_skb(s));
}

void fuzz_pass(u64 us)
{
	u64 end = sim.now + us;
	const struct event *next;
	u32 n = 0;

	/* A long time has many keepalives; some of them will do. */
	while ((next = event_peek()) && next->at <= end && n++ < 1000) {
		struct event e = event_take();

		sim.now = max(sim.now, e.at);
		switch (e.type) {
		case EV_TIMER:
			ep_timer(e.obj);
			break;
		case EV_REQ:
			host_req_timer(e.obj);
			break;
		case EV_TW:
			host_tw_timer(e.obj);
			break;
		case EV_ACCEPT:
			/* The program serves one at a time. */
			if (sim.pair[0].app[0].ep)
				fuzz_close(sim.pair[0].app[0].ep, false);
			host_accept(e.obj);
			break;
		default:
			break;
		}
	}
	sim.now = max(sim.now, end);
}
