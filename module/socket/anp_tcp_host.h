/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inline half of what the TCP engine asks of its host (tcp/tcp.h): counting and memory, charged
 * to the socket as the kernel's own TCP does.
 */
#ifndef ANP_TCP_HOST_H
#define ANP_TCP_HOST_H

#include <linux/random.h>
#include <net/proto_memory.h>
#include "stream.h"

/*
 * The namespace that a listener's or TIME-WAIT's work is for: the engine has no tcb to tell it.
 * Set before such a call; the engine never sleeps, so it stays true to the end of the call.
 */
DECLARE_PER_CPU(struct net *, anp_tcp_cur_net);

static inline struct net *anp_tcp_host_net(const struct anp_tcb *t)
{
	return t ? sock_net(anp_tcb_sk(t)) : this_cpu_read(anp_tcp_cur_net);
}

static inline void anp_tcp_host_count(struct anp_tcb *t, enum anp_mib_item item)
{
	anp_count(anp_tcp_host_net(t), item);
}

static inline bool anp_tcp_host_challenge(struct anp_tcb *t)
{
	struct anp_net *anet = anp_net(anp_tcp_host_net(t));

	return anp_tcp_challenge_take(&anet->challenge, READ_ONCE(anet->tcp.challenge_ack_limit),
				      get_random_u32(), t->now);
}

static inline void anp_tcp_host_drop(struct anp_tcb *t, struct sk_buff *skb,
				     enum anp_mib_item item)
{
	anp_drop(anp_tcp_host_net(t), skb, item);
}

static inline struct sk_buff *anp_tcp_host_alloc(struct anp_tcb *t, unsigned int hdrlen)
{
	struct sk_buff *skb = alloc_skb(ANP_TCP_HEADROOM, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, ANP_TCP_HEADROOM - hdrlen);
	skb_put(skb, hdrlen);
	return skb;
}

/* A part of a receive buffer is for payload, the other for what packets weigh beside it. */
static inline u32 anp_tcp_payload(const struct anp_tcb *t, int space)
{
	return ((u64)max(space, 0) * t->rcv_ratio) >> 8;
}

static inline u32 anp_tcp_host_rcv_full(const struct anp_tcb *t)
{
	const struct sock *sk = anp_tcb_sk(t);
	u32 full = anp_tcp_payload(t, READ_ONCE(sk->sk_rcvbuf));

	/* With memory short in all the system a few segments have to do. */
	return unlikely(sk_under_memory_pressure(sk)) ? min_t(u32, full, 4 * t->mss_local) : full;
}

static inline u32 anp_tcp_host_rcv_free(const struct anp_tcb *t)
{
	const struct sock *sk = anp_tcb_sk(t);
	int space = READ_ONCE(sk->sk_rcvbuf) - READ_ONCE(sk->sk_backlog.len) -
		    atomic_read(&sk->sk_rmem_alloc);

	return anp_tcp_payload(t, space);
}

/* SO_RCVBUF is the program's word, and stays. */
static inline void anp_tcp_host_rcv_grow(struct anp_tcb *t, u32 window)
{
	struct sock *sk = anp_tcb_sk(t);
	u64 want = min_t(u64, div_u64((u64)window << 8, t->rcv_ratio), READ_ONCE(t->conf->rmem[2]));

	if (want > sk->sk_rcvbuf && !(sk->sk_userlocks & SOCK_RCVBUF_LOCK) &&
	    !sk_under_memory_pressure(sk))
		WRITE_ONCE(sk->sk_rcvbuf, (int)want);
}

/*
 * What a socket of small messages has been granted stays with it between two of them; the rest goes
 * back, and all of it when memory is short or nothing happens for a while (park.c).
 */
#define ANP_TCP_MEM_RESERVE	(2 * (int)PAGE_SIZE)

static inline void anp_tcp_mem_uncharge(struct sock *sk, int size)
{
	sk_forward_alloc_add(sk, size);
	if (unlikely(sk->sk_forward_alloc >= ANP_TCP_MEM_RESERVE || sk_under_memory_pressure(sk)))
		sk_mem_reclaim(sk);
}

/* As skb_set_owner_r(), which gives back all that is freed. */
static inline void anp_tcp_set_owner_r(struct sk_buff *skb, struct sock *sk)
{
	skb_orphan(skb);
	skb->sk = sk;
	skb->destructor = anp_tcp_rfree;
	atomic_add(skb->truesize, &sk->sk_rmem_alloc);
	sk_mem_charge(sk, skb->truesize);
}

static inline bool anp_tcp_host_rcv_charge(struct anp_tcb *t, struct sk_buff *skb)
{
	struct sock *sk = anp_tcb_sk(t);

	int used = atomic_read(&sk->sk_rmem_alloc);

	if (unlikely(used > sk->sk_rcvbuf)) {
		if (!anp_tcp_rcvbuf_make_room(sk, skb->truesize))
			return false;
		used = atomic_read(&sk->sk_rmem_alloc);
	}
	if (!sk_rmem_schedule(sk, skb, skb->truesize) && used >= READ_ONCE(t->conf->rmem[0]))
		return false;
	/* In a queue it may outlive the device. */
	skb->dev = NULL;
	anp_tcp_set_owner_r(skb, sk);
	return true;
}

/* May @size more be charged to @sk's send buffer? */
static inline bool anp_tcp_snd_may_charge(struct sock *sk, u32 size)
{
	return sk_wmem_schedule(sk, size) ||
	       READ_ONCE(sk->sk_wmem_queued) < READ_ONCE(anp_tcb(sk)->conf->wmem[0]);
}

/* Charges what @skb weighs to @sk's send buffer. */
static inline void anp_tcp_snd_charge(struct sock *sk, u32 size)
{
	sk_wmem_queued_add(sk, size);
	sk_mem_charge(sk, size);
}

/* An skb as anp_tcp_snd_alloc()'s, charged; NULL: none is kept. */
static inline struct sk_buff *anp_tcp_spare_take(struct sock *sk)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	struct sk_buff *skb = conn->spare;

	if (skb) {
		conn->spare = NULL;
		sk_wmem_queued_add(sk, skb->truesize);
	}
	return skb;
}

static inline void anp_tcp_host_snd_free(struct anp_tcb *t, struct sk_buff *skb)
{
	struct sock *sk = anp_tcb_sk(t);

	if (unlikely(ANP_TCP_CB(skb)->tx.tstamp_ack))
		anp_tcp_tstamp_acked(t, skb);
	if (!anp_tcp_sk(sk)->conn->spare && anp_tcp_spare_keep(sk, skb))
		return;
	sk_wmem_queued_add(sk, -skb->truesize);
	anp_tcp_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/* Are there more orphans, with @more to come, than 1 >> @shift of those allowed; or no memory? */
static inline bool anp_tcp_orphans_full(const struct sock *sk, int more, unsigned int shift)
{
	struct anp_net *anet = anp_net(sock_net(sk));
	u64 orphans = (u64)(atomic_read(&anet->orphan_count) + more) << shift;

	return orphans > READ_ONCE(anet->tcp.max_orphans) ||
	       (sk->sk_wmem_queued > SOCK_MIN_SNDBUF &&
		sk_memory_allocated(sk) > sk_prot_mem_limits(sk, 2));
}

static inline bool anp_tcp_host_orphan_dear(const struct anp_tcb *t, unsigned int shift)
{
	return anp_tcp_orphans_full(anp_tcb_sk(t), 0, shift);
}

static inline bool anp_tcp_host_snd_short(const struct anp_tcb *t)
{
	const struct socket *sock = anp_tcb_sk(t)->sk_socket;

	return sock && test_bit(SOCK_NOSPACE, &sock->flags);
}

/* SO_MAX_PACING_RATE sets this, or the control; the qdisc fq takes it over where it sees us. */
static inline bool anp_tcp_host_paces(const struct anp_tcb *t)
{
	return READ_ONCE(anp_tcb_sk(t)->sk_pacing_status) == SK_PACING_NEEDED;
}

static inline bool anp_tcp_host_rate_wanted(const struct anp_tcb *t)
{
	return READ_ONCE(anp_tcb_sk(t)->sk_pacing_status) != SK_PACING_NONE;
}

static inline void anp_tcp_host_pace(struct anp_tcb *t)
{
	cmpxchg(&anp_tcb_sk(t)->sk_pacing_status, SK_PACING_NONE, SK_PACING_NEEDED);
}

static inline u64 anp_tcp_host_rate(const struct anp_tcb *t)
{
	unsigned long rate = READ_ONCE(anp_tcb_sk(t)->sk_pacing_rate);

	return rate == ~0UL ? ANP_TCP_RATE_MAX : rate;
}

static inline void anp_tcp_host_rate_set(struct anp_tcb *t, u64 rate)
{
	struct sock *sk = anp_tcb_sk(t);

	WRITE_ONCE(sk->sk_pacing_rate,
		   (unsigned long)min_t(u64, rate, READ_ONCE(sk->sk_max_pacing_rate)));
}

static inline u32 anp_tcp_host_below(const struct anp_tcb *t)
{
	return sk_wmem_alloc_get(anp_tcb_sk(t));
}

static inline bool anp_tcp_host_below_has(const struct anp_tcb *t, const struct sk_buff *skb)
{
	return skb_fclone_busy(anp_tcb_sk(t), skb);
}

static inline bool anp_tcp_host_below_wait(struct anp_tcb *t, u32 limit)
{
	struct sock *sk = anp_tcb_sk(t);

	set_bit(ANP_TCP_F_THROTTLED, &anp_tcp_sk(sk)->flags);
	/* The last one may have left before it could see this: pairs with anp_tsq_packet_gone(). */
	smp_mb__after_atomic();
	return sk_wmem_alloc_get(sk) > limit;
}

static inline struct sk_buff *anp_tcp_snd_alloc(gfp_t gfp)
{
	/* Every transmission sends a clone: have its struct sk_buff beside this one. */
	struct sk_buff *skb = alloc_skb_fclone(ANP_TCP_HEADROOM, gfp);

	if (!skb)
		return NULL;
	skb_reserve(skb, ANP_TCP_HEADROOM);
	/* The device sums it up: what is copied in need not be. */
	skb->ip_summed = CHECKSUM_PARTIAL;
	/* Only its clones have headers, so the one on its way may write its own in place. */
	__skb_header_release(skb);
	return skb;
}

static inline struct sk_buff *anp_tcp_host_snd_alloc(struct anp_tcb *t)
{
	return anp_tcp_snd_alloc(GFP_ATOMIC);
}

/* As Linux: twice the buffer and a little, since a piece is mostly overhead. */
static inline bool anp_tcp_host_snd_split_ok(const struct anp_tcb *t)
{
	const struct sock *sk = anp_tcb_sk(t);

	return sk->sk_wmem_queued / 2 <= READ_ONCE(sk->sk_sndbuf) + 2 * SKB_TRUESIZE(65536);
}

static inline void anp_tcp_host_snd_split(struct anp_tcb *t, struct sk_buff *from,
					  struct sk_buff *to)
{
	struct sock *sk = anp_tcb_sk(t);
	u32 fresh = to->truesize;

	/* Retransmission must go on under memory pressure too: the answer does not matter. */
	sk_wmem_schedule(sk, fresh);
	anp_tcp_snd_charge(sk, fresh);
	from->truesize -= to->len;
	to->truesize += to->len;
	if (unlikely((skb_shinfo(from)->tx_flags & SKBTX_ANY_TSTAMP) ||
		     ANP_TCP_CB(from)->tx.tstamp_ack))
		anp_tcp_tstamp_split(from, to);
}

#endif /* ANP_TCP_HOST_H */
