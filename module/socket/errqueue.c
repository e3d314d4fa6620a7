// SPDX-License-Identifier: GPL-2.0
/*
 * The error queue of a socket: what ICMP said of what was sent, what went wrong while sending
 * (IP_RECVERR), and the core's own notices of transmit timestamps and zero-copy sends.
 */
#include <linux/errqueue.h>
#include <linux/in6.h>
#include "stream.h"

/* In place of sock_exterr_skb.header, which the core leaves to the family. */
struct err_cb {
	struct anp_rx_cb	rx;		/* first: as in any received skb */
	__be32			offender;	/* who said so; 0: we */
	__be32			daddr;		/* where the packet was to go */
};

static struct err_cb *err_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct err_cb) > offsetof(struct sock_exterr_skb, ee));
	return (struct err_cb *)skb->cb;
}

/* Queues @skb, its data what the user is to see; consumes it. */
static void queue(struct sock *sk, struct sk_buff *skb, const struct sock_extended_err *ee,
		  const struct err_cb *cb, __be16 port)
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

void anp_errqueue_icmp(struct sock *sk, const struct sk_buff *skb,
		       const struct sock_extended_err *ee, unsigned int off, __be16 port)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct err_cb cb = {
		.rx.ifindex = skb->dev->ifindex,
		.rx.spec_dst = iph->saddr,
		.offender = ip_hdr(skb)->saddr,
		.daddr = iph->daddr,
	};
	struct sk_buff *copy;

	copy = skb_clone((struct sk_buff *)skb, GFP_ATOMIC);
	if (copy && skb_pull(copy, off))
		queue(sk, copy, ee, &cb, port);
	else
		kfree_skb(copy);
}

void anp_errqueue_local(struct sock *sk, int err, __be32 daddr, __be16 port, u32 info)
{
	const struct err_cb cb = { .daddr = daddr };
	const struct sock_extended_err ee = {
		.ee_errno = err,
		.ee_origin = SO_EE_ORIGIN_LOCAL,
		.ee_info = info,
	};
	struct sk_buff *skb;

	if (!READ_ONCE(anp_sk(sk)->recverr))
		return;
	skb = alloc_skb(0, GFP_KERNEL);
	if (skb)
		queue(sk, skb, &ee, &cb, port);
}

struct ubuf_info *anp_zerocopy_begin(struct sock *sk, const struct msghdr *msg, size_t len,
				     struct ubuf_info *last)
{
	if (!(msg->msg_flags & MSG_ZEROCOPY) || !len)
		return NULL;
	if (msg->msg_ubuf) {
		net_zcopy_get(msg->msg_ubuf);
		return msg->msg_ubuf;
	}
	if (!sock_flag(sk, SOCK_ZEROCOPY))
		return NULL;
	return anp_zerocopy_realloc(sk, len, last) ?: ERR_PTR(-ENOBUFS);
}

void anp_zerocopy_end(struct ubuf_info *uarg, bool failed)
{
	if (failed)
		net_zcopy_put_abort(uarg, true);
	else
		net_zcopy_put(uarg);
}

int anp_recv_error(struct sock *sk, struct msghdr *msg, size_t len,
		   void (*cmsgs)(struct msghdr *msg, struct sock *sk, struct sk_buff *skb))
{
	struct {
		struct sock_extended_err	ee;
		union {
			struct sockaddr_in	offender;
			struct sockaddr_in6	offender6;
		};
	} answer = {};
	struct sock_exterr_skb *serr;
	struct sk_buff *skb;
	int err, n;

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
	if (sk->sk_type == SOCK_STREAM && answer.ee.ee_origin == SO_EE_ORIGIN_TIMESTAMPING)
		answer.ee.ee_data = anp_stream_tskey(sk, answer.ee.ee_data);
	/* The core's own messages, timestamps and zero-copy, have no address. */
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
		if (cmsgs)
			cmsgs(msg, sk, skb);
	}
	if (anp_mapped(sk))
		put_cmsg(msg, SOL_IPV6, IPV6_RECVERR,
			 offsetofend(typeof(answer), offender6), &answer);
	else
		put_cmsg(msg, SOL_IP, IP_RECVERR, offsetofend(typeof(answer), offender), &answer);
	msg->msg_flags |= MSG_ERRQUEUE;
	consume_skb(skb);
	return n;
}
