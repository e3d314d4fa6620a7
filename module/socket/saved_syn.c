// SPDX-License-Identifier: GPL-2.0
/*
 * TCP_SAVE_SYN and TCP_SAVED_SYN: the headers of the SYN that began a connection, for a program that
 * tells clients apart by them.  Only what a listener has asked for is kept, in memory of its own; the
 * length of the SYN queue and the number of children bound it.
 */
#include <linux/ip.h>
#include <linux/tcp.h>
#include "../tcp/tcp.h"
#include "stream.h"

struct anp_saved_syn {
	u32	len;
	u8	data[];
};

struct anp_saved_syn *anp_saved_syn_take(const struct sock *listener, const struct sk_buff *skb)
{
	const u8 *from = skb_network_header(skb);
	const u8 *end = skb_transport_header(skb) + ANP_TCP_CB(skb)->hdrlen;
	struct anp_saved_syn *syn;

	switch (anp_tcp_sk(listener)->save_syn) {
	case ANP_SAVE_SYN_OFF:
		return NULL;
	case ANP_SAVE_SYN_MAC:
		/* An L3 device has none, and may not say so. */
		if (skb_mac_header_was_set(skb) && skb_mac_header(skb) < from)
			from = skb_mac_header(skb);
		break;
	}
	/* Without memory the connection is made all the same, and its SYN is not known. */
	syn = kmalloc(struct_size(syn, data, end - from), GFP_ATOMIC | __GFP_NOWARN);
	if (!syn)
		return NULL;
	syn->len = end - from;
	memcpy(syn->data, from, syn->len);
	return syn;
}

void anp_saved_syn_drop(struct sock *sk)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;

	kfree(conn->saved_syn);
	conn->saved_syn = NULL;
}

int anp_saved_syn_get(struct sock *sk, char __user *optval, int __user *optlen)
{
	const struct anp_saved_syn *syn;
	struct anp_tcp_conn *conn;
	int room, len, err = 0;

	if (get_user(room, optlen))
		return -EFAULT;
	lock_sock(sk);
	/* Who is parked has none. */
	conn = anp_tcp_sk(sk)->conn;
	syn = conn ? conn->saved_syn : NULL;
	len = syn ? syn->len : 0;
	if (put_user(len, optlen))
		err = -EFAULT;
	else if (room < len)
		err = -EINVAL;
	else if (syn && copy_to_user(optval, syn->data, len))
		err = -EFAULT;
	else if (syn)
		anp_saved_syn_drop(sk);
	release_sock(sk);
	return err;
}
