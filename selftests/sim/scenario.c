// SPDX-License-Identifier: GPL-2.0
/*
 * What a seed stands for: a scenario and its parameters.  All begin from scenario_setup(), a fair
 * network between two ordinary hosts, and add one kind of trouble.
 */
#include "scenario.h"

/* ---- what is common ---- */

static void sizes(u32 *lo, u32 *hi, u32 total)
{
	if (percent(20) && total < 20000) {
		*lo = 1;
		*hi = between(1, 200);
	} else {
		*lo = logly(100, 4000);
		*hi = *lo + logly(100, 60000);
	}
}

static void script(struct app_script *s)
{
	s->to_send = percent(12) ? 0 : logly(1, 200000);
	sizes(&s->write_min, &s->write_max, s->to_send);
	sizes(&s->read_min, &s->read_max, 0);
	s->write_gap = percent(70) ? 0 : logly(10, 20000);
	s->read_gap = percent(70) ? 0 : logly(10, 20000);
	s->nodelay = percent(30);
	s->cork = percent(10);
	s->more = percent(20);
	s->user_mss = percent(10) ? between(100, 1460) : 0;
	s->keepalive = percent(10);
	s->keep_idle = between(5, 20) * 1000;
	s->keep_intvl = between(1, 10) * 1000;
	s->keep_cnt = 20;
	s->hold = percent(30) ? logly(100, 2000000) : 0;
	s->sndbuf = logly(4096, 262144);
	s->rcvbuf = logly(4096, 524288);
	s->rcvbuf_max = percent(50) ? 1 << 20 : 0;
}

void scenario_pair(u32 nr)
{
	struct pair *p = &sim.pair[nr];
	u32 side;

	memset(p, 0, sizeof(*p));
	p->nr = nr;
	p->key = rng_next(&sim.rng_scn) % 1000000;
	p->opener = percent(50);
	p->port[p->opener] = SIM_CLIENT_PORT + nr;
	p->port[!p->opener] = SIM_PORT;
	p->start_at = sim.now + (nr ? between(0, SEC) : 0);
	for (side = 0; side < 2; side++) {
		p->app[side].pair = p;
		p->app[side].side = side;
		script(&p->app[side].s);
	}
	if (percent(40))
		p->app[percent(50)].s.end = END_AFTER_PEER;
}

static void setup_net(struct net *n)
{
	n->delay = logly(20, 80000);
	n->jitter = percent(50) ? 0 : between(0, n->delay / 4);
	n->rate = percent(50) ? 0 : logly(100000, 100000000);
	n->queue = logly(20000, 1000000);
	n->mtu = sim.mtu;
}

static void setup_base(void)
{
	u32 i, n = sim.want_pairs ? sim.want_pairs : between(1, 3);

	sim.time_max = 8000 * SEC;
	sim.conf = anp_tcp_conf_default;
	sim.conf.mtu_probing = percent(20) ? 2 : percent(50);
	sim.mtu = percent(80) ? 1500 : percent(50) ? 576 : 9000;
	sim.gso_max = percent(70) ? 65000 : logly(1, 30000);
	sim.layout = between(0, WIRE_KINDS - 1);
	sim.cut = percent(60);
	sim.batch = percent(30) ? logly(20, 2000) : 0;
	for (i = 0; i < 2; i++) {
		struct host *h = &sim.host[i];

		setup_net(&sim.net[i]);
		sim.no_ts[i] = percent(20);
		sim.no_wscale[i] = percent(20);
		sim.ecn[i] = between(ANP_TCP_ECN_OFF, ANP_TCP_ECN_PASSIVE);
		sim.cong[i] = percent(60) ? &anp_tcp_cubic :
			      percent(50) ? &anp_tcp_newreno : &anp_tcp_bbr;
		sim.no_sack[i] = percent(20);
		h->listening = true;
		h->backlog = 128;
		h->req_max = 128;
		h->accept_gap = percent(70) ? 0 : logly(10, 100000);
	}
	if (percent(30))
		sim.conf.rto_max_ms = logly(1000, 120000);
	sim.conf.slow_start_after_idle = between(ANP_TCP_IDLE_KEEP, ANP_TCP_IDLE_VALIDATE);
	sim.pairs = min_t(u32, n, SIM_PAIRS_MAX);
	for (i = 0; i < sim.pairs; i++)
		scenario_pair(i);
}

static void each_net(void (*fn)(struct net *n))
{
	/* Trouble is not always the same in both directions. */
	if (percent(80))
		fn(&sim.net[0]);
	if (percent(80))
		fn(&sim.net[1]);
}

/* ---- the scenarios ---- */

static void clean(void)
{
	sim.net[0].queue = 100000000;
	sim.net[1].queue = 100000000;
}

static void lossy(struct net *n)
{
	n->loss = logly(1000, 150000);
	if (percent(30)) {
		n->burst = logly(500, 10000);
		n->burst_len = logly(100, 300000);
	}
}

static void loss(void)
{
	each_net(lossy);
}

static void duplicating(struct net *n)
{
	n->dup = logly(1000, 500000);
}

static void dup(void)
{
	each_net(duplicating);
}

static void reordering(struct net *n)
{
	n->reorder = logly(1000, 400000);
	n->reorder_by = logly(10, 4 * n->delay + 1000);
}

static void reorder(void)
{
	each_net(reordering);
}

/* RFC 8985 6.2 step 4: late by less than a quarter of a round trip. */
static void late(void)
{
	u32 i, side;

	for (i = 0; i < 2; i++) {
		struct net *n = &sim.net[i];

		n->delay = between(5000, 40000);
		n->jitter = 0;
		n->rate = 0;
		n->reorder = between(50000, 400000);
		n->reorder_by = (sim.net[0].delay + sim.net[1].delay) / 9;
		sim.no_sack[i] = false;
	}
	sim.net[0].reorder_by = sim.net[1].reorder_by;
	for (i = 0; i < sim.pairs; i++)
		for (side = 0; side < 2; side++)
			sim.pair[i].app[side].s.to_send = logly(20000, 150000);
}

/* Once RACK knows, it waits. */
static void late_verify(void)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		unsigned long n = sim.host[i].mib[ANP_MIB_TCP_SACK_RECOVERY];

		SIM_CHECK(n <= 4 * sim.pairs, "%lu recoveries, nothing was lost", n);
	}
}

static void corrupting(struct net *n)
{
	n->corrupt = logly(1000, 150000);
}

static void corrupt(void)
{
	sim.checksum = true;
	each_net(corrupting);
}

static void slow(struct net *n)
{
	n->delay = logly(100000, 2000000);
	n->jitter = between(0, n->delay);
}

static void delay(void)
{
	each_net(slow);
}

static void outage_step(u32 nr)
{
	bool down = nr & 1;
	u64 len;

	if (nr > 6)
		return;
	sim.net[0].down = down;
	sim.net[1].down = down;
	len = !down ? logly(10 * MSEC, 3 * SEC) :
	      percent(80) ? logly(10 * MSEC, 20 * SEC) : logly(60 * SEC, 1500 * SEC);
	trace_note(down ? "network down for %llu us" : "network up", len, 0);
	if (down)
		sim.down_total += len;
	if (down && len >= 20 * SEC) {
		u32 i;

		/* Shorter ones must be survived. */
		for (i = 0; i < sim.pairs; i++)
			pair_excuse(&sim.pair[i], "the network was down for long", true);
	}
	event_add(sim.now + len, EV_SCENARIO, NULL, nr + 1);
}

static void outage(void)
{
}

static void slow_reader(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct app_script *s = &sim.pair[i].app[percent(50)].s;

		s->read_min = 1;
		s->read_max = logly(500, 5000);
		s->read_gap = logly(1000, 200000);
		s->rcvbuf = logly(4096, 32768);
	}
}

static void zero_window(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct app *a = &sim.pair[i].app[percent(50)];

		a->s.rcvbuf = logly(2304, 16384);
		a->s.pause = logly(100 * MSEC, 300 * SEC);
		a->s.pause_at = between(0, 5000);
		sim.pair[i].app[!a->side].s.to_send = between(10000, 60000);
	}
	if (percent(50))
		loss();
}

static void half_close(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct app *a = &sim.pair[i].app[percent(50)];

		a->s.to_send = percent(50) ? 0 : between(1, 5000);
		a->s.end = END_ORDERLY;
		a->s.hold = 0;
		sim.pair[i].app[!a->side].s.end = END_AFTER_PEER;
		sim.pair[i].app[!a->side].s.write_gap = logly(100, 100000);
		sim.pair[i].app[!a->side].s.write_max += 3000;
	}
	if (percent(30))
		loss();
}

static void sim_open(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];

		p->both = true;
		p->port[0] = SIM_CLIENT_PORT + i;
		p->port[1] = 2 * SIM_CLIENT_PORT + i;
		/* Before the other one's SYN can be here, or it meets a closed port. */
		event_add(p->start_at + between(0, min(sim.net[0].delay, sim.net[1].delay) - 1),
			  EV_APP, &p->app[!p->opener], 0);
	}
	if (percent(50))
		loss();
	if (percent(20))
		dup();
}

static void sim_close(void)
{
	u32 i, side;

	for (i = 0; i < sim.pairs; i++) {
		u32 size = logly(1, 3000), hold = 2 * (sim.net[0].delay + sim.net[1].delay);

		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->end = END_ORDERLY;
			s->to_send = size;
			s->write_min = size;
			s->write_max = size;
			s->write_gap = 0;
			/* The opener knows of the connection half a round trip sooner. */
			s->hold = hold + (side == sim.pair[i].opener ? hold / 4 : 0);
		}
	}
	if (percent(30))
		loss();
}

static void aborting(void)
{
	u32 i;

	sim.orphans_max = percent(30);
	for (i = 0; i < sim.pairs; i++) {
		struct app *a = &sim.pair[i].app[percent(50)];

		switch (between(0, 2)) {
		case 0:
			a->s.end = END_ABORT;
			a->s.abort_at = between(0, a->s.to_send);
			break;
		case 1:
			a->s.end = END_EARLY;
			break;
		case 2:
			a->s.end = END_SHUT_RD;
			break;
		}
		a->s.linger2 = percent(20) ? -1 : (int)between(100, 20000);
	}
	if (percent(50))
		loss();
}

static void syn_loss(void)
{
	sim.net[0].syn_loss = between(100000, 600000);
	sim.net[1].syn_loss = between(100000, 600000);
}

static void small_writes(void)
{
	u32 i, side;

	if (percent(40)) {
		for (i = 0; i < 2; i++) {
			sim.cong[i] = &anp_tcp_dctcp;
			sim.ecn[i] = ANP_TCP_ECN_NEEDED;
		}
	}
	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->to_send = logly(100, 20000);
			s->write_min = 1;
			s->write_max = logly(1, 300);
			s->write_gap = percent(50) ? 0 : logly(10, 5000);
			s->nodelay = percent(40);
			s->cork = percent(30);
			s->more = percent(30);
		}
	}
	if (percent(30))
		loss();
}

static void keepalive(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];
		struct app *a = &p->app[percent(50)];

		a->s.end = END_NEVER;
		a->s.keepalive = true;
		a->s.keep_idle = between(1, 20) * 1000;
		a->s.keep_intvl = between(1, 10) * 1000;
		a->s.keep_cnt = between(3, 8);
		a->s.to_send = 100;
		p->app[!a->side].s.end = END_ORDERLY;
		p->app[!a->side].s.to_send = 100;
		p->app[!a->side].s.hold = between(1, 300) * SEC;
	}
}

/* Half of the runs lose the network for good when all is idle. */
static void keepalive_step(u32 nr)
{
	u32 i;

	if (!nr) {
		if (percent(50))
			event_add(sim.now + between(20, 100) * SEC, EV_SCENARIO, NULL, 1);
		return;
	}
	trace_note("network down for good", 0, 0);
	sim.net[0].down = true;
	sim.net[1].down = true;
	for (i = 0; i < sim.pairs; i++)
		pair_excuse(&sim.pair[i], "the network is gone", true);
}

/* Who kept the connection alive has noticed. */
static void keepalive_verify(void)
{
	u32 i, side;

	for (i = 0; i < sim.pairs; i++)
		for (side = 0; side < 2; side++) {
			const struct app *a = &sim.pair[i].app[side];

			SIM_CHECK(a->s.end != END_NEVER || !a->connected || a->eof ||
				  a->error == ETIMEDOUT, "keepalive did not notice: error %d",
				  a->error);
		}
}

static void wrap(void)
{
	sim.wrap = logly(10, 300000);
	if (percent(50))
		loss();
	if (percent(30))
		reorder();
}

static void oldish(struct net *n)
{
	n->old = logly(10000, 300000);
	/* MSL: 30 s */
	n->old_by = logly(100 * MSEC, 30 * SEC);
}

static void old_duplicates(void)
{
	u32 i;

	if (!sim.want_pairs)
		sim.pairs = between(2, 6);
	/* One after the other, all by the same ports. */
	sim.iss_clock = true;
	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];

		scenario_pair(i);
		p->opener = sim.pair[0].opener;
		p->key = sim.pair[0].key + i;
		p->port[p->opener] = SIM_CLIENT_PORT;
		p->port[!p->opener] = SIM_PORT;
		p->start_at = sim.now + i * between(SEC, 40 * SEC);
		p->app[0].s.to_send %= 30000;
		p->app[1].s.to_send %= 30000;
	}
	oldish(&sim.net[0]);
	oldish(&sim.net[1]);
}

static void alloc_failure(void)
{
	sim.fail_ppm = logly(1000, 100000);
	sim.xmit_fail = percent(50) ? 0 : logly(1000, 50000);
}

static void mtu_change(void)
{
	sim.mtu = between(600, 9000);
	sim.net[0].mtu = sim.mtu;
	sim.net[1].mtu = sim.mtu;
}

static void mtu_change_step(u32 nr)
{
	struct net *n = &sim.net[percent(50)];

	if (nr > 5)
		return;
	n->mtu = percent(80) ? between(200, n->mtu) : sim.mtu;
	trace_note("the path's MTU is now %llu", n->mtu, 0);
	event_add(sim.now + logly(MSEC, 3 * SEC), EV_SCENARIO, NULL, nr + 1);
}

/* Routers drop what is too large and say nothing: the connection has to find out. */
static void mtu_blackhole(void)
{
	u32 i;

	sim.mtu = between(1200, 3000);
	sim.icmp_lost = true;
	sim.conf.mtu_probing = percent(50) ? 1 : 2;
	for (i = 0; i < 2; i++) {
		sim.net[i].mtu = percent(30) ? sim.mtu : between(700, sim.mtu);
		sim.net[i].loss = percent(70) ? 0 : logly(1000, 10000);
	}
}

static void idle_restart(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++) {
		struct app_script *s = &sim.pair[i].app[percent(50)].s;

		s->to_send = logly(50000, 300000);
		s->idle_at = between(1000, s->to_send);
		s->idle = logly(300 * MSEC, 1000 * SEC);
	}
}

/* A queue that marks; some paths clear the marks, and some segments get lost all the same. */
static void marking(void)
{
	u32 i, side;

	for (i = 0; i < 2; i++) {
		struct net *n = &sim.net[i];

		sim.ecn[i] = ANP_TCP_ECN_ON;
		n->rate = logly(100000, 5000000);
		n->queue = 1000000;
		n->mark_at = logly(3000, 60000);
		n->bleach = percent(20) ? logly(1000, 500000) : 0;
	}
	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->to_send = logly(20000, 300000);
			s->write_min = 1000;
			s->write_max = 20000;
		}
	}
	if (percent(30))
		loss();
}

/* What was marked was reacted to: it is the same number of windows, or fewer. */
static void marking_verify(void)
{
	unsigned long cuts[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		cuts[i] = sim.host[i].mib[ANP_MIB_TCP_ECN_REDUCTIONS];
		/* CWR may get lost, and the echo then goes on. */
		SIM_CHECK(cuts[i] <= sim.net[i].marked || sim.net[i].lost, "%lu cuts for %llu marks", cuts[i],
			  sim.net[i].marked);
		SIM_CHECK(cuts[i] || sim.net[i].marked < 20 || sim.net[i].bleach ||
			  sim.net[0].lost || sim.net[1].lost, "no cut for %llu marks",
			  sim.net[i].marked);
	}
}

/* SO_MAX_PACING_RATE on both sides of a network that is faster. */
static void paced(void)
{
	u32 i, side;

	for (i = 0; i < 2; i++) {
		sim.net[i].rate = 0;
		sim.net[i].delay = logly(20, 20000);
		sim.net[i].jitter = 0;
	}
	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->to_send = logly(20000, 500000);
			s->pacing_max = logly(50000, 2000000);
			s->write_min = 10000;
			s->write_max = 60000;
			s->write_gap = 0;
			s->read_min = 60000;
			s->read_max = 60000;
			s->read_gap = 0;
			s->more = false;
			s->user_mss = 0;
			s->sndbuf = 1 << 20;
			s->rcvbuf = 1 << 20;
		}
	}
}

/* Neither faster than it was told nor much slower. */
static void paced_verify(void)
{
	u32 i, side;

	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			const struct app *a = &sim.pair[i].app[side];
			u64 us = sim.pair[i].app[!side].last_rcvd_at - sim.pair[i].start_at;
			u64 due = (u64)a->s.to_send * SEC / a->s.pacing_max;
			u64 exempt = (u64)(12 * sim.mtu + 2 * 65536) * SEC /
				     a->s.pacing_max;

			if (sim.pair[i].excuse)
				continue;
			SIM_CHECK(us + exempt + due / 50 >= due, "paced: %llu us, %llu were due",
				  us, due);
			/* Slow start and the handshake beside it. */
			SIM_CHECK(us <= due + due / 4 + SEC, "paced: %llu us, only %llu were due",
				  us, due);
		}
	}
}

/* Everything, a little. */
static void mixed(void)
{
	u32 i;

	loss();
	if (percent(50))
		dup();
	if (percent(50))
		reorder();
	if (percent(30))
		corrupt();
	if (percent(30))
		sim.wrap = logly(10, 300000);
	if (percent(30))
		slow_reader();
	if (percent(30))
		each_net(oldish);
	if (percent(20))
		sim.fail_ppm = logly(100, 10000);
	for (i = 0; i < 2; i++)
		sim.net[i].loss = min(sim.net[i].loss, 100000u);
}

/* Slower than its programs by far: without a limit all of a send buffer would wait there. */
static void slow_device(void)
{
	u32 i, side;

	sim.conf.autocorking = percent(70);
	for (i = 0; i < 2; i++)
		sim.host[i].lower.rate = logly(20000, 5000000);
	for (i = 0; i < sim.pairs; i++) {
		for (side = 0; side < 2; side++) {
			struct app_script *s = &sim.pair[i].app[side].s;

			s->to_send = logly(1000, 150000);
			s->write_min = max(s->write_min, 1000u);
			s->write_max = max(s->write_max, 1000u);
		}
	}
	if (percent(30))
		loss();
	if (percent(20))
		reorder();
}

/*
 * Two super-packets, or a millisecond of a rate that is not known well, which at first is that of the
 * handshake; twice as much of what is lost.
 */
static void slow_device_verify(void)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct lower *l = &sim.host[i].lower;

		SIM_CHECK(l->most <= 6 * l->weight + l->rate / 100 + 40000,
			  "%u bytes waited in a host, its segments weigh %u", l->most, l->weight);
	}
}

const struct scenario sim_scenarios[] = {
	{ "clean", "no trouble at all", clean },
	{ "loss", "segments get lost, alone and in bursts", loss },
	{ "dup", "segments come twice", dup },
	{ "reorder", "segments overtake each other", reorder },
	{ "late", "segments come late by less than RACK waits", late, NULL, late_verify },
	{ "corrupt", "segments are damaged, the checksum sees it", corrupt },
	{ "delay", "long and varying delays", delay },
	{ "outage", "the network is down for a while", outage, outage_step },
	{ "slow-reader", "a program reads less than comes", slow_reader },
	{ "zero-window", "a program stops reading for long", zero_window },
	{ "half-close", "one direction ends early", half_close },
	{ "simultaneous-open", "both ends connect to each other", sim_open },
	{ "simultaneous-close", "both ends close at once", sim_close },
	{ "abort", "programs abort, close early, shut reading down", aborting },
	{ "syn-loss", "SYNs get lost", syn_loss },
	{ "many-small-writes", "Nagle, cork and MSG_MORE", small_writes },
	{ "keepalive", "idle connections, sometimes cut for good", keepalive, keepalive_step,
	  keepalive_verify },
	{ "syn-to-closed-port", "nobody listens", scenario_closed_port, NULL,
	  scenario_closed_port_verify },
	{ "backlog-full", "more clients than the listener takes", scenario_backlog_full },
	{ "syn-cookies", "connections that their listener has not kept", scenario_syn_cookies, NULL,
	  scenario_syn_cookies_verify },
	{ "fast-open", "data comes with the SYN", scenario_fast_open, scenario_fast_open_step,
	  scenario_fast_open_verify },
	{ "listener-close", "the listener closes with clients waiting", scenario_listener_close,
	  scenario_listener_close_step },
	{ "wrap", "sequence numbers and timestamps pass 2^32", wrap },
	{ "old-duplicates", "segments of earlier connections by the same ports", old_duplicates },
	{ "alloc-failure", "allocations fail, the layer below refuses", alloc_failure },
	{ "mtu-change", "the path's MTU falls and rises", mtu_change, mtu_change_step },
	{ "mtu-blackhole", "what is too large is lost, and nobody says so", mtu_blackhole },
	{ "idle-restart", "a pause in the middle of bulk data", idle_restart },
	{ "ecn", "queues that mark", marking, NULL, marking_verify },
	{ "paced", "programs ask for a rate", paced, NULL, paced_verify },
	{ "slow-device", "a host's own device is the bottleneck", slow_device, NULL,
	  slow_device_verify },
	{ "mixed", "several of these at once", mixed },
	{ "garble", "hostile segments; only safety is asked for", scenario_garble, scenario_garble_step },
};

const u32 sim_scenarios_nr = ARRAY_SIZE(sim_scenarios);

const struct scenario *scenario_of(u64 seed)
{
	return &sim_scenarios[seed % sim_scenarios_nr];
}

const struct scenario *scenario_find(const char *name)
{
	u32 i;

	for (i = 0; i < sim_scenarios_nr; i++)
		if (!strcmp(sim_scenarios[i].name, name))
			return &sim_scenarios[i];
	return NULL;
}

void scenario_setup(void)
{
	setup_base();
	sim.scenario->setup();
	sim.park = percent(50) ? 0 : logly(10000, 1000000);
}
