// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets in the columns and the words of ss.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <linux/tcp.h>

#include "ss.h"

enum column { NETID, STATE, RECV_Q, SEND_Q, LOCAL, LOCAL_PORT, PEER, PEER_PORT, COLUMNS };

#define CELL 32

struct row {
	char cells[COLUMNS][CELL];
	const struct anp_socket *socket;
};

static const char * const headers[COLUMNS] = {
	"Netid", "State", "Recv-Q", "Send-Q", "Local Address:", "Port", "Peer Address:", "Port",
};

const char *anp_timer_name(unsigned int timer)
{
	static const char * const names[] = { "off", "on", "keepalive", "timewait", "persist" };

	return timer < sizeof(names) / sizeof(names[0]) ? names[timer] : "unknown";
}

static void format_addr(char *cell, uint32_t addr)
{
	struct in_addr in = { .s_addr = addr };

	inet_ntop(AF_INET, &in, cell, CELL - 1);
	strcat(cell, ":");
}

static void format_port(const struct anp_ss *ss, char *cell, const struct anp_socket *s,
			unsigned int port)
{
	struct protoent *protocol = NULL;
	struct servent *service = NULL;

	/* The port of a ping socket is an echo identifier, that of a raw one a protocol. */
	if (!ss->numeric && port && s->table == ANP_TABLE_RAW)
		protocol = getprotobynumber(port);
	else if (!ss->numeric && port && s->table != ANP_TABLE_ICMP)
		service = getservbyport(htons(port), anp_table_name(s->table));
	if (!port)
		strcpy(cell, "*");
	else if (service && strlen(service->s_name) < CELL)
		strcpy(cell, service->s_name);
	else if (protocol && strlen(protocol->p_name) < CELL)
		strcpy(cell, protocol->p_name);
	else
		snprintf(cell, CELL, "%u", port);
}

static void fill(const struct anp_ss *ss, struct row *row, const struct anp_socket *s)
{
	row->socket = s;
	strcpy(row->cells[NETID], anp_table_name(s->table));
	strcpy(row->cells[STATE], anp_state_name(s->state));
	snprintf(row->cells[RECV_Q], CELL, "%" PRIu64, s->recv_queue);
	snprintf(row->cells[SEND_Q], CELL, "%" PRIu64, s->send_queue);
	format_addr(row->cells[LOCAL], s->local_addr);
	format_port(ss, row->cells[LOCAL_PORT], s, s->local_port);
	format_addr(row->cells[PEER], s->peer_addr);
	format_port(ss, row->cells[PEER_PORT], s, s->peer_port);
}

/* Minutes, seconds, milliseconds, as coarse as they are large. */
static void print_time(FILE *to, uint64_t ms)
{
	uint64_t minutes = ms / 60000, seconds = ms / 1000 % 60;

	ms %= 1000;
	if (minutes) {
		fprintf(to, "%" PRIu64 "min", minutes);
		ms = 0;
		if (minutes > 9)
			seconds = 0;
	}
	if (seconds > 9)
		ms = 0;
	if (seconds && ms)
		fprintf(to, "%" PRIu64 ".%03" PRIu64 "ms", seconds, ms);
	else if (seconds)
		fprintf(to, "%" PRIu64 "sec", seconds);
	else if (ms || !minutes)
		fprintf(to, "%03" PRIu64 "ms", ms);
}

static void print_users(const struct anp_ss *ss, const struct anp_socket *s, FILE *to)
{
	size_t count, i;
	const struct anp_user *user = anp_users_of(ss->users, s->inode, &count);

	if (!count)
		return;
	fputs(" users:(", to);
	for (i = 0; i < count; i++)
		fprintf(to, "%s(\"%s\",pid=%d,fd=%d)", i ? "," : "", user[i].name, user[i].pid,
			user[i].fd);
	fputc(')', to);
}

static void print_process(const struct anp_ss *ss, const struct anp_socket *s, FILE *to)
{
	print_users(ss, s, to);
	if (ss->timer && s->timer) {
		fprintf(to, " timer:(%s,", anp_timer_name(s->timer));
		print_time(to, s->timer_ms);
		fprintf(to, ",%u)", s->timer_tries);
	}
	if (ss->extended) {
		if (s->uid)
			fprintf(to, " uid:%u", s->uid);
		if (s->dev)
			fprintf(to, " dev:%u", s->dev);
		fprintf(to, " ino:%" PRIu64 " sk:%" PRIx64, s->inode, s->cookie);
	}
}

static void print_item(const struct anp_socket *s, enum anp_item item, const char *word, FILE *to)
{
	if (s->items[item])
		fprintf(to, " %s:%" PRIu64, word, s->items[item]);
}

/* Microseconds of the kernel as milliseconds. */
static void print_ms(const struct anp_socket *s, enum anp_item item, const char *word, FILE *to)
{
	if (s->items[item])
		fprintf(to, " %s:%.12g", word, s->items[item] / 1000.0);
}

/* Bytes a second of the kernel as bits. */
static void print_rate(const struct anp_socket *s, enum anp_item item, const char *word, FILE *to)
{
	if (s->items[item] && s->items[item] != UINT64_MAX)
		fprintf(to, " %s %" PRIu64 "bps", word, s->items[item] * 8);
}

/* How much of the time it was busy it was limited by this, as ss says it. */
static void print_share(const struct anp_socket *s, enum anp_item item, const char *word, FILE *to)
{
	uint64_t busy = s->items[ANP_ITEM_BUSY_TIME];

	if (s->items[item] && busy)
		fprintf(to, " %s:%" PRIu64 "ms(%.1f%%)", word, s->items[item] / 1000,
			100.0 * s->items[item] / busy);
}

static void print_options(const struct anp_socket *s, FILE *to)
{
	uint64_t options = s->items[ANP_ITEM_OPTIONS];

	if (options & TCPI_OPT_TIMESTAMPS)
		fputs(" ts", to);
	if (options & TCPI_OPT_SACK)
		fputs(" sack", to);
	if (options & TCPI_OPT_ECN)
		fputs(" ecn", to);
	if (options & TCPI_OPT_ECN_SEEN)
		fputs(" ecnseen", to);
	if (s->congestion[0])
		fprintf(to, " %s", s->congestion);
	if (options & TCPI_OPT_WSCALE)
		fprintf(to, " wscale:%" PRIu64 ",%" PRIu64, s->items[ANP_ITEM_SND_WSCALE],
			s->items[ANP_ITEM_RCV_WSCALE]);
}

static void print_path(const struct anp_socket *s, FILE *to)
{
	const uint64_t *v = s->items;

	print_ms(s, ANP_ITEM_RTO, "rto", to);
	print_item(s, ANP_ITEM_BACKOFF, "backoff", to);
	if (v[ANP_ITEM_RTT])
		fprintf(to, " rtt:%.12g/%.12g", v[ANP_ITEM_RTT] / 1000.0,
			v[ANP_ITEM_RTTVAR] / 1000.0);
	print_ms(s, ANP_ITEM_ATO, "ato", to);
	print_item(s, ANP_ITEM_SND_MSS, "mss", to);
	print_item(s, ANP_ITEM_PMTU, "pmtu", to);
	print_item(s, ANP_ITEM_RCV_MSS, "rcvmss", to);
	print_item(s, ANP_ITEM_ADVMSS, "advmss", to);
	print_item(s, ANP_ITEM_CWND, "cwnd", to);
	/* "Infinite" until the first loss. */
	if (v[ANP_ITEM_SSTHRESH] < INT32_MAX)
		print_item(s, ANP_ITEM_SSTHRESH, "ssthresh", to);
}

static void print_counts(const struct anp_socket *s, FILE *to)
{
	const uint64_t *v = s->items;

	print_item(s, ANP_ITEM_BYTES_SENT, "bytes_sent", to);
	print_item(s, ANP_ITEM_BYTES_RETRANS, "bytes_retrans", to);
	print_item(s, ANP_ITEM_BYTES_ACKED, "bytes_acked", to);
	print_item(s, ANP_ITEM_BYTES_RECEIVED, "bytes_received", to);
	print_item(s, ANP_ITEM_SEGS_OUT, "segs_out", to);
	print_item(s, ANP_ITEM_SEGS_IN, "segs_in", to);
	print_item(s, ANP_ITEM_DATA_SEGS_OUT, "data_segs_out", to);
	print_item(s, ANP_ITEM_DATA_SEGS_IN, "data_segs_in", to);
	print_item(s, ANP_ITEM_LAST_SND, "lastsnd", to);
	print_item(s, ANP_ITEM_LAST_RCV, "lastrcv", to);
	print_item(s, ANP_ITEM_LAST_ACK, "lastack", to);
	print_rate(s, ANP_ITEM_PACING_RATE, "pacing_rate", to);
	print_rate(s, ANP_ITEM_DELIVERY_RATE, "delivery_rate", to);
	if (v[ANP_ITEM_APP_LIMITED])
		fputs(" app_limited", to);
	if (v[ANP_ITEM_BUSY_TIME])
		fprintf(to, " busy:%" PRIu64 "ms", v[ANP_ITEM_BUSY_TIME] / 1000);
	print_share(s, ANP_ITEM_RWND_LIMITED, "rwnd_limited", to);
	print_share(s, ANP_ITEM_SNDBUF_LIMITED, "sndbuf_limited", to);
	print_item(s, ANP_ITEM_UNACKED, "unacked", to);
	if (v[ANP_ITEM_RETRANS] || v[ANP_ITEM_TOTAL_RETRANS])
		fprintf(to, " retrans:%" PRIu64 "/%" PRIu64, v[ANP_ITEM_RETRANS],
			v[ANP_ITEM_TOTAL_RETRANS]);
	print_item(s, ANP_ITEM_LOST, "lost", to);
	print_item(s, ANP_ITEM_SACKED, "sacked", to);
	print_item(s, ANP_ITEM_DSACK_DUPS, "dsack_dups", to);
	/* Three is what everybody begins with. */
	if (v[ANP_ITEM_REORDERING] != 3)
		print_item(s, ANP_ITEM_REORDERING, "reordering", to);
	print_item(s, ANP_ITEM_REORD_SEEN, "reord_seen", to);
	print_ms(s, ANP_ITEM_RCV_RTT, "rcv_rtt", to);
	print_item(s, ANP_ITEM_RCV_SPACE, "rcv_space", to);
	print_item(s, ANP_ITEM_RCV_SSTHRESH, "rcv_ssthresh", to);
	print_item(s, ANP_ITEM_NOTSENT, "notsent", to);
	if (v[ANP_ITEM_MIN_RTT] != UINT32_MAX)
		print_ms(s, ANP_ITEM_MIN_RTT, "minrtt", to);
	print_item(s, ANP_ITEM_SND_WND, "snd_wnd", to);
}

static void print_info(const struct anp_socket *s, FILE *to)
{
	print_options(s, to);
	/* A listener has no path. */
	if (s->state == ANP_LISTEN)
		return;
	print_path(s, to);
	print_counts(s, to);
}

static void print_memory(const struct anp_socket *s, FILE *to)
{
	static const char * const words[] = { "r", "rb", "t", "tb", "f", "w", "o", "bl", "d" };
	size_t i;

	fputs(" skmem:(", to);
	for (i = 0; i < ANP_ITEMS - ANP_ITEM_MEMORY; i++)
		fprintf(to, "%s%s%" PRIu64, i ? "," : "", words[i], s->items[ANP_ITEM_MEMORY + i]);
	fputc(')', to);
}

/* A request and a socket in TIME-WAIT lack both, UDP the second. */
static void print_details(const struct anp_ss *ss, const struct anp_socket *s, FILE *to)
{
	bool memory = ss->memory && s->has_memory;
	bool info = ss->info && s->has_tcp;

	if (!memory && !info)
		return;
	fputs("\n\t", to);
	if (memory)
		print_memory(s, to);
	if (info)
		print_info(s, to);
}

static bool is_address(enum column c)
{
	return c == LOCAL || c == PEER;
}

/* Addresses stand to the right, against their port; everything else to the left. */
static void print_cells(char cells[][CELL], const int *width, enum column first, FILE *to)
{
	enum column c;

	for (c = first; c < COLUMNS; c++)
		fprintf(to, is_address(c) ? "%*s" : "%-*s%s", width[c], cells[c],
			c == COLUMNS - 1 ? "" : " ");
}

void anp_ss_line(const struct anp_ss *ss, const struct anp_socket *s, FILE *to)
{
	struct row row;

	fill(ss, &row, s);
	fprintf(to, "%s %s %s%s %s%s", row.cells[NETID], row.cells[STATE], row.cells[LOCAL],
		row.cells[LOCAL_PORT], row.cells[PEER], row.cells[PEER_PORT]);
	print_process(ss, s, to);
	print_details(ss, s, to);
	fputc('\n', to);
}

int anp_ss_text(const struct anp_ss *ss, const struct anp_sockets *sockets, FILE *to)
{
	bool one_table = !(ss->tables & (ss->tables - 1));
	struct row *rows = calloc(sockets->count + 1, sizeof(*rows));
	int width[COLUMNS] = { 0 };
	size_t count = 1, i;
	enum column c;

	if (!rows)
		return -1;
	for (c = 0; c < COLUMNS; c++)
		strcpy(rows[0].cells[c], headers[c]);
	for (i = 0; i < sockets->count; i++)
		if (anp_ss_wants(ss, &sockets->list[i]))
			fill(ss, &rows[count++], &sockets->list[i]);
	for (i = 0; i < count; i++)
		for (c = 0; c < COLUMNS; c++)
			if ((int)strlen(rows[i].cells[c]) > width[c])
				width[c] = strlen(rows[i].cells[c]);
	for (i = ss->no_header; i < count; i++) {
		print_cells(rows[i].cells, width, one_table ? STATE : NETID, to);
		if (i == 0) {
			fputs(" Process", to);
		} else {
			print_process(ss, rows[i].socket, to);
			print_details(ss, rows[i].socket, to);
		}
		fputc('\n', to);
	}
	free(rows);
	return 0;
}
