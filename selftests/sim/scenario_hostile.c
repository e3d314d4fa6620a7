// SPDX-License-Identifier: GPL-2.0
/*
 * The scenario in which the network is an enemy: it changes headers behind a right checksum and
 * forges segments for the connections there are.
 */
#include "scenario.h"

static void garbling(struct net *n)
{
	n->garble = logly(1000, 300000);
}

/* Garbled headers pass, forged segments come: only safety is asked for. */
void scenario_garble(void)
{
	u32 i, side;

	sim.hostile = true;
	garbling(&sim.net[0]);
	garbling(&sim.net[1]);
	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->keepalive = true;
			s->keep_cnt = 3;
		}
	}
}

static u32 near(u32 at)
{
	static const u32 by[] = { 0, 1, 2, 100, 1460, 30000, 65536, 1u << 30, 1u << 31 };
	u32 d = by[between(0, ARRAY_SIZE(by) - 1)];

	return percent(50) ? at + d : at - d;
}

static void forge(struct ep *ep)
{
	u32 optlen = between(0, 10) * 4, len = percent(50) ? 0 : between(1, 3000), i;
	struct sk_buff *skb = alloc_skb(SIM_HEADROOM + 20 + optlen + len, GFP_ATOMIC);
	struct tcphdr *th;

	skb_reserve(skb, SIM_HEADROOM);
	skb_reset_transport_header(skb);
	th = skb_put(skb, 20 + optlen);
	for (i = 0; i < optlen; i++)
		((u8 *)(th + 1))[i] = percent(50) ? between(0, 10) : between(0, 255);
	th->source = ep->t.dport;
	th->dest = ep->t.sport;
	th->seq = cpu_to_be32(near(percent(50) ? ep->t.rcv_nxt : ep->t.rcv_nxt + ep->t.rcv_wnd));
	th->ack_seq = cpu_to_be32(near(percent(50) ? ep->t.snd_una : ep->t.snd_nxt));
	th->doff = percent(90) ? 5 + optlen / 4 : between(0, 15);
	((u8 *)th)[13] = percent(50) ? ANP_TCP_ACK : between(0, 255);
	th->window = between(0, 65535);
	memset(skb_put(skb, len), 0, len);
	net_inject(ep->host, skb);
}

void scenario_garble_step(u32 nr)
{
	struct ep *ep;
	u32 i;

	for (i = 0; i < 2; i++)
		for (ep = sim.host[i].eps; ep; ep = ep->next)
			if (!ep->dead && percent(40))
				forge(ep);
	if (nr < 200)
		event_add(sim.now + logly(100, 300 * MSEC), EV_SCENARIO, NULL, nr + 1);
}
