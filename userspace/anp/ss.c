// SPDX-License-Identifier: GPL-2.0
/*
 * anp ss: which sockets there are, and the end of some.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <linux/anp.h>
#include "json.h"
#include "netlink.h"
#include "ss.h"
#include "tool.h"

static const char help[] =
	"Usage: anp ss [OPTIONS] [state STATE]... [exclude STATE]... [FILTER]\n"
	"\n"
	"  -t, --tcp        TCP sockets        -a, --all        in every state\n"
	"  -u, --udp        UDP sockets        -l, --listening  listening only\n"
	"  -w, --raw        raw and ping ones  -n, --numeric    ports as numbers\n"
	"  -e, --extended   owner and inode    -o, --options    timers\n"
	"  -m, --memory     buffers            -p, --processes  who uses them\n"
	"  -i, --info       what TCP knows     -s, --summary    numbers of sockets\n"
	"  -H, --no-header  no first line      -j, --json       JSON\n"
	"  -K, --kill       destroy the sockets that fit, and show which those were\n"
	"  -h, --help       this text\n"
	"\n"
	"STATE is established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, closed,\n"
	"close-wait, last-ack, listening, closing, all, connected or synchronized.\n"
	"FILTER is sport or dport, =, !=, <, <=, > or >=, and :PORT; src or dst and\n"
	"ADDRESS[/LENGTH][:PORT]; dev and DEVICE; several by and, or, not, ( and ).\n";

#define BIT(n) (1u << (n))
#define ALL_STATES (BIT(ANP_STATES) - 1)
#define CONNECTED (ALL_STATES & ~(BIT(ANP_LISTEN) | BIT(ANP_CLOSE)))
#define SYNCHRONIZED (CONNECTED & ~BIT(ANP_SYN_SENT))
/* Requests and TIME-WAIT are many and of little interest; ss leaves them out, too. */
#define USUAL (CONNECTED & ~(BIT(ANP_TIME_WAIT) | BIT(ANP_SYN_RECV)))
#define LISTENING (BIT(ANP_LISTEN) | BIT(ANP_CLOSE))

static const struct {
	const char *name;
	unsigned int states;
} state_filters[] = {
	{ "established", BIT(ANP_ESTABLISHED) },
	{ "syn-sent", BIT(ANP_SYN_SENT) },
	{ "syn-recv", BIT(ANP_SYN_RECV) },
	{ "fin-wait-1", BIT(ANP_FIN_WAIT1) },
	{ "fin-wait-2", BIT(ANP_FIN_WAIT2) },
	{ "time-wait", BIT(ANP_TIME_WAIT) },
	{ "closed", BIT(ANP_CLOSE) },
	{ "close-wait", BIT(ANP_CLOSE_WAIT) },
	{ "last-ack", BIT(ANP_LAST_ACK) },
	{ "listening", BIT(ANP_LISTEN) },
	{ "closing", BIT(ANP_CLOSING) },
	{ "all", ALL_STATES },
	{ "connected", CONNECTED },
	{ "synchronized", SYNCHRONIZED },
};

static unsigned int find_states(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(state_filters) / sizeof(state_filters[0]); i++)
		if (!strcasecmp(name, state_filters[i].name))
			return state_filters[i].states;
	return 0;
}

struct request {
	struct anp_ss ss;
	bool summary;
	bool json;
	bool processes;
	bool kill;
	bool help;
};

static int parse_option(struct request *r, int opt)
{
	struct anp_ss *ss = &r->ss;

	switch (opt) {
	case 't': ss->tables |= BIT(ANP_TABLE_TCP); break;
	case 'u': ss->tables |= BIT(ANP_TABLE_UDP); break;
	case 'w': ss->tables |= BIT(ANP_TABLE_RAW) | BIT(ANP_TABLE_ICMP); break;
	case 'a': ss->states = ALL_STATES; break;
	case 'l': ss->states = LISTENING; break;
	case 'n': ss->numeric = true; break;
	case 'e': ss->extended = true; break;
	case 'i': ss->info = true; break;
	case 'm': ss->memory = true; break;
	case 'o': ss->timer = true; break;
	case 'p': r->processes = true; break;
	case 's': r->summary = true; break;
	case 'H': ss->no_header = true; break;
	case 'j': r->json = true; break;
	case 'K': r->kill = true; break;
	case 'h': r->help = true; break;
	case '4': break;	/* There is nothing else. */
	default: return -1;
	}
	return 0;
}

static int parse_filter(struct request *r, char **words)
{
	unsigned int states = 0, but = 0, found;
	char error[96];

	for (; *words; words += 2) {
		if (strcmp(words[0], "state") && strcmp(words[0], "exclude"))
			break;
		if (!words[1])
			return anp_usage("ss", "which state?");
		found = find_states(words[1]);
		if (!found)
			return anp_usage("ss", "unknown state '%s'", words[1]);
		if (words[0][0] == 's')
			states |= found;
		else
			but |= found;
	}
	if (states || but)
		r->ss.states = (states ?: ALL_STATES) & ~but;
	if (anp_match_parse(words, &r->ss.match, error, sizeof(error)) < 0)
		return anp_usage("ss", "%s", error);
	return 0;
}

static int parse(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "tcp", no_argument, NULL, 't' },
		{ "udp", no_argument, NULL, 'u' },
		{ "raw", no_argument, NULL, 'w' },
		{ "all", no_argument, NULL, 'a' },
		{ "listening", no_argument, NULL, 'l' },
		{ "numeric", no_argument, NULL, 'n' },
		{ "extended", no_argument, NULL, 'e' },
		{ "info", no_argument, NULL, 'i' },
		{ "memory", no_argument, NULL, 'm' },
		{ "options", no_argument, NULL, 'o' },
		{ "processes", no_argument, NULL, 'p' },
		{ "summary", no_argument, NULL, 's' },
		{ "no-header", no_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'j' },
		{ "kill", no_argument, NULL, 'K' },
		{ "help", no_argument, NULL, 'h' },
		{ "ipv4", no_argument, NULL, '4' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	r->ss.states = USUAL;
	while ((opt = getopt_long(argc, argv, ":tuwalneimopsHjKh4", options, NULL)) != -1)
		if (parse_option(r, opt) < 0)
			return anp_bad_option("ss", opt, argv);
	if (!r->ss.tables)
		r->ss.tables = BIT(ANP_TABLES) - 1;
	return parse_filter(r, argv + optind);
}

void anp_ss_put_filter(struct anp_nl_request *req, const struct anp_ss *ss)
{
	struct anp_match_range range;
	int i;

	anp_match_narrow(&ss->match, &range);
	anp_nl_put_u32(req, ANP_ATTR_STATES, ss->states);
	for (i = 0; i < 2; i++) {
		if (range.min[i])
			anp_nl_put_u16(req, ANP_ATTR_LPORT + i, htons(range.min[i]));
		if (range.min[i] || range.max[i] < 65535)
			anp_nl_put_u16(req, ANP_ATTR_LPORT_MAX + i, htons(range.max[i]));
		if (!range.mask[i])
			continue;
		anp_nl_put_u32(req, ANP_ATTR_LADDR + i, range.addr[i]);
		anp_nl_put_u8(req, ANP_ATTR_LPREFIX + i, __builtin_popcount(range.mask[i]));
	}
}

struct reading {
	const struct anp_ss *ss;
	struct anp_sockets *sockets;
};

static int take_socket(void *arg, uint8_t cmd, const void *attrs, size_t len)
{
	struct reading *to = arg;
	struct anp_socket s;

	(void)cmd;
	if (anp_socket_read(attrs, len, &s) < 0 || !anp_ss_wants(to->ss, &s))
		return 0;
	return anp_sockets_add(to->sockets, &s);
}

/* @cmd: ANP_CMD_SOCK_GET, or _DEL: they are destroyed, too. */
static int read_sockets(struct anp_nl *nl, const struct request *r, uint8_t cmd,
			struct anp_sockets *sockets)
{
	struct reading to = { .ss = &r->ss, .sockets = sockets };
	struct anp_nl_request req;
	uint32_t want = 0;
	int table;

	if (r->ss.memory || r->json)
		want |= ANP_WANT_MEMINFO;
	if (r->ss.info || r->json)
		want |= ANP_WANT_TCP_INFO;
	for (table = 0; table < ANP_TABLES; table++) {
		if (!(r->ss.tables & BIT(table)))
			continue;
		anp_nl_begin(&req, cmd);
		anp_nl_put_u8(&req, ANP_ATTR_PROTOCOL, anp_table_protocol(table));
		anp_nl_put_u32(&req, ANP_ATTR_WANT, want);
		anp_ss_put_filter(&req, &r->ss);
		if (anp_nl_dump(nl, &req, take_socket, &to) < 0)
			return -1;
	}
	return 0;
}

/* Each by its cookie: what the filter says better than the kernel understands stays true. */
static int kill_sockets(struct anp_nl *nl, const struct request *r, struct anp_sockets *sockets)
{
	struct anp_sockets killed = { 0 };
	struct reading to = { .ss = &r->ss, .sockets = &killed };
	struct anp_nl_request req;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < sockets->count; i++) {
		const struct anp_socket *s = &sockets->list[i];

		anp_nl_begin(&req, ANP_CMD_SOCK_DEL);
		anp_nl_put_u8(&req, ANP_ATTR_PROTOCOL, anp_table_protocol(s->table));
		anp_nl_put(&req, ANP_ATTR_COOKIE, &s->cookie, sizeof(s->cookie));
		anp_ss_put_filter(&req, &r->ss);
		ret = anp_nl_dump(nl, &req, take_socket, &to);
	}
	free(sockets->list);
	*sockets = killed;
	return ret;
}

static int collect(const struct request *r, struct anp_sockets *sockets)
{
	struct anp_match_range range;
	struct anp_nl nl;
	bool at_once;
	int ret;

	anp_match_narrow(&r->ss.match, &range);
	at_once = r->kill && range.exact;
	if (anp_nl_open(&nl) < 0) {
		if (errno == ENOENT)
			fprintf(stderr, "anp ss: no ANP stack here: load the module with "
				"'modprobe anp'\n");
		else
			fprintf(stderr, "anp ss: %s\n", strerror(errno));
		return -1;
	}
	ret = read_sockets(&nl, r, at_once ? ANP_CMD_SOCK_DEL : ANP_CMD_SOCK_GET, sockets);
	if (!ret && r->kill && !at_once)
		ret = kill_sockets(&nl, r, sockets);
	if (ret)
		fprintf(stderr, "anp ss: %s\n", nl.error[0] ? nl.error : strerror(errno));
	anp_nl_close(&nl);
	return ret;
}

static void summary(const struct anp_sockets *sockets, bool json)
{
	unsigned int tables[ANP_TABLES] = { 0 }, states[ANP_STATES] = { 0 }, orphaned = 0;
	struct anp_json j = { .to = stdout };
	size_t i;

	for (i = 0; i < sockets->count; i++) {
		const struct anp_socket *s = &sockets->list[i];

		tables[s->table]++;
		if (s->table != ANP_TABLE_TCP)
			continue;
		states[s->state]++;
		/* Closed by its process, while TCP still has work with it. */
		if (!s->inode && BIT(s->state) & USUAL && s->state != ANP_ESTABLISHED)
			orphaned++;
	}
	if (!json) {
		printf("Total: %zu\n", sockets->count);
		printf("TCP:   %u (estab %u, closed %u, orphaned %u, timewait %u)\n",
		       tables[ANP_TABLE_TCP], states[ANP_ESTABLISHED], states[ANP_CLOSE], orphaned,
		       states[ANP_TIME_WAIT]);
		printf("UDP:   %u\nICMP:  %u\nRAW:   %u\n", tables[ANP_TABLE_UDP],
		       tables[ANP_TABLE_ICMP], tables[ANP_TABLE_RAW]);
		return;
	}
	anp_json_open(&j, NULL, '{');
	anp_json_number(&j, "total", sockets->count);
	anp_json_open(&j, "tcp", '{');
	anp_json_number(&j, "total", tables[ANP_TABLE_TCP]);
	anp_json_number(&j, "orphaned", orphaned);
	anp_json_open(&j, "states", '{');
	for (i = 1; i < ANP_STATES; i++)
		anp_json_number(&j, anp_state_name(i), states[i]);
	anp_json_close(&j, '}');
	anp_json_close(&j, '}');
	anp_json_number(&j, "udp", tables[ANP_TABLE_UDP]);
	anp_json_number(&j, "icmp", tables[ANP_TABLE_ICMP]);
	anp_json_number(&j, "raw", tables[ANP_TABLE_RAW]);
	anp_json_close(&j, '}');
}

static int show(struct request *r, const struct anp_sockets *sockets)
{
	struct anp_users users = { 0 };
	int ret = 0;

	if (r->summary) {
		summary(sockets, r->json);
		return 0;
	}
	if (r->processes) {
		if (anp_users_scan(&users) < 0)
			return -1;
		r->ss.users = &users;
	}
	if (r->json)
		anp_ss_json(&r->ss, sockets, stdout);
	else
		ret = anp_ss_text(&r->ss, sockets, stdout);
	free(users.list);
	return ret;
}

int anp_cmd_ss(int argc, char **argv)
{
	struct anp_sockets sockets = { 0 };
	struct request r = { .summary = false };
	int status = parse(&r, argc, argv);

	if (status)
		return status;
	if (r.help) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (collect(&r, &sockets) < 0)
		return EXIT_FAILURE;
	if (show(&r, &sockets) < 0 || fflush(stdout) == EOF) {
		fprintf(stderr, "anp ss: %s\n", strerror(errno));
		status = EXIT_FAILURE;
	}
	free(sockets.list);
	return status;
}
