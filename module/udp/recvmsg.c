// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving datagrams: recvmsg() of UDP, ping and raw sockets.  Checksums were verified before the
 * datagram was queued, so what poll() promised is there.
 */
#include <linux/ip.h>
#include <net/busy_poll.h>
#include "udp.h"

/* Only UDP's peers have one. */
static __be16 source_port(const struct sock *sk, const struct sk_buff *skb)
{
	return anp_is_udp(sk) ? udp_hdr(skb)->source : 0;
}

/*
 * As __skb_recv_datagram(), but who would find nothing and has time to wait does not lock the queue
 * for that.
 */
static struct sk_buff *recv_datagram(struct sock *sk, int flags, int *off, int *err)
{
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	struct sk_buff_head *q = &sk->sk_receive_queue;
	struct sk_buff *skb, *last = (struct sk_buff *)q;
	bool look = !timeo || !skb_queue_empty_lockless(q) || sk_can_busy_loop(sk);

	do {
		if (look) {
			skb = __skb_try_recv_datagram(sk, q, flags, off, err, &last);
			if (skb || *err != -EAGAIN)
				return skb;
		}
		look = true;
	} while (timeo && !__skb_wait_for_more_packets(sk, q, err, &timeo, last));
	return NULL;
}

int anp_udp_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	struct sock *sk = sock->sk;
	unsigned int rest;
	struct sk_buff *skb;
	int err, off;
	size_t n;

	if (flags & MSG_ERRQUEUE)
		return anp_recv_error(sk, msg, len, anp_udp_recv_cmsgs);
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;

	off = sk_peek_offset(sk, flags);
	skb = recv_datagram(sk, flags, &off, &err);
	/* Also for who does not wait: poll() says that there is something to read. */
	if (!skb)
		return err == -EAGAIN && (sk->sk_shutdown & RCV_SHUTDOWN) ? 0 : err;

	/* RFC 1122 4.1.3.5: what does not fit is lost, and the user is told. */
	rest = skb->len - off;
	n = min_t(size_t, len, rest);
	if (n < rest)
		msg->msg_flags |= MSG_TRUNC;
	err = anp_copy_out(skb, off, msg, n);
	if (err)
		goto out;

	if (!(flags & MSG_PEEK) && anp_is_udp(sk))
		anp_count(sock_net(sk), ANP_MIB_UDP_IN_DATAGRAMS);
	sock_recv_cmsgs(msg, sk, skb);
	if (msg->msg_name)
		msg->msg_namelen = anp_addr_fill(sk, msg->msg_name, ip_hdr(skb)->saddr,
						 source_port(sk, skb));
	anp_udp_recv_cmsgs(msg, sk, skb);

	err = n;
	sk_peek_offset_bwd(sk, flags & MSG_PEEK ? -err : err);
	if (flags & MSG_TRUNC)
		err = skb->len;
out:
	consume_skb(skb);
	anp_dgram_was_read(sk);
	return err;
}
