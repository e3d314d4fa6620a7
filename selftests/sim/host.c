// SPDX-License-Identifier: GPL-2.0
/*
 * The engine's host: connections with their buffers, as module/socket/ has them, without sockets.
 */
#include <stdlib.h>
#include "sim.h"

/* ---- what the engine asks of its host: memory and counting ---- */

void anp_tcp_host_count(struct anp_tcb *t, enum anp_mib_item item)
{
	if (t)
		ep_of(t)->host->mib[item]++;
}

void anp_tcp_host_drop(struct anp_tcb *t, struct sk_buff *skb, enum anp_mib_item item)
{
	struct ep *ep = ep_of(t);

	SIM_CHECK(item < ANP_MIB_COUNT, "drop for no reason");
	ep->host->mib[item]++;
	trace_drop(ep->host, ep, item);
	kfree_skb(skb);
}

struct sk_buff *anp_tcp_host_alloc(struct anp_tcb *t, unsigned int hdrlen)
{
	struct sk_buff *skb = alloc_skb(SIM_HEADROOM + hdrlen, GFP_ATOMIC);

	(void)t;
	if (!skb)
		return NULL;
	skb_reserve(skb, SIM_HEADROOM);
	skb_put(skb, hdrlen);
	return skb;
}

/* A part of the buffer is taken for overhead, as in Linux. */
u32 anp_tcp_host_rcv_full(const struct anp_tcb *t)
{
	return (u64)ep_of(t)->rcvbuf * t->rcv_ratio >> 8;
}

u32 anp_tcp_host_rcv_free(const struct anp_tcb *t)
{
	const struct ep *ep = ep_of(t);

	return ep->rmem < ep->rcvbuf ? (u64)(ep->rcvbuf - ep->rmem) * t->rcv_ratio >> 8 : 0;
}

void anp_tcp_host_rcv_grow(struct anp_tcb *t, u32 window)
{
	struct ep *ep = ep_of(t);
	u64 want = ((u64)window << 8) / t->rcv_ratio;

	if (ep->rcvbuf_max)
		ep->rcvbuf = clamp_t(u64, want, ep->rcvbuf, ep->rcvbuf_max);
}

static void rcv_uncharge(struct sk_buff *skb)
{
	struct ep *ep = (struct ep *)skb->sk;

	SIM_CHECK(ep->rmem >= skb->truesize, "receive buffer uncharged below 0");
	ep->rmem -= skb->truesize;
}

bool anp_tcp_host_rcv_charge(struct anp_tcb *t, struct sk_buff *skb)
{
	struct ep *ep = ep_of(t);

	SIM_CHECK(!skb->destructor, "an skb that is owned is charged");
	/* One segment may go over, or a buffer smaller than a segment would take none. */
	if (ep->rmem >= ep->rcvbuf)
		return false;
	ep->rmem += skb->truesize;
	skb->sk = (struct sock *)ep;
	skb->destructor = rcv_uncharge;
	return true;
}

void anp_tcp_host_snd_free(struct anp_tcb *t, struct sk_buff *skb)
{
	struct ep *ep = ep_of(t);

	SIM_CHECK(ep->wmem >= skb->truesize, "send buffer uncharged below 0");
	ep->wmem -= skb->truesize;
	kfree_skb(skb);
}

void anp_tcp_host_snd_split(struct anp_tcb *t, struct sk_buff *from, struct sk_buff *to)
{
	/* The bytes move, the overhead of @to is new. */
	from->truesize -= to->data_len;
	ep_of(t)->wmem += to->truesize;
	to->truesize += to->data_len;
}

bool anp_tcp_host_snd_split_ok(const struct anp_tcb *t)
{
	const struct ep *ep = ep_of(t);

	return ep->wmem / 2 <= ep->sndbuf + 2 * SKB_TRUESIZE(65536);
}

bool anp_tcp_host_orphan_dear(const struct anp_tcb *t, unsigned int shift)
{
	const struct ep *ep;
	u32 n = 0;

	if (!sim.orphans_max)
		return false;
	for (ep = ep_of(t)->host->eps; ep; ep = ep->next)
		n += ep->gone && !ep->dead;
	if (n << shift <= sim.orphans_max)
		return false;
	pair_excuse(ep_of(t)->pair, "there are too many orphans", true);
	return true;
}

bool anp_tcp_host_snd_short(const struct anp_tcb *t)
{
	const struct ep *ep = ep_of(t);

	return ep->app && ep->app->sent < ep->app->s.to_send && ep->wmem >= ep->sndbuf;
}

bool anp_tcp_host_paces(const struct anp_tcb *t)
{
	return ep_of(t)->paces;
}

bool anp_tcp_host_rate_wanted(const struct anp_tcb *t)
{
	return ep_of(t)->paces;
}

void anp_tcp_host_pace(struct anp_tcb *t)
{
	ep_of(t)->paces = true;
}

u64 anp_tcp_host_rate(const struct anp_tcb *t)
{
	return ep_of(t)->pacing_rate;
}

void anp_tcp_host_rate_set(struct anp_tcb *t, u64 rate)
{
	ep_of(t)->pacing_rate = min(rate, ep_of(t)->pacing_max);
}

struct sk_buff *anp_tcp_host_snd_alloc(struct anp_tcb *t)
{
	struct sk_buff *skb = alloc_skb(SIM_HEADROOM + 60, GFP_ATOMIC);

	(void)t;
	if (skb)
		skb_reserve(skb, SIM_HEADROOM + 60);
	return skb;
}

/* ---- what the engine asks of its host: functions ---- */

bool anp_tcp_host_challenge(struct anp_tcb *t)
{
	return true;
}

int anp_tcp_host_xmit(struct anp_tcb *t, struct sk_buff *skb)
{
	struct ep *ep = ep_of(t);

	SIM_CHECK(!skb->destructor, "an skb that is owned is sent");
	check_xmit(ep, skb);
	if (rng_chance(&sim.rng_host, sim.xmit_fail)) {
		trace_segment(ep->host, skb, "refused below", 0);
		kfree_skb(skb);
		/* A queue says so in its own way. */
		return rng_chance(&sim.rng_host, 500000) ? -ENOBUFS : 1;
	}
	lower_send(ep->host, ep, skb);
	return 0;
}

bool anp_tcp_host_rcv_join(struct anp_tcb *t, struct sk_buff *tail, struct sk_buff *skb)
{
	struct skb_shared_info *si = skb_shinfo(tail);
	struct ep *ep = ep_of(t);
	skb_frag_t *f = si->nr_frags ? &si->frags[si->nr_frags - 1] : NULL;
	struct page *page;

	if (skb_cloned(tail) || skb->len > 4096)
		return false;
	/* Only a page of ours has room behind its frag. */
	if (!f || f->off || f->page->refs != 1 || f->size + skb->len > f->page->size) {
		page = si->nr_frags < MAX_SKB_FRAGS ? shim_page_alloc(4096) : NULL;
		if (!page)
			return false;
		skb_fill_page_desc(tail, si->nr_frags, page, 0, 0);
		f = &si->frags[si->nr_frags - 1];
	}
	skb_copy_bits(skb, 0, f->page->data + f->size, skb->len);
	f->size += skb->len;
	tail->len += skb->len;
	tail->data_len += skb->len;
	tail->truesize += skb->len;
	ep->rmem += skb->len;
	ANP_TCP_CB(tail)->end_seq = ANP_TCP_CB(skb)->end_seq;
	ANP_TCP_CB(tail)->flags |= ANP_TCP_CB(skb)->flags;
	kfree_skb(skb);
	return true;
}

void anp_tcp_host_deliver(struct anp_tcb *t, struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct ep *ep = ep_of(t);
	struct sk_buff *tail = skb_peek_tail(&ep->rcvq);
	u32 end = cb->end_seq - !!(cb->flags & ANP_TCP_FIN);

	SIM_CHECK(seq_leq(cb->seq, t->rcv_nxt) && seq_gt(end, t->rcv_nxt),
		  "delivered %u..%u, rcv_nxt is %u", cb->seq, end, t->rcv_nxt);
	SIM_CHECK(skb->len == end - cb->seq, "delivered skb has %u bytes for %u..%u", skb->len,
		  cb->seq, end);
	SIM_CHECK(skb->destructor == rcv_uncharge && skb->sk == (struct sock *)ep,
		  "delivered skb is not charged");
	SIM_CHECK(!ep->gone, "data is delivered to a connection nobody owns");
	ep->delivered += end - t->rcv_nxt;
	if (tail && cb->seq == t->rcv_nxt && ANP_TCP_CB(tail)->seq + tail->len == cb->seq &&
	    anp_tcp_host_rcv_join(t, tail, skb))
		return;
	__skb_queue_tail(&ep->rcvq, skb);
}

void anp_tcp_host_state(struct anp_tcb *t, u8 old)
{
	struct ep *ep = ep_of(t);

	trace_state(ep, old, t->state);
	check_transition(ep, old, t->state);
	if (t->state == TCP_CLOSE)
		ep->dead = true;
	if (ep->fo_pending)
		ep->host->fo_len--;
	ep->fo_pending = false;
}

/* The longest wait that is configured is shorter than the path: no round trip of it is ever measured. */
static bool hasty(void)
{
	u64 path = 0;
	u32 i;

	for (i = 0; i < 2; i++)
		path += sim.net[i].delay + sim.net[i].jitter;
	return sim.conf.rto_max_ms * 1000ull < path;
}

/* Where segments get lost, a few tries may be too few: a SYN's, and an orphan's. */
static bool unlucky(const struct ep *ep, int err)
{
	const struct app *peer = &ep->pair->app[!ep->host->id];

	/* The peer's program slept: an orphan does not wait for it for ever, nor does who tries in short turns. */
	if ((ep->gone || sim.conf.rto_max_ms < ANP_TCP_RTO_MAX / 1000) && peer->s.pause)
		return true;
	if (ep->gone && hasty())
		return true;
	if (!sim.net[0].lost && !sim.net[1].lost)
		return false;
	return ep->gone || (err == ETIMEDOUT && (ep->t.state == TCP_SYN_SENT ||
						 ep->t.state == TCP_SYN_RECV));
}

void anp_tcp_host_error(struct anp_tcb *t, int err)
{
	struct ep *ep = ep_of(t);

	SIM_CHECK(err > 0, "error %d is not positive", err);
	trace_ep(ep, "error %llu", err, 0);
	ep->error = err;
	if (!ep->pair->excuse && !sim.hostile && !unlucky(ep, err))
		sim_fail("%c.%u: error %d (%s) in %s without a cause", 'A' + ep->host->id,
			 be16_to_cpu(t->sport), err, strerror(err), state_name(t->state));
	/* What ends one side is the other's excuse. */
	pair_excuse(ep->pair, "the peer failed", true);
}

void anp_tcp_host_event(struct anp_tcb *t, unsigned int events)
{
	struct ep *ep = ep_of(t);

	ep->events |= events;
	if (ep->app)
		app_event(ep->app, events);
}

void anp_tcp_host_timewait(struct anp_tcb *t, u8 substate, u64 now)
{
	struct ep *ep = ep_of(t);
	struct tw *w;

	SIM_CHECK(now == sim.now, "time went astray");
	SIM_CHECK(substate == TCP_TIME_WAIT || (substate == TCP_FIN_WAIT2 && t->orphan),
		  "TIME-WAIT of substate %u", substate);
	SIM_CHECK(skb_queue_empty(&t->sndq) && RB_EMPTY_ROOT(&t->rtxq),
		  "TIME-WAIT with data to send");
	if (shim_fails()) {
		ep->host->mib[ANP_MIB_TCP_TW_OVERFLOW]++;
		pair_excuse(ep->pair, "no memory for TIME-WAIT", false);
		return;
	}
	w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	anp_tcp_tw_init(&w->w, t, substate, now);
	w->host = ep->host;
	w->pair = ep->pair;
	w->next = ep->host->tws;
	ep->host->tws = w;
	SIM_CHECK(w->w.deadline > now, "TIME-WAIT without end");
	event_add(w->w.deadline, EV_TW, w, 0);
	trace_ep(ep, "time-wait until %llu us", w->w.deadline, 0);
}

void anp_tcp_host_trace_rtx(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

	trace_ep(ep_of(t), "retransmits seq %llu:%llu", cb->seq - t->iss, cb->end_seq - t->iss);
}

/* ---- calls into the engine ---- */

void ep_enter(struct ep *ep)
{
	SIM_CHECK(!ep->depth, "the engine was entered while it was at work");
	ep->depth = 1;
	shim.fail_ppm = sim.fail_ppm;
}

/* What is at rest is packed and unpacked at any time: it must not matter. */
static void park(struct ep *ep)
{
	struct anp_tcp_parked parked;

	if (!rng_chance(&sim.rng_host, sim.park) || ep->dead || !anp_tcp_park(&ep->t, &parked))
		return;
	memset(&ep->t, 0x5a, sizeof(ep->t));
	anp_tcp_unpark(&ep->t, &parked, &sim.conf, sim.now);
}

/* After each call: all that must hold is looked at, and the one timer is set. */
void ep_leave(struct ep *ep)
{
	u64 at;

	shim.fail_ppm = 0;
	ep->depth = 0;
	park(ep);
	at = anp_tcp_deadline(&ep->t);
	check_ep(ep);
	if (!at || (ep->armed_at && ep->armed_at <= at))
		return;
	ep->armed_at = max(at, sim.now);
	event_add(ep->armed_at, EV_TIMER, ep, 0);
}

void ep_timer(struct ep *ep)
{
	u64 at = anp_tcp_deadline(&ep->t);

	/* A later event for an earlier deadline, or the other way round: one counts. */
	if (ep->armed_at != sim.now)
		return;
	ep->armed_at = 0;
	if (!at)
		return;
	ep_enter(ep);
	if (at <= sim.now) {
		trace_ep(ep, "timer: rto %llu us, backoff %llu", ep->t.rto, ep->t.backoff);
		anp_tcp_timer(&ep->t, sim.now);
		at = anp_tcp_deadline(&ep->t);
		SIM_CHECK(!at || at > sim.now, "the timer leaves a deadline that is due");
	}
	ep_leave(ep);
}

struct ep *ep_new(struct host *h, struct pair *pair, struct app *app)
{
	struct ep *ep = calloc(1, sizeof(*ep));

	if (!ep)
		abort();
	ep->host = h;
	ep->pair = pair;
	ep->app = app;
	ep->sndbuf = 65536;
	ep->rcvbuf = 131072;
	ep->pacing_rate = ANP_TCP_RATE_MAX;
	ep->pacing_max = ANP_TCP_RATE_MAX;
	__skb_queue_head_init(&ep->rcvq);
	anp_tcp_init(&ep->t);
	ep->t.conf = &sim.conf;
	anp_tcp_set_cong(&ep->t, pair->cong ?: sim.cong[h->id], sim.now);
	ep->next = h->eps;
	h->eps = ep;
	return ep;
}

void ep_options(struct ep *ep, const struct app_script *s)
{
	struct anp_tcb *t = &ep->t;

	ep->sndbuf = s->sndbuf;
	ep->rcvbuf = s->rcvbuf;
	ep->rcvbuf_max = s->rcvbuf_max;
	t->nodelay = s->nodelay;
	t->keepalive = s->keepalive;
	if (s->keepalive) {
		t->keep_idle = s->keep_idle;
		t->keep_intvl = s->keep_intvl;
		t->keep_cnt = s->keep_cnt;
	}
	t->user_timeout = s->user_timeout;
	if (s->linger2)
		t->linger2 = s->linger2;
	t->user_mss = s->user_mss;
	if (s->pacing_max) {
		ep->pacing_max = s->pacing_max;
		ep->pacing_rate = min(ep->pacing_rate, ep->pacing_max);
		ep->paces = true;
	}
}

void ep_params(struct host *h, const struct pair *pair, struct anp_tcp_params *p)
{
	u32 rcvbuf = pair->app[h->id].s.rcvbuf;

	memset(p, 0, sizeof(*p));
	p->sport = cpu_to_be16(pair->port[h->id]);
	p->dport = cpu_to_be16(pair->port[!h->id]);
	p->iss = rng_next(&sim.rng_host);
	if (sim.iss_clock)
		p->iss = pair->key * 77 + (u32)(sim.now / 4);
	else if (sim.wrap)
		p->iss = -(u32)rng_below(&sim.rng_host, sim.wrap);
	/* RFC 7323 5.4: for the same ports the clock goes on. */
	p->ts_off = sim.seed * 2654435761u + pair->port[0] * 40503u + pair->port[1];
	if (sim.wrap)
		p->ts_off = -(u32)(sim.seed % 10000);
	p->mss = sim.mtu - 40;
	p->gso_max = sim.gso_max;
	p->rcv_wnd_max = max(rcvbuf, pair->app[h->id].s.rcvbuf_max) / 2;
	p->rcv_wnd_init = min(rcvbuf / 2, 65535u);
	p->ecn = sim.ecn[h->id];
	p->no_ts = sim.no_ts[h->id];
	p->no_wscale = sim.no_wscale[h->id];
	p->no_sack = sim.no_sack[h->id];
}

int ep_connect(struct ep *ep)
{
	struct tw *w = host_tw_find(ep->host, ep->pair->port[ep->host->id],
				    ep->pair->port[!ep->host->id]);
	struct anp_tcp_params p;
	int err;

	ep_params(ep->host, ep->pair, &p);
	if (w) {
		/* RFC 6191 by the side that kept TIME-WAIT: only timestamps make it safe. */
		if (w->w.substate != TCP_TIME_WAIT || !w->w.ts_ok || sim.now - w->w.ts_recent_at < SEC)
			return -EADDRNOTAVAIL;
		p.iss = w->w.snd_nxt + 65537;
		host_tw_free(w);
	}
	ep_enter(ep);
	err = ep->app->s.fast_open ? fo_connect(ep, &p) : anp_tcp_open(&ep->t, &p, sim.now);
	SIM_CHECK(!err || ep->t.state == TCP_CLOSE, "open failed but state is %s",
		  state_name(ep->t.state));
	ep_leave(ep);
	return err;
}

/* ---- what programs do ---- */

/* Puts up to @len bytes of the stream at @at behind those of @skb, the tail or new. */
static u32 fill(struct sk_buff *skb, const struct app *a, u64 at, u32 len)
{
	struct skb_shared_info *si = skb_shinfo(skb);
	skb_frag_t *f = si->nr_frags ? &si->frags[si->nr_frags - 1] : NULL;
	struct page *page;

	if (f && f->off + f->size < f->page->size) {
		page = f->page;
		len = min(len, page->size - f->off - f->size);
	} else if (si->nr_frags < MAX_SKB_FRAGS) {
		page = shim_page_alloc(4096);
		if (!page)
			return 0;
		skb_fill_page_desc(skb, si->nr_frags, page, 0, 0);
		f = &si->frags[si->nr_frags - 1];
		len = min(len, page->size);
	} else {
		return 0;
	}
	app_pattern(app_key(a), at, page->data + f->off + f->size, len);
	f->size += len;
	skb->len += len;
	skb->data_len += len;
	skb->truesize += len;
	return len;
}

/* Bytes put into one skb of the send queue; 0: no memory. */
static u32 write_some(struct ep *ep, u64 at, u32 len)
{
	struct sk_buff *skb = anp_tcp_tail(&ep->t);
	u32 goal = anp_tcp_size_goal(&ep->t), n = 0;

	if (skb && skb->len < goal)
		n = fill(skb, ep->app, at, min(len, goal - skb->len));
	if (n) {
		anp_tcp_appended(&ep->t, skb, n);
		ep->wmem += n;
		return n;
	}
	skb = anp_tcp_host_snd_alloc(&ep->t);
	if (!skb)
		return 0;
	n = fill(skb, ep->app, at, min(len, goal));
	if (!n) {
		kfree_skb(skb);
		return 0;
	}
	ep->wmem += skb->truesize;
	anp_tcp_queue(&ep->t, skb);
	return n;
}

u32 ep_queue(struct ep *ep, u32 len)
{
	u32 done = 0, n;

	while (done < len && ep->wmem < ep->sndbuf) {
		n = write_some(ep, ep->app->sent + done, len - done);
		if (!n)
			break;
		done += n;
	}
	return done;
}

u32 ep_write(struct ep *ep, u32 len, bool more)
{
	u32 done;

	ep_enter(ep);
	done = ep_queue(ep, len);
	trace_ep(ep, "writes %llu of %llu", done, len);
	/* Short of room or memory: what is there must not wait for more. */
	anp_tcp_push(&ep->t, more && done == len, sim.now);
	ep_leave(ep);
	return done;
}

static u32 read_skb(struct ep *ep, struct sk_buff *skb, u32 len)
{
	u32 off = ep->t.copied_seq - ANP_TCP_CB(skb)->seq, n;
	u8 buf[8192];

	SIM_CHECK(off < skb->len, "read offset %u in an skb of %u bytes", off, skb->len);
	n = min3(len, skb->len - off, (u32)sizeof(buf));
	skb_copy_bits(skb, off, buf, n);
	SIM_CHECK(sim.hostile || app_pattern_is(ep->pair->key + !ep->host->id * 524287,
						ep->app->rcvd, buf, n),
		  "%c.%u: wrong bytes in %u bytes at %llu", 'A' + ep->host->id,
		  be16_to_cpu(ep->t.sport), n, ep->app->rcvd);
	ep->app->rcvd += n;
	ep->app->last_rcvd_at = sim.now;
	ep->t.copied_seq += n;
	if (off + n == skb->len) {
		__skb_unlink(skb, &ep->rcvq);
		kfree_skb(skb);
	}
	return n;
}

u32 ep_read(struct ep *ep, u32 len, bool *eof)
{
	u32 done = 0;
	struct sk_buff *skb;

	ep_enter(ep);
	while (done < len && (skb = skb_peek(&ep->rcvq)))
		done += read_skb(ep, skb, len - done);
	*eof = skb_queue_empty(&ep->rcvq) && (ep->t.fin_rcvd || ep->dead);
	if (done) {
		/* Small reads would push all else out of the lines that are kept. */
		if (sim.verbose)
			trace_ep(ep, "reads %llu", done, 0);
		anp_tcp_data_read(&ep->t, sim.now);
	}
	ep_leave(ep);
	return done;
}

void ep_shutdown(struct ep *ep)
{
	trace_ep(ep, "shutdown", 0, 0);
	ep_enter(ep);
	anp_tcp_shutdown(&ep->t, sim.now);
	ep_leave(ep);
}

/* The program lets go.  What is not closed lives on as an orphan. */
void ep_close(struct ep *ep, bool abort)
{
	bool unread = !skb_queue_empty(&ep->rcvq);

	trace_ep(ep, abort ? "abort" : "close, unread %llu", unread, 0);
	__skb_queue_purge(&ep->rcvq);
	ep->app = NULL;
	ep->gone = true;
	ep_enter(ep);
	if (abort)
		anp_tcp_abort(&ep->t, sim.now);
	else
		anp_tcp_close(&ep->t, unread, sim.now);
	SIM_CHECK(!abort || ep->dead || ep->t.state == TCP_CLOSE, "ABORT ended in %s",
		  state_name(ep->t.state));
	ep_leave(ep);
}

/* At the end of a run. */
void ep_free(struct ep *ep)
{
	__skb_queue_purge(&ep->rcvq);
	anp_tcp_destroy(&ep->t);
	SIM_CHECK(!ep->rmem && !ep->wmem, "buffers charged with %u and %u bytes after the end",
		  ep->rmem, ep->wmem);
	free(ep);
}
