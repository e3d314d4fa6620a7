// SPDX-License-Identifier: GPL-2.0
/*
 * The names of a datagram socket: bind, connect, disconnect, and what follows from having one or
 * losing it.  All types alike; a ping socket's port is the identifier of its echoes, a raw one's the
 * protocol, which never changes.
 */
#include <net/route.h>
#include "udp.h"

/* A datagram may still have come between the end of the socket and that of its last lookup. */
static void destruct(struct sock *sk)
{
	skb_queue_purge(&sk->sk_receive_queue);
	skb_queue_purge(&sk->sk_error_queue);
	anp_dgram_give_up(sk);
	WARN_ON_ONCE(refcount_read(&sk->sk_wmem_alloc));
}

int anp_udp_init_sock(struct sock *sk)
{
	sk->sk_destruct = destruct;
	INIT_LIST_HEAD(&anp_udp_sk(sk)->mc_members);
	anp_udp_sk(sk)->mc_all = true;
	return 0;
}

ALLOW_ERROR_INJECTION(anp_udp_init_sock, ERRNO);

static void write_names(struct inet_sock *inet, __be32 rcv_saddr, __be32 daddr, __be16 dport)
{
	WRITE_ONCE(inet->inet_rcv_saddr, rcv_saddr);
	WRITE_ONCE(inet->inet_daddr, daddr);
	WRITE_ONCE(inet->inet_dport, dport);
}

/* Changes what lookups and conflicts compare; under the bucket's lock where @sk is in one. */
static void set_names(struct sock *sk, __be32 rcv_saddr, __be32 daddr, __be16 dport)
{
	struct inet_sock *inet = inet_sk(sk);
	struct anp_udp_bucket *b;

	sock_owned_by_me(sk);
	if (!inet->inet_num) {
		write_names(inet, rcv_saddr, daddr, dport);
		return;
	}
	b = anp_udp_bucket(anp_udp_table_of(sk), sock_net(sk), inet->inet_num);
	spin_lock_bh(&b->lock);
	write_names(inet, rcv_saddr, daddr, dport);
	spin_unlock_bh(&b->lock);
}

static int bind_locked(struct sock *sk, __be32 addr, u16 port, unsigned int type)
{
	struct inet_sock *inet = inet_sk(sk);
	bool raw = sk->sk_type == SOCK_RAW;
	int err;

	if ((inet->inet_num && !raw) || sk->sk_state != TCP_CLOSE)
		return -EINVAL;

	set_names(sk, addr, 0, 0);
	/* RFC 1122 3.2.1.3: neither a broadcast nor a multicast address is a source. */
	WRITE_ONCE(inet->inet_saddr, anp_bind_allowed(sk, type) ? addr : 0);
	err = raw ? 0 : anp_udp_get_port(sk, port);
	if (err) {
		set_names(sk, 0, 0, 0);
		WRITE_ONCE(inet->inet_saddr, 0);
		return err;
	}
	if (addr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	anp_route_put(&anp_udp_sk(sk)->route);
	return 0;
}

int anp_udp_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int len)
{
	const struct sockaddr_in *addr = (const struct sockaddr_in *)uaddr;
	struct sock *sk = sock->sk;
	unsigned int type = RTN_LOCAL;
	u16 port;
	int err;

	err = anp_addr_take(sk, uaddr, len, false, true);
	if (err)
		return err;

	if (addr->sin_addr.s_addr) {
		type = anp_addr_type(sock_net(sk), addr->sin_addr.s_addr);
		if (type != RTN_BROADCAST && type != RTN_MULTICAST && !anp_bind_allowed(sk, type))
			return -EADDRNOTAVAIL;
		if (type != RTN_LOCAL && anp_is_ping(sk))
			return -EADDRNOTAVAIL;
	}
	port = ntohs(addr->sin_port);
	/* Only a port gives an authority that a low number could claim. */
	if (port && anp_is_udp(sk) && !anp_port_allowed(sk, port))
		return -EACCES;

	lock_sock(sk);
	err = bind_locked(sk, addr->sin_addr.s_addr, port, type);
	release_sock(sk);
	return err;
}

int anp_udp_disconnect(struct sock *sk, int flags)
{
	struct inet_sock *inet = inet_sk(sk);
	bool keep = sk->sk_userlocks & SOCK_BINDADDR_LOCK;

	WRITE_ONCE(sk->sk_state, TCP_CLOSE);
	set_names(sk, keep ? inet->inet_rcv_saddr : 0, 0, 0);
	if (!keep)
		WRITE_ONCE(inet->inet_saddr, 0);
	/* A port that the user did not choose was for this peer. */
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		anp_udp_unhash(sk);
	anp_route_put(&anp_udp_sk(sk)->route);
	return 0;
}

static int connect_locked(struct sock *sk, const struct sockaddr_in *addr)
{
	struct inet_sock *inet = inet_sk(sk);
	bool bound = sk->sk_userlocks & SOCK_BINDADDR_LOCK;
	struct anp_flow fl = {
		.daddr = addr->sin_addr.s_addr,
		/* An address that was chosen for an earlier peer does not count. */
		.saddr = bound ? inet->inet_saddr : 0,
		.oif = sk->sk_bound_dev_if,
		.tos = inet->tos,
	};
	struct anp_route rt;
	int err;

	if (!fl.oif && !ipv4_is_multicast(fl.daddr))
		fl.oif = inet->uc_index;
	err = anp_route_get(sock_net(sk), &fl, &rt);
	if (err)
		return err;
	if (rt.type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	if (!inet->inet_num && anp_udp_get_port(sk, 0))
		return -EAGAIN;

	WRITE_ONCE(inet->inet_saddr, rt.saddr);
	set_names(sk, bound ? inet->inet_rcv_saddr : rt.saddr, rt.daddr, addr->sin_port);
	WRITE_ONCE(sk->sk_state, TCP_ESTABLISHED);
	anp_udp_sk(sk)->route = rt;
	return 0;
}

int anp_udp_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int len, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	err = anp_addr_take(sk, uaddr, len, true, false);
	if (err)
		return err;

	lock_sock(sk);
	if (uaddr->sa_family == AF_UNSPEC)
		err = anp_udp_disconnect(sk, flags);
	else
		err = connect_locked(sk, (const struct sockaddr_in *)uaddr);
	release_sock(sk);
	return err;
}

int anp_udp_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;

	lock_sock(sk);
	/* As Linux: an unconnected socket is shut down and told that it is not connected. */
	if (sk->sk_state != TCP_ESTABLISHED)
		err = -ENOTCONN;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | (how + 1));
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

void anp_udp_close(struct sock *sk, long timeout)
{
	anp_mc_leave_all(sock_net(sk), &anp_udp_sk(sk)->mc_members);
	sk_common_release(sk);
}
