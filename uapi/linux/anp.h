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

/* The link type: ip link add NAME link LOWER type anp.  It has no attributes of its own yet. */
#define ANP_LINK_KIND "anp"

#endif /* _UAPI_LINUX_ANP_H */
