// SPDX-License-Identifier: GPL-2.0
/*
 * Sending UDP: sendmsg(), the UDP header, its checksum, segmentation.
 */
#include <linux/uio.h>
#include <net/checksum.h>
#include "udp.h"

/*
 * RFC 768 Checksum: left to the device or the core where the datagram stays in one piece; zero
 * is sent as its other representation, because zero means none (RFC 1122 4.1.3.4).
 */
static void set_checksum(const struct sock *sk, struct sk_buff *skb, const struct anp_route *rt)
{
	struct udphdr *uh = udp_hdr(skb);
	unsigned int len = skb->len;

	uh->check = 0;
	skb->ip_summed = CHECKSUM_NONE;
	if (sk->sk_no_check_tx)
		return;

	if (skb_is_gso(skb) || !anp_udp_fragments(rt, len)) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = offsetof(struct udphdr, check);
		uh->check = ~csum_tcpudp_magic(rt->saddr, rt->daddr, len, IPPROTO_UDP, 0);
		return;
	}
	uh->check = csum_tcpudp_magic(rt->saddr, rt->daddr, len, IPPROTO_UDP,
				      skb_checksum(skb, 0, len, 0)) ?: CSUM_MANGLED_0;
}

/* UDP_SEGMENT: one send of several datagrams, each of @size bytes but the last. */
static int set_segments(const struct sock *sk, struct sk_buff *skb, unsigned int size,
			const struct anp_route *rt)
{
	unsigned int len = skb->len - sizeof(struct udphdr);

	if (!size || len <= size)
		return 0;
	if (anp_udp_fragments(rt, size + sizeof(struct udphdr)))
		return -EMSGSIZE;
	/* The pieces cannot go without a checksum: the core computes it when it cuts them. */
	if (len > size * ANP_UDP_MAX_SEGS || sk->sk_no_check_tx)
		return -EINVAL;

	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(len, size);
	return 0;
}

/*
 * MSG_ZEROCOPY: what is cut in fragments is summed up first and copied into them then, and the program may
 * change its pages between the two.  A device that cannot gather gets a copy from the core, which says so.
 */
static int settle_pages(struct sk_buff *skb, const struct anp_route *rt)
{
	if (!skb_zcopy(skb) || skb_is_gso(skb) || !anp_udp_fragments(rt, skb->len))
		return 0;
	return skb_orphan_frags_rx(skb, GFP_KERNEL);
}

/* Completes and sends @skb, which has room for its header at skb->data.  Socket lock held. */
static int xmit(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		const struct anp_udp_dest *d)
{
	struct net *net = sock_net(sk);
	const struct anp_route *rt;
	struct udphdr *uh;
	int err;

	err = anp_udp_route(sk, msg, d, &rt);
	if (!err)
		err = set_segments(sk, skb, d->gso_size, rt);
	if (!err)
		err = settle_pages(skb, rt);
	if (err || (msg->msg_flags & MSG_PROBE)) {
		kfree_skb(skb);
		return err;
	}

	uh = udp_hdr(skb);
	uh->source = inet_sk(sk)->inet_sport;
	uh->dest = d->dport;
	uh->len = htons(skb->len);
	set_checksum(sk, skb, rt);
	if (msg->msg_flags & MSG_CONFIRM)
		skb_set_dst_pending_confirm(skb, 1);

	err = anp_udp_ip_send(sk, skb, d, rt, IPPROTO_UDP);
	if (!err)
		anp_count(net, ANP_MIB_UDP_OUT_DATAGRAMS);
	else if (err == -ENOBUFS)
		anp_count(net, ANP_MIB_UDP_SNDBUF_ERRORS);
	/* A full queue is no error to who did not ask to hear of it (IP_RECVERR). */
	return err == -ENOBUFS && !anp_sk(sk)->recverr ? 0 : err;
}

/* Sends @skb, if it is no error, as one datagram.  Process context, socket lock not held. */
static int send_built(struct sock *sk, struct msghdr *msg, struct sk_buff *skb,
		      const struct anp_udp_dest *d)
{
	int err;

	if (IS_ERR(skb))
		return PTR_ERR(skb);

	lock_sock(sk);
	err = inet_sk(sk)->inet_num ? 0 : anp_udp_get_port(sk, 0);
	if (err) {
		kfree_skb(skb);
		err = -EAGAIN;
	} else {
		err = xmit(sk, msg, skb, d);
	}
	release_sock(sk);
	return err;
}

/* Sends @len bytes of @from, likewise. */
static int send_data(struct sock *sk, struct msghdr *msg, struct iov_iter *from, size_t len,
		     const struct anp_udp_dest *d)
{
	/* The copy, and the wait for room, need no lock. */
	return send_built(sk, msg, anp_udp_build(sk, from, len, sizeof(struct udphdr),
						 msg->msg_flags & MSG_DONTWAIT), d);
}

/* Sends what was gathered, @c, which is freed. */
static int cork_send(struct sock *sk, struct msghdr *msg, struct anp_udp_cork *c)
{
	struct iov_iter from;
	struct kvec vec;
	int err;

	anp_udp_cork_iter(c, &from, &vec);
	err = send_data(sk, msg, &from, c->len, &c->dest);
	anp_udp_cork_free(c);
	return err;
}

int anp_udp_push(struct sock *sk)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
	struct anp_udp_cork *c;

	lock_sock(sk);
	c = anp_udp_cork_take(sk);
	release_sock(sk);
	return c ? cork_send(sk, &msg, c) : 0;
}

/* Where the datagram that @msg begins goes. */
static int dest(struct sock *sk, struct msghdr *msg, struct anp_udp_dest *d)
{
	return anp_udp_dest(sk, msg, d) ?: d->dport ? 0 : -EINVAL;
}

/* sendmsg() while a datagram is gathered.  Where it goes was said by the call that began it. */
static int sendmsg_corked(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	struct anp_udp_cork *c = NULL;
	struct anp_udp_dest d;
	int err = 0;

	lock_sock(sk);
	if (!up->cork)
		err = dest(sk, msg, &d);
	if (!err)
		err = anp_udp_cork_add(sk, &d, &msg->msg_iter, len, ANP_UDP_MAX_DATA);
	if (!err && !(msg->msg_flags & MSG_MORE) && !up->corked)
		c = anp_udp_cork_take(sk);
	release_sock(sk);
	if (c)
		err = cork_send(sk, msg, c);
	return err ?: len;
}

/* sendmsg(); @uarg: who is told when the program's pages are free, NULL: nobody, they are copied. */
static int sendmsg(struct sock *sk, struct msghdr *msg, size_t len, struct ubuf_info *uarg)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	struct anp_udp_dest d;
	int err;

	if ((msg->msg_flags & MSG_MORE) || READ_ONCE(up->corked) || READ_ONCE(up->cork)) {
		/* What is gathered is copied; the error queue says so (SO_EE_CODE_ZEROCOPY_COPIED). */
		if (uarg && !msg->msg_ubuf)
			uarg_to_msgzc(uarg)->zerocopy = 0;
		return sendmsg_corked(sk, msg, len);
	}

	err = dest(sk, msg, &d);
	if (err)
		return err;
	if (likely(!uarg))
		return send_data(sk, msg, &msg->msg_iter, len, &d) ?: len;
	return send_built(sk, msg, anp_udp_build_pinned(sk, msg, len, sizeof(struct udphdr), uarg),
			  &d) ?: len;
}

int anp_udp_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct ubuf_info *uarg;
	int ret;

	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (len > ANP_UDP_MAX_DATA)
		return -EMSGSIZE;
	if (likely(!(msg->msg_flags & MSG_ZEROCOPY)))
		return sendmsg(sk, msg, len, NULL);

	uarg = anp_zerocopy_begin(sk, msg, len, NULL);
	if (IS_ERR(uarg))
		return PTR_ERR(uarg);
	ret = sendmsg(sk, msg, len, uarg);
	anp_zerocopy_end(uarg, ret < 0);
	return ret;
}
