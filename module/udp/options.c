// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options that only datagram sockets have; the others are socket/options.c's.
 */
#include <linux/inetdevice.h>
#include "udp.h"

/* The control message that a SOL_IP option switches, or 0. */
static u8 cmsg_flag(int optname)
{
	switch (optname) {
	case IP_PKTINFO:
		return ANP_CMSG_PKTINFO;
	case IP_RECVTTL:
		return ANP_CMSG_TTL;
	case IP_RECVTOS:
		return ANP_CMSG_TOS;
	case IP_RECVOPTS:
		return ANP_CMSG_RECVOPTS;
	case IP_RETOPTS:
		return ANP_CMSG_RETOPTS;
	case IP_RECVORIGDSTADDR:
		return ANP_CMSG_ORIGDSTADDR;
	}
	return 0;
}

/* IP_MULTICAST_IF: by address (struct in_addr, ip_mreq) or, first, by index (ip_mreqn). */
static int set_multicast_if(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct net *net = sock_net(sk);
	struct ip_mreqn mreq = {};
	struct net_device *dev;
	int err = 0;

	if (optlen >= sizeof(struct ip_mreqn))
		err = copy_from_sockptr(&mreq, optval, sizeof(mreq));
	else if (optlen >= sizeof(struct ip_mreq))
		err = copy_from_sockptr_offset(&mreq.imr_address, optval,
					       offsetof(struct ip_mreq, imr_interface),
					       sizeof(mreq.imr_address));
	else if (optlen >= sizeof(struct in_addr))
		err = copy_from_sockptr(&mreq.imr_address, optval, sizeof(mreq.imr_address));
	else
		return -EINVAL;
	if (err)
		return -EFAULT;

	if (mreq.imr_address.s_addr && anp_addr_type(net, mreq.imr_address.s_addr) != RTN_LOCAL)
		return -EADDRNOTAVAIL;
	if (mreq.imr_ifindex) {
		rcu_read_lock();
		dev = dev_get_by_index_rcu(net, mreq.imr_ifindex);
		if (!dev || !anp_dev_is_anp(dev))
			err = -EADDRNOTAVAIL;
		rcu_read_unlock();
		if (err)
			return err;
	}

	lock_sock(sk);
	/* The address alone names the device, too: routes to groups look at it. */
	WRITE_ONCE(inet_sk(sk)->mc_index, mreq.imr_ifindex);
	WRITE_ONCE(inet_sk(sk)->mc_addr, mreq.imr_address.s_addr);
	release_sock(sk);
	return 0;
}

/* IP_UNICAST_IF: an interface's index in network byte order, as Linux has it. */
static int set_unicast_if(struct sock *sk, int val)
{
	int ifindex = ntohl((__force __be32)val);
	const struct net_device *dev;
	int err = 0;

	if (ifindex) {
		rcu_read_lock();
		dev = dev_get_by_index_rcu(sock_net(sk), ifindex);
		if (!dev || !anp_dev_is_anp(dev))
			err = -EADDRNOTAVAIL;
		rcu_read_unlock();
		if (!err && sk->sk_bound_dev_if && sk->sk_bound_dev_if != ifindex)
			err = -EINVAL;
	}
	if (!err)
		WRITE_ONCE(inet_sk(sk)->uc_index, ifindex);
	return err;
}

static bool is_number(int optname)
{
	return optname == IP_MULTICAST_TTL || optname == IP_MULTICAST_LOOP ||
	       optname == IP_UNICAST_IF || optname == IP_MULTICAST_ALL;
}

static int set_multicast_ttl(struct sock *sk, int val)
{
	if (val == -1)
		val = 1;
	/* 0: to this host only. */
	if (val < 0 || val > 255)
		return -EINVAL;
	WRITE_ONCE(inet_sk(sk)->mc_ttl, val);
	return 0;
}

static int set_number(struct sock *sk, int optname, int val)
{
	switch (optname) {
	case IP_MULTICAST_TTL:
		return set_multicast_ttl(sk, val);
	case IP_MULTICAST_LOOP:
		inet_assign_bit(MC_LOOP, sk, !!val);
		return 0;
	case IP_UNICAST_IF:
		return set_unicast_if(sk, val);
	}
	/* IP_MULTICAST_ALL */
	if (val != 0 && val != 1)
		return -EINVAL;
	WRITE_ONCE(anp_udp_sk(sk)->mc_all, val);
	return 0;
}

/* Returns 1 if the option is not ours. */
static int set_ip(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	u8 flag = cmsg_flag(optname);
	int err, val;

	if (optname == IP_MULTICAST_IF)
		return set_multicast_if(sk, optval, optlen);
	if (anp_udp_mc_option(optname))
		return anp_udp_mc_set(sk, optname, optval, optlen);
	if (!flag && !is_number(optname))
		return 1;
	if (optname == IP_UNICAST_IF && optlen != sizeof(val))
		return -EINVAL;
	err = anp_get_ip_number(optname, optval, optlen, &val);
	if (err)
		return err;

	lock_sock(sk);
	if (flag)
		WRITE_ONCE(up->cmsg_flags, val ? up->cmsg_flags | flag : up->cmsg_flags & ~flag);
	else
		err = set_number(sk, optname, val);
	release_sock(sk);
	return err;
}

static int set_udp(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	int val;

	if (optname != UDP_CORK && optname != UDP_SEGMENT && optname != UDP_GRO)
		return anp_refuse_option(sk, true, SOL_UDP, optname);
	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;

	if (optname == UDP_SEGMENT) {
		if (val < 0 || val > USHRT_MAX)
			return -EINVAL;
		WRITE_ONCE(up->gso_size, val);
		return 0;
	}
	if (optname == UDP_GRO) {
		WRITE_ONCE(up->gro, !!val);
		return 0;
	}
	WRITE_ONCE(up->corked, val);
	return val ? 0 : anp_udp_push(sk);
}

int anp_udp_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		       unsigned int optlen)
{
	struct sock *sk = sock->sk;
	int err = 1;

	anp_mapped_option(sk, &level, &optname);
	if (level == SOL_IP)
		err = set_ip(sk, optname, optval, optlen);
	else if (level == SOL_UDP && anp_is_udp(sk))
		err = set_udp(sk, optname, optval, optlen);
	return err > 0 ? anp_setsockopt(sock, level, optname, optval, optlen) : err;
}

static bool get_udp(const struct anp_udp_sock *up, int optname, int *val)
{
	switch (optname) {
	case UDP_CORK:
		*val = READ_ONCE(up->corked);
		return true;
	case UDP_SEGMENT:
		*val = READ_ONCE(up->gso_size);
		return true;
	case UDP_GRO:
		*val = READ_ONCE(up->gro);
		return true;
	}
	return false;
}

/* The value of an option of ours, or false. */
static bool get_number(const struct sock *sk, int level, int optname, int *val)
{
	const struct anp_udp_sock *up = anp_udp_sk(sk);
	u8 flag;

	if (level == SOL_UDP && anp_is_udp(sk))
		return get_udp(up, optname, val);
	if (level != SOL_IP)
		return false;

	switch (optname) {
	case IP_MULTICAST_ALL:
		*val = READ_ONCE(up->mc_all);
		return true;
	case IP_UNICAST_IF:
		*val = (__force int)htonl(READ_ONCE(inet_sk(sk)->uc_index));
		return true;
	case IP_MULTICAST_TTL:
		*val = READ_ONCE(inet_sk(sk)->mc_ttl);
		return true;
	case IP_MULTICAST_LOOP:
		*val = inet_test_bit(MC_LOOP, sk);
		return true;
	case IP_MULTICAST_IF:
		*val = (__force int)READ_ONCE(inet_sk(sk)->mc_addr);
		return true;
	}
	flag = cmsg_flag(optname);
	*val = !!(READ_ONCE(up->cmsg_flags) & flag);
	return flag;
}

int anp_udp_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		       int __user *optlen)
{
	struct sock *sk = sock->sk;
	int len, val;

	anp_mapped_option(sk, &level, &optname);
	if (level == SOL_IP && (optname == IP_MSFILTER || optname == MCAST_MSFILTER))
		return anp_udp_mc_get(sk, optname, optval, optlen);
	if (!get_number(sk, level, optname, &val)) {
		if (level == SOL_UDP && anp_is_udp(sk))
			return anp_refuse_option(sk, false, level, optname);
		return anp_getsockopt(sock, level, optname, optval, optlen);
	}

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (level == SOL_IP && optname != IP_MULTICAST_IF)
		return anp_put_ip_number(val, len, optval, optlen);
	len = min_t(unsigned int, len, sizeof(val));
	if (put_user(len, optlen) || copy_to_user(optval, &val, len))
		return -EFAULT;
	return 0;
}
