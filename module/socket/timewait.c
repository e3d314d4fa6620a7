// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT as a small object: a socket's place in the hashes, what the engine needs to answer for
 * it, and a timer.  How one ends: whoever sets @dead under its lock takes it out of the hashes and
 * gives back its own reference; the timer's goes with the timer.
 */
#include "../tcp/tcp.h"
#include "stream.h"

static struct kmem_cache *tw_cache;

void anp_tw_put(struct anp_tw *tw)
{
	if (!refcount_dec_and_test(&tw->common.skc_refcnt))
		return;
	atomic_dec(&anp_net(read_pnet(&tw->common.skc_net))->tw_count);
	kmem_cache_free(tw_cache, tw);
}

void anp_tw_kill(struct anp_tw *tw)
{
	struct sock *sk = (struct sock *)tw;
	bool dead;

	spin_lock_bh(&tw->lock);
	dead = tw->dead;
	tw->dead = true;
	spin_unlock_bh(&tw->lock);
	if (dead)
		return;
	anp_ehash_remove(sk);
	anp_port_unshare(sk);
	if (timer_delete(&tw->timer))
		anp_tw_put(tw);
	anp_tw_put(tw);
}

static unsigned long tw_expiry(const struct anp_tw *tw, u64 now)
{
	u64 wait = tw->tw.deadline > now ? tw->tw.deadline - now : 1;

	return jiffies + usecs_to_jiffies(min_t(u64, wait, 3600ull * USEC_PER_SEC));
}

static void tw_timer(struct timer_list *timer)
{
	struct anp_tw *tw = timer_container_of(tw, timer, timer);
	u64 now = anp_tcp_now();

	spin_lock(&tw->lock);
	if (!tw->dead && now < tw->tw.deadline) {
		/* It was moved; the timer keeps its reference. */
		mod_timer(&tw->timer, tw_expiry(tw, now));
		spin_unlock(&tw->lock);
		return;
	}
	spin_unlock(&tw->lock);
	anp_tw_kill(tw);
	anp_tw_put(tw);
}

static struct anp_tw *tw_alloc(const struct sock *sk)
{
	struct anp_tw *tw = kmem_cache_alloc(tw_cache, GFP_ATOMIC);
	struct sock_common *c;

	if (!tw)
		return NULL;
	anp_common_clear(&tw->common, sizeof(*tw));
	c = &tw->common;
	c->skc_daddr = sk->sk_daddr;
	c->skc_rcv_saddr = sk->sk_rcv_saddr;
	c->skc_dport = sk->sk_dport;
	c->skc_num = sk->sk_num;
	c->skc_family = PF_ANP;
	c->skc_state = TCP_TIME_WAIT;
	c->skc_reuse = sk->sk_reuse;
	c->skc_reuseport = sk->sk_reuseport;
	c->anp_autobound = sk->__sk_common.anp_autobound;
	c->skc_bound_dev_if = sk->sk_bound_dev_if;
	c->skc_prot = sk->sk_prot;
	write_pnet(&c->skc_net, sock_net(sk));
	atomic64_set(&c->skc_cookie, atomic64_read(&sk->sk_cookie));
	spin_lock_init(&tw->lock);
	timer_setup(&tw->timer, tw_timer, 0);
	tw->tos = inet_sk(sk)->tos;
	tw->oif = sk->sk_bound_dev_if;
	tw->uid = sk->sk_uid;
	return tw;
}

void anp_tw_enter(struct sock *sk, u8 substate, u64 now)
{
	struct anp_net *anet = anp_net(sock_net(sk));
	struct anp_tw *tw = NULL;

	/* Without it the connection just ends: RFC 9293 asks for TIME-WAIT, memory has a limit. */
	if (atomic_inc_return(&anet->tw_count) <= READ_ONCE(anet->tcp.max_tw_buckets))
		tw = tw_alloc(sk);
	if (!tw) {
		atomic_dec(&anet->tw_count);
		anp_count(sock_net(sk), ANP_MIB_TCP_TW_OVERFLOW);
		return;
	}
	anp_tcp_tw_init(&tw->tw, anp_tcb(sk), substate, now);
	mod_timer(&tw->timer, tw_expiry(tw, now));
	anp_port_share((struct sock *)tw);
	/* Its own, the timer's, and ours until it stands where it can be found. */
	smp_wmb();
	refcount_set(&tw->common.skc_refcnt, 3);
	if (anp_ehash_insert((struct sock *)tw, sk))
		anp_count(sock_net(sk), ANP_MIB_TCP_TW);
	else
		anp_tw_kill(tw);
	anp_tw_put(tw);
}

void anp_tw_rcv(struct net *net, struct anp_tw *tw, struct sk_buff *skb)
{
	enum anp_tcp_verdict v = ANP_TCP_V_DROP;
	struct sk_buff *ack = NULL;
	u64 now = anp_tcp_now();
	u32 iss = 0;

	this_cpu_write(anp_tcp_cur_net, net);
	spin_lock(&tw->lock);
	if (!tw->dead) {
		v = anp_tcp_tw_rcv(&tw->tw, skb, &iss, &anp_net(net)->tcp, now);
		if (v == ANP_TCP_V_ACK)
			ack = anp_tcp_tw_ack(&tw->tw, now);
		/* A later deadline is found out by the timer; FIN-WAIT-2 had an earlier one. */
		if (timer_pending(&tw->timer) &&
		    time_before(tw_expiry(tw, now), tw->timer.expires))
			mod_timer(&tw->timer, tw_expiry(tw, now));
	}
	spin_unlock(&tw->lock);

	switch (v) {
	case ANP_TCP_V_ACK:
		anp_tcp_reply(net, ack, tw->common.skc_rcv_saddr, tw->common.skc_daddr, tw->oif,
			      tw->tos);
		consume_skb(skb);
		skb = NULL;
		break;
	case ANP_TCP_V_RESET:
		anp_tw_kill(tw);
		anp_tcp_no_socket(net, skb, ANP_MIB_DROP_TCP_TIMEWAIT);
		skb = NULL;
		break;
	case ANP_TCP_V_KILL:
		anp_tw_kill(tw);
		break;
	case ANP_TCP_V_SYN:
		/* With it out of the way the SYN meets a listener, or nobody. */
		anp_tw_kill(tw);
		anp_count(net, ANP_MIB_TCP_TW_RECYCLED);
		anp_tcp_dispatch(net, skb, iss);
		skb = NULL;
		break;
	case ANP_TCP_V_DROP:
	case ANP_TCP_V_SYNACK:
	case ANP_TCP_V_CREATE:
		break;
	}
	anp_tw_put(tw);
	if (skb)
		anp_drop(net, skb, ANP_MIB_DROP_TCP_TIMEWAIT);
}

/* One of @net's in bucket @i, with a reference. */
static struct anp_tw *tw_any(const struct net *net, unsigned int i)
{
	struct hlist_nulls_head *head = anp_ehash_lock(i);
	const struct hlist_nulls_node *node;
	struct anp_tw *tw = NULL;
	struct sock *sk;

	sk_nulls_for_each(sk, node, head) {
		if (sk->sk_state != TCP_TIME_WAIT || !net_eq(sock_net(sk), net) ||
		    !refcount_inc_not_zero(&sk->sk_refcnt))
			continue;
		tw = (struct anp_tw *)sk;
		break;
	}
	anp_ehash_unlock(i);
	return tw;
}

void anp_stream_net_exit(struct anp_net *anet)
{
	struct anp_tw *tw;
	unsigned int i;

	/* No socket of the namespace is left, so none can be added. */
	for (i = 0; i < anp_ehash_size() && atomic_read(&anet->tw_count); i++) {
		while (!anp_ehash_empty(i) && (tw = tw_any(anet->net, i))) {
			anp_tw_kill(tw);
			anp_tw_put(tw);
		}
		cond_resched();
	}
	/* Timers that had begun still hold theirs; then they have to leave our code. */
	while (atomic_read(&anet->tw_count))
		schedule_timeout_uninterruptible(1);
	synchronize_rcu();
}

int anp_tw_init(void)
{
	tw_cache = kmem_cache_create("anp_tw", sizeof(struct anp_tw), 0, SLAB_TYPESAFE_BY_RCU,
				     NULL);
	return tw_cache ? 0 : -ENOMEM;
}

void anp_tw_exit(void)
{
	kmem_cache_destroy(tw_cache);
}
