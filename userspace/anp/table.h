/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket tables of /proc/net/anp: a line is the columns of /proc/net/tcp and then key=value
 * pairs.  What is not known here is passed over, so that an older tool reads a newer module.
 */
#ifndef ANP_TABLE_H
#define ANP_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* In the order in which they are shown. */
enum anp_table {
	ANP_TABLE_ICMP,
	ANP_TABLE_UDP,
	ANP_TABLE_TCP,
	ANP_TABLES,
};

/* The key=value pairs; a pair of numbers (wscale=7,6 and retrans=0/3) is two items in a row. */
enum anp_item {
	ANP_ITEM_RTO,
	ANP_ITEM_SRTT,
	ANP_ITEM_RTTVAR,
	ANP_ITEM_CWND,
	ANP_ITEM_SSTHRESH,
	ANP_ITEM_MSS,
	ANP_ITEM_PMTU,
	ANP_ITEM_SND_WND,
	ANP_ITEM_RCV_WND,
	ANP_ITEM_SND_WSCALE,
	ANP_ITEM_RCV_WSCALE,
	ANP_ITEM_UNACKED,
	ANP_ITEM_RETRANS,
	ANP_ITEM_TOTAL_RETRANS,
	ANP_ITEM_BYTES_ACKED,
	ANP_ITEM_BYTES_RECEIVED,
	ANP_ITEM_SEGS_OUT,
	ANP_ITEM_SEGS_IN,
	ANP_ITEM_RMEM,
	ANP_ITEM_WMEM,
	ANP_ITEM_RCVBUF,
	ANP_ITEM_SNDBUF,
	ANP_ITEM_DROPS,
	ANP_ITEMS,
};

/* The first item that tells of memory; those before tell of TCP. */
#define ANP_ITEM_MEMORY ANP_ITEM_RMEM

/* State numbers are those of <net/tcp_states.h>, which the kernel prints in hex. */
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
 * struct anp_socket - one line of a table
 * @table: which one
 * @state: enum anp_state; 0 for a number that is not known
 * @local_addr: network byte order, as @peer_addr
 * @peer_addr:
 * @local_port: host byte order, as @peer_port
 * @peer_port:
 * @send_queue: bytes; the limit of the accept queue of a listener
 * @recv_queue: bytes; the length of the accept queue of a listener
 * @timer: 0 none, 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 window probe
 * @timer_ticks: when it expires, in clock ticks of user space
 * @timer_tries: how often it did
 * @uid: the owner
 * @inode: what /proc/PID/fd names it by
 * @present: a bit for each item that the line had
 * @items: their values; times in microseconds, the rest in bytes or plain numbers
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
	uint64_t timer_ticks;
	unsigned int timer_tries;
	unsigned int uid;
	uint64_t inode;
	uint32_t present;
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

/** anp_table_name() - "icmp", "udp", "tcp": the file, and ss's Netid */
const char *anp_table_name(enum anp_table table);

/** anp_state_name() - the word ss has for a state */
const char *anp_state_name(unsigned int state);

/** anp_item_name() - the name of an item in JSON, with its unit where it has one */
const char *anp_item_name(enum anp_item item);

/** anp_socket_has() - did the line of the socket have this item? */
static inline bool anp_socket_has(const struct anp_socket *s, enum anp_item item)
{
	return s->present & 1u << item;
}

/**
 * anp_socket_parse() - read one line
 * @line: the line
 * @table: the table it is from
 * @s: is filled
 *
 * Return: 0, or -1 for a line that is no socket (the header, or damage).
 */
int anp_socket_parse(const char *line, enum anp_table table, struct anp_socket *s);

/**
 * anp_table_read() - read a whole table
 * @f: the file
 * @table: which one it is
 * @sockets: what is read is added here
 *
 * Return: 0, or -1 and errno.
 */
int anp_table_read(FILE *f, enum anp_table table, struct anp_sockets *sockets);

#endif /* ANP_TABLE_H */
