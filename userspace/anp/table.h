/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets as netlink tells them.  What is not known here is passed over, so that an older tool
 * reads a newer module.
 */
#ifndef ANP_TABLE_H
#define ANP_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/* In the order in which they are shown. */
enum anp_table {
	ANP_TABLE_RAW,
	ANP_TABLE_ICMP,
	ANP_TABLE_UDP,
	ANP_TABLE_TCP,
	ANP_TABLES,
};

/* What the kernel tells of a socket besides its names: first what TCP knows, then memory. */
enum anp_item {
	ANP_ITEM_RTO,
	ANP_ITEM_ATO,
	ANP_ITEM_RTT,
	ANP_ITEM_RTTVAR,
	ANP_ITEM_RCV_RTT,
	ANP_ITEM_MIN_RTT,
	ANP_ITEM_SND_MSS,
	ANP_ITEM_RCV_MSS,
	ANP_ITEM_ADVMSS,
	ANP_ITEM_PMTU,
	ANP_ITEM_SND_WSCALE,
	ANP_ITEM_RCV_WSCALE,
	ANP_ITEM_CWND,
	ANP_ITEM_SSTHRESH,
	ANP_ITEM_RCV_SSTHRESH,
	ANP_ITEM_RCV_SPACE,
	ANP_ITEM_SND_WND,
	ANP_ITEM_UNACKED,
	ANP_ITEM_SACKED,
	ANP_ITEM_LOST,
	ANP_ITEM_RETRANS,
	ANP_ITEM_TOTAL_RETRANS,
	ANP_ITEM_REORDERING,
	ANP_ITEM_BACKOFF,
	ANP_ITEM_BYTES_SENT,
	ANP_ITEM_BYTES_RETRANS,
	ANP_ITEM_BYTES_ACKED,
	ANP_ITEM_BYTES_RECEIVED,
	ANP_ITEM_NOTSENT,
	ANP_ITEM_SEGS_OUT,
	ANP_ITEM_SEGS_IN,
	ANP_ITEM_DATA_SEGS_OUT,
	ANP_ITEM_DATA_SEGS_IN,
	ANP_ITEM_LAST_SND,
	ANP_ITEM_LAST_RCV,
	ANP_ITEM_LAST_ACK,
	ANP_ITEM_DELIVERY_RATE,
	ANP_ITEM_PACING_RATE,
	ANP_ITEM_BUSY_TIME,
	ANP_ITEM_RWND_LIMITED,
	ANP_ITEM_SNDBUF_LIMITED,
	ANP_ITEM_DSACK_DUPS,
	ANP_ITEM_REORD_SEEN,
	ANP_ITEM_OPTIONS,
	ANP_ITEM_APP_LIMITED,
	ANP_ITEM_RMEM,
	ANP_ITEM_RCVBUF,
	ANP_ITEM_WMEM,
	ANP_ITEM_SNDBUF,
	ANP_ITEM_FORWARD,
	ANP_ITEM_QUEUED,
	ANP_ITEM_OPTMEM,
	ANP_ITEM_BACKLOG,
	ANP_ITEM_DROPS,
	ANP_ITEMS,
};

/* The first item that tells of memory; those before tell of TCP. */
#define ANP_ITEM_MEMORY ANP_ITEM_RMEM

/* State numbers are those of <netinet/tcp.h>. */
enum anp_state {
	ANP_ESTABLISHED = 1,
	ANP_SYN_SENT,
	ANP_SYN_RECV,
	ANP_FIN_WAIT1,
	ANP_FIN_WAIT2,
	ANP_TIME_WAIT,
	ANP_CLOSE,
	ANP_CLOSE_WAIT,
	ANP_LAST_ACK,
	ANP_LISTEN,
	ANP_CLOSING,
	ANP_STATES,
};

/**
 * struct anp_socket - one socket
 * @table: which one
 * @state: enum anp_state; 0 for a number that is not known
 * @local_addr: network byte order, as @peer_addr
 * @peer_addr:
 * @local_port: host byte order, as @peer_port
 * @peer_port:
 * @send_queue: bytes; the limit of the accept queue of a listener
 * @recv_queue: bytes; the length of the accept queue of a listener
 * @timer: 0 none, 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 window probe
 * @timer_ms: when it expires
 * @timer_tries: how often it did
 * @dev: the index of the device it is bound to; 0: none
 * @uid: the owner
 * @inode: what /proc/PID/fd names it by
 * @cookie: SO_COOKIE: no other socket ever has it
 * @has_tcp: the items that tell of TCP are there
 * @has_memory: those that tell of memory are there
 * @items: their values, in the units of struct tcp_info
 * @congestion: the name of the congestion control, or ""
 */
struct anp_socket {
	enum anp_table table;
	unsigned int state;
	uint32_t local_addr;
	uint32_t peer_addr;
	unsigned int local_port;
	unsigned int peer_port;
	uint64_t send_queue;
	uint64_t recv_queue;
	unsigned int timer;
	uint64_t timer_ms;
	unsigned int timer_tries;
	unsigned int dev;
	unsigned int uid;
	uint64_t inode;
	uint64_t cookie;
	bool has_tcp;
	bool has_memory;
	uint64_t items[ANP_ITEMS];
	char congestion[32];
};

/**
 * struct anp_sockets - sockets as they were read
 * @list: @count of them
 * @count: how many
 * @room: how many fit
 */
struct anp_sockets {
	struct anp_socket *list;
	size_t count;
	size_t room;
};

/** anp_table_name() - "icmp", "udp", "tcp": ss's Netid */
const char *anp_table_name(enum anp_table table);

/** anp_table_protocol() - its IPPROTO_* number */
unsigned int anp_table_protocol(enum anp_table table);

/** anp_state_name() - the word ss has for a state */
const char *anp_state_name(unsigned int state);

/** anp_item_name() - the name of an item in JSON, with its unit where it has one */
const char *anp_item_name(enum anp_item item);

/** anp_socket_has() - did the kernel tell this of the socket? */
static inline bool anp_socket_has(const struct anp_socket *s, enum anp_item item)
{
	return item < ANP_ITEM_MEMORY ? s->has_tcp : s->has_memory;
}

/**
 * anp_socket_read() - read the attributes of one socket
 * @attrs: @len bytes of them
 * @s: is filled
 *
 * Return: 0, or -1 if they tell of no socket.
 */
int anp_socket_read(const void *attrs, size_t len, struct anp_socket *s);

/** anp_sockets_add() - append a copy of @s; 0, or -1 and errno */
int anp_sockets_add(struct anp_sockets *sockets, const struct anp_socket *s);

#endif /* ANP_TABLE_H */
