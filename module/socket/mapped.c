// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets that speak IPv4 to a program that asked for AF_INET6 (ANP_ADDR_FAMILY): their addresses
 * are IPv4-mapped ones, RFC 4291 2.5.5.2, and options of SOL_IPV6 are those of SOL_IP.  IPv6 itself
 * there is none: a real IPv6 address is one that this host does not have, or has no route to.
 */
#include <linux/in6.h>
#include <net/ipv6.h>
#include "stream.h"

bool anp_mapped(const struct sock *sk)
{
	return READ_ONCE(anp_sk(sk)->addr_family) == AF_INET6;
}

static bool v6only(const struct sock *sk)
{
	return READ_ONCE(anp_sk(sk)->mapped) & ANP_MAPPED_V6ONLY;
}

/* The shortest that Linux takes: the structure once had no scope id. */
#define SIN6_LEN_MIN	offsetof(struct sockaddr_in6, sin6_scope_id)

int anp_mapped_take(const struct sock *sk, struct sockaddr_unsized *uaddr, int len, bool local)
{
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)uaddr;
	struct sockaddr_anp *a = (struct sockaddr_anp *)uaddr;
	__be32 addr = 0;
	__be16 port;

	if (len < (int)SIN6_LEN_MIN)
		return -EINVAL;
	port = a6->sin6_port;
	if (ipv6_addr_v4mapped(&a6->sin6_addr)) {
		if (v6only(sk))
			return local ? -EINVAL : -ENETUNREACH;
		addr = a6->sin6_addr.s6_addr32[3];
	} else if (!ipv6_addr_any(&a6->sin6_addr) || v6only(sk)) {
		return local ? -EADDRNOTAVAIL : -ENETUNREACH;
	}
	a->sanp_family = AF_INET;
	a->sanp_port = port;
	a->sanp_addr = addr;
	memset(a->sanp_zero, 0, sizeof(a->sanp_zero));
	return 0;
}

int anp_mapped_fill(struct sockaddr *uaddr, __be32 addr, __be16 port)
{
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)uaddr;

	memset(a6, 0, sizeof(*a6));
	a6->sin6_family = AF_INET6;
	a6->sin6_port = port;
	/* Bound to all addresses: as a socket of Linux that takes both kinds. */
	if (addr)
		ipv6_addr_set_v4mapped(addr, &a6->sin6_addr);
	return sizeof(*a6);
}

/*
 * Those of SOL_IPV6 that mean the same as one of SOL_IP, with the same values.  DEVIATION from Linux,
 * where they hold for IPv6 packets only: here they would be accepted and ignored.
 */
static const struct {
	u8	v6, v4;
} twins[] = {
	{ IPV6_UNICAST_HOPS,	IP_TTL },
	{ IPV6_TCLASS,		IP_TOS },
	{ IPV6_MTU_DISCOVER,	IP_MTU_DISCOVER },
	{ IPV6_MTU,		IP_MTU },
	{ IPV6_RECVERR,		IP_RECVERR },
	{ IPV6_RECVHOPLIMIT,	IP_RECVTTL },
	{ IPV6_RECVTCLASS,	IP_RECVTOS },
	{ IPV6_FREEBIND,	IP_FREEBIND },
	{ IPV6_MINHOPCOUNT,	IP_MINTTL },
	{ IPV6_MULTICAST_HOPS,	IP_MULTICAST_TTL },
};

bool anp_mapped_option(const struct sock *sk, int *level, int *optname)
{
	unsigned int i;

	if (*level != SOL_IPV6 || !anp_mapped(sk))
		return false;
	for (i = 0; i < ARRAY_SIZE(twins); i++) {
		if (*optname == twins[i].v6) {
			*level = SOL_IP;
			*optname = twins[i].v4;
			return true;
		}
	}
	return false;
}

/* The bit that an option without a twin switches, or 0. */
static u8 mapped_bit(const struct sock *sk, int optname)
{
	if (optname == IPV6_V6ONLY)
		return ANP_MAPPED_V6ONLY;
	if (optname == IPV6_RECVPKTINFO && sk->sk_type == SOCK_DGRAM)
		return ANP_MAPPED_PKTINFO;
	return 0;
}

int anp_mapped_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	u8 bit = mapped_bit(sk, optname), now;
	int val, err = 0;

	if (!bit)
		return anp_refuse_option(sk, true, SOL_IPV6, optname);
	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	now = anp_sk(sk)->mapped;
	if (bit == ANP_MAPPED_V6ONLY && inet_sk(sk)->inet_num)
		err = -EINVAL;
	else
		WRITE_ONCE(anp_sk(sk)->mapped, val ? now | bit : now & ~bit);
	release_sock(sk);
	return err;
}

int anp_mapped_get(struct sock *sk, int optname, int len, char __user *optval, int __user *optlen)
{
	u8 bit = mapped_bit(sk, optname);
	int val = !!(READ_ONCE(anp_sk(sk)->mapped) & bit);

	if (!bit)
		return anp_refuse_option(sk, false, SOL_IPV6, optname);
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}
