// SPDX-License-Identifier: GPL-2.0
/*
 * ACKs with whatever SACK blocks, on a connection with a queue in flight: the scoreboard stays
 * whole, whatever is acknowledged, taken back or never was sent.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define IRS 7000u

/* A handshake and @len bytes written; NULL: it did not come to that. */
static struct ep *establish(u8 how, u32 len)
{
	struct fuzz_seg syn = { .flags = ANP_TCP_SYN, .seq = IRS, .wnd = 65535 };
	static const u8 mss[] = { 5, 0xb4 }, wscale[] = { 7 };
	struct fuzz_seg ack = { .flags = ANP_TCP_ACK, .seq = IRS + 1, .wnd = 5000 };
	struct ep *ep;

	fuzz_opt(&syn, 2, sizeof(mss), mss);
	fuzz_opt(&syn, 3, sizeof(wscale), wscale);
	fuzz_opt(&syn, 4, 0, NULL);
	if (how & 1)
		fuzz_opt_ts(&syn, 1, 0);
	fuzz_rcv(&syn);
	if (!sim.host[0].reqs)
		return NULL;
	ack.ack = sim.host[0].reqs->r.iss + 1;
	if (how & 1)
		fuzz_opt_ts(&ack, 1, 0);
	fuzz_rcv(&ack);
	fuzz_pass(1000);
	ep = fuzz_ep();
	if (!ep || !ep->app)
		return NULL;
	ep->t.cwnd = 1 << (10 + (how >> 4));
	ep->app->sent += ep_write(ep, len, false);
	return ep;
}

/* Somewhere near what is in flight: on a segment's edge, beside it, or far off. */
static u32 place(struct fuzz_in *in, const struct ep *ep)
{
	u8 how = fuzz_u8(in);
	u32 at = ep->t.snd_una + (how & 63) * ep->t.mss;

	switch (how >> 6) {
	case 0:
		return at;
	case 1:
		return at + fuzz_u8(in);
	case 2:
		return at - fuzz_u8(in);
	default:
		return fuzz_u32(in);
	}
}

static void sack(struct fuzz_in *in, struct ep *ep)
{
	struct fuzz_seg s = { .flags = ANP_TCP_ACK, .seq = ep->t.rcv_nxt, .wnd = 5000 };
	u8 how = fuzz_u8(in), n = how & 3, i, value[32];

	s.ack = how & 4 ? place(in, ep) : ep->t.snd_una;
	if (ep->t.ts_ok)
		fuzz_opt_ts(&s, ep->t.ts_recent + (how >> 6), how & 8 ? fuzz_u32(in) : 0);
	for (i = 0; i < n; i++) {
		u32 start = place(in, ep), end = how & 16 ? place(in, ep) : start + ep->t.mss *
							    fuzz_below(in, 16);

		memcpy(value + 8 * i, &(__be32){ cpu_to_be32(start) }, 4);
		memcpy(value + 8 * i + 4, &(__be32){ cpu_to_be32(end) }, 4);
	}
	if (n)
		fuzz_opt(&s, 5, 8 * n, value);
	if (how & 32)
		s.wnd = fuzz_u16(in);
	fuzz_rcv(&s);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	struct ep *ep;
	u8 how;

	fuzz_begin();
	how = fuzz_u8(&in);
	if (how & 2)
		sim.cong[0] = &anp_tcp_newreno;
	sim.fail_ppm = how & 4 ? 20000 : 0;
	ep = establish(how, 60000);
	while (ep && !ep->dead && in.left) {
		how = fuzz_u8(&in);
		if (how & 1)
			fuzz_pass(1ull << fuzz_below(&in, 24));
		if (ep->dead)
			break;
		if (!(how & 14) && ep->app)
			ep->app->sent += ep_write(ep, fuzz_u16(&in), how & 16);
		else
			sack(&in, ep);
	}
	fuzz_end();
	return 0;
}
