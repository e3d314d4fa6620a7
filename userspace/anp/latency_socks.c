// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of single sockets, as netlink tells them: a stage in a message, those of a socket one
 * after the other.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/anp.h>
#include "latency.h"
#include "netlink.h"
#include "ss.h"
#include "tool.h"

/* @socket is being read into @l. */
struct walk {
	struct anp_ss ss;
	enum latency_form form;
	const char *plot;
	struct anp_json j;
	struct anp_socket socket;
	struct latency l;
	struct latency last;	/* the last one that was whole, for the plot */
	unsigned int shown;
};

/* The smallest value of a bucket; see ANP_ATTR_LAT_BUCKETS. */
static uint64_t bucket_low(unsigned int i)
{
	return i < 8 ? i : (uint64_t)(8 + i % 8) << (i / 8 - 1);
}

static void name(char *buf, size_t size, uint32_t addr, unsigned int port)
{
	struct in_addr in = { .s_addr = addr };
	char text[INET_ADDRSTRLEN];

	snprintf(buf, size, "%s:%u", inet_ntop(AF_INET, &in, text, sizeof(text)), port);
}

static void show_csv(const struct walk *w)
{
	const struct anp_socket *s = &w->socket;
	char local[32], peer[32], before[128];

	name(local, sizeof(local), s->local_addr, s->local_port);
	name(peer, sizeof(peer), s->peer_addr, s->peer_port);
	snprintf(before, sizeof(before), "%s,%s,%" PRIu64 ",", local, peer, s->cookie);
	latency_csv(&w->l, before, stdout);
}

/* All stages of a socket have been read. */
static void finish(struct walk *w)
{
	if (!w->l.stages)
		return;
	w->last = w->l;
	switch (w->form) {
	case LATENCY_JSON:
		anp_json_open(&w->j, NULL, '{');
		anp_ss_members(&w->j, &w->ss, &w->socket);
		latency_json_stages(&w->j, &w->l);
		anp_json_close(&w->j, '}');
		break;
	case LATENCY_CSV:
		show_csv(w);
		break;
	case LATENCY_TEXT:
		if (w->plot)
			break;
		if (w->shown)
			putchar('\n');
		anp_ss_line(&w->ss, &w->socket, stdout);
		latency_tables(&w->l, stdout);
		break;
	}
	w->shown++;
	memset(&w->l, 0, sizeof(w->l));
}

static void read_stage(struct latency_stage *s, const struct nlattr **a)
{
	uint32_t counts[LATENCY_BUCKETS] = { 0 };
	unsigned int i;

	memset(s, 0, sizeof(*s));
	anp_nl_bytes(a[ANP_ATTR_LAT_STAGE], s->name, sizeof(s->name) - 1);
	s->sum = anp_nl_number(a[ANP_ATTR_LAT_SUM]);
	s->max = anp_nl_number(a[ANP_ATTR_LAT_MAX]);
	anp_nl_bytes(a[ANP_ATTR_LAT_BUCKETS], counts, sizeof(counts));
	for (i = 0; i < LATENCY_BUCKETS; i++) {
		if (!counts[i])
			continue;
		s->count += counts[i];
		s->bucket[s->buckets++] = (struct latency_bucket){
			.low = bucket_low(i), .high = bucket_low(i + 1), .count = counts[i],
		};
	}
}

static int take_stage(void *arg, uint8_t cmd, const void *attrs, size_t len)
{
	const struct nlattr *a[ANP_ATTR_MAX + 1];
	struct walk *w = arg;
	struct anp_socket s;

	anp_nl_attrs(attrs, len, a, ANP_ATTR_MAX + 1);
	/* Those of the namespace have no cookie. */
	if (cmd != ANP_CMD_LATENCY_NEW || !a[ANP_ATTR_LAT_STAGE] || !a[ANP_ATTR_COOKIE] ||
	    anp_socket_read(attrs, len, &s) < 0 || !anp_match_fits(&w->ss.match, &s))
		return 0;
	if (w->socket.cookie != s.cookie)
		finish(w);
	w->socket = s;
	if (w->l.stages < LATENCY_STAGES)
		read_stage(&w->l.stage[w->l.stages++], a);
	return 0;
}

static int ask(struct walk *w)
{
	struct anp_nl_request req;
	struct anp_nl nl;
	int ret;

	if (anp_nl_open(&nl) < 0) {
		fprintf(stderr, "anp latency: %s\n", errno == ENOENT ? "no ANP stack here" : strerror(errno));
		return -1;
	}
	anp_nl_begin(&req, ANP_CMD_LATENCY_GET);
	anp_ss_put_filter(&req, &w->ss);
	ret = anp_nl_dump(&nl, &req, take_stage, w);
	if (ret)
		fprintf(stderr, "anp latency: %s\n", nl.error[0] ? nl.error : strerror(errno));
	anp_nl_close(&nl);
	return ret;
}

static int plot(const struct walk *w)
{
	if (w->shown == 1)
		return latency_plot(&w->last, w->plot);
	fprintf(stderr, "anp latency: a plot is of one socket; %u fit\n", w->shown);
	return -1;
}

int latency_sockets(char *const *words, enum latency_form form, const char *file)
{
	static struct walk w;
	char error[96];
	int ret;

	w = (struct walk){ .form = form, .plot = file, .j = { .to = stdout } };
	w.ss.numeric = true;
	w.ss.states = ~0u;
	if (anp_match_parse(words, &w.ss.match, error, sizeof(error)) < 0)
		return anp_usage("latency", "%s", error);
	if (form == LATENCY_CSV)
		latency_csv_head("local,peer,cookie,", stdout);
	if (form == LATENCY_JSON)
		anp_json_open(&w.j, NULL, '[');
	ret = ask(&w);
	finish(&w);
	if (form == LATENCY_JSON)
		anp_json_close(&w.j, ']');
	if (!ret && file)
		ret = plot(&w);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
