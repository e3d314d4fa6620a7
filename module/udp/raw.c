// SPDX-License-Identifier: GPL-2.0
/*
 * Raw sockets, SOCK_RAW with any protocol: a program with CAP_NET_RAW sends packets behind an IPv4
 * header of ours, or with one of its own (IP_HDRINCL), and hears all packets of its protocol beside
 * whoever else they are for.  The protocol stands where other datagram sockets have their port.
 */
#include <linux/capability.h>
#include <linux/icmp.h>
#include <net/ip.h>
#include "ip/icmp.h"
#include "ip/ip.h"
#include "udp.h"

/* RFC 791's 65535 bytes less an IPv4 header. */
#define RAW_MAX		(U16_MAX - sizeof(struct iphdr))

/* By protocol. */
struct anp_udp_table anp_raw_table;

static struct anp_raw_sock *raw_sk(const struct sock *sk)
{
	return (struct anp_raw_sock *)sk;
}

static int raw_init_sock(struct sock *sk)
{
	struct net *net = sock_net(sk);
	int err;

	if (!sk->sk_kern_sock && !ns_capable(net->user_ns, CAP_NET_RAW))
		return -EPERM;
	err = anp_udp_init_sock(sk);
	if (err)
		return err;
	inet_assign_bit(HDRINCL, sk, sk->sk_protocol == IPPROTO_RAW);
	/* connect() to nobody takes a port back that it gave; this one is the protocol. */
	sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	static_branch_inc(&anp_ip_raw_used);
	anp_udp_insert(sk, sk->sk_protocol);
	return 0;
}

static void raw_unhash(struct sock *sk)
{
	if (!inet_sk(sk)->inet_num)
		return;
	anp_udp_unhash(sk);
	static_branch_dec(&anp_ip_raw_used);
}

/* Does @sk hear a packet of protocol @proto from @saddr to @daddr at @dif? */
static bool matches(const struct sock *sk, const struct net *net, u8 proto, __be32 saddr,
		    __be32 daddr, int dif)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 addr = READ_ONCE(inet->inet_rcv_saddr), peer = READ_ONCE(inet->inet_daddr);
	int dev = READ_ONCE(sk->sk_bound_dev_if);

	return net_eq(sock_net(sk), net) && READ_ONCE(inet->inet_num) == proto &&
	       (!addr || addr == daddr) && (!peer || peer == saddr) && (!dev || dev == dif);
}

/* ICMP_FILTER: types that the program does not want to hear.  skb->data is at the IPv4 header. */
static bool icmp_filtered(const struct sock *sk, const struct sk_buff *skb)
{
	u32 mask = READ_ONCE(raw_sk(sk)->icmp_filter);
	const u8 *type;
	u8 buf;

	if (sk->sk_protocol != IPPROTO_ICMP || !mask)
		return false;
	type = skb_header_pointer(skb, ip_hdr(skb)->ihl * 4, 1, &buf);
	/* As Linux: what is too short to have a type is heard by nobody with a filter. */
	return !type || (*type < 32 && (mask & (1u << *type)));
}

static bool wants_group(const struct sock *sk, const struct sk_buff *skb)
{
	const struct anp_udp_sock *up = anp_udp_sk(sk);

	return !ipv4_is_multicast(ip_hdr(skb)->daddr) ||
	       anp_mc_wanted(&up->mc_members, READ_ONCE(up->mc_all), ip_hdr(skb)->saddr,
			     ip_hdr(skb)->daddr, skb->dev->ifindex);
}

/* anp_ip_raw.rcv: whoever hears @skb gets a copy. */
static bool raw_rcv(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct anp_udp_bucket *b = anp_udp_bucket(&anp_raw_table, net, iph->protocol);
	struct sk_buff *copy;
	bool heard = false;
	struct sock *sk;

	sk_for_each_rcu(sk, &b->head) {
		if (!matches(sk, net, iph->protocol, iph->saddr, iph->daddr, skb->dev->ifindex))
			continue;
		heard = true;
		if (icmp_filtered(sk, skb) || !wants_group(sk, skb))
			continue;
		copy = skb_clone(skb, GFP_ATOMIC);
		if (copy)
			anp_udp_queue(sk, copy, 0, ANP_MIB_DROP_RAW_RCVBUF);
		else
			anp_count(net, ANP_MIB_DROP_NOMEM);
	}
	return heard;
}

/* anp_ip_raw.err */
static bool raw_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	struct net *net = dev_net(skb->dev);
	struct anp_udp_bucket *b = anp_udp_bucket(&anp_raw_table, net, iph->protocol);
	bool heard = false;
	unsigned int off;
	struct sock *sk;

	sk_for_each_rcu(sk, &b->head) {
		/* What we sent is in there, so the source is us. */
		if (!matches(sk, net, iph->protocol, iph->daddr, iph->saddr, skb->dev->ifindex))
			continue;
		heard = true;
		/* Who wrote the header sees it again. */
		off = inet_test_bit(HDRINCL, sk) ? 0 : iph->ihl * 4;
		anp_udp_icmp_error(sk, skb, type, code, info, err, hard, off, 0);
	}
	return heard;
}

/* An IPv4 header from a program, options and all. */
union raw_header {
	struct iphdr	iph;
	u8		bytes[60];
};

/* Takes the header from the beginning of @msg.  Returns its length; -EINVAL, -EFAULT. */
static int read_header(struct msghdr *msg, size_t len, union raw_header *h)
{
	unsigned int hlen;

	if (len < sizeof(h->iph))
		return -EINVAL;
	if (memcpy_from_msg(h, msg, sizeof(h->iph)))
		return -EFAULT;
	hlen = h->iph.ihl * 4;
	if (h->iph.version != 4 || hlen < sizeof(h->iph) || hlen > len)
		return -EINVAL;
	if (memcpy_from_msg(h->bytes + sizeof(h->iph), msg, hlen - sizeof(h->iph)))
		return -EFAULT;
	return hlen;
}

/* What a program leaves to us: the length, the checksum, and what it has put no value in. */
static void complete_header(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	struct iphdr *iph = ip_hdr(skb);

	if (!iph->saddr)
		iph->saddr = rt->saddr;
	iph->tot_len = htons(skb->len);
	if (!iph->id)
		iph->id = htons(anp_ip_id(net, iph));
	ip_send_check(iph);
}

static void count_icmp(const struct sock *sk, const struct sk_buff *skb, u8 proto,
		       unsigned int hlen)
{
	u8 buf, *type;

	if (proto != IPPROTO_ICMP)
		return;
	type = skb_header_pointer(skb, hlen, 1, &buf);
	if (type)
		anp_icmp_count_out(sock_net(sk), *type);
}

/*
 * Sends @skb; @hlen: of the program's own IPv4 header at skb->data, 0: it has none.  Socket lock held;
 * consumes @skb.
 */
static int raw_xmit(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		    const struct anp_udp_dest *d, unsigned int hlen)
{
	const struct anp_route *rt;
	int err;

	err = anp_udp_route(sk, msg, d, &rt);
	if (err || (msg->msg_flags & MSG_PROBE)) {
		kfree_skb(skb);
		return err;
	}
	if (msg->msg_flags & MSG_CONFIRM)
		skb_set_dst_pending_confirm(skb, 1);
	if (hlen) {
		skb_reset_network_header(skb);
		skb_set_transport_header(skb, hlen);
		complete_header(sock_net(sk), skb, rt);
		count_icmp(sk, skb, ip_hdr(skb)->protocol, hlen);
		err = anp_udp_ip_send_whole(sk, skb, d, rt);
	} else {
		count_icmp(sk, skb, sk->sk_protocol, 0);
		err = anp_udp_ip_send(sk, skb, d, rt, sk->sk_protocol);
	}
	/* A full queue is no error to who did not ask to hear of it (IP_RECVERR). */
	return err == -ENOBUFS && !READ_ONCE(anp_sk(sk)->recverr) ? 0 : err;
}

/* Sends @skb, or what building it came to.  Socket lock not held. */
static int raw_send(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		    const struct anp_udp_dest *d, unsigned int hlen)
{
	int err;

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	lock_sock(sk);
	err = raw_xmit(sk, msg, skb, d, hlen);
	release_sock(sk);
	return err;
}

/* A packet whose IPv4 header the program brings: as Linux it cannot be gathered. */
static int send_whole(struct sock *sk, struct msghdr *msg, size_t len,
		      const struct anp_udp_dest *d)
{
	union raw_header h;
	struct sk_buff *skb;
	int hlen;

	hlen = read_header(msg, len, &h);
	if (hlen < 0)
		return hlen;
	skb = anp_udp_build(sk, &msg->msg_iter, len - hlen, hlen, msg->msg_flags & MSG_DONTWAIT);
	if (!IS_ERR(skb))
		memcpy(skb->data, &h, hlen);
	return raw_send(sk, msg, skb, d, hlen);
}

/* sendmsg() while a packet is gathered (MSG_MORE).  Where it goes was said by the call that began it. */
static int send_corked(struct sock *sk, struct msghdr *msg, size_t len,
		       const struct anp_udp_dest *d)
{
	struct anp_udp_cork *c = NULL;
	struct iov_iter from;
	struct kvec vec;
	int err;

	lock_sock(sk);
	err = anp_udp_cork_add(sk, d, &msg->msg_iter, len, RAW_MAX);
	if (!err && !(msg->msg_flags & MSG_MORE))
		c = anp_udp_cork_take(sk);
	release_sock(sk);
	if (!c)
		return err;
	anp_udp_cork_iter(c, &from, &vec);
	err = raw_send(sk, msg, anp_udp_build_at_once(sk, &from, c->len), &c->dest, 0);
	anp_udp_cork_free(c);
	return err;
}

static int raw_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct anp_udp_dest d;
	int err;

	if (len > U16_MAX)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = anp_udp_dest(sk, msg, &d);
	if (err)
		return err;
	d.dport = 0;
	if (inet_test_bit(HDRINCL, sk))
		err = send_whole(sk, msg, len, &d);
	else if ((msg->msg_flags & MSG_MORE) || READ_ONCE(anp_udp_sk(sk)->cork))
		err = send_corked(sk, msg, len, &d);
	else
		/*
		 * As Linux: what an ICMP error said of the packet before does not keep this one
		 * back, so traceroute need not be slower than the routers' answers.
		 */
		err = raw_send(sk, msg, anp_udp_build_at_once(sk, &msg->msg_iter, len), &d, 0);
	return err ?: len;
}

static int set_icmp_filter(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	u32 mask = READ_ONCE(raw_sk(sk)->icmp_filter);

	/* As Linux: of a short value the rest stays. */
	if (copy_from_sockptr(&mask, optval, min_t(unsigned int, optlen, sizeof(mask))))
		return -EFAULT;
	WRITE_ONCE(raw_sk(sk)->icmp_filter, mask);
	return 0;
}

static int raw_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
			  unsigned int optlen)
{
	struct sock *sk = sock->sk;
	int err, val;

	if (level == SOL_RAW) {
		if (optname != ICMP_FILTER)
			return anp_refuse_option(sk, true, level, optname);
		return sk->sk_protocol == IPPROTO_ICMP ? set_icmp_filter(sk, optval, optlen) :
							 -EOPNOTSUPP;
	}
	if (level == SOL_IP && optname == IP_HDRINCL) {
		err = anp_get_ip_number(optname, optval, optlen, &val);
		if (!err)
			inet_assign_bit(HDRINCL, sk, val);
		return err;
	}
	return anp_udp_setsockopt(sock, level, optname, optval, optlen);
}

static int get_icmp_filter(struct sock *sk, int len, char __user *optval, int __user *optlen)
{
	u32 mask = READ_ONCE(raw_sk(sk)->icmp_filter);

	len = min_t(int, len, sizeof(mask));
	if (put_user(len, optlen) || copy_to_user(optval, &mask, len))
		return -EFAULT;
	return 0;
}

static int raw_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
			  int __user *optlen)
{
	bool filter = level == SOL_RAW && optname == ICMP_FILTER;
	struct sock *sk = sock->sk;
	int len;

	if (!filter && (level != SOL_IP || optname != IP_HDRINCL))
		return level == SOL_RAW ? anp_refuse_option(sk, false, level, optname) :
					  anp_udp_getsockopt(sock, level, optname, optval, optlen);
	if (filter && sk->sk_protocol != IPPROTO_ICMP)
		return -EOPNOTSUPP;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (filter)
		return get_icmp_filter(sk, len, optval, optlen);
	return anp_put_ip_number(inet_test_bit(HDRINCL, sk), len, optval, optlen);
}

static struct proto raw_prot = {
	.name		= "ANP-RAW",
	.owner		= THIS_MODULE,
	.init		= raw_init_sock,
	.close		= anp_udp_close,
	.destroy	= anp_udp_destroy,
	.disconnect	= anp_udp_disconnect,
	.unhash		= raw_unhash,
	.obj_size	= sizeof(struct anp_raw_sock),
	ANP_DGRAM_MEMORY,
};

static const struct proto_ops raw_ops = {
	ANP_DGRAM_OPS,
	.setsockopt	= raw_setsockopt,
	.getsockopt	= raw_getsockopt,
	.sendmsg	= raw_sendmsg,
};

static struct anp_sock_type raw_type = {
	.type		= SOCK_RAW,
	.protocol	= ANP_ANY_PROTOCOL,
	.prot		= &raw_prot,
	.ops		= &raw_ops,
};

static const struct anp_ip_raw raw_ip = {
	.rcv	= raw_rcv,
	.err	= raw_err,
};

int anp_raw_init(void)
{
	int err;

	anp_udp_table_init(&anp_raw_table);
	anp_ip_set_raw(&raw_ip);
	err = anp_sock_register(&raw_type);
	if (err)
		anp_ip_set_raw(NULL);
	return err;
}

void anp_raw_exit(void)
{
	anp_sock_unregister(&raw_type);
	anp_ip_set_raw(NULL);
}
