// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the socket tables of /proc/net/anp.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const char * const table_names[ANP_TABLES] = { "icmp", "udp", "tcp" };

static const char * const state_names[ANP_STATES] = {
	[0] = "UNKNOWN",
	[ANP_ESTABLISHED] = "ESTAB",
	[ANP_SYN_SENT] = "SYN-SENT",
	[ANP_SYN_RECV] = "SYN-RECV",
	[ANP_FIN_WAIT1] = "FIN-WAIT-1",
	[ANP_FIN_WAIT2] = "FIN-WAIT-2",
	[ANP_TIME_WAIT] = "TIME-WAIT",
	[ANP_CLOSE] = "UNCONN",
	[ANP_CLOSE_WAIT] = "CLOSE-WAIT",
	[ANP_LAST_ACK] = "LAST-ACK",
	[ANP_LISTEN] = "LISTEN",
	[ANP_CLOSING] = "CLOSING",
};

/* The name in the table, and the name in JSON; an item without a key is the second of a pair. */
static const struct {
	const char *key;
	const char *json;
} items[ANP_ITEMS] = {
	[ANP_ITEM_RTO] = { "rto", "rto_us" },
	[ANP_ITEM_SRTT] = { "srtt", "srtt_us" },
	[ANP_ITEM_RTTVAR] = { "rttvar", "rttvar_us" },
	[ANP_ITEM_CWND] = { "cwnd", "cwnd" },
	[ANP_ITEM_SSTHRESH] = { "ssthresh", "ssthresh" },
	[ANP_ITEM_MSS] = { "mss", "mss" },
	[ANP_ITEM_PMTU] = { "pmtu", "pmtu" },
	[ANP_ITEM_SND_WND] = { "snd_wnd", "snd_wnd" },
	[ANP_ITEM_RCV_WND] = { "rcv_wnd", "rcv_wnd" },
	[ANP_ITEM_SND_WSCALE] = { "wscale", "snd_wscale" },
	[ANP_ITEM_RCV_WSCALE] = { NULL, "rcv_wscale" },
	[ANP_ITEM_UNACKED] = { "unacked", "unacked" },
	[ANP_ITEM_RETRANS] = { "retrans", "retrans" },
	[ANP_ITEM_TOTAL_RETRANS] = { NULL, "total_retrans" },
	[ANP_ITEM_BYTES_ACKED] = { "bytes_acked", "bytes_acked" },
	[ANP_ITEM_BYTES_RECEIVED] = { "bytes_received", "bytes_received" },
	[ANP_ITEM_SEGS_OUT] = { "segs_out", "segs_out" },
	[ANP_ITEM_SEGS_IN] = { "segs_in", "segs_in" },
	[ANP_ITEM_RMEM] = { "rmem", "rmem" },
	[ANP_ITEM_WMEM] = { "wmem", "wmem" },
	[ANP_ITEM_RCVBUF] = { "rcvbuf", "rcvbuf" },
	[ANP_ITEM_SNDBUF] = { "sndbuf", "sndbuf" },
	[ANP_ITEM_DROPS] = { "drops", "drops" },
};

const char *anp_table_name(enum anp_table table)
{
	return table_names[table];
}

const char *anp_state_name(unsigned int state)
{
	return state_names[state < ANP_STATES ? state : 0];
}

const char *anp_item_name(enum anp_item item)
{
	return items[item].json;
}

static bool is_key(const char *token, size_t len, const char *key)
{
	return key && strlen(key) == len && !memcmp(token, key, len);
}

/* Take the number at @text.  Return: what follows it, or NULL if none is there. */
static const char *take_number(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	*value = strtoull(text, &end, 10);
	return end;
}

static void store(struct anp_socket *s, enum anp_item item, uint64_t value)
{
	s->items[item] = value;
	s->present |= 1u << item;
}

static void parse_pair(const char *token, size_t len, struct anp_socket *s)
{
	const char *eq = memchr(token, '=', len), *rest;
	uint64_t value;
	size_t i;

	if (!eq)
		return;
	if (is_key(token, eq - token, "ca")) {
		len -= eq + 1 - token;
		if (len < sizeof(s->congestion)) {
			memcpy(s->congestion, eq + 1, len);
			s->congestion[len] = 0;
		}
		return;
	}
	for (i = 0; i < ANP_ITEMS; i++) {
		if (!is_key(token, eq - token, items[i].key))
			continue;
		rest = take_number(eq + 1, &value);
		if (!rest)
			return;
		store(s, i, value);
		if (i + 1 < ANP_ITEMS && !items[i + 1].key && (*rest == ',' || *rest == '/') &&
		    take_number(rest + 1, &value))
			store(s, i + 1, value);
		return;
	}
}

int anp_socket_parse(const char *line, enum anp_table table, struct anp_socket *s)
{
	int used = 0;

	memset(s, 0, sizeof(*s));
	s->table = table;
	if (sscanf(line, " %*u: %" SCNx32 ":%x %" SCNx32 ":%x %x %" SCNx64 ":%" SCNx64
			 " %x:%" SCNx64 " %x %u %*d %" SCNu64 "%n",
		   &s->local_addr, &s->local_port, &s->peer_addr, &s->peer_port, &s->state,
		   &s->send_queue, &s->recv_queue, &s->timer, &s->timer_ticks, &s->timer_tries,
		   &s->uid, &s->inode, &used) != 12 || !used)
		return -1;
	/* TCP_NEW_SYN_RECV: the kernel's own name for a request that has no socket yet. */
	if (s->state == 12)
		s->state = ANP_SYN_RECV;
	if (s->state >= ANP_STATES)
		s->state = 0;
	line += used;
	while (*line) {
		size_t len;

		line += strspn(line, " \t\n");
		len = strcspn(line, " \t\n");
		parse_pair(line, len, s);
		line += len;
	}
	return 0;
}

static struct anp_socket *add(struct anp_sockets *sockets)
{
	if (sockets->count == sockets->room) {
		size_t room = sockets->room ? 2 * sockets->room : 64;
		void *list = reallocarray(sockets->list, room, sizeof(*sockets->list));

		if (!list)
			return NULL;
		sockets->list = list;
		sockets->room = room;
	}
	return &sockets->list[sockets->count];
}

int anp_table_read(FILE *f, enum anp_table table, struct anp_sockets *sockets)
{
	struct anp_socket *s;
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (getline(&line, &size, f) >= 0) {
		s = add(sockets);
		if (!s) {
			ret = -1;
			break;
		}
		if (!anp_socket_parse(line, table, s))
			sockets->count++;
	}
	if (ferror(f))
		ret = -1;
	free(line);
	return ret;
}
