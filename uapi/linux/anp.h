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
 * @sanp_family: AF_ANP or AF_INET on input; on output what ANP_ADDR_FAMILY says
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
 * ANP_ADDR_FAMILY (int, AF_ANP or AF_INET; default AF_ANP): the family that accept(), getsockname(),
 * getpeername() and recvfrom() answer in.  Accepted sockets inherit it.  Other values: EINVAL.
 * A launcher of unmodified programs sets AF_INET, so that socket() is the only call it must catch.
 */
#define ANP_ADDR_FAMILY 1

/*
 * ANP_REUSEPORT (int, 0 or 1; default 0): what SO_REUSEPORT is to AF_INET, which the kernel refuses
 * to other families.  Sockets of one user that all set it before bind() share an address and port;
 * what arrives goes to one of them, chosen by a hash of both addresses and ports.
 */
#define ANP_REUSEPORT 2

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

#endif /* _UAPI_LINUX_ANP_H */
