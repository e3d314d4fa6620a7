// SPDX-License-Identifier: GPL-2.0
/*
 * Ping sockets, SOCK_DGRAM with IPPROTO_ICMP: a program without privileges may send echo requests
 * and hear their replies (RFC 1122 3.2.2.6).  The identifier is the socket's port: the socket
 * writes it, whatever the program put there.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/icmp.h>
#include <linux/seqlock.h>
#include <linux/uidgid.h>
#include <net/checksum.h>
#include "ip/icmp.h"
#include "udp.h"

/* RFC 791's 65535 bytes less an IPv4 header; that much ICMP. */
#define PING_MAX	65515

/* net.ipv4.ping_group_range: the groups that may have ping sockets. */
static bool group_allowed(struct net *net)
{
	kgid_t low, high, group = current_egid();
	struct group_info *groups;
	bool allowed = false;
	unsigned int seq;
	int i;

	do {
		seq = read_seqbegin(&net->ipv4.ping_group_range.lock);
		low = net->ipv4.ping_group_range.range[0];
		high = net->ipv4.ping_group_range.range[1];
	} while (read_seqretry(&net->ipv4.ping_group_range.lock, seq));

	if (gid_lte(low, group) && gid_lte(group, high))
		return true;
	groups = get_current_groups();
	for (i = 0; i < groups->ngroups && !allowed; i++)
		allowed = gid_lte(low, groups->gid[i]) && gid_lte(groups->gid[i], high);
	put_group_info(groups);
	return allowed;
}

static int ping_init_sock(struct sock *sk)
{
	struct net *net = sock_net(sk);

	/*
	 * What the kernel itself opens has no group.  Who may send any ICMP by a raw socket of the
	 * host may send echoes here, where there are no raw sockets.
	 */
	if (sk->sk_kern_sock || group_allowed(net) || ns_capable(net->user_ns, CAP_NET_RAW))
		return anp_udp_init_sock(sk);
	return -EACCES;
}

/* The socket of identifier @id that takes what comes to @daddr at @dif.  Under RCU. */
static struct sock *ping_lookup(struct net *net, __be16 id, __be32 daddr, int dif)
{
	u16 port = ntohs(id);
	struct anp_udp_bucket *b = anp_udp_bucket(&anp_ping_table, net, port);
	struct sock *sk;

	sk_for_each_rcu(sk, &b->head) {
		__be32 addr = READ_ONCE(inet_sk(sk)->inet_rcv_saddr);
		int dev = READ_ONCE(sk->sk_bound_dev_if);

		if (net_eq(sock_net(sk), net) && READ_ONCE(inet_sk(sk)->inet_num) == port &&
		    (!addr || addr == daddr) && (!dev || dev == dif))
			return sk;
	}
	return NULL;
}

/* An echo reply. */
static void ping_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);
	struct sock *sk;

	sk = ping_lookup(net, icmp_hdr(skb)->un.echo.id, ip_hdr(skb)->daddr, skb->dev->ifindex);
	if (sk)
		anp_udp_queue(sk, skb, 0, ANP_MIB_DROP_PING_RCVBUF);
	else
		anp_drop(net, skb, ANP_MIB_DROP_ICMP_NO_SOCKET);
}

/* An error about an echo request: anp_ip_proto.err. */
static void ping_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct icmphdr *icmph = (const struct icmphdr *)(skb->data + iph->ihl * 4);
	struct sock *sk;

	sk = ping_lookup(dev_net(skb->dev), icmph->un.echo.id, iph->saddr, skb->dev->ifindex);
	if (sk)
		anp_udp_icmp_error(sk, skb, type, code, info, err, hard, iph->ihl * 4, 0);
}

/* Completes and sends the request @skb with header @hdr.  Socket lock held; consumes @skb. */
static int ping_xmit(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		     struct icmphdr *hdr, const struct anp_udp_dest *d)
{
	const struct anp_route *rt;
	int err;

	err = anp_udp_route(sk, msg, d, &rt);
	if (err || (msg->msg_flags & MSG_PROBE)) {
		kfree_skb(skb);
		return err;
	}

	hdr->un.echo.id = inet_sk(sk)->inet_sport;
	hdr->checksum = 0;
	memcpy(skb->data, hdr, sizeof(*hdr));
	icmp_hdr(skb)->checksum = csum_fold(skb_checksum(skb, 0, skb->len, 0));
	if (msg->msg_flags & MSG_CONFIRM)
		skb_set_dst_pending_confirm(skb, 1);

	err = anp_udp_ip_send(sk, skb, d, rt, IPPROTO_ICMP);
	if (!err)
		anp_icmp_count_out(sock_net(sk), ICMP_ECHO);
	return err == -ENOBUFS && !anp_sk(sk)->recverr ? 0 : err;
}

static int ping_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct anp_udp_dest d;
	struct icmphdr hdr;
	struct sk_buff *skb;
	int err;

	/* As Linux: a request is never gathered, MSG_MORE or not. */
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (len > PING_MAX)
		return -EMSGSIZE;
	if (len < sizeof(hdr))
		return -EINVAL;
	err = anp_udp_dest(sk, msg, &d);
	if (err)
		return err;
	err = memcpy_from_msg(&hdr, msg, sizeof(hdr));
	if (err)
		return err;
	if (hdr.type != ICMP_ECHO || hdr.code)
		return -EINVAL;
	d.dport = 0;

	skb = anp_udp_build(sk, &msg->msg_iter, len - sizeof(hdr), sizeof(hdr),
			    msg->msg_flags & MSG_DONTWAIT);
	if (IS_ERR(skb))
		return PTR_ERR(skb);

	lock_sock(sk);
	err = inet_sk(sk)->inet_num ? 0 : anp_udp_get_port(sk, 0);
	if (err) {
		kfree_skb(skb);
		err = -EAGAIN;
	} else {
		err = ping_xmit(sk, msg, skb, &hdr, &d);
	}
	release_sock(sk);
	return err ?: len;
}

static struct proto ping_prot = {
	.name		= "ANP-PING",
	.owner		= THIS_MODULE,
	.init		= ping_init_sock,
	.close		= anp_udp_close,
	.disconnect	= anp_udp_disconnect,
	.unhash		= anp_udp_unhash,
	.obj_size	= sizeof(struct anp_udp_sock),
	ANP_DGRAM_MEMORY,
};

static const struct proto_ops ping_ops = {
	ANP_DGRAM_OPS,
	.setsockopt	= anp_udp_setsockopt,
	.getsockopt	= anp_udp_getsockopt,
	.sendmsg	= ping_sendmsg,
};

static struct anp_sock_type ping_type = {
	.type		= SOCK_DGRAM,
	.protocol	= IPPROTO_ICMP,
	.prot		= &ping_prot,
	.ops		= &ping_ops,
};

int anp_ping_init(void)
{
	int err;

	anp_udp_table_init(&anp_ping_table);
	err = anp_icmp_register_reply(ping_rcv);
	if (err)
		return err;
	err = anp_icmp_register_err(ping_err);
	if (err)
		goto err_reply;
	err = anp_sock_register(&ping_type);
	if (err)
		goto err_err;
	return 0;

err_err:
	anp_icmp_register_err(NULL);
err_reply:
	anp_icmp_register_reply(NULL);
	return err;
}

void anp_ping_exit(void)
{
	anp_sock_unregister(&ping_type);
	anp_icmp_register_err(NULL);
	anp_icmp_register_reply(NULL);
}
