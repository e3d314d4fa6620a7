// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options of the levels SOL_ANP and SOL_IP.  What is not known, and what would be accepted
 * without effect, is refused and counted.
 */
#include <linux/in.h>
#include <net/inet_ecn.h>
#include <net/route.h>
#include "stream.h"

/* As Linux: what to get() is an unknown level, to set() is an unknown option. */
static int refuse_level(const struct sock *sk, int level, int optname)
{
	anp_refuse_option(sk, false, level, optname);
	return -EOPNOTSUPP;
}

static bool anp_level_has(const struct sock *sk, int optname)
{
	return optname == ANP_ADDR_FAMILY || optname == ANP_REUSEPORT ||
	       (optname == ANP_ZEROCOPY && (sk->sk_type == SOCK_STREAM || anp_is_udp(sk)));
}

static int anp_level_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	int val;

	if (!anp_level_has(sk, optname))
		return anp_refuse_option(sk, true, SOL_ANP, optname);
	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (optname == ANP_REUSEPORT) {
		/* A bit beside others that change under the lock. */
		lock_sock(sk);
		sk->sk_reuseport = !!val;
		release_sock(sk);
		return 0;
	}
	if (optname == ANP_ZEROCOPY) {
		if (val < 0 || val > 1)
			return -EINVAL;
		lock_sock(sk);
		sock_valbool_flag(sk, SOCK_ZEROCOPY, val);
		release_sock(sk);
		return 0;
	}
	if (val != AF_ANP && val != AF_INET && val != AF_INET6)
		return -EINVAL;
	WRITE_ONCE(anp_sk(sk)->addr_family, val);
	return 0;
}

static void tos_set(struct sock *sk, u8 tos)
{
	struct inet_sock *inet = inet_sk(sk);

	/* The ECN bits of a connection are TCP's. */
	if (sk->sk_type == SOCK_STREAM)
		tos = (tos & ~INET_ECN_MASK) | (inet->tos & INET_ECN_MASK);
	if (inet->tos == tos)
		return;
	inet->tos = tos;
	sk->sk_priority = rt_tos2priority(tos);
}

static int ip_level_set_locked(struct sock *sk, int optname, int val)
{
	struct inet_sock *inet = inet_sk(sk);

	switch (optname) {
	case IP_TOS:
		tos_set(sk, val);
		return 0;
	case IP_TTL:
		if (val != -1 && (val < 1 || val > 255))
			return -EINVAL;
		inet->uc_ttl = val;
		return 0;
	case IP_MTU_DISCOVER:
		if (val < IP_PMTUDISC_DONT || val > IP_PMTUDISC_OMIT)
			return -EINVAL;
		WRITE_ONCE(anp_sk(sk)->pmtudisc, val);
		return 0;
	case IP_BIND_ADDRESS_NO_PORT:
		inet_assign_bit(BIND_ADDRESS_NO_PORT, sk, val);
		return 0;
	case IP_RECVERR:
		WRITE_ONCE(anp_sk(sk)->recverr, !!val);
		if (!val)
			skb_queue_purge(&sk->sk_error_queue);
		return 0;
	case IP_FREEBIND:
		anp_sk(sk)->freebind = !!val;
		return 0;
	case IP_MINTTL:
		/* As Linux: only a connection has one peer, whose distance is known. */
		if (sk->sk_type != SOCK_STREAM)
			break;
		if (val < 0 || val > 255)
			return -EINVAL;
		WRITE_ONCE(anp_sk(sk)->min_ttl, val);
		return 0;
	}
	return anp_refuse_option(sk, true, SOL_IP, optname);
}

/* Those to which no value at all is an error; to the others it is 0. */
static bool needs_value(int optname)
{
	switch (optname) {
	case IP_TTL:
	case IP_FREEBIND:
	case IP_MINTTL:
	case IP_MULTICAST_TTL:
	case IP_MULTICAST_LOOP:
	case IP_MULTICAST_ALL:
		return true;
	}
	return false;
}

int anp_get_ip_number(int optname, sockptr_t optval, unsigned int optlen, int *val)
{
	u8 byte;

	if (optlen >= sizeof(*val))
		return copy_from_sockptr(val, optval, sizeof(*val)) ? -EFAULT : 0;
	if (optlen >= sizeof(byte)) {
		if (copy_from_sockptr(&byte, optval, sizeof(byte)))
			return -EFAULT;
		*val = byte;
		return 0;
	}
	*val = 0;
	return needs_value(optname) ? -EINVAL : 0;
}

static int ip_level_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	int val, err;

	err = anp_get_ip_number(optname, optval, optlen, &val);
	if (err)
		return err;
	lock_sock(sk);
	err = ip_level_set_locked(sk, optname, val);
	release_sock(sk);
	return err;
}

int anp_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		   unsigned int optlen)
{
	struct sock *sk = sock->sk;

	anp_mapped_option(sk, &level, &optname);
	switch (level) {
	case SOL_ANP:
		return anp_level_set(sk, optname, optval, optlen);
	case SOL_IP:
		return ip_level_set(sk, optname, optval, optlen);
	case SOL_IPV6:
		if (anp_mapped(sk))
			return anp_mapped_set(sk, optname, optval, optlen);
		break;
	case SOL_TCP:
		if (sk->sk_type == SOCK_STREAM)
			return anp_tcp_setsockopt(sk, optname, optval, optlen);
		break;
	}
	return anp_refuse_option(sk, true, level, optname);
}

static int ip_level_get_locked(struct sock *sk, int optname, int *val)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct anp_route rt = {};

	switch (optname) {
	case IP_TOS:
		*val = inet->tos;
		return 0;
	case IP_TTL:
		*val = inet->uc_ttl > 0 ? inet->uc_ttl : IPDEFTTL;
		return 0;
	case IP_MTU_DISCOVER:
		*val = anp_sk(sk)->pmtudisc;
		return 0;
	case IP_MTU:
		if (!inet->inet_dport || anp_sk_route(sk, &rt))
			return -ENOTCONN;
		*val = rt.mtu;
		return 0;
	case IP_BIND_ADDRESS_NO_PORT:
		*val = inet_test_bit(BIND_ADDRESS_NO_PORT, sk);
		return 0;
	case IP_RECVERR:
		*val = anp_sk(sk)->recverr;
		return 0;
	case IP_FREEBIND:
		*val = anp_sk(sk)->freebind;
		return 0;
	case IP_MINTTL:
		if (sk->sk_type != SOCK_STREAM)
			break;
		*val = anp_sk(sk)->min_ttl;
		return 0;
	case IP_PROTOCOL:
		*val = sk->sk_protocol;
		return 0;
	case IP_OPTIONS:
		/* There are none: an empty answer says so. */
		*val = 0;
		return 1;
	}
	return anp_refuse_option(sk, false, SOL_IP, optname);
}

int anp_put_ip_number(int val, int len, char __user *optval, int __user *optlen)
{
	u8 byte = val;

	/* As Linux: a short buffer gets a byte if the value fits. */
	if (len > 0 && len < (int)sizeof(val) && val >= 0 && val <= 255) {
		if (put_user(1, optlen) || copy_to_user(optval, &byte, 1))
			return -EFAULT;
		return 0;
	}
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}

static int ip_level_get(struct sock *sk, int optname, int len, char __user *optval,
			int __user *optlen)
{
	int val, err;

	lock_sock(sk);
	err = ip_level_get_locked(sk, optname, &val);
	release_sock(sk);
	if (err < 0)
		return err;
	if (err > 0)
		return put_user(0, optlen);
	return anp_put_ip_number(val, len, optval, optlen);
}

int anp_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		   int __user *optlen)
{
	struct sock *sk = sock->sk;
	int len, val;

	anp_mapped_option(sk, &level, &optname);
	if (level == SOL_TCP && sk->sk_type == SOCK_STREAM)
		return anp_tcp_getsockopt(sk, optname, optval, optlen);
	if (level != SOL_IP && (level != SOL_IPV6 || !anp_mapped(sk)) &&
	    (level != SOL_ANP || !anp_level_has(sk, optname)))
		return level == SOL_ANP ? anp_refuse_option(sk, false, level, optname) :
					  refuse_level(sk, level, optname);
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (level == SOL_IP)
		return ip_level_get(sk, optname, len, optval, optlen);
	if (level == SOL_IPV6)
		return anp_mapped_get(sk, optname, len, optval, optlen);
	val = optname == ANP_REUSEPORT ? sk->sk_reuseport :
	      optname == ANP_ZEROCOPY ? sock_flag(sk, SOCK_ZEROCOPY) :
	      READ_ONCE(anp_sk(sk)->addr_family);
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}
