// SPDX-License-Identifier: GPL-2.0
/*
 * Scenarios of who listens and who does not: full queues, cookies, Fast Open, ends.
 */
#include "scenario.h"

void scenario_closed_port(void)
{
	u32 i;

	sim.host[0].listening = false;
	sim.host[1].listening = false;
	for (i = 0; i < sim.pairs; i++)
		pair_excuse(&sim.pair[i], "nobody listens", true);
}

void scenario_closed_port_verify(void)
{
	u32 i;

	for (i = 0; i < sim.pairs; i++)
		SIM_CHECK(sim.pair[i].app[sim.pair[i].opener].error == ECONNREFUSED,
			  "connect to a closed port ends with error %d",
			  sim.pair[i].app[sim.pair[i].opener].error);
}

void scenario_backlog_full(void)
{
	u32 i;

	if (!sim.want_pairs)
		sim.pairs = between(4, 12);
	for (i = 0; i < sim.pairs; i++) {
		scenario_pair(i);
		sim.pair[i].start_at = sim.now + between(0, 100 * MSEC);
		sim.pair[i].app[0].s.to_send %= 20000;
		sim.pair[i].app[1].s.to_send %= 20000;
	}
	for (i = 0; i < 2; i++) {
		sim.host[i].backlog = between(1, 2);
		sim.host[i].req_max = between(1, 4);
		sim.host[i].accept_gap = logly(1000, 2000000);
	}
}

/* Every connection is made of a cookie; who connects is who speaks, for nobody else would. */
void scenario_syn_cookies(void)
{
	u32 i;

	if (!sim.want_pairs)
		sim.pairs = between(1, 6);
	for (i = 0; i < sim.pairs; i++) {
		struct app_script *s;

		scenario_pair(i);
		s = &sim.pair[i].app[sim.pair[i].opener].s;
		s->to_send = max(s->to_send, 1u);
		s->end = END_ORDERLY;
	}
	for (i = 0; i < 2; i++) {
		sim.host[i].cookies = true;
		sim.host[i].req_max = 0;
		sim.host[i].cookie_key.secret[0].key[0] = between(0, 1u << 30);
		sim.host[i].cookie_key.secret[1].key[1] = between(0, 1u << 30);
		sim.net[i].loss = percent(50) ? 0 : logly(1000, 100000);
		sim.net[i].syn_loss = percent(50) ? 0 : logly(10000, 500000);
		sim.net[i].dup = percent(70) ? 0 : logly(1000, 100000);
		sim.net[i].reorder = percent(70) ? 0 : logly(1000, 100000);
		sim.net[i].reorder_by = logly(100, 50000);
	}
}

void scenario_syn_cookies_verify(void)
{
	SIM_CHECK(sim.host[0].mib[ANP_MIB_TCP_COOKIES_SENT] +
		  sim.host[1].mib[ANP_MIB_TCP_COOKIES_SENT], "no cookie was sent");
}

/* The first connection brings a cookie, the later ones their data with the SYN. */
void scenario_fast_open(void)
{
	u32 i, loss = percent(50), opener;

	if (!sim.want_pairs)
		sim.pairs = between(3, 8);
	opener = sim.pair[0].opener;
	for (i = 0; i < sim.pairs; i++) {
		struct pair *p = &sim.pair[i];

		scenario_pair(i);
		p->opener = opener;
		p->port[opener] = SIM_CLIENT_PORT + i;
		p->port[!opener] = SIM_PORT;
		p->start_at = sim.now + i * (sim.net[0].delay + sim.net[1].delay) *
			      between(1, 8);
		p->app[opener].s.fast_open = percent(90);
		if (percent(50))
			p->app[!opener].s.hold = 0;
	}
	for (i = 0; i < 2; i++) {
		struct host *h = &sim.host[i];

		h->fo_max = percent(80) ? 16 : between(0, 2);
		h->fo_keys.n = 1;
		h->fo_keys.key[0].key[0] = between(0, 1u << 30);
		sim.net[i].loss = loss ? logly(1000, 100000) : 0;
		sim.net[i].syn_loss = loss && percent(50) ? logly(10000, 300000) : 0;
		sim.net[i].syn_data_loss = percent(20) ? 1000000 : 0;
		sim.net[i].dup = percent(70) ? 0 : logly(1000, 300000);
		sim.net[i].reorder = percent(70) ? 0 : logly(1000, 100000);
		sim.net[i].reorder_by = logly(100, 50000);
	}
}

/* Keys change: cookies of the last one stay good. */
void scenario_fast_open_step(u32 nr)
{
	u32 i;

	for (i = 0; nr && i < 2; i++) {
		struct anp_tcp_fo_keys *k = &sim.host[i].fo_keys;

		k->key[1] = k->key[0];
		k->key[0].key[1] = nr;
		k->n = 2;
	}
	if (nr < 3)
		event_add(sim.now + logly(10 * MSEC, 2 * SEC), EV_SCENARIO, NULL, nr + 1);
}

void scenario_fast_open_verify(void)
{
	const struct host *client = &sim.host[sim.pair[0].opener];
	const struct host *server = &sim.host[!sim.pair[0].opener];
	unsigned long active = client->mib[ANP_MIB_TCP_FO_ACTIVE];

	SIM_CHECK(active <= server->mib[ANP_MIB_TCP_FO_PASSIVE],
		  "%lu SYNs had data that was taken, the server knows of %lu", active,
		  server->mib[ANP_MIB_TCP_FO_PASSIVE]);
	SIM_CHECK(!server->fo_len, "%u connections are still counted as half open", server->fo_len);
	SIM_CHECK(client->foc.len || !client->mib[ANP_MIB_TCP_FO_ACTIVE], "data without a cookie");
}

void scenario_listener_close(void)
{
	sim.host[0].accept_gap = logly(1000, 200000);
	sim.host[1].accept_gap = logly(1000, 200000);
}

void scenario_listener_close_step(u32 nr)
{
	u32 i;

	if (!nr) {
		event_add(sim.now + logly(100, SEC), EV_SCENARIO, NULL, 1);
		return;
	}
	/* Who has not been served by now will not be. */
	for (i = 0; i < sim.pairs; i++)
		if (!sim.pair[i].app[!sim.pair[i].opener].connected)
			pair_excuse(&sim.pair[i], "the listener closed", true);
	host_listen_close(&sim.host[0]);
	host_listen_close(&sim.host[1]);
}
