// SPDX-License-Identifier: GPL-2.0
/*
 * Reading sockets from the attributes of netlink messages.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <linux/tcp.h>

#include <linux/anp.h>
#include "netlink.h"
#include "table.h"

static const char * const table_names[ANP_TABLES] = { "raw", "icmp", "udp", "tcp" };

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

/* The name in JSON; where it is in struct tcp_info, if it is a whole member of that. */
static const struct {
	const char *json;
	unsigned short offset, size;
} items[ANP_ITEMS] = {
#define INFO(name, member) { name, offsetof(struct tcp_info, member), \
			     sizeof(((struct tcp_info *)0)->member) }
	[ANP_ITEM_RTO] = INFO("rto_us", tcpi_rto),
	[ANP_ITEM_ATO] = INFO("ato_us", tcpi_ato),
	[ANP_ITEM_RTT] = INFO("rtt_us", tcpi_rtt),
	[ANP_ITEM_RTTVAR] = INFO("rttvar_us", tcpi_rttvar),
	[ANP_ITEM_RCV_RTT] = INFO("rcv_rtt_us", tcpi_rcv_rtt),
	[ANP_ITEM_MIN_RTT] = INFO("min_rtt_us", tcpi_min_rtt),
	[ANP_ITEM_SND_MSS] = INFO("mss", tcpi_snd_mss),
	[ANP_ITEM_RCV_MSS] = INFO("rcv_mss", tcpi_rcv_mss),
	[ANP_ITEM_ADVMSS] = INFO("advmss", tcpi_advmss),
	[ANP_ITEM_PMTU] = INFO("pmtu", tcpi_pmtu),
	[ANP_ITEM_SND_WSCALE] = { .json = "snd_wscale" },
	[ANP_ITEM_RCV_WSCALE] = { .json = "rcv_wscale" },
	[ANP_ITEM_CWND] = INFO("cwnd", tcpi_snd_cwnd),
	[ANP_ITEM_SSTHRESH] = INFO("ssthresh", tcpi_snd_ssthresh),
	[ANP_ITEM_RCV_SSTHRESH] = INFO("rcv_ssthresh", tcpi_rcv_ssthresh),
	[ANP_ITEM_RCV_SPACE] = INFO("rcv_space", tcpi_rcv_space),
	[ANP_ITEM_SND_WND] = INFO("snd_wnd", tcpi_snd_wnd),
	[ANP_ITEM_UNACKED] = INFO("unacked", tcpi_unacked),
	[ANP_ITEM_SACKED] = INFO("sacked", tcpi_sacked),
	[ANP_ITEM_LOST] = INFO("lost", tcpi_lost),
	[ANP_ITEM_RETRANS] = INFO("retrans", tcpi_retrans),
	[ANP_ITEM_TOTAL_RETRANS] = INFO("total_retrans", tcpi_total_retrans),
	[ANP_ITEM_REORDERING] = INFO("reordering", tcpi_reordering),
	[ANP_ITEM_BACKOFF] = INFO("backoff", tcpi_backoff),
	[ANP_ITEM_BYTES_SENT] = INFO("bytes_sent", tcpi_bytes_sent),
	[ANP_ITEM_BYTES_RETRANS] = INFO("bytes_retrans", tcpi_bytes_retrans),
	[ANP_ITEM_BYTES_ACKED] = INFO("bytes_acked", tcpi_bytes_acked),
	[ANP_ITEM_BYTES_RECEIVED] = INFO("bytes_received", tcpi_bytes_received),
	[ANP_ITEM_NOTSENT] = INFO("notsent", tcpi_notsent_bytes),
	[ANP_ITEM_SEGS_OUT] = INFO("segs_out", tcpi_segs_out),
	[ANP_ITEM_SEGS_IN] = INFO("segs_in", tcpi_segs_in),
	[ANP_ITEM_DATA_SEGS_OUT] = INFO("data_segs_out", tcpi_data_segs_out),
	[ANP_ITEM_DATA_SEGS_IN] = INFO("data_segs_in", tcpi_data_segs_in),
	[ANP_ITEM_LAST_SND] = INFO("last_snd_ms", tcpi_last_data_sent),
	[ANP_ITEM_LAST_RCV] = INFO("last_rcv_ms", tcpi_last_data_recv),
	[ANP_ITEM_LAST_ACK] = INFO("last_ack_ms", tcpi_last_ack_recv),
	[ANP_ITEM_DELIVERY_RATE] = INFO("delivery_rate", tcpi_delivery_rate),
	[ANP_ITEM_PACING_RATE] = INFO("pacing_rate", tcpi_pacing_rate),
	[ANP_ITEM_BUSY_TIME] = INFO("busy_us", tcpi_busy_time),
	[ANP_ITEM_RWND_LIMITED] = INFO("rwnd_limited_us", tcpi_rwnd_limited),
	[ANP_ITEM_SNDBUF_LIMITED] = INFO("sndbuf_limited_us", tcpi_sndbuf_limited),
	[ANP_ITEM_DSACK_DUPS] = INFO("dsack_dups", tcpi_dsack_dups),
	[ANP_ITEM_REORD_SEEN] = INFO("reord_seen", tcpi_reord_seen),
	[ANP_ITEM_OPTIONS] = INFO("options", tcpi_options),
	[ANP_ITEM_APP_LIMITED] = { .json = "app_limited" },
	[ANP_ITEM_RMEM] = { .json = "rmem" },
	[ANP_ITEM_RCVBUF] = { .json = "rcvbuf" },
	[ANP_ITEM_WMEM] = { .json = "wmem" },
	[ANP_ITEM_SNDBUF] = { .json = "sndbuf" },
	[ANP_ITEM_FORWARD] = { .json = "forward" },
	[ANP_ITEM_QUEUED] = { .json = "queued" },
	[ANP_ITEM_OPTMEM] = { .json = "optmem" },
	[ANP_ITEM_BACKLOG] = { .json = "backlog" },
	[ANP_ITEM_DROPS] = { .json = "drops" },
#undef INFO
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

unsigned int anp_table_protocol(enum anp_table table)
{
	static const unsigned int protocols[ANP_TABLES] = {
		IPPROTO_RAW, IPPROTO_ICMP, IPPROTO_UDP, IPPROTO_TCP,
	};

	return protocols[table];
}

static void read_info(const struct nlattr *attr, struct anp_socket *s)
{
	struct tcp_info info = { 0 };
	size_t i;

	s->has_tcp = anp_nl_bytes(attr, &info, sizeof(info)) > 0;
	for (i = 0; i < ANP_ITEM_MEMORY; i++) {
		const char *at = (const char *)&info + items[i].offset;
		uint64_t u64;
		uint32_t u32;

		if (items[i].size == sizeof(u64)) {
			memcpy(&u64, at, sizeof(u64));
			s->items[i] = u64;
		} else if (items[i].size == sizeof(u32)) {
			memcpy(&u32, at, sizeof(u32));
			s->items[i] = u32;
		} else if (items[i].size) {
			s->items[i] = *(const uint8_t *)at;
		}
	}
	s->items[ANP_ITEM_SND_WSCALE] = info.tcpi_snd_wscale;
	s->items[ANP_ITEM_RCV_WSCALE] = info.tcpi_rcv_wscale;
	s->items[ANP_ITEM_APP_LIMITED] = info.tcpi_delivery_rate_app_limited;
}

/* In the order of SK_MEMINFO_*, as the items are. */
static void read_memory(const struct nlattr *attr, struct anp_socket *s)
{
	uint32_t mem[ANP_ITEMS - ANP_ITEM_MEMORY] = { 0 };
	size_t i;

	s->has_memory = anp_nl_bytes(attr, mem, sizeof(mem)) > 0;
	for (i = ANP_ITEM_MEMORY; i < ANP_ITEMS; i++)
		s->items[i] = mem[i - ANP_ITEM_MEMORY];
}

int anp_socket_read(const void *attrs, size_t len, struct anp_socket *s)
{
	const struct nlattr *a[ANP_ATTR_MAX + 1];
	unsigned int protocol;

	memset(s, 0, sizeof(*s));
	anp_nl_attrs(attrs, len, a, ANP_ATTR_MAX + 1);
	protocol = anp_nl_number(a[ANP_ATTR_PROTOCOL]);
	while (anp_table_protocol(s->table) != protocol)
		if (++s->table == ANP_TABLES)
			return -1;
	s->state = anp_nl_number(a[ANP_ATTR_STATE]);
	if (s->state >= ANP_STATES)
		s->state = 0;
	s->local_addr = anp_nl_number(a[ANP_ATTR_LADDR]);
	s->peer_addr = anp_nl_number(a[ANP_ATTR_DADDR]);
	s->local_port = ntohs(anp_nl_number(a[ANP_ATTR_LPORT]));
	s->peer_port = ntohs(anp_nl_number(a[ANP_ATTR_DPORT]));
	s->cookie = anp_nl_number(a[ANP_ATTR_COOKIE]);
	s->dev = anp_nl_number(a[ANP_ATTR_IFINDEX]);
	s->uid = anp_nl_number(a[ANP_ATTR_UID]);
	s->inode = anp_nl_number(a[ANP_ATTR_INODE]);
	s->recv_queue = anp_nl_number(a[ANP_ATTR_RQUEUE]);
	s->send_queue = anp_nl_number(a[ANP_ATTR_WQUEUE]);
	s->timer = anp_nl_number(a[ANP_ATTR_TIMER]);
	s->timer_ms = anp_nl_number(a[ANP_ATTR_EXPIRES]);
	s->timer_tries = anp_nl_number(a[ANP_ATTR_TRIES]);
	read_info(a[ANP_ATTR_TCP_INFO], s);
	read_memory(a[ANP_ATTR_MEMINFO], s);
	anp_nl_bytes(a[ANP_ATTR_CONGESTION], s->congestion, sizeof(s->congestion) - 1);
	return 0;
}

int anp_sockets_add(struct anp_sockets *sockets, const struct anp_socket *s)
{
	if (sockets->count == sockets->room) {
		size_t room = sockets->room ? 2 * sockets->room : 64;
		void *list = reallocarray(sockets->list, room, sizeof(*sockets->list));

		if (!list)
			return -1;
		sockets->list = list;
		sockets->room = room;
	}
	sockets->list[sockets->count++] = *s;
	return 0;
}
