/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an administrator sets for all TCP connections of a namespace: the files of /proc/sys/net/anp
 * (module/sysctl.c), with the names, units and meanings of Linux' net.ipv4.tcp_*.  Written without a
 * lock at any time: readers use READ_ONCE() each time and keep no copies.
 */
#ifndef ANP_TCP_CONF_H
#define ANP_TCP_CONF_H

#include <linux/siphash.h>

#define ANP_TCP_BUF_MIN	4096

/* Fast Open: the bits of Linux' net.ipv4.tcp_fastopen. */
#define ANP_TCP_FO_CLIENT		0x001
#define ANP_TCP_FO_SERVER		0x002
#define ANP_TCP_FO_CLIENT_NO_COOKIE	0x004
#define ANP_TCP_FO_SERVER_NO_COOKIE	0x200
#define ANP_TCP_FO_ALL_LISTENERS	0x400	/* also those without TCP_FASTOPEN */

/* What becomes of a congestion window that is not used (cwv.c). */
enum anp_tcp_idle {
	ANP_TCP_IDLE_KEEP,
	ANP_TCP_IDLE_HALVE,		/* RFC 2861, as Linux */
	ANP_TCP_IDLE_VALIDATE,		/* RFC 7661 */
};

struct anp_tcp_conf {
	/* What is offered in SYNs; 0 or 1 (timestamps: 2 is without the random offset). */
	int	sack;
	int	timestamps;
	int	window_scaling;
	int	ecn;			/* enum anp_tcp_ecn_mode, 0 to 2 */
	/* How often something is sent again before it is given up. */
	int	syn_retries;
	int	synack_retries;
	int	retries1;		/* after so many timeouts the path is suspected */
	int	retries2;		/* RFC 9293 3.8.3 R2 */
	int	orphan_retries;		/* 0: eight */
	int	rto_max_ms;		/* ms between two tries at most, 1000 to 120000 */
	int	fin_timeout;		/* s an orphan stays in FIN-WAIT-2 */
	int	keepalive_time;		/* s */
	int	keepalive_intvl;	/* s */
	int	keepalive_probes;
	int	slow_start_after_idle;	/* enum anp_tcp_idle */
	/* Path MTU probing (RFC 4821); sizes in bytes of payload. */
	int	mtu_probing;		/* 0: never, 1: when nothing comes through, 2: always */
	int	base_mss;		/* where a search begins */
	int	mtu_probe_floor;	/* and below which it never goes */
	int	mtu_probe_threshold;	/* a smaller range is not worth a probe */
	int	mtu_probe_interval;	/* s until a path may have become better */
	/* What a connection may have in the layers below (smallq.c). */
	int	limit_output_bytes;	/* at most, where its rate is not paced */
	int	autocorking;		/* 1: a short segment waits while anything is there */
	/* RFC 5961 7: challenge ACKs a second, of all connections; INT_MAX: no limit. */
	int	challenge_ack_limit;
	int	invalid_ratelimit;	/* ms between ACKs of one connection for what is not acceptable */
	int	reuse_tw;		/* connect() over TIME-WAIT; 0: no, 1: yes, 2: loopback */
	/* Listeners. */
	int	syncookies;		/* 0: never, 1: when the SYN queue is full, 2: always */
	int	max_syn_backlog;	/* without cookies, of one listener */
	int	abort_on_overflow;	/* a full accept queue: 0: the ACK is lost, 1: RST */
	int	fastopen;		/* ANP_TCP_FO_*: RFC 7413 */
	int	fastopen_blackhole;	/* s that it is not used where a path swallows it; 0: no */
	/* Limits of a namespace. */
	int	max_orphans;
	int	max_tw_buckets;
	/* Bytes of a socket's buffers: to be had under memory pressure too, at first, at most. */
	int	rmem[3];
	int	wmem[3];
};

/* Secrets of a namespace that SYN cookies are made and checked with (cookie.c). */
struct anp_tcp_cookie_key {
	siphash_key_t secret[2];
};

/*
 * Secrets that Fast Open cookies are made with (fastopen.c): the first makes new ones, all are
 * believed.
 */
#define ANP_TCP_FO_KEYS	2
struct anp_tcp_fo_keys {
	siphash_key_t key[ANP_TCP_FO_KEYS];
	u8	n;			/* 1 or 2 */
};

/* What is left of challenge_ack_limit; races between CPUs do it no harm. */
struct anp_tcp_challenge {
	u32	second;
	u32	left;
};

/* What holds where nobody has set anything. */
extern const struct anp_tcp_conf anp_tcp_conf_default;

#endif /* ANP_TCP_CONF_H */
