// SPDX-License-Identifier: GPL-2.0
/*
 * Whole sequences: segments with numbers near those that count, what programs and time do between
 * them, listeners with SYN cookies and Fast Open, TIME-WAIT.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* The numbers of the object that a segment would meet. */
struct anchor {
	u32 rcv_nxt, edge, snd_una, snd_nxt, ts;
};

static struct anchor anchor(void)
{
	const struct host *h = &sim.host[0];
	const struct ep *ep = fuzz_ep();

	if (ep && !ep->dead)
		return (struct anchor){ ep->t.rcv_nxt, ep->t.rcv_wup + ep->t.rcv_wnd,
					ep->t.snd_una, ep->t.snd_nxt, ep->t.ts_recent };
	if (h->tws && !h->tws->dead)
		return (struct anchor){ h->tws->w.rcv_nxt, h->tws->w.rcv_nxt + h->tws->w.rcv_wnd,
					h->tws->w.snd_nxt, h->tws->w.snd_nxt,
					h->tws->w.ts_recent };
	if (h->reqs)
		return (struct anchor){ h->reqs->r.irs + 1, h->reqs->r.irs + 1 + h->reqs->r.rcv_wnd,
					h->reqs->r.iss, h->reqs->r.iss + 1, h->reqs->r.ts_recent };
	return (struct anchor){};
}

static u32 near(struct fuzz_in *in, u32 at)
{
	switch (fuzz_below(in, 8)) {
	case 0:
		return at + fuzz_u8(in);
	case 1:
		return at - fuzz_u8(in);
	case 2:
		return at + fuzz_u16(in);
	case 3:
		return at - fuzz_u16(in);
	case 4:
		return fuzz_u32(in);
	default:
		return at;
	}
}

static void syn_opts(struct fuzz_in *in, struct fuzz_seg *s)
{
	const struct anp_tcp_flow f = flow_of(&sim.host[0], &sim.pair[0]);
	u8 which = fuzz_u8(in), value[16];
	struct anp_tcp_foc foc;
	u8 i;

	for (i = 0; i < sizeof(value) && which & 0xe0; i++)
		value[i] = fuzz_u8(in);
	if (which & 1)
		fuzz_opt(s, 2, 2, which & 0x20 ? value : (const u8 []){ 5, 0xb4 });
	if (which & 2)
		fuzz_opt(s, 3, 1, which & 0x40 ? value + 2 : (const u8 []){ 3 });
	if (which & 4)
		fuzz_opt(s, 4, 0, NULL);
	if (which & 8)
		fuzz_opt_ts(s, 100, 0);
	if (which & 0x10) {
		anp_tcp_foc_make(&foc, &sim.host[0].fo_keys.key[0], &f);
		fuzz_opt(s, 34, which & 0x80 ? value[3] % 17 : 8, which & 0x80 ? value : foc.val);
	}
}

static void data_opts(struct fuzz_in *in, struct fuzz_seg *s, const struct anchor *a)
{
	u8 which = fuzz_u8(in), n = which >> 6, i, value[24];

	if (which & 1)
		fuzz_opt_ts(s, which & 2 ? near(in, a->ts) : a->ts + (which >> 2 & 1),
			    which & 8 ? fuzz_u32(in) : 0);
	for (i = 0; i < n; i++) {
		u32 start = near(in, a->snd_una), end = start + fuzz_u16(in);

		memcpy(value + 8 * i, &(__be32){ cpu_to_be32(start) }, 4);
		memcpy(value + 8 * i + 4, &(__be32){ cpu_to_be32(end) }, 4);
	}
	if (n)
		fuzz_opt(s, 5, 8 * n, value);
}

static void segment(struct fuzz_in *in)
{
	static const u8 usual[] = { ANP_TCP_ACK, ANP_TCP_ACK | ANP_TCP_PSH, ANP_TCP_SYN,
				    ANP_TCP_FIN | ANP_TCP_ACK, ANP_TCP_RST,
				    ANP_TCP_SYN | ANP_TCP_ACK, ANP_TCP_ACK | ANP_TCP_URG };
	struct anchor a = anchor();
	struct fuzz_seg s = {};
	u8 how = fuzz_u8(in);

	s.flags = (how & 7) < 7 ? usual[how & 7] : fuzz_u8(in);
	s.seq = near(in, how & 8 ? a.edge : a.rcv_nxt);
	s.ack = near(in, how & 16 ? a.snd_una : a.snd_nxt);
	s.len = how & 32 ? fuzz_u16(in) % 6000 : 0;
	s.wnd = how & 64 ? fuzz_u16(in) : 30000;
	s.layout = how & 128 ? fuzz_below(in, WIRE_KINDS) : WIRE_LINEAR;
	if (s.flags & ANP_TCP_SYN)
		syn_opts(in, &s);
	else
		data_opts(in, &s, &a);
	fuzz_rcv(&s);
}

static void open_from_here(struct fuzz_in *in)
{
	struct app *a = &sim.pair[0].app[0];
	struct ep *ep;

	if (fuzz_ep() || sim.host[0].accept_head)
		return;
	a->s.fast_open = fuzz_u8(in) & 1;
	a->s.to_send = 1000;
	if (fuzz_u8(in) & 1)
		anp_tcp_foc_make(&sim.host[0].foc, &sim.host[0].fo_keys.key[0],
				 &(struct anp_tcp_flow){});
	ep = ep_new(&sim.host[0], &sim.pair[0], a);
	a->ep = ep;
	ep_options(ep, &a->s);
	if (!ep_connect(ep))
		return;
	ep->app = NULL;
	ep->dead = true;
	ep->gone = true;
	a->ep = NULL;
	a->sent = 0;
}

static void listener(struct fuzz_in *in)
{
	struct host *h = &sim.host[0];
	u8 how = fuzz_u8(in);

	h->cookies = how & 1;
	h->req_max = how & 2 ? 4 : 0;
	h->fo_max = how & 4 ? 4 : 0;
	h->backlog = how & 8 ? 4 : 1;
	if (how & 16)
		h->fo_keys.key[0].key[0]++;
	if (how & 32 && h->listening)
		host_listen_close(h);
	else
		h->listening = true;
	sim.ecn[0] = how >> 6;
}

/* What the program or the network does to the connection, if there is one. */
static void call(struct fuzz_in *in, struct ep *ep)
{
	u8 what = fuzz_below(in, 12), arg = fuzz_u8(in);
	bool eof;

	if (what == 0) {
		fuzz_close(ep, false);
		return;
	}
	if (what == 1) {
		fuzz_close(ep, true);
		return;
	}
	if (what == 2 && ep->app) {
		if (!ep->dead && !ep->t.fin_queued)
			ep->app->sent += ep_write(ep, arg * 100 + 1, arg & 1);
		return;
	}
	if (what == 3 && ep->app) {
		ep_read(ep, arg * 100 + 1, &eof);
		return;
	}
	if (ep->dead)
		return;
	if (what == 4) {
		host_icmp_mtu(ep, 68 + arg * 8);
		return;
	}
	ep_enter(ep);
	switch (what) {
	case 5:
		anp_tcp_shutdown(&ep->t, sim.now);
		break;
	case 6:
		ep->t.nodelay = arg & 1;
		ep->t.cork = arg >> 1 & 1;
		anp_tcp_push(&ep->t, arg & 4, sim.now);
		break;
	case 7:
		anp_tcp_icmp_error(&ep->t, near(in, ep->t.snd_una), EHOSTUNREACH, sim.now);
		break;
	case 8:
		ep->t.keepalive = arg & 1;
		ep->t.keep_idle = arg * 100 + 1;
		ep->t.user_timeout = arg & 2 ? arg * 100 : 0;
		ep->t.linger2 = arg & 4 ? -1 : arg * 10;
		anp_tcp_keepalive_changed(&ep->t, sim.now);
		break;
	case 9:
		anp_tcp_urgent(&ep->t);
		anp_tcp_push(&ep->t, false, sim.now);
		break;
	case 10:
		anp_tcp_set_quickack(&ep->t, arg & 3, sim.now);
		break;
	case 11:
		anp_tcp_set_cong(&ep->t, arg & 1 ? &anp_tcp_dctcp : &anp_tcp_newreno, sim.now);
		break;
	}
	ep_leave(ep);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	struct ep *ep;
	u32 steps = 0;

	fuzz_begin();
	while (in.left && steps++ < 200) {
		switch (fuzz_below(&in, 16)) {
		case 0:
			fuzz_pass(1ull << fuzz_below(&in, 28));
			break;
		case 1:
		case 2:
		case 3:
		case 4:
			ep = fuzz_ep();
			if (ep)
				call(&in, ep);
			break;
		case 5:
			open_from_here(&in);
			break;
		case 6:
			listener(&in);
			break;
		case 7:
			sim.fail_ppm = fuzz_u8(&in) & 1 ? 100000 : 0;
			break;
		default:
			segment(&in);
			fuzz_pass(1);
		}
	}
	fuzz_end();
	return 0;
}
