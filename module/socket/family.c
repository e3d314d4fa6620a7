// SPDX-License-Identifier: GPL-2.0
/*
 * The address family: socket(2), and what sockets of all types do alike.
 */
#include <linux/rculist.h>
#include <linux/sockios.h>
#include <asm/ioctls.h>
#include <net/protocol.h>
#include "stream.h"

static LIST_HEAD(types);
static DEFINE_SPINLOCK(types_lock);

int anp_sock_register(struct anp_sock_type *t)
{
	int err = proto_register(t->prot, 1);

	if (err)
		return err;
	spin_lock(&types_lock);
	list_add_tail_rcu(&t->node, &types);
	spin_unlock(&types_lock);
	return 0;
}

void anp_sock_unregister(struct anp_sock_type *t)
{
	spin_lock(&types_lock);
	list_del_rcu(&t->node);
	spin_unlock(&types_lock);
	synchronize_rcu();
	proto_unregister(t->prot);
}

/*
 * What @type and @protocol stand for.  -ESOCKTNOSUPPORT: no such type; -EPROTONOSUPPORT: the type
 * is there, the protocol is not.
 */
static const struct anp_sock_type *type_find(int type, int protocol)
{
	const struct anp_sock_type *t;
	int err = -ESOCKTNOSUPPORT;

	list_for_each_entry_rcu(t, &types, node) {
		if (t->type != type)
			continue;
		if (protocol ? t->protocol == protocol : t->is_default)
			return t;
		err = -EPROTONOSUPPORT;
	}
	return ERR_PTR(err);
}

static void sock_defaults(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	inet->uc_ttl = -1;
	inet_set_bit(MC_LOOP, sk);
	inet->mc_ttl = 1;
	inet_set_bit(MC_ALL, sk);
	anp_sk(sk)->pmtudisc = IP_PMTUDISC_WANT;
	anp_sk(sk)->addr_family = AF_ANP;
}

static int create(struct net *net, struct socket *sock, int protocol, int kern)
{
	const struct anp_sock_type *t;
	const struct proto_ops *ops;
	struct proto *prot;
	struct sock *sk;
	int proto, err;

	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;
	rcu_read_lock();
	t = type_find(sock->type, protocol);
	if (IS_ERR(t)) {
		rcu_read_unlock();
		anp_count(net, ANP_MIB_SOCKET_REFUSED);
		anp_refused(net, ANP_REFUSED_SOCKET, sock->type, protocol, PTR_ERR(t));
		return PTR_ERR(t);
	}
	prot = t->prot;
	ops = t->ops;
	proto = t->protocol;
	rcu_read_unlock();

	sock->state = SS_UNCONNECTED;
	sock->ops = ops;
	sk = sk_alloc(net, PF_ANP, GFP_KERNEL, prot, kern);
	if (!sk)
		return -ENOBUFS;
	sock_init_data(sock, sk);
	sk->sk_protocol = proto;
	sk->sk_backlog_rcv = prot->backlog_rcv;
	sock_defaults(sk);
	err = prot->init ? prot->init(sk) : 0;
	if (err)
		sk_common_release(sk);
	return err;
}

static const struct net_proto_family anp_family = {
	.family	= PF_ANP,
	.create	= create,
	.owner	= THIS_MODULE,
};

int anp_family_init(void)
{
	return sock_register(&anp_family);
}

void anp_family_exit(void)
{
	sock_unregister(PF_ANP);
}

int anp_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	long timeout = 0;

	if (!sk)
		return 0;
	/* A process that dies does not wait. */
	if (sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		timeout = sk->sk_lingertime;
	sk->sk_prot->close(sk, timeout);
	sock->sk = NULL;
	return 0;
}

int anp_addr_check(const struct sock *sk, const struct sockaddr_unsized *uaddr, int len,
		   bool unspec_ok)
{
	if (len < (int)offsetofend(struct sockaddr, sa_family))
		return -EINVAL;
	if (unspec_ok && uaddr->sa_family == AF_UNSPEC)
		return 0;
	if (len < (int)sizeof(struct sockaddr_anp))
		return -EINVAL;
	if (uaddr->sa_family != AF_ANP && uaddr->sa_family != AF_INET)
		return -EAFNOSUPPORT;
	return 0;
}

int anp_addr_fill(const struct sock *sk, struct sockaddr *uaddr, __be32 addr, __be16 port)
{
	struct sockaddr_anp *a = (struct sockaddr_anp *)uaddr;

	BUILD_BUG_ON(sizeof(*a) != sizeof(struct sockaddr_in));
	a->sanp_family = READ_ONCE(anp_sk(sk)->addr_family);
	a->sanp_port = port;
	a->sanp_addr = addr;
	memset(a->sanp_zero, 0, sizeof(a->sanp_zero));
	return sizeof(*a);
}

int anp_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	struct sock *sk = sock->sk;
	const struct inet_sock *inet = inet_sk(sk);
	int len;

	lock_sock(sk);
	if (!peer)
		len = anp_addr_fill(sk, uaddr, inet->inet_rcv_saddr ?: inet->inet_saddr,
				    inet->inet_sport);
	else if (!inet->inet_dport ||
		 ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_SYN_SENT) && peer == 1))
		len = -ENOTCONN;
	else
		len = anp_addr_fill(sk, uaddr, inet->inet_daddr, inet->inet_dport);
	release_sock(sk);
	return len;
}

bool anp_port_allowed(const struct sock *sk, u16 port)
{
	return !port || port >= PROT_SOCK ||
	       ns_capable(sock_net(sk)->user_ns, CAP_NET_BIND_SERVICE);
}

int anp_sk_route(struct sock *sk, struct anp_route *cache)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct anp_flow fl = {
		.daddr	= inet->inet_daddr,
		.saddr	= inet->inet_saddr,
		/* IP_UNICAST_IF, which only datagram sockets have. */
		.oif	= sk->sk_bound_dev_if ?: inet->uc_index,
		.tos	= inet->tos,
	};
	int err;

	if (anp_route_valid(sock_net(sk), cache) && cache->oif == fl.oif &&
	    cache->tos == fl.tos && cache->daddr == fl.daddr)
		return 0;
	err = anp_route_get(sock_net(sk), &fl, cache);
	if (err)
		anp_route_put(cache);
	return err;
}

/* SIOCINQ of a datagram socket: how long the next one is; of several, not their sum. */
static int datagram_inq(struct sock *sk)
{
	const struct sk_buff *skb;
	int len = 0;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	skb = skb_peek(&sk->sk_receive_queue);
	if (skb)
		len = skb->len;
	spin_unlock_bh(&sk->sk_receive_queue.lock);
	return len;
}

/* What the core does itself once the family has said that it does not. */
static bool core_answers(unsigned int cmd)
{
	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFNETMASK:
		return false;
	}
	return cmd >= SIOCGIFNAME && cmd < SIOCDEVPRIVATE + 16;
}

int anp_refuse_ioctl(const struct sock *sk, unsigned int cmd)
{
	if (!core_answers(cmd)) {
		anp_count(sock_net(sk), ANP_MIB_IOCTL_REFUSED);
		anp_refused(sock_net(sk), ANP_REFUSED_IOCTL, 0, cmd, -ENOTTY);
	}
	return -ENOIOCTLCMD;
}

int anp_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;

	if (sk->sk_type == SOCK_STREAM)
		return anp_stream_ioctl(sock, cmd, arg);
	switch (cmd) {
	case SIOCINQ:
		return put_user(datagram_inq(sk), (int __user *)arg);
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sk), (int __user *)arg);
	}
	return anp_refuse_ioctl(sk, cmd);
}
