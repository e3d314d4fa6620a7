// SPDX-License-Identifier: GPL-2.0
/*
 * The sockets that share a port (ANP_REUSEPORT) are a group of the kernel's (net/core/sock_reuseport.c):
 * it chooses among them by the hash of who sends, or by a program of SO_ATTACH_REUSEPORT_CBPF or
 * SO_ATTACH_REUSEPORT_EBPF, which the core attaches without asking us.
 */
#include <net/sock_reuseport.h>
#include "anp.h"

bool anp_reuseport_may(const struct sock *sk)
{
	return sk->sk_reuseport && !rcu_access_pointer(sk->sk_reuseport_cb);
}

bool anp_reuseport_together(const struct sock *sk, const struct sock *other)
{
	return sk != other && sk->sk_reuseport && other->sk_reuseport &&
	       sk->sk_rcv_saddr == other->sk_rcv_saddr &&
	       sk->sk_bound_dev_if == other->sk_bound_dev_if &&
	       uid_eq(sk->sk_uid, other->sk_uid);
}

int anp_reuseport_join(struct sock *sk, struct sock *other)
{
	bool any = !sk->sk_rcv_saddr;

	return other ? reuseport_add_sock(sk, other, any) : reuseport_alloc(sk, any);
}

ALLOW_ERROR_INJECTION(anp_reuseport_join, ERRNO);

void anp_reuseport_leave(struct sock *sk)
{
	if (rcu_access_pointer(sk->sk_reuseport_cb))
		reuseport_detach_sock(sk);
}

struct sock *anp_reuseport_select(struct sock *sk, u32 hash, struct sk_buff *skb, int hdr_len)
{
	struct sock *chosen;

	if (!rcu_access_pointer(sk->sk_reuseport_cb))
		return sk;
	chosen = reuseport_select_sock(sk, hash, skb, hdr_len);
	return IS_ERR(chosen) ? NULL : chosen ?: sk;
}
