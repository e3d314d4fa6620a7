// SPDX-License-Identifier: GPL-2.0
/*
 * anp events: connections as they are made and closed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <linux/anp.h>
#include "netlink.h"
#include "ss.h"
#include "tool.h"

static const char help[] =
	"Usage: anp events [OPTIONS] [FILTER]\n"
	"\n"
	"  -n, --numeric    ports as numbers   -i, --info       what TCP knows\n"
	"  -e, --extended   owner and inode    -m, --memory     buffers\n"
	"  -c, --count N    end after N        -j, --json       JSON, one object a line\n"
	"  -h, --help       this text\n"
	"\n"
	"Shows each TCP connection when it is established ('+') and when it is closed or could\n"
	"not be made ('-').  FILTER is as of 'anp ss'.\n";

struct watch {
	struct anp_ss ss;
	bool json;
	bool help;
	unsigned long left;	/* 0: no end */
};

static int parse_option(struct watch *w, int opt)
{
	char *end;

	switch (opt) {
	case 'n': w->ss.numeric = true; break;
	case 'e': w->ss.extended = true; break;
	case 'i': w->ss.info = true; break;
	case 'm': w->ss.memory = true; break;
	case 'j': w->json = true; break;
	case 'h': w->help = true; break;
	case 'c':
		w->left = strtoul(optarg, &end, 10);
		if (*optarg < '1' || *optarg > '9' || *end)
			return anp_usage("events", "'%s' is no number of events", optarg);
		break;
	default:
		return -1;
	}
	return 0;
}

static int parse(struct watch *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "numeric", no_argument, NULL, 'n' },
		{ "extended", no_argument, NULL, 'e' },
		{ "info", no_argument, NULL, 'i' },
		{ "memory", no_argument, NULL, 'm' },
		{ "count", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	char error[96];
	int opt, ret;

	w->ss.tables = 1u << ANP_TABLE_TCP;
	w->ss.states = ~0u;
	while ((opt = getopt_long(argc, argv, ":neimc:jh", options, NULL)) != -1) {
		ret = parse_option(w, opt);
		if (ret)
			return ret < 0 ? anp_bad_option("events", opt, argv) : ret;
	}
	if (anp_match_parse(argv + optind, &w->ss.match, error, sizeof(error)) < 0)
		return anp_usage("events", "%s", error);
	return 0;
}

static void show(const struct watch *w, bool made, const struct anp_socket *s)
{
	struct anp_json j = { .to = stdout };

	if (!w->json) {
		printf("%c ", made ? '+' : '-');
		anp_ss_line(&w->ss, s, stdout);
		return;
	}
	anp_json_open_flat(&j);
	anp_json_string(&j, "event", made ? "established" : "closed");
	anp_ss_members(&j, &w->ss, s);
	anp_json_close(&j, '}');
}

/* Not 0: enough was seen. */
static int take_event(void *arg, uint8_t cmd, const void *attrs, size_t len)
{
	struct watch *w = arg;
	struct anp_socket s;

	if (cmd != ANP_CMD_SOCK_NEW && cmd != ANP_CMD_SOCK_DEL)
		return 0;
	if (anp_socket_read(attrs, len, &s) < 0 || !anp_ss_wants(&w->ss, &s))
		return 0;
	show(w, cmd == ANP_CMD_SOCK_NEW, &s);
	return w->left && !--w->left;
}

/* Never silent about what was lost: the kernel drops events of a reader that is too slow. */
static int watch(struct watch *w, struct anp_nl *nl)
{
	int ret;

	do {
		ret = anp_nl_events(nl, take_event, w);
		if (ret < 0 && errno == ENOBUFS) {
			fprintf(stderr, "anp events: some were lost\n");
			ret = 0;
		}
		if (fflush(stdout) == EOF)
			return -1;
	} while (!ret);
	return ret < 0 ? -1 : 0;
}

int anp_cmd_events(int argc, char **argv)
{
	struct watch w = { .json = false };
	int status = parse(&w, argc, argv);
	struct anp_nl nl;

	if (status)
		return status;
	if (w.help) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (anp_nl_open(&nl) < 0) {
		fprintf(stderr, "anp events: %s\n", errno == ENOENT ?
			"no ANP stack here: load the module with 'modprobe anp'" : strerror(errno));
		return EXIT_FAILURE;
	}
	status = EXIT_SUCCESS;
	if (anp_nl_listen(&nl) < 0 || watch(&w, &nl) < 0) {
		fprintf(stderr, "anp events: %s\n", strerror(errno));
		status = EXIT_FAILURE;
	}
	anp_nl_close(&nl);
	return status;
}
