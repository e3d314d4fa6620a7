// SPDX-License-Identifier: GPL-2.0
/*
 * What unread datagrams hold, of all sockets together: net.anp.udp_mem, and a control group's limit.
 *
 * A socket is granted whole pages as its queue grows, and gives back what is too much when more than
 * half of it lies unused.  So one that reads what comes keeps a page, and asks nobody.
 */
#include <net/proto_memory.h>
#include "udp.h"

atomic_long_t anp_dgram_pages;
DEFINE_PER_CPU(int, anp_dgram_reserve);
long anp_udp_mem[3];
/* What a socket may have whatever the others have: a page, and the datagram that goes beyond it. */
int anp_dgram_min[1] = { PAGE_SIZE };

static int used(const struct sock *sk)
{
	return atomic_read(&sk->sk_rmem_alloc);
}

static void rfree(struct sk_buff *skb)
{
	atomic_sub(skb->truesize, &skb->sk->sk_rmem_alloc);
}

/* @sk may hold @size more than it was granted, for @skb. */
static bool grant(struct sock *sk, struct sk_buff *skb, int size)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);

	lockdep_assert_held(&sk->sk_receive_queue.lock);
	size = PAGE_ALIGN(size);
	if (!sk_rmem_schedule(sk, skb, size))
		return false;
	sk_forward_alloc_add(sk, -size);
	WRITE_ONCE(up->granted, up->granted + size);
	return true;
}

int anp_dgram_queue(struct sock *sk, struct sk_buff *skb)
{
	const struct anp_udp_sock *up = anp_udp_sk(sk);
	struct sk_buff_head *q = &sk->sk_receive_queue;
	int more;

	if (used(sk) >= READ_ONCE(sk->sk_rcvbuf)) {
		atomic_inc(&sk->sk_drops);
		return -ENOMEM;
	}
	/* In a queue it may outlive the device. */
	skb->dev = NULL;
	skb_dst_force(skb);
	skb_orphan(skb);

	spin_lock(&q->lock);
	more = used(sk) + skb->truesize - up->granted;
	if (unlikely(more > 0) && !grant(sk, skb, more)) {
		spin_unlock(&q->lock);
		atomic_inc(&sk->sk_drops);
		return -ENOBUFS;
	}
	skb->sk = sk;
	skb->destructor = rfree;
	atomic_add(skb->truesize, &sk->sk_rmem_alloc);
	sock_skb_set_dropcount(sk, skb);
	__skb_queue_tail(q, skb);
	spin_unlock(&q->lock);

	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
	return 0;
}

void anp_dgram_give_back(struct sock *sk)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	int extra;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	extra = up->granted - max_t(int, PAGE_ALIGN(used(sk)), PAGE_SIZE);
	if (extra > 0) {
		WRITE_ONCE(up->granted, up->granted - extra);
		sk_forward_alloc_add(sk, extra);
		sk_mem_reclaim(sk);
	}
	spin_unlock_bh(&sk->sk_receive_queue.lock);
}

void anp_dgram_give_up(struct sock *sk)
{
	WARN_ON_ONCE(used(sk));
	sk_forward_alloc_add(sk, anp_udp_sk(sk)->granted);
	sk_mem_reclaim_final(sk);
	WARN_ON_ONCE(sk->sk_forward_alloc);
}
