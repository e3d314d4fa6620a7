// SPDX-License-Identifier: GPL-2.0
/*
 * The programs.  A program that cannot go on waits for an event of the engine and for nothing else:
 * an event that is missing shows as a deadlock.
 */
#include "sim.h"

#define PERIOD 1048573u		/* a prime: no write size divides it */

static u8 pattern[PERIOD];

static void pattern_make(void)
{
	struct rng r = { .state = 4242 };
	u32 i;

	if (pattern[0])
		return;
	for (i = 0; i < PERIOD; i++)
		pattern[i] = rng_next(&r);
	pattern[0] = 1;
}

/* The bytes at @at of the stream @key. */
void app_pattern(u32 key, u64 at, u8 *to, u32 len)
{
	u32 pos = (key + at) % PERIOD, n;

	pattern_make();
	for (; len; len -= n, to += n, pos = (pos + n) % PERIOD) {
		n = min(len, PERIOD - pos);
		memcpy(to, pattern + pos, n);
	}
}

bool app_pattern_is(u32 key, u64 at, const u8 *from, u32 len)
{
	u32 pos = (key + at) % PERIOD, n;

	pattern_make();
	for (; len; len -= n, from += n, pos = (pos + n) % PERIOD) {
		n = min(len, PERIOD - pos);
		if (memcmp(from, pattern + pos, n))
			return false;
	}
	return true;
}

/* From now on an error of @p is no surprise; the first reason is kept. */
void pair_excuse(struct pair *p, const char *why, bool data_too)
{
	if (!p)
		return;
	if (!p->excuse) {
		p->excuse = why;
		trace_note("pair %llu may fail from now on", p->nr, 0);
	}
	p->data_lost_ok |= data_too;
}

static void wake(struct app *a, u64 at)
{
	if (a->wake_at && a->wake_at <= at)
		return;
	a->wake_at = max(at, sim.now);
	event_add(a->wake_at, EV_APP, a, 0);
}

void app_event(struct app *a, unsigned int events)
{
	if (events & (ANP_TCP_EV_READABLE | ANP_TCP_EV_HUP | ANP_TCP_EV_ERROR))
		a->can_read = true;
	if (events & (ANP_TCP_EV_WRITABLE | ANP_TCP_EV_CONNECTED | ANP_TCP_EV_HUP))
		a->can_write = true;
	if (events & ANP_TCP_EV_CONNECTED)
		a->connected = true;
	wake(a, sim.now + rng_below(&sim.rng_app, 50));
}

/* accept() gave it a connection. */
void app_adopt(struct app *a, struct ep *ep)
{
	a->ep = ep;
	a->connected = true;
	a->can_read = true;
	a->can_write = true;
	ep_options(ep, &a->s);
	ep_enter(ep);
	anp_tcp_keepalive_changed(&ep->t, sim.now);
	ep_leave(ep);
	if (a->s.end == END_SHUT_RD)
		ep->t.shut_rcv = 1;
	wake(a, sim.now);
}

static void end(struct app *a, bool abort)
{
	struct ep *ep = a->ep;
	bool unread = !skb_queue_empty(&ep->rcvq);

	if (abort)
		pair_excuse(a->pair, "the program aborted", true);
	else if (unread || !a->eof)
		pair_excuse(a->pair, "the program closed before the peer was done", true);
	a->error = ep->error;
	a->ep = NULL;
	a->ended = true;
	ep_close(ep, abort);
}

/* Is an earlier pair of the same ports still at it? */
static bool ports_busy(const struct pair *p)
{
	const struct ep *ep;
	u32 i;

	for (i = 0; i < 2; i++)
		for (ep = sim.host[i].eps; ep; ep = ep->next)
			if (ep->pair != p && ep->pair->port[0] == p->port[0] &&
			    ep->pair->port[1] == p->port[1] && !(ep->dead && ep->gone))
				return true;
	return false;
}

static void start(struct app *a)
{
	struct ep *ep;
	int err;

	if (ports_busy(a->pair)) {
		wake(a, sim.now + rng_between(&sim.rng_app, SEC / 10, 2 * SEC));
		return;
	}
	a->pair->started = sim.order;
	ep = ep_new(&sim.host[a->side], a->pair, a);
	a->ep = ep;
	ep_options(ep, &a->s);
	if (a->s.end == END_SHUT_RD)
		ep->t.shut_rcv = 1;
	err = ep_connect(ep);
	if (!err)
		return;
	/* No memory, or the ports are still in TIME-WAIT: again later. */
	SIM_CHECK(err == -ENOMEM || err == -EADDRNOTAVAIL, "connect says %d", err);
	ep->app = NULL;
	ep->dead = true;
	ep->gone = true;
	a->ep = NULL;
	a->sent = 0;
	wake(a, sim.now + rng_between(&sim.rng_app, SEC / 10, 2 * SEC));
}

static void do_read(struct app *a)
{
	const struct app_script *s = &a->s;
	struct app *peer = &a->pair->app[!a->side];

	while (a->can_read && !a->eof && sim.now >= a->read_at) {
		u32 want = rng_between(&sim.rng_app, s->read_min, s->read_max);
		u32 got = ep_read(a->ep, want, &a->eof);

		if (got < want)
			a->can_read = false;
		if (s->pause && !a->paused && a->rcvd >= s->pause_at) {
			a->paused = true;
			a->read_at = sim.now + s->pause;
		} else if (s->read_gap) {
			a->read_at = sim.now + rng_below(&sim.rng_app, s->read_gap);
		}
	}
	/* The end of the stream is the end of what was written, not one byte sooner. */
	if (a->eof && a->ep->t.fin_rcvd && !sim.hostile)
		SIM_CHECK(a->rcvd == peer->sent, "%c sees the end at %llu bytes, %llu were sent",
			  'A' + a->side, a->rcvd, peer->sent);
}

static void uncork(struct app *a)
{
	if (!a->ep->t.cork)
		return;
	ep_enter(a->ep);
	a->ep->t.cork = 0;
	anp_tcp_push(&a->ep->t, false, sim.now);
	ep_leave(a->ep);
}

static void do_write(struct app *a)
{
	const struct app_script *s = &a->s;
	struct ep *ep = a->ep;

	if (s->cork && !a->corked) {
		a->corked = true;
		ep->t.cork = 1;
	}
	while (a->can_write && a->sent < s->to_send && sim.now >= a->write_at && !ep->dead) {
		u32 want = min_t(u64, rng_between(&sim.rng_app, s->write_min, s->write_max),
				 s->to_send - a->sent);
		bool more = s->more && a->sent + want < s->to_send &&
			    rng_chance(&sim.rng_app, 500000);
		u32 got = ep_write(ep, want, more);

		a->sent += got;
		if (got < want && ep->wmem >= ep->sndbuf) {
			a->can_write = false;
		} else if (got < want) {
			a->write_at = sim.now + 10 * MSEC;
		} else if (s->idle && !a->idled && a->sent >= s->idle_at) {
			a->idled = true;
			a->write_at = sim.now + s->idle;
		} else if (s->write_gap) {
			a->write_at = sim.now + rng_below(&sim.rng_app, s->write_gap);
		}
	}
	if (a->sent == s->to_send && !a->wr_done) {
		uncork(a);
		a->wr_done = true;
		a->write_at = sim.now + s->hold;
	}
}

/* What it does when it has written all: the ways to end. */
static void do_end(struct app *a)
{
	bool held = a->wr_done && sim.now < a->write_at;

	if (a->s.end == END_ABORT && a->sent + a->rcvd >= a->s.abort_at) {
		end(a, true);
		return;
	}
	if (!a->wr_done || held)
		return;
	if (a->eof) {
		end(a, false);
		return;
	}
	switch (a->s.end) {
	case END_ORDERLY:
	case END_ABORT:
		if (!a->ep->t.fin_queued && !a->ep->dead)
			ep_shutdown(a->ep);
		break;
	case END_EARLY:
	case END_SHUT_RD:
		end(a, false);
		break;
	case END_AFTER_PEER:
	case END_NEVER:
		break;
	}
}

static void next_wake(struct app *a)
{
	if (a->can_read && !a->eof)
		wake(a, max(a->read_at, sim.now + 1));
	if (!a->wr_done && a->can_write)
		wake(a, max(a->write_at, sim.now + 1));
	else if (a->wr_done && sim.now < a->write_at)
		wake(a, a->write_at);
}

void app_run(struct app *a)
{
	/* Overtaken by another event; the first one of all, which starts it, is not noted. */
	if (a->ended || (a->wake_at ? a->wake_at != sim.now : a->ep != NULL))
		return;
	a->wake_at = 0;
	if (!a->ep) {
		if (a->side == a->pair->opener || a->pair->both)
			start(a);
		return;
	}
	if (a->ep->error) {
		end(a, false);
		return;
	}
	if (!a->connected)
		return;
	do_read(a);
	do_write(a);
	do_end(a);
	if (a->ep)
		next_wake(a);
}

/*
 * Nothing is left to happen.  Programs whose peer vanished without a word wait for ever, as they
 * would in life: they are interrupted.  Anybody else who waits now is in a deadlock.
 */
bool app_interrupt(void)
{
	bool any = false;
	u32 i, side;

	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];

		for (side = 0; side < 2; side++) {
			struct app *a = &p->app[side];

			if (!a->ep)
				continue;
			SIM_CHECK(p->excuse || sim.hostile,
				  "deadlock: %c.%u waits in %s, sent %llu of %u, received %llu of %u",
				  'A' + a->side, p->port[side], state_name(a->ep->t.state),
				  a->sent, a->s.to_send, a->rcvd, p->app[!side].s.to_send);
			end(a, true);
			any = true;
		}
	}
	return any;
}
