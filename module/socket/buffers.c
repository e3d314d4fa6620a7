// SPDX-License-Identifier: GPL-2.0
/*
 * How large a socket's buffers are where the program has not said: grown with what the connection
 * moves in a round trip, so that the window never is what limits it.
 */
#include <net/proto_memory.h>
#include "../tcp/tcp.h"
#include "stream.h"

#define COLLAPSE_MAX	SKB_MAX_ORDER(0, 0)	/* bytes in a page beside struct skb_shared_info */

/* What an skb that carries one segment weighs. */
static u32 segment_weight(u32 mss)
{
	return SKB_TRUESIZE(mss + ANP_TCP_HEADROOM);
}

void anp_tcp_rfree(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	atomic_sub(skb->truesize, &sk->sk_rmem_alloc);
	anp_tcp_mem_uncharge(sk, skb->truesize);
}

/*
 * What a dialogue of small messages sends is acknowledged before it sends again.  So the skb that was
 * acknowledged serves the next message, which spares two allocations; as many sockets as are at rest
 * keep none (park.c).  All that a clone or a split may have changed is looked at.
 */
bool anp_tcp_spare_keep(struct sock *sk, struct sk_buff *skb)
{
	struct skb_shared_info *si = skb_shinfo(skb);
	int more = skb->truesize - SKB_TRUESIZE(skb_end_offset(skb)), i;

	if (more < 0 || skb_cloned(skb) || skb_zcopy(skb) || skb->pfmemalloc || si->frag_list ||
	    skb_headlen(skb) || skb_headroom(skb) != ANP_TCP_HEADROOM ||
	    !((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) || sk_under_memory_pressure(sk))
		return false;
	sk_wmem_queued_add(sk, -skb->truesize);
	anp_tcp_mem_uncharge(sk, more);
	for (i = 0; i < si->nr_frags; i++)
		put_page(skb_frag_page(&si->frags[i]));
	memset(si, 0, offsetof(struct skb_shared_info, dataref));
	skb->cloned = 0;
	skb->dev = NULL;
	skb->tstamp = 0;
	skb->len = 0;
	skb->data_len = 0;
	skb->truesize -= more;
	anp_tcp_sk(sk)->conn->spare = skb;
	return true;
}

void anp_tcp_spare_drop(struct sock *sk)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	struct sk_buff *skb = conn->spare;

	if (!skb)
		return;
	conn->spare = NULL;
	sk_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/* Twice the congestion window: one in flight, one to be sent when it is acknowledged. */
void anp_tcp_sndbuf_tune(struct sock *sk)
{
	const struct anp_tcb *t = anp_tcb(sk);
	u64 want;

	if ((sk->sk_userlocks & SOCK_SNDBUF_LOCK) || sk_under_memory_pressure(sk))
		return;
	want = div_u64(2ull * max_t(u32, t->cwnd, 10 * t->mss) * segment_weight(t->mss), t->mss);
	want = min_t(u64, want, READ_ONCE(t->conf->wmem[2]));
	if (want > sk->sk_sndbuf)
		WRITE_ONCE(sk->sk_sndbuf, (int)want);
}

/*
 * May the receive buffer follow what the peer was promised?  Only a bad estimate of what its
 * packets weigh brings us here.
 */
static void rcvbuf_follow(struct sock *sk, u32 size)
{
	int want = min_t(u32, atomic_read(&sk->sk_rmem_alloc) + size,
			 READ_ONCE(anp_tcb(sk)->conf->rmem[2]));

	if (!(sk->sk_userlocks & SOCK_RCVBUF_LOCK) && !sk_under_memory_pressure(sk) &&
	    want > sk->sk_rcvbuf)
		WRITE_ONCE(sk->sk_rcvbuf, want);
}

/* Does @skb carry so little that copying it is worth while? */
static bool bloated(const struct sk_buff *skb)
{
	return skb->len <= COLLAPSE_MAX / 2 && skb->truesize > 2 * skb->len;
}

/*
 * Takes the skbs from @first on, of one sequence, that go into one of COLLAPSE_MAX bytes, and puts
 * that in their place.  Returns it, or NULL: no memory, or nothing would be gained.
 */
static struct sk_buff *collapse_run(struct sock *sk, struct sk_buff *first)
{
	struct sk_buff_head *q = &sk->sk_receive_queue;
	struct sk_buff *skb = first, *to, *next;
	u32 len = 0, weight = 0, n = 0;

	skb_queue_walk_from(q, skb) {
		if (len + skb->len > COLLAPSE_MAX ||
		    (n && ANP_TCP_CB(skb)->seq != ANP_TCP_CB(first)->seq + len))
			break;
		len += skb->len;
		weight += skb->truesize;
		n++;
	}
	if (n < 2 || weight <= SKB_TRUESIZE(len))
		return NULL;
	to = alloc_skb(len, GFP_ATOMIC);
	if (!to)
		return NULL;
	memcpy(to->cb, first->cb, sizeof(to->cb));
	__skb_queue_before(q, first, to);
	for (skb = first; n; n--, skb = next) {
		next = skb->next;
		if (skb_copy_bits(skb, 0, skb_put(to, skb->len), skb->len))
			WARN_ON_ONCE(1);
		ANP_TCP_CB(to)->end_seq = ANP_TCP_CB(skb)->end_seq;
		to->tstamp = skb->tstamp;
		__skb_unlink(skb, q);
		consume_skb(skb);
		anp_count(sock_net(sk), ANP_MIB_TCP_RCV_COLLAPSED);
	}
	anp_tcp_set_owner_r(to, sk);
	return to;
}

/* A peer that sends crumbs gets its bytes into few skbs: what is acknowledged is never dropped. */
static void collapse(struct sock *sk)
{
	struct sk_buff_head *q = &sk->sk_receive_queue;
	struct sk_buff *skb = skb_peek(q), *to;

	while (skb) {
		to = bloated(skb) ? collapse_run(sk, skb) : NULL;
		skb = skb_peek_next(to ?: skb, q);
	}
}

bool anp_tcp_rcvbuf_make_room(struct sock *sk, u32 size)
{
	anp_count(sock_net(sk), ANP_MIB_TCP_PRUNE_CALLED);
	rcvbuf_follow(sk, size);
	if (atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf)
		return true;
	collapse(sk);
	return atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf;
}
