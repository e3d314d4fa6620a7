/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * AF_ANP: the ABI between anp.ko and programs.
 *
 * A program needs this header only for what is new.  Everything else is plain Linux: addresses are
 * laid out as struct sockaddr_in, SOL_IP, SOL_TCP and SOL_UDP options carry the constants and
 * structures of <netinet/in.h>, <linux/tcp.h> and <linux/udp.h>, ioctls those of
 * <linux/sockios.h>.  An option that ANP does not know is refused with ENOPROTOOPT and counted.
 *
 * The header compiles alone, as C and as C++.
 */
#ifndef _UAPI_LINUX_ANP_H
#define _UAPI_LINUX_ANP_H

#include <linux/types.h>

/*
 * The address family.  Kernels refuse family numbers of AF_MAX and above, so ANP borrows the number
 * of the dead AF_SNA: tools that print the name of a family (strace, dmesg, lockdep) say "SNA".
 */
#ifndef AF_ANP
#define AF_ANP 22
#endif
#ifndef PF_ANP
#define PF_ANP AF_ANP
#endif

/**
 * struct sockaddr_anp - the address of an AF_ANP socket, laid out as struct sockaddr_in
 * @sanp_family: AF_ANP or AF_INET on input; on output what ANP_ADDR_FAMILY says, of AF_ANP and AF_INET
 * @sanp_port: port in network byte order; the echo identifier for a ping socket
 * @sanp_addr: IPv4 address in network byte order
 * @sanp_zero: padding up to sizeof(struct sockaddr_in), ignored on input, zero on output
 */
struct sockaddr_anp {
	__u16	sanp_family;
	__be16	sanp_port;
	__be32	sanp_addr;
	__u8	sanp_zero[8];
};

/* setsockopt() and getsockopt() level of the options below. */
#define SOL_ANP 322

/*
 * ANP_ADDR_FAMILY (int, AF_ANP, AF_INET or AF_INET6; default AF_ANP): the family that accept(),
 * getsockname(), getpeername() and recvfrom() answer in.  Accepted sockets inherit it.  Other values:
 * EINVAL.  A launcher of unmodified programs sets AF_INET, so that socket() is the only call it must
 * catch.
 *
 * With AF_INET6 the socket speaks IPv4 by struct sockaddr_in6: it takes IPv4-mapped addresses
 * (::ffff:192.0.2.1) and ::, which is 0.0.0.0, and answers in such.  A real IPv6 address is
 * EADDRNOTAVAIL to bind() and ENETUNREACH to who would send there.  Options of SOL_IPV6 that SOL_IP
 * has under another name work, as do their control messages, which take the place of SOL_IP's;
 * IPV6_V6ONLY leaves nothing that the socket could speak.
 */
#define ANP_ADDR_FAMILY 1

/*
 * ANP_REUSEPORT (int, 0 or 1; default 0): what SO_REUSEPORT is to AF_INET, which the kernel refuses
 * to other families.  Sockets of one user that all set it before bind() share an address and port;
 * what arrives goes to one of them, chosen by a hash of both addresses and ports.
 */
#define ANP_REUSEPORT 2

/*
 * ANP_ZEROCOPY (int, 0 or 1; default 0), of stream and UDP sockets: what SO_ZEROCOPY is to AF_INET,
 * which Linux 6.1 refuses to other families.  send() with MSG_ZEROCOPY then leaves the bytes where they
 * are, and the error queue tells when they may be changed again.  Accepted sockets inherit it.
 */
#define ANP_ZEROCOPY 3

/* The routing table of every anp device; iproute2 knows it by name with rt_tables.d/anp.conf. */
#define ANP_RT_TABLE 1066

/* The link type: ip link add NAME link LOWER type anp. */
#define ANP_LINK_KIND "anp"

/*
 * IFLA_ANP_RX_MODE (u32): how received frames come from the lower device to the stack.  ethtool's
 * private flags rx-interrupt, rx-poll and rx-hybrid say the same; none of them is inline.
 */
enum {
	/* In the softirq of the lower device, one by one. */
	ANP_RX_MODE_INLINE,
	/* By a ring and a virtual interrupt, moderated as ethtool -C says. */
	ANP_RX_MODE_INTERRUPT,
	/* By a ring that is looked at every rx-usecs (50 if that is 0); no interrupts. */
	ANP_RX_MODE_POLL,
	/*
	 * By interrupts until pkt-rate-high frames per second come, by polling until they are fewer
	 * than pkt-rate-low (20 000 and 5 000 where these are 0).
	 */
	ANP_RX_MODE_HYBRID,
	__ANP_RX_MODE_MAX
};

#define ANP_RX_MODE_MAX (__ANP_RX_MODE_MAX - 1)

/*
 * Attributes of the link type, nested in IFLA_INFO_DATA; reported, and taken when a device is made
 * or changed.  The mode reported is the one in force: with rx-usecs, rx-frames or adaptive-rx set,
 * inline becomes interrupt.
 */
enum {
	IFLA_ANP_UNSPEC,
	IFLA_ANP_RX_MODE,
	__IFLA_ANP_MAX
};

#define IFLA_ANP_MAX (__IFLA_ANP_MAX - 1)

/*
 * Generic netlink: the sockets of a network namespace listed, destroyed, watched.
 *
 * ANP_CMD_SOCK_GET is a dump, for everybody.  It answers with an ANP_CMD_SOCK_NEW for each socket
 * that fits all of the request's filters: connections in every state, requests of SYN queues and
 * TIME-WAIT among them, listeners, and the bound UDP and ping sockets.  No lock is held from one
 * message to the next.  So what is opened or closed during a dump may be missing from it, and what
 * shares a hash chain with it may come twice or not at all.
 *
 * ANP_CMD_SOCK_DEL is a dump with the same filters, for CAP_NET_ADMIN in the user namespace that
 * owns the network namespace.  It destroys each socket that fits, and answers with an
 * ANP_CMD_SOCK_DEL that says what it was.  A connection is reset; the program reads ECONNABORTED.
 *
 * Who joins ANP_GENL_MCGRP_SOCKETS gets an ANP_CMD_SOCK_NEW when a TCP connection is established,
 * and an ANP_CMD_SOCK_DEL when one is closed or could not be made; the state is then the last one
 * that it had.  TIME-WAIT is not waited for.
 *
 * ANP_CMD_LATENCY_GET is a dump, for everybody, with the same filters.  It answers with an
 * ANP_CMD_LATENCY_NEW that says what is measured (ANP_ATTR_LAT_ON to _REFUSED), with one for each
 * stage of the whole namespace (ANP_ATTR_LAT_STAGE to _BUCKETS), and with one for each stage of each
 * socket that fits and has histograms of its own: these say also what ANP_CMD_SOCK_NEW says of names
 * and cookie.  See anp-latency(8), by which it is switched on, for the stages.
 */
#define ANP_GENL_NAME		"anp"
#define ANP_GENL_VERSION	1
#define ANP_GENL_MCGRP_SOCKETS	"sockets"

enum {
	ANP_CMD_UNSPEC,
	ANP_CMD_SOCK_GET,
	ANP_CMD_SOCK_NEW,
	ANP_CMD_SOCK_DEL,
	ANP_CMD_LATENCY_GET,
	ANP_CMD_LATENCY_NEW,
	__ANP_CMD_MAX
};

#define ANP_CMD_MAX (__ANP_CMD_MAX - 1)

/*
 * Attributes.  Those marked "filter" may stand in a request; the others only in an answer, and a
 * request with one of them is refused (EINVAL).  Addresses and ports are in network byte order.
 */
enum {
	ANP_ATTR_UNSPEC,
	/*
	 * u8, filter: IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP for ping sockets, or IPPROTO_RAW for raw
	 * ones of all protocols.
	 */
	ANP_ATTR_PROTOCOL,
	/* u32, filter only: 1 << TCP_ESTABLISHED and so on, of <netinet/tcp.h>. */
	ANP_ATTR_STATES,
	/* u8: as above; a request in a SYN queue says TCP_SYN_RECV. */
	ANP_ATTR_STATE,
	/* be32, filter: the local address, and the peer's; 0 where a socket has none. */
	ANP_ATTR_LADDR,
	ANP_ATTR_DADDR,
	/* u8, filter only: how many bits of the address in the filter count; 32 if absent. */
	ANP_ATTR_LPREFIX,
	ANP_ATTR_DPREFIX,
	/*
	 * be16, filter: ports; the local one of a ping socket is its echo identifier, of a raw socket its
	 * protocol.
	 */
	ANP_ATTR_LPORT,
	ANP_ATTR_DPORT,
	/* be16, filter only: the end of a range that begins at the above, or at 0. */
	ANP_ATTR_LPORT_MAX,
	ANP_ATTR_DPORT_MAX,
	/* u64, filter: SO_COOKIE. */
	ANP_ATTR_COOKIE,
	/* u32, filter only: ANP_WANT_*, what is to be told besides. */
	ANP_ATTR_WANT,
	/* u32: the device it is bound to; absent: none. */
	ANP_ATTR_IFINDEX,
	/* u32: the owner, as the user namespace of who asked has it. */
	ANP_ATTR_UID,
	/* u64: as /proc/PID/fd names it; 0: no program has it. */
	ANP_ATTR_INODE,
	/* u32, bytes to be read, bytes not acknowledged; a listener's accept queue and its limit. */
	ANP_ATTR_RQUEUE,
	ANP_ATTR_WQUEUE,
	/*
	 * u8: 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 window probe; absent: none runs.
	 * u32: when it expires, ms.  u8: how often it did.
	 */
	ANP_ATTR_TIMER,
	ANP_ATTR_EXPIRES,
	ANP_ATTR_TRIES,
	/* u32 array in the order of SK_MEMINFO_* of <linux/sock_diag.h>, if wanted. */
	ANP_ATTR_MEMINFO,
	/* struct tcp_info of <linux/tcp.h>, and the congestion control's name, if wanted. */
	ANP_ATTR_TCP_INFO,
	ANP_ATTR_CONGESTION,
	/* Padding in front of 64-bit values. */
	ANP_ATTR_PAD,
	/* u8: 1 while it is measured.  be16: only connections from or to this port; 0: all. */
	ANP_ATTR_LAT_ON,
	ANP_ATTR_LAT_PORT,
	/*
	 * u32: sockets that have histograms of their own; how many may; and how often a program's call
	 * found no more room for those of its socket, or no memory.
	 */
	ANP_ATTR_LAT_SOCKS,
	ANP_ATTR_LAT_SOCKS_MAX,
	ANP_ATTR_LAT_REFUSED,
	/* string: "rx-ring" and so on. */
	ANP_ATTR_LAT_STAGE,
	/* u64, ns: all values added, and the largest. */
	ANP_ATTR_LAT_SUM,
	ANP_ATTR_LAT_MAX,
	/*
	 * u32 array: how many values lay in each bucket, up to the last that is not empty.  There are at
	 * most 256.  Bucket i has the value i up to 8; from there on the values from
	 * (8 + i % 8) << (i / 8 - 1) to below that of bucket i + 1: eight for each power of two.
	 */
	ANP_ATTR_LAT_BUCKETS,
	__ANP_ATTR_MAX
};

#define ANP_ATTR_MAX (__ANP_ATTR_MAX - 1)

/* Other bits in ANP_ATTR_WANT are refused. */
#define ANP_WANT_MEMINFO	(1 << 0)
#define ANP_WANT_TCP_INFO	(1 << 1)
#define ANP_WANT_ALL		(ANP_WANT_MEMINFO | ANP_WANT_TCP_INFO)

#endif /* _UAPI_LINUX_ANP_H */
