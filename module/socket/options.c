// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options of the levels SOL_ANP and SOL_IP.  What is not known, and what would be accepted
 * without effect, is refused and counted.
 */
#include <linux/in.h>
#include <net/inet_ecn.h>
#include <net/route.h>
#include "stream.h"

static int refuse(const struct sock *sk)
{
	anp_count(sock_net(sk), ANP_MIB_SOCKOPT_REFUSED);
	return -ENOPROTOOPT;
}

/* As Linux: what to get() is an unknown level, to set() is an unknown option. */
static int refuse_level(const struct sock *sk)
{
	refuse(sk);
	return -EOPNOTSUPP;
}

static int anp_level_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	int val;

	if (optname != ANP_ADDR_FAMILY && optname != ANP_REUSEPORT)
		return refuse(sk);
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
	if (val != AF_ANP && val != AF_INET)
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
		/* The last two ignore the path's MTU and may be fragmented on the way: not done. */
		if (val > IP_PMTUDISC_PROBE)
			return refuse(sk);
		anp_sk(sk)->pmtudisc = val;
		return 0;
	case IP_BIND_ADDRESS_NO_PORT:
		inet_assign_bit(BIND_ADDRESS_NO_PORT, sk, val);
		return 0;
	case IP_RECVERR:
		/* Off is what it is. */
		return val ? refuse(sk) : 0;
	}
	return refuse(sk);
}

static int ip_level_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	u8 byte;
	int val = 0, err;

	/* As Linux: a single byte will do; no byte stands for a TOS of 0. */
	if (optlen >= sizeof(val)) {
		if (copy_from_sockptr(&val, optval, sizeof(val)))
			return -EFAULT;
	} else if (optlen >= sizeof(byte)) {
		if (copy_from_sockptr(&byte, optval, sizeof(byte)))
			return -EFAULT;
		val = byte;
	} else if (optname != IP_TOS) {
		return -EINVAL;
	}
	lock_sock(sk);
	err = ip_level_set_locked(sk, optname, val);
	release_sock(sk);
	return err;
}

int anp_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		   unsigned int optlen)
{
	struct sock *sk = sock->sk;

	switch (level) {
	case SOL_ANP:
		return anp_level_set(sk, optname, optval, optlen);
	case SOL_IP:
		return ip_level_set(sk, optname, optval, optlen);
	case SOL_TCP:
		if (sk->sk_type == SOCK_STREAM)
			return anp_tcp_setsockopt(sk, optname, optval, optlen);
		break;
	}
	return refuse(sk);
}

static int ip_level_get_locked(struct sock *sk, int optname, int *val)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct anp_route *rt;

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
		*val = rt->mtu;
		return 0;
	case IP_BIND_ADDRESS_NO_PORT:
		*val = inet_test_bit(BIND_ADDRESS_NO_PORT, sk);
		return 0;
	case IP_RECVERR:
		*val = 0;
		return 0;
	case IP_OPTIONS:
		/* There are none: an empty answer says so. */
		*val = 0;
		return 1;
	}
	return refuse(sk);
}

static int ip_level_get(struct sock *sk, int optname, int len, char __user *optval,
			int __user *optlen)
{
	int val, err;
	u8 byte;

	lock_sock(sk);
	err = ip_level_get_locked(sk, optname, &val);
	release_sock(sk);
	if (err < 0)
		return err;
	if (err > 0)
		return put_user(0, optlen);
	/* As Linux: a short buffer gets a byte if the value fits. */
	if (len > 0 && len < (int)sizeof(val) && val >= 0 && val <= 255) {
		byte = val;
		if (put_user(1, optlen) || copy_to_user(optval, &byte, 1))
			return -EFAULT;
		return 0;
	}
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}

int anp_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		   int __user *optlen)
{
	struct sock *sk = sock->sk;
	int len, val;

	if (level == SOL_TCP && sk->sk_type == SOCK_STREAM)
		return anp_tcp_getsockopt(sk, optname, optval, optlen);
	if (level != SOL_IP &&
	    (level != SOL_ANP || (optname != ANP_ADDR_FAMILY && optname != ANP_REUSEPORT)))
		return level == SOL_ANP ? refuse(sk) : refuse_level(sk);
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (level == SOL_IP)
		return ip_level_get(sk, optname, len, optval, optlen);
	val = optname == ANP_REUSEPORT ? sk->sk_reuseport : READ_ONCE(anp_sk(sk)->addr_family);
	len = min_t(int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}
