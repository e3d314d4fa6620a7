// SPDX-License-Identifier: GPL-2.0
/*
 * The kinds of paths there are, and flows over them.  Bulk flows only: all from host 0 to host 1
 * through one bottleneck.
 */
#include <stdio.h>
#include "paths.h"

#define TICK		(10 * MSEC)	/* of what is looked at; of a short path ... */
#define TICK_NEAR	(MSEC / 10)
#define HEADERS		52	/* IP and TCP with timestamps */

/* ---- what is special about some ---- */

/* A policer behind a fast wire: no queue, a bucket of 20 ms. */
static void policed(const struct path *p)
{
	struct link *l = &sim.net[0].link;

	l->rate *= 10;
	l->limit = 1000000;
	l->police_rate = p->mbit * 125000;
	l->police_burst = p->queue;
}

/* About once in 4000 packets the air gets bad, for ten packets of which half are lost. */
static void wireless(const struct path *p)
{
	struct link *l = &sim.net[0].link;

	l->to_bad = 250;
	l->to_good = 100000;
	l->bad_loss = 500000;
}

/* One packet in a hundred is lost, whoever sends it. */
static void lossy(const struct path *p)
{
	sim.net[0].loss = 10000;
}

/* A tenth of the packets comes late by up to a tenth of the round trip. */
static void reordering(const struct path *p)
{
	sim.net[0].reorder = 100000;
	sim.net[0].reorder_by = p->rtt / 10;
}

/* One packet in eight waits for nothing and overtakes all the others that are on their way. */
static void overtaking(const struct path *p)
{
	sim.net[0].overtake = 125000;
}

/* The way back is too narrow for an ACK for each two segments: some get lost. */
static void asymmetric(const struct path *p)
{
	sim.net[1].link.kind = LINK_TAIL_DROP;
	sim.net[1].link.rate = p->mbit * 1875;
	sim.net[1].link.limit = 1500;
}

static void codel(const struct path *p)
{
	sim.net[0].link.kind = LINK_CODEL;
}

/* RFC 8257 3.1: a mark for all that finds more than this waiting. */
static void shallow(const struct path *p)
{
	sim.net[0].link.mark_at = 45000;
}

/* Routers swallow what is longer than 1400 bytes and do not say so. */
static void blackhole(const struct path *p)
{
	sim.net[0].mtu = 1400;
	sim.icmp_lost = true;
}

/* name, what, Mb/s, RTT, queue; a lone flow's time; how many share it, begun how, for how long */
const struct path paths[] = {
	{ "lan", "1 Gb/s, 0.2 ms, a switch's 250 KB",
	  1000, 200, 250000, 0, 1, 4, 20, 1, 3 },
	{ "metro", "1 Gb/s, 10 ms, a BDP of queue",
	  1000, 10000, 1250000, 0, 2 },
	{ "wan", "40 Mb/s, 40 ms, a BDP of queue",
	  40, 40000, 200000, 2, 20, 4, 300, 40, 160 },
	{ "satellite", "10 Mb/s, 600 ms, a BDP of queue",
	  10, 600000, 750000, 10, 60 },
	/* From one loss to the next takes two NewReno flows half a minute here. */
	{ "bufferbloat", "10 Mb/s, 20 ms, 0.4 s of queue",
	  10, 20000, 500000, 2, 40, 2, 300, 100, 900 },
	{ "policer", "10 Mb/s by a token bucket of 25 KB, 20 ms",
	  10, 20000, 25000, 3, 30, 2, 300, 20, 60, policed },
	{ "wireless", "20 Mb/s, 20 ms, losses in bursts",
	  20, 20000, 100000, 2, 30, 2, 300, 20, 60, wireless },
	{ "lossy", "40 Mb/s, 40 ms, 1% lost at random",
	  40, 40000, 200000, 5, 40, 0, 0, 0, 0, lossy },
	{ "reordering", "50 Mb/s, 20 ms, a tenth comes late",
	  50, 20000, 125000, 2, 15, 2, 300, 10, 30, reordering },
	{ "overtaking", "10 Mb/s, 40 ms, one in eight waits for nothing",
	  10, 40000, 200000, 4, 20, 0, 0, 0, 0, overtaking },
	{ "asymmetric", "20 Mb/s down, 0.3 Mb/s up, 30 ms",
	  20, 30000, 225000, 2, 30, 2, 300, 20, 80, asymmetric },
	{ "aqm", "50 Mb/s, 20 ms, CoDel that marks",
	  50, 20000, 1000000, 2, 15, 4, 300, 10, 30, codel, true },
	{ "datacentre", "1 Gb/s, 0.2 ms, marks from 45 KB on",
	  1000, 200, 500000, 0, 1, 4, 20, 1, 3, shallow, true },
	{ "mtu-blackhole", "20 Mb/s, 20 ms, 1400 bytes pass, no ICMP",
	  20, 20000, 100000, 10, 30, 0, 0, 0, 0, blackhole },
};

const u32 paths_nr = ARRAY_SIZE(paths);

/* ---- one run; what it is about ---- */

static struct {
	const struct path *path;
	const struct load *load;
	struct path_result *res;
	u64 at_warm[SIM_PAIRS_MAX];
} run;

static void setup_flow(struct pair *p, u32 nr, u32 window)
{
	struct app_script *s;
	u32 side;

	memset(p, 0, sizeof(*p));
	p->nr = nr;
	p->key = nr * 1000;
	p->opener = 0;
	p->port[0] = SIM_CLIENT_PORT + nr;
	p->port[1] = SIM_PORT;
	p->start_at = sim.now + nr * run.path->stagger * MSEC;
	p->cong = run.load->cong[nr % run.load->congs];
	for (side = 0; side < 2; side++) {
		p->app[side].pair = p;
		p->app[side].side = side;
		s = &p->app[side].s;
		s->write_min = 65536;
		s->write_max = 65536;
		s->read_min = 65536;
		s->read_max = 65536;
		s->sndbuf = 4 * window;
		s->rcvbuf = 131072;
		s->rcvbuf_max = 4 * window;
	}
	/* Until the time is up: step(). */
	p->app[0].s.to_send = U32_MAX;
	p->app[1].s.end = END_AFTER_PEER;
}

void scenario_setup(void)
{
	const struct path *p = run.path;
	u32 i, window;

	sim.time_max = 8000 * SEC;
	sim.light = true;
	sim.conf = anp_tcp_conf_default;
	sim.conf.mtu_probing = 1;
	sim.mtu = SIM_MTU;
	sim.gso_max = 65000;
	sim.layout = WIRE_SAME_SKB;
	sim.cut = true;
	for (i = 0; i < 2; i++) {
		struct net *n = &sim.net[i];

		n->delay = p->rtt / 2;
		n->mtu = sim.mtu;
		sim.ecn[i] = p->marks ? ANP_TCP_ECN_ON : ANP_TCP_ECN_OFF;
		sim.host[i].listening = true;
		sim.host[i].backlog = 128;
		sim.host[i].req_max = 128;
		sim.cong[i] = &anp_tcp_newreno;
	}
	sim.net[0].link.kind = LINK_TAIL_DROP;
	sim.net[0].link.rate = p->mbit * 125000;
	sim.net[0].link.limit = p->queue;
	if (p->setup)
		p->setup(p);
	window = (u64)p->rtt * p->mbit / 8 + p->queue + 100000;
	sim.pairs = run.load->flows;
	for (i = 0; i < sim.pairs; i++)
		setup_flow(&sim.pair[i], i, window);
}

/* ---- what is measured ---- */

static u64 delivered(u32 flow)
{
	return sim.pair[flow].app[1].rcvd;
}

void path_series_head(FILE *f)
{
	fputs("flow\tseconds\tstate\tcwnd KB\tssthresh KB\tsrtt ms\tqueue KB\tflight KB\tdelivered\n",
	      f);
}

static void series_tick(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		const struct ep *ep = sim.pair[i].app[0].ep;
		const struct anp_tcb *t = &ep->t;

		if (!ep || !t->cong_ready)
			continue;
		fprintf(run.load->series, "%u\t%.4f\t%u\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%llu\n", i,
			(sim.now - SEC) / 1e6, t->ca_state, t->cwnd / 1e3,
			t->ssthresh == U32_MAX ? 0.0 : t->ssthresh / 1e3, t->srtt / 1e3,
			sim.net[0].link.bytes / 1e3, (t->snd_nxt - t->snd_una) / 1e3, delivered(i));
	}
}

static void flow_end(u32 nr)
{
	struct flow_result *f = &run.res->flow[nr];
	struct app *a = &sim.pair[nr].app[0];

	f->mbit = (delivered(nr) - run.at_warm[nr]) * 8e-6 / (run.load->secs - run.load->warm);
	if (a->ep) {
		f->retrans = a->ep->t.total_retrans;
		f->sent = a->ep->t.data_segs_out;
		f->srtt = a->ep->t.srtt;
	}
	/* What it has written it still brings to its end, and all checks of an end are made. */
	a->s.to_send = a->sent;
	if (a->ep)
		app_event(a, ANP_TCP_EV_WRITABLE);
}

static void step(u32 nr)
{
	u64 tick = run.path->rtt < TICK ? TICK_NEAR : TICK, at = nr * tick;
	u32 i;

	if (at == run.load->warm * SEC)
		for (i = 0; i < sim.pairs; i++)
			run.at_warm[i] = delivered(i);
	if (run.load->series)
		series_tick();
	if (at < run.load->secs * SEC) {
		event_add(sim.now + tick, EV_SCENARIO, NULL, nr + 1);
		return;
	}
	for (i = 0; i < sim.pairs; i++)
		flow_end(i);
	run.res->queue_ms = sim.net[0].link.delay_sum / 1e3 / max(sim.net[0].link.packets, 1ull);
	run.res->lost = sim.net[0].lost;
	run.res->marked = sim.net[0].marked;
}

static void verify(void)
{
	struct path_result *r = run.res;
	double sum = 0, squares = 0, most;
	u32 i;

	for (i = 0; i < r->flows; i++) {
		sum += r->flow[i].mbit;
		squares += r->flow[i].mbit * r->flow[i].mbit;
	}
	most = run.path->mbit * (double)(sim.net[0].mtu - HEADERS) / sim.net[0].mtu;
	r->share = sum / most;
	r->jain = squares > 0 ? sum * sum / (r->flows * squares) : 0;
}

bool path_run(const struct path *p, const struct load *l, u64 seed, struct path_result *res)
{
	static struct scenario s = { .step = step, .verify = verify };

	memset(&run, 0, sizeof(run));
	memset(res, 0, sizeof(*res));
	run.path = p;
	run.load = l;
	run.res = res;
	res->flows = l->flows;
	s.name = p->name;
	s.what = p->what;
	return sim_run(seed, &s);
}
