// SPDX-License-Identifier: GPL-2.0
/*
 * The way out, shared by UDP, ping and raw sockets: from what sendmsg() was given to a destination, a route,
 * an skb with the data, and IP.
 */
#include "udp.h"

/* Longer data goes into page fragments: no big contiguous allocations. */
#define LINEAR_MAX	2048

int anp_udp_dest(struct sock *sk, struct msghdr *msg, struct anp_udp_dest *d)
{
	const struct inet_sock *inet = inet_sk(sk);
	const struct sockaddr_in *addr = msg->msg_name;
	int err;

	memset(d, 0, sizeof(*d));
	sockcm_init(&d->sockc, sk);
	d->sockc.mark = READ_ONCE(sk->sk_mark);
	d->gso_size = READ_ONCE(anp_udp_sk(sk)->gso_size);
	d->ttl = -1;
	d->flow.saddr = READ_ONCE(inet->inet_saddr);
	d->flow.oif = READ_ONCE(sk->sk_bound_dev_if);
	d->flow.tos = READ_ONCE(inet->tos);

	if (addr) {
		if (msg->msg_namelen < sizeof(*addr))
			return -EINVAL;
		err = anp_addr_take(sk, msg->msg_name, msg->msg_namelen, true, false);
		if (err)
			return err;
		d->flow.daddr = addr->sin_addr.s_addr;
		d->dport = addr->sin_port;
	} else {
		if (READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
			return -EDESTADDRREQ;
		d->to_peer = true;
		d->flow.daddr = READ_ONCE(inet->inet_daddr);
		d->dport = READ_ONCE(inet->inet_dport);
	}
	if (msg->msg_controllen) {
		err = anp_udp_send_cmsgs(sk, msg, d);
		if (err)
			return err;
	}
	if (ipv4_is_multicast(d->flow.daddr)) {
		if (!d->flow.oif)
			d->flow.oif = READ_ONCE(inet->mc_index);
		if (!d->flow.saddr)
			d->flow.saddr = READ_ONCE(inet->mc_addr);
		d->to_peer = false;
	} else if (!d->flow.oif && !d->to_peer) {
		/* As Linux: what connect() or bind() to a device said goes first. */
		d->flow.oif = READ_ONCE(inet->uc_index);
	}
	return 0;
}

/* The route of an unconnected send, which is often that of the one before. */
static int route_other(struct sock *sk, const struct anp_flow *fl, const struct anp_route **rt)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	struct net *net = sock_net(sk);
	int err;

	if (!anp_route_valid(net, &up->last) || up->last.daddr != fl->daddr ||
	    up->last_saddr != fl->saddr || up->last.oif != fl->oif || up->last.tos != fl->tos) {
		err = anp_route_get(net, fl, &up->last);
		if (err)
			return err;
		up->last_saddr = fl->saddr;
	}
	*rt = &up->last;
	return 0;
}

static int route_peer(struct sock *sk, const struct anp_route **rt)
{
	*rt = &anp_udp_sk(sk)->route;
	return anp_sk_route(sk, &anp_udp_sk(sk)->route);
}

int anp_udp_route(struct sock *sk, struct msghdr *msg, const struct anp_udp_dest *d,
		  const struct anp_route **rt)
{
	int err;

	sock_owned_by_me(sk);
	/* It may have been disconnected since. */
	if (d->to_peer && sk->sk_state == TCP_ESTABLISHED)
		err = route_peer(sk, rt);
	else
		err = route_other(sk, &d->flow, rt);
	if (err)
		return err;

	if ((*rt)->type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	/* RFC 1122 3.3.1: who does not want to be routed reaches his own network only. */
	if (((msg->msg_flags & MSG_DONTROUTE) || sock_flag(sk, SOCK_LOCALROUTE)) &&
	    (*rt)->nexthop != (*rt)->daddr)
		return -ENETUNREACH;
	return 0;
}

/* A linear skb of @size bytes that @sk's send buffer has room for at once; NULL: ask again, and wait. */
static struct sk_buff *alloc_at_once(struct sock *sk, size_t size)
{
	if (unlikely(READ_ONCE(sk->sk_err) || (READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN)))
		return NULL;
	return sock_wmalloc(sk, size, 0, sk->sk_allocation);
}

/* Copies @len bytes of @from into @skb, @linear of them not into pages, behind @room bytes. */
static struct sk_buff *fill(struct sk_buff *skb, struct iov_iter *from, size_t len, size_t linear,
			    size_t room)
{
	int err;

	skb_reserve(skb, room);
	skb_put(skb, linear);
	skb->data_len = len - linear;
	skb->len = len;
	if (likely(linear == len))
		err = copy_from_iter_full(skb->data, len, from) ? 0 : -EFAULT;
	else
		err = skb_copy_datagram_from_iter(skb, 0, from, len);
	if (err) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	return skb;
}

/* An skb of @linear bytes and @paged in pages, once @sk's send buffer has room for it. */
static struct sk_buff *alloc_wait(struct sock *sk, size_t linear, size_t paged, bool noblock)
{
	struct sk_buff *skb;
	int err = -ENOBUFS;

	skb = likely(!paged) ? alloc_at_once(sk, linear) : NULL;
	if (!skb)
		skb = sock_alloc_send_pskb(sk, linear, paged, noblock, &err, PAGE_ALLOC_COSTLY_ORDER);
	if (likely(skb))
		return skb;
	if (err == -ENOBUFS || err == -EAGAIN)
		anp_count(sock_net(sk), ANP_MIB_UDP_SNDBUF_ERRORS);
	return ERR_PTR(err);
}

struct sk_buff *anp_udp_build(struct sock *sk, struct iov_iter *from, size_t len, size_t hlen,
			      bool noblock)
{
	size_t room = LL_MAX_HEADER + sizeof(struct iphdr) + hlen;
	size_t linear = len <= LINEAR_MAX ? len : 0;
	struct sk_buff *skb;

	skb = alloc_wait(sk, room + linear, len - linear, noblock);
	if (!IS_ERR(skb))
		skb = fill(skb, from, len, linear, room);
	if (IS_ERR(skb))
		return skb;
	skb_push(skb, hlen);
	skb_reset_transport_header(skb);
	return skb;
}

struct sk_buff *anp_udp_build_pinned(struct sock *sk, struct msghdr *msg, size_t len, size_t hlen,
				     struct ubuf_info *uarg)
{
	size_t room = LL_MAX_HEADER + sizeof(struct iphdr) + hlen;
	struct sk_buff *skb;
	int err;

	skb = alloc_wait(sk, room, 0, msg->msg_flags & MSG_DONTWAIT);
	if (IS_ERR(skb))
		return skb;
	skb_reserve(skb, room);
	/* It charges the pages to the socket, whole ones, however little of them is sent. */
	err = skb_zerocopy_iter_dgram(skb, msg, len);
	if (err < 0) {
		kfree_skb(skb);
		return ERR_PTR(err);
	}
	skb_zcopy_set(skb, uarg, NULL);
	skb_push(skb, hlen);
	skb_reset_transport_header(skb);
	return skb;
}

struct sk_buff *anp_udp_build_at_once(struct sock *sk, struct iov_iter *from, size_t len)
{
	size_t room = LL_MAX_HEADER + sizeof(struct iphdr);
	size_t linear = len <= LINEAR_MAX ? len : 0;
	struct sk_buff *skb = NULL;
	int err = -ENOBUFS;

	/* As Linux: a raw socket may have twice its send buffer on the way. */
	if (sk_wmem_alloc_get(sk) <= 2 * READ_ONCE(sk->sk_sndbuf))
		skb = alloc_skb_with_frags(room + linear, len - linear, PAGE_ALLOC_COSTLY_ORDER,
					   &err, sk->sk_allocation);
	if (!skb)
		return ERR_PTR(-ENOBUFS);
	skb_set_owner_w(skb, sk);
	skb = fill(skb, from, len, linear, room);
	if (!IS_ERR(skb))
		skb_reset_transport_header(skb);
	return skb;
}

/* What IP_MTU_DISCOVER makes of the path's MTU: the route to use, in *@tmp if it is another. */
static const struct anp_route *discover(const struct sock *sk, const struct anp_route *rt,
					struct anp_route *tmp)
{
	if (anp_sk(sk)->pmtudisc < IP_PMTUDISC_PROBE || rt->type == RTN_LOCAL)
		return rt;

	/* The modes from PROBE on do not believe what ICMP said. */
	*tmp = *rt;
	rcu_read_lock();
	if (anp_route_valid(sock_net(sk), rt))
		tmp->mtu = READ_ONCE(rt->dev->mtu);
	rcu_read_unlock();
	return tmp;
}

static u8 ttl_of(const struct sock *sk, const struct anp_udp_dest *d, const struct anp_route *rt)
{
	const struct inet_sock *inet = inet_sk(sk);

	if (d->ttl >= 0)
		return d->ttl;
	if (rt->type == RTN_MULTICAST)
		return READ_ONCE(inet->mc_ttl);
	return max_t(int, READ_ONCE(inet->uc_ttl), 0);
}

/* What the socket or a control message says of the packet for qdiscs, filters and stamps. */
static void label(struct sock *sk, struct sk_buff *skb, const struct anp_udp_dest *d)
{
	skb->priority = READ_ONCE(sk->sk_priority);
	skb->mark = d->sockc.mark;
	skb->tstamp = ns_to_ktime(d->sockc.transmit_time);
	anp_skb_setup_tx_timestamp(skb, &d->sockc);
}

int anp_udp_ip_send(struct sock *sk, struct sk_buff *skb, const struct anp_udp_dest *d,
		    const struct anp_route *rt, u8 proto)
{
	u8 pmtudisc = anp_sk(sk)->pmtudisc;
	struct anp_ip_opts o = {
		.proto = proto,
		.tos = d->flow.tos,
		.ttl = ttl_of(sk, d, rt),
		.stay = rt->type == RTN_MULTICAST && d->ttl < 0 && !READ_ONCE(inet_sk(sk)->mc_ttl),
	};
	struct anp_route tmp;
	bool big;

	rt = discover(sk, rt, &tmp);
	big = !skb_is_gso(skb) && anp_udp_fragments(rt, skb->len);
	/* RFC 1191 6.5: by default what fits asks the routers to say where it does not. */
	o.df = pmtudisc == IP_PMTUDISC_DO || pmtudisc == IP_PMTUDISC_PROBE ||
	       (pmtudisc == IP_PMTUDISC_WANT && !big);
	if (big && (o.df || pmtudisc == IP_PMTUDISC_INTERFACE)) {
		anp_errqueue_local(sk, EMSGSIZE, rt->daddr, d->dport, rt->mtu);
		kfree_skb(skb);
		return -EMSGSIZE;
	}

	label(sk, skb, d);
	return anp_ip_send(sock_net(sk), skb, rt, &o);
}

int anp_udp_ip_send_whole(struct sock *sk, struct sk_buff *skb, const struct anp_udp_dest *d,
			  const struct anp_route *rt)
{
	u32 mtu;
	int err;

	label(sk, skb, d);
	err = anp_ip_send_whole(sock_net(sk), skb, rt, &mtu);
	if (err == -EMSGSIZE)
		anp_errqueue_local(sk, EMSGSIZE, rt->daddr, 0, mtu);
	return err;
}
