// SPDX-License-Identifier: GPL-2.0
/*
 * What went wrong with sent datagrams: ICMP errors (RFC 1122 4.1.3.3), errors found while sending,
 * and the error queue that IP_RECVERR asks for.
 */
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include "udp.h"

/* In place of sock_exterr_skb.header, which the core leaves to the family. */
struct anp_udp_err_cb {
	struct anp_udp_cb	rx;		/* first: as in any received skb */
	__be32			offender;	/* who said so; 0: we */
	__be32			daddr;		/* where the datagram was to go */
};

static struct anp_udp_err_cb *err_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct anp_udp_err_cb) > offsetof(struct sock_exterr_skb, ee));
	return (struct anp_udp_err_cb *)skb->cb;
}

/* Queues @skb, its data what the user is to see; consumes it. */
static void queue(struct sock *sk, struct sk_buff *skb, const struct sock_extended_err *ee,
		  const struct anp_udp_err_cb *cb, __be16 port)
{
	struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);

	memset(serr, 0, sizeof(*serr));
	serr->ee = *ee;
	serr->port = port;
	*err_cb(skb) = *cb;
	/* Bounded by the receive buffer. */
	if (sock_queue_err_skb(sk, skb)) {
		atomic_inc(&sk->sk_drops);
		kfree_skb(skb);
	}
}

void anp_udp_icmp_error(struct sock *sk, struct sk_buff *skb, u8 type, u8 code, u32 info,
			int err, bool hard, unsigned int off, __be16 port)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct anp_udp_err_cb cb = {
		.rx.ifindex = skb->dev->ifindex,
		.rx.spec_dst = iph->saddr,
		.offender = ip_hdr(skb)->saddr,
		.daddr = iph->daddr,
	};
	struct sock_extended_err ee = {
		.ee_errno = err,
		.ee_origin = SO_EE_ORIGIN_ICMP,
		.ee_type = type,
		.ee_code = code,
		.ee_info = info,
	};
	struct sk_buff *copy;

	/* RFC 1191 6.2: only who wants to discover the path's MTU wants to hear that. */
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED) {
		if (anp_sk(sk)->pmtudisc == IP_PMTUDISC_DONT)
			return;
		ee.ee_errno = EMSGSIZE;
		hard = true;
	}

	if (READ_ONCE(anp_udp_sk(sk)->recverr)) {
		copy = skb_clone(skb, GFP_ATOMIC);
		if (copy && skb_pull(copy, off))
			queue(sk, copy, &ee, &cb, port);
		else
			kfree_skb(copy);
	} else if (!hard || READ_ONCE(sk->sk_state) != TCP_ESTABLISHED) {
		/* One peer of many, and no way to say which: RFC 1122 4.1.3.3 is for connected. */
		return;
	}
	WRITE_ONCE(sk->sk_err, ee.ee_errno);
	sk_error_report(sk);
}

void anp_udp_local_error(struct sock *sk, int err, __be32 daddr, __be16 port, u32 info)
{
	const struct anp_udp_err_cb cb = { .daddr = daddr };
	const struct sock_extended_err ee = {
		.ee_errno = err,
		.ee_origin = SO_EE_ORIGIN_LOCAL,
		.ee_info = info,
	};
	struct sk_buff *skb;

	if (!anp_udp_sk(sk)->recverr)
		return;
	skb = alloc_skb(0, GFP_KERNEL);
	if (skb)
		queue(sk, skb, &ee, &cb, port);
}

int anp_udp_recv_error(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct {
		struct sock_extended_err	ee;
		struct sockaddr_in		offender;
	} answer = {};
	struct sock_exterr_skb *serr;
	struct sk_buff *skb;
	int err;
	int n;

	skb = sock_dequeue_err_skb(sk);
	if (!skb)
		return -EAGAIN;

	n = min_t(size_t, len, skb->len);
	if (n < skb->len)
		msg->msg_flags |= MSG_TRUNC;
	err = skb_copy_datagram_msg(skb, 0, msg, n);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	sock_recv_timestamp(msg, sk, skb);

	serr = SKB_EXT_ERR(skb);
	answer.ee = serr->ee;
	/* The core's own messages, that is transmit timestamps, have no address. */
	if (answer.ee.ee_origin == SO_EE_ORIGIN_ICMP ||
	    answer.ee.ee_origin == SO_EE_ORIGIN_LOCAL) {
		if (msg->msg_name)
			msg->msg_namelen = anp_addr_fill(sk, msg->msg_name, err_cb(skb)->daddr,
							 serr->port);
	} else {
		msg->msg_namelen = 0;
	}
	if (answer.ee.ee_origin == SO_EE_ORIGIN_ICMP) {
		anp_addr_fill(sk, (struct sockaddr *)&answer.offender, err_cb(skb)->offender, 0);
		anp_udp_recv_cmsgs(msg, sk, skb);
	}
	put_cmsg(msg, SOL_IP, IP_RECVERR, sizeof(answer), &answer);
	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return n;
}
