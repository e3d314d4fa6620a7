// SPDX-License-Identifier: GPL-2.0
/*
 * The address family: socket(2), and what sockets of all types do alike.
 */
#include <linux/inetdevice.h>
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
		if (protocol ? t->protocol == protocol || t->protocol == ANP_ANY_PROTOCOL :
			       t->is_default)
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
	proto = t->protocol == ANP_ANY_PROTOCOL ? protocol : t->protocol;
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

int anp_addr_take(const struct sock *sk, struct sockaddr_unsized *uaddr, int len, bool unspec_ok,
		  bool local)
{
	if (len < (int)offsetofend(struct sockaddr, sa_family))
		return -EINVAL;
	if (unspec_ok && uaddr->sa_family == AF_UNSPEC)
		return 0;
	if (uaddr->sa_family == AF_INET6 && anp_mapped(sk))
		return anp_mapped_take(sk, uaddr, len, local);
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
	if (anp_mapped(sk))
		return anp_mapped_fill(uaddr, addr, port);
	a->sanp_family = READ_ONCE(anp_sk(sk)->addr_family);
	a->sanp_port = port;
	a->sanp_addr = addr;
	memset(a->sanp_zero, 0, sizeof(a->sanp_zero));
	return sizeof(*a);
}

/* A pipe, to which splice() reads, would keep a page as if it were one of a file. */
static bool in_first_page(const struct sk_buff *skb, int off, const struct msghdr *msg, size_t n)
{
	return !skb_headlen(skb) && skb_shinfo(skb)->nr_frags && n <= PAGE_SIZE &&
	       off + n <= skb_frag_size(&skb_shinfo(skb)->frags[0]) &&
	       user_backed_iter(&msg->msg_iter) && skb_frags_readable(skb);
}

int anp_copy_out(const struct sk_buff *skb, int off, struct msghdr *msg, size_t n)
{
	const skb_frag_t *frag = &skb_shinfo(skb)->frags[0];
	size_t done;

	if (off + n <= skb_headlen(skb))
		done = copy_to_iter(skb->data + off, n, &msg->msg_iter);
	else if (in_first_page(skb, off, msg, n))
		done = copy_page_to_iter(skb_frag_page(frag), skb_frag_off(frag) + off, n,
					 &msg->msg_iter);
	else
		return skb_copy_datagram_msg(skb, off, msg, n);
	return likely(done == n) ? 0 : -EFAULT;
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

static noinline int route_anew(struct sock *sk, struct anp_route *cache, int oif)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct anp_flow fl = {
		.daddr	= inet->inet_daddr,
		.saddr	= inet->inet_saddr,
		.oif	= oif,
		.tos	= inet->tos,
	};
	int err;

	err = anp_route_get(sock_net(sk), &fl, cache);
	if (err)
		anp_route_put(cache);
	return err;
}

int anp_sk_route(struct sock *sk, struct anp_route *cache)
{
	const struct inet_sock *inet = inet_sk(sk);
	/* IP_UNICAST_IF, which only datagram sockets have. */
	int oif = sk->sk_bound_dev_if ?: inet->uc_index;

	if (likely(anp_route_valid(sock_net(sk), cache) && cache->oif == oif &&
		   cache->tos == inet->tos && cache->daddr == inet->inet_daddr))
		return 0;
	return route_anew(sk, cache, oif);
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
	return cmd >= SIOCGIFNAME && cmd < SIOCDEVPRIVATE + 16;
}

/* Has @ifa the label of @ifr, and, if @addr is not 0, that address? */
static bool ifa_fits(const struct in_ifaddr *ifa, const struct ifreq *ifr, __be32 addr)
{
	return !strcmp(ifa->ifa_label, ifr->ifr_name) && (!addr || ifa->ifa_local == addr);
}

/*
 * The address of an interface that @ifr names, as AF_INET: of several with the label the one that
 * @ifr says already, else the first.  NULL: none.  Under RCU.
 */
static const struct in_ifaddr *ifa_find(const struct in_device *in_dev, const struct ifreq *ifr)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)&ifr->ifr_addr;
	__be32 addr = sin->sin_family == AF_INET ? sin->sin_addr.s_addr : 0;
	const struct in_ifaddr *ifa, *first = NULL;

	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (addr && ifa_fits(ifa, ifr, addr))
			return ifa;
		if (!first && ifa_fits(ifa, ifr, 0))
			first = ifa;
	}
	return first;
}

static __be32 ifa_answer(const struct in_ifaddr *ifa, unsigned int cmd)
{
	switch (cmd) {
	case SIOCGIFBRDADDR:
		return ifa->ifa_broadcast;
	case SIOCGIFDSTADDR:
		return ifa->ifa_address;
	case SIOCGIFNETMASK:
		return ifa->ifa_mask;
	}
	return ifa->ifa_local;
}

/* SIOCGIFADDR and its kin: what the namespace's interfaces have, of whatever stack. */
static int ifaddr_ioctl(struct net *net, unsigned int cmd, void __user *arg)
{
	struct sockaddr_in *sin;
	const struct in_ifaddr *ifa;
	const struct in_device *in_dev;
	struct net_device *dev;
	struct ifreq ifr;
	int err = -ENODEV;
	char *colon;

	if (get_user_ifreq(&ifr, NULL, arg))
		return -EFAULT;
	ifr.ifr_name[IFNAMSIZ - 1] = 0;
	/* eth0:1 is a label of eth0's. */
	colon = strchr(ifr.ifr_name, ':');
	if (colon)
		*colon = 0;
	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, ifr.ifr_name);
	if (colon)
		*colon = ':';
	in_dev = dev ? __in_dev_get_rcu(dev) : NULL;
	ifa = in_dev ? ifa_find(in_dev, &ifr) : NULL;
	if (dev)
		err = ifa ? 0 : -EADDRNOTAVAIL;
	if (!err) {
		sin = (struct sockaddr_in *)&ifr.ifr_addr;
		memset(sin, 0, sizeof(*sin));
		sin->sin_family = AF_INET;
		sin->sin_addr.s_addr = ifa_answer(ifa, cmd);
	}
	rcu_read_unlock();
	return err ?: put_user_ifreq(&ifr, arg);
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

	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFBRDADDR:
	case SIOCGIFDSTADDR:
	case SIOCGIFNETMASK:
		return ifaddr_ioctl(sock_net(sk), cmd, (void __user *)arg);
	}
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
