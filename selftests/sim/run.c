// SPDX-License-Identifier: GPL-2.0
/*
 * A run: events in virtual time, from the first connection to the last TIME-WAIT.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "sim.h"

struct sim sim;

void sim_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sim.failure, sizeof(sim.failure), fmt, ap);
	va_end(ap);
	if (!sim.in_run) {
		trace_dump();
		fflush(stdout);
		fprintf(stderr, "outside a run: %s\n", sim.failure);
		abort();
	}
	printf("FAIL seed %llu scenario %s: %s\n", sim.seed, sim.scenario->name, sim.failure);
	printf("  at %llu.%06llu s; again: anp-sim --scenario %s --seed %llu --trace\n",
	       sim.now / SEC, sim.now % SEC, sim.scenario->name, sim.seed);
	if (!sim.verbose)
		trace_dump();
	fflush(stdout);
	longjmp(sim.env, 1);
}

void sim_bug(const char *file, int line, const char *what)
{
	sim_fail("%s:%d: %s", file, line, what);
}

/* ---- the heap of events ---- */

static bool before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

void event_add(u64 at, enum sim_event_type type, void *obj, u32 arg)
{
	struct event e = { .at = max(at, sim.now), .order = sim.order++, .type = type,
			   .obj = obj, .arg = arg };
	u32 i;

	if (sim.heap_len == sim.heap_cap) {
		sim.heap_cap = sim.heap_cap ? sim.heap_cap * 2 : 256;
		sim.heap = realloc(sim.heap, sim.heap_cap * sizeof(*sim.heap));
		if (!sim.heap)
			abort();
	}
	for (i = sim.heap_len++; i; i = (i - 1) / 2) {
		if (!before(&e, &sim.heap[(i - 1) / 2]))
			break;
		sim.heap[i] = sim.heap[(i - 1) / 2];
	}
	sim.heap[i] = e;
}

const struct event *event_peek(void)
{
	return sim.heap_len ? &sim.heap[0] : NULL;
}

struct event event_take(void)
{
	struct event top = sim.heap[0], last = sim.heap[--sim.heap_len];
	u32 i = 0, child;

	while ((child = 2 * i + 1) < sim.heap_len) {
		if (child + 1 < sim.heap_len && before(&sim.heap[child + 1], &sim.heap[child]))
			child++;
		if (!before(&sim.heap[child], &last))
			break;
		sim.heap[i] = sim.heap[child];
		i = child;
	}
	sim.heap[i] = last;
	return top;
}

static void event_run(const struct event *e)
{
	switch (e->type) {
	case EV_SEGMENT:
		net_arrive(e->obj);
		break;
	case EV_TIMER:
		ep_timer(e->obj);
		break;
	case EV_REQ:
		host_req_timer(e->obj);
		break;
	case EV_TW:
		host_tw_timer(e->obj);
		break;
	case EV_APP:
		app_run(e->obj);
		break;
	case EV_ACCEPT:
		host_accept(e->obj);
		break;
	case EV_ICMP:
		host_icmp_mtu(e->obj, e->arg);
		break;
	case EV_LINK:
		link_sent(e->obj);
		break;
	case EV_LOWER:
		lower_sent(e->obj);
		break;
	case EV_DRAINED:
		lower_drained(e->obj);
		break;
	case EV_SCENARIO:
		sim.scenario->step(e->arg);
		break;
	}
}

/* ---- a run ---- */

static u64 stream_seed(u64 seed, u64 nr)
{
	struct rng r = { .state = seed * 8 + nr };

	return rng_next(&r);
}

void sim_reset(u64 seed, const struct scenario *s)
{
	bool verbose = sim.verbose;
	u32 want_pairs = sim.want_pairs, i;
	struct event *heap = sim.heap;
	u32 cap = sim.heap_cap;

	memset(&sim, 0, sizeof(sim));
	memset(&shim, 0, sizeof(shim));
	sim.verbose = verbose;
	sim.want_pairs = want_pairs;
	sim.heap = heap;
	sim.heap_cap = cap;
	sim.seed = seed;
	sim.scenario = s;
	sim.now = SEC;		/* the engine's clock is never 0 */
	sim.rng_net.state = stream_seed(seed, 0);
	sim.rng_app.state = stream_seed(seed, 1);
	sim.rng_scn.state = stream_seed(seed, 2);
	sim.rng_host.state = stream_seed(seed, 3);
	shim.rng = stream_seed(seed, 4) | 1;
	sim.packets.next = &sim.packets;
	sim.packets.prev = &sim.packets;
	for (i = 0; i < 2; i++) {
		sim.host[i].id = i;
		sim.host[i].accept_tail = &sim.host[i].accept_head;
		__skb_queue_head_init(&sim.net[i].link.queue);
		__skb_queue_head_init(&sim.host[i].lower.queue);
	}
	trace_reset();
}

void sim_teardown(void)
{
	u32 i;

	net_purge();
	lower_purge(&sim.host[0]);
	lower_purge(&sim.host[1]);
	for (i = 0; i < 2; i++) {
		struct host *h = &sim.host[i];

		while (h->eps) {
			struct ep *ep = h->eps;

			h->eps = ep->next;
			ep_free(ep);
		}
		while (h->reqs) {
			struct req *r = h->reqs;

			h->reqs = r->next;
			free(r);
		}
		while (h->tws) {
			struct tw *t = h->tws;

			h->tws = t->next;
			free(t);
		}
	}
	SIM_CHECK(!shim.skbs && !shim.heads && !shim.pages,
		  "leak: %ld skbs, %ld heads, %ld pages live after the run", shim.skbs, shim.heads,
		  shim.pages);
}

static void run(void)
{
	u32 i;

	scenario_setup();
	for (i = 0; i < sim.pairs; i++)
		event_add(sim.pair[i].start_at, EV_APP, &sim.pair[i].app[sim.pair[i].opener], 0);
	if (sim.scenario->step)
		event_add(sim.now, EV_SCENARIO, NULL, 0);
	while (sim.heap_len || app_interrupt()) {
		struct event e;

		if (!sim.heap_len)
			continue;
		e = event_take();

		SIM_CHECK(e.at <= sim.time_max, "still not over after %llu s of virtual time",
			  sim.time_max / SEC);
		SIM_CHECK(++sim.steps < 20000000, "livelock: %llu events", sim.steps);
		sim.now = e.at;
		event_run(&e);
	}
	check_end();
	if (sim.scenario->verify)
		sim.scenario->verify();
	sim_teardown();
}

/* One seed, from its parameters to its last check.  False: it failed and said why. */
bool sim_run(u64 seed, const struct scenario *s)
{
	bool ok;

	sim_reset(seed, s);
	sim.in_run = true;
	ok = !setjmp(sim.env);
	if (ok)
		run();
	sim.in_run = false;
	return ok;
}
