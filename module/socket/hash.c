// SPDX-License-Identifier: GPL-2.0
/*
 * Which object a segment is for.  Readers take no lock: the objects come from SLAB_TYPESAFE_BY_RCU
 * caches, so one that is found is looked at again once a reference to it is held, and the nulls at
 * the end of a chain tell a reader that an object has carried it into another one.
 */
#include <linux/jhash.h>
#include <linux/tcp.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/rculist_nulls.h>
#include <net/netns/hash.h>
#include "stream.h"

#define EHASH_LOCKS	256
#define LHASH_SIZE	256
#define LHASH_NULLS	BIT(29)		/* tells the end of a listeners' chain from the others' */

struct bucket_lock {
	spinlock_t lock;	/* of every EHASH_LOCKS-th chain */
} ____cacheline_aligned_in_smp;

static struct hlist_nulls_head *ehash;
static unsigned int ehash_mask;
static struct bucket_lock *ehash_locks;
static struct hlist_nulls_head lhash[LHASH_SIZE];
static spinlock_t lhash_locks[LHASH_SIZE];
static u32 hash_secret;

/* A connection seen from here; addresses and ports lie as sock_common has them, to be compared at once. */
struct tuple {
	const struct net *net;
	union {
		__addrpair	addrs;
		struct {
			__be32	faddr;
			__be32	laddr;
		};
	};
	union {
		__portpair	ports;
		struct {
			__be16	fport;
			u16	lport;
		};
	};
	int	dif;
	u32	hash;
};

static u32 tuple_hash(const struct net *net, __be32 laddr, u16 lport, __be32 faddr, __be16 fport)
{
	return jhash_3words((__force u32)laddr, (__force u32)faddr,
			    (u32)lport << 16 | (__force u32)fport,
			    hash_secret ^ net_hash_mix(net));
}

static void sk_tuple(struct sock *sk, struct tuple *k)
{
	k->net = sock_net(sk);
	k->faddr = sk->sk_daddr;
	k->laddr = sk->sk_rcv_saddr;
	k->fport = sk->sk_dport;
	k->lport = sk->sk_num;
	k->dif = sk->sk_bound_dev_if;
	k->hash = tuple_hash(k->net, k->laddr, k->lport, k->faddr, k->fport);
	sk->sk_hash = k->hash;
}

/* @either: a connection bound to a device conflicts with one that is not. */
static bool tuple_match(const struct sock *sk, const struct tuple *k, bool either)
{
	int dev = READ_ONCE(sk->sk_bound_dev_if);

	return sk->sk_hash == k->hash && sk->sk_addrpair == k->addrs &&
	       sk->sk_portpair == k->ports && net_eq(sock_net(sk), k->net) &&
	       (!dev || dev == k->dif || (either && !k->dif));
}

static spinlock_t *ehash_lock(u32 hash)
{
	return &ehash_locks[hash & (EHASH_LOCKS - 1)].lock;
}

static bool is_socket(const struct sock *sk)
{
	return sk->sk_state != TCP_TIME_WAIT && sk->sk_state != TCP_NEW_SYN_RECV;
}

void anp_common_put(struct sock *sk)
{
	/* Requests and TIME-WAITs never change their state, sockets never take theirs. */
	if (sk->sk_state == TCP_TIME_WAIT)
		anp_tw_put((struct anp_tw *)sk);
	else if (sk->sk_state == TCP_NEW_SYN_RECV)
		anp_req_put((struct anp_req *)sk);
	else
		sock_put(sk);
}

void anp_common_clear(struct sock_common *c, size_t size)
{
	const size_t keep = offsetof(struct sock_common, skc_nulls_node.next);
	const size_t after = offsetof(struct sock_common, skc_nulls_node.pprev);
	u8 *p = (u8 *)c;

	memset(p, 0, keep);
	memset(p + after, 0, size - after);
}

static struct sock *ehash_lookup(const struct tuple *k)
{
	unsigned int slot = k->hash & ehash_mask;
	const struct hlist_nulls_node *node;
	struct sock *sk;

begin:
	sk_nulls_for_each_rcu(sk, node, &ehash[slot]) {
		if (!tuple_match(sk, k, false))
			continue;
		if (!refcount_inc_not_zero(&sk->sk_refcnt))
			continue;
		if (likely(tuple_match(sk, k, false)))
			return sk;
		anp_common_put(sk);
		goto begin;
	}
	if (get_nulls_value(node) != slot)
		goto begin;
	return NULL;
}

static unsigned int lhash_slot(const struct net *net, u16 port)
{
	return (port ^ net_hash_mix(net)) & (LHASH_SIZE - 1);
}

/* How well the listener fits, 0: not at all; a local address weighs less than a device. */
static int listener_score(const struct sock *sk, const struct tuple *k)
{
	int dev = READ_ONCE(sk->sk_bound_dev_if);
	__be32 addr = sk->sk_rcv_saddr;

	if (sk->sk_num != k->lport || !net_eq(sock_net(sk), k->net))
		return 0;
	if ((addr && addr != k->laddr) || (dev && dev != k->dif))
		return 0;
	return 1 + (addr ? 2 : 0) + (dev ? 4 : 0);
}

/* @skb: the segment, at its TCP header, for a program that chooses among equals; or NULL. */
static struct sock *lhash_lookup(const struct tuple *k, struct sk_buff *skb)
{
	unsigned int slot = lhash_slot(k->net, k->lport);
	const struct hlist_nulls_node *node;
	struct sock *sk, *best, *chosen;
	int score, best_score;

begin:
	best = NULL;
	best_score = 0;
	sk_nulls_for_each_rcu(sk, node, &lhash[slot]) {
		score = listener_score(sk, k);
		if (score > best_score) {
			best = sk;
			best_score = score;
		}
	}
	if (get_nulls_value(node) != LHASH_NULLS + slot)
		goto begin;
	if (!best)
		return NULL;
	chosen = anp_reuseport_select(best, k->hash, skb, skb ? tcp_hdrlen(skb) : 0);
	if (!chosen)
		return NULL;
	/* One of its group that has been bound to a device since is no equal any more. */
	if (listener_score(chosen, k) == best_score)
		best = chosen;
	if (!refcount_inc_not_zero(&best->sk_refcnt))
		goto begin;
	if (likely(listener_score(best, k) >= best_score && best->sk_state == TCP_LISTEN))
		return best;
	sock_put(best);
	goto begin;
}

struct sock *anp_hash_lookup(struct net *net, __be32 saddr, __be16 sport, __be32 daddr,
			     __be16 dport, int dif, struct sk_buff *skb)
{
	struct tuple k = {
		.net = net,
		.faddr = saddr,
		.laddr = daddr,
		.fport = sport,
		.lport = ntohs(dport),
		.dif = dif,
		.hash = tuple_hash(net, daddr, ntohs(dport), saddr, sport),
	};
	struct sock *sk;

	sk = ehash_lookup(&k);
	return sk ?: lhash_lookup(&k, skb);
}

static void ehash_add(struct sock *sk)
{
	__sk_nulls_add_node_rcu(sk, &ehash[sk->sk_hash & ehash_mask]);
	if (is_socket(sk))
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
}

static bool ehash_del(struct sock *sk)
{
	if (!__sk_nulls_del_node_init_rcu(sk))
		return false;
	if (is_socket(sk))
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	return true;
}

/* Who has the tuple already; the bucket is locked. */
static struct sock *ehash_find(const struct tuple *k, const struct sock *but)
{
	const struct hlist_nulls_node *node;
	struct sock *sk;

	lockdep_assert_held(ehash_lock(k->hash));
	sk_nulls_for_each(sk, node, &ehash[k->hash & ehash_mask])
		if (sk != but && tuple_match(sk, k, true))
			return sk;
	return NULL;
}

bool anp_ehash_insert(struct sock *sk, struct sock *old)
{
	struct tuple k;
	bool ok;

	sk_tuple(sk, &k);
	spin_lock_bh(ehash_lock(k.hash));
	ok = old ? sk_hashed(old) : !ehash_find(&k, NULL);
	/* In this order a reader finds one of them at any time. */
	if (ok)
		ehash_add(sk);
	if (ok && old)
		ehash_del(old);
	spin_unlock_bh(ehash_lock(k.hash));
	return ok;
}

bool anp_ehash_remove(struct sock *sk)
{
	spinlock_t *lock = ehash_lock(sk->sk_hash);
	bool was;

	spin_lock_bh(lock);
	was = ehash_del(sk);
	spin_unlock_bh(lock);
	return was;
}

/* May a new connection follow on @tw at once?  RFC 6191: only if its timestamps are later. */
static bool tw_reusable(struct anp_tw *tw, const struct tuple *k)
{
	int reuse = READ_ONCE(anp_net(k->net)->tcp.reuse_tw);
	bool ok;

	/* As Linux, a choice of who knows what stands between the two ends; here nothing does. */
	if (!reuse || (reuse == 2 && !ipv4_is_loopback(k->faddr) && k->faddr != k->laddr))
		return false;

	spin_lock(&tw->lock);
	ok = !tw->dead && tw->tw.ts_ok && tw->tw.substate == TCP_TIME_WAIT &&
	     anp_tcp_now() - tw->tw.ts_recent_at > USEC_PER_SEC;
	spin_unlock(&tw->lock);
	return ok;
}

bool anp_ehash_connect(struct sock *sk, u16 port, struct anp_tw **tw)
{
	struct sock *old;
	struct tuple k;
	bool ok = true;

	*tw = NULL;
	sk->sk_num = port;
	inet_sk(sk)->inet_sport = htons(port);
	sk_tuple(sk, &k);
	spin_lock_bh(ehash_lock(k.hash));
	old = ehash_find(&k, NULL);
	if (old && old->sk_state == TCP_TIME_WAIT && tw_reusable((struct anp_tw *)old, &k)) {
		/* In the hash it has at least one reference left. */
		refcount_inc(&old->sk_refcnt);
		*tw = (struct anp_tw *)old;
	} else if (old) {
		ok = false;
	}
	if (ok)
		ehash_add(sk);
	if (*tw)
		ehash_del(old);
	spin_unlock_bh(ehash_lock(k.hash));
	return ok;
}

/* Makes @sk, about to listen, one of its group.  The chain's lock held; -ENOMEM. */
static int join_group(struct hlist_nulls_head *chain, struct sock *sk)
{
	const struct hlist_nulls_node *node;
	struct sock *other;

	if (!sk->sk_reuseport)
		return 0;
	sk_nulls_for_each(other, node, chain)
		if (other->sk_num == sk->sk_num && net_eq(sock_net(other), sock_net(sk)) &&
		    anp_reuseport_together(sk, other))
			return anp_reuseport_join(sk, other);
	return anp_reuseport_join(sk, NULL);
}

int anp_lhash_insert(struct sock *sk)
{
	unsigned int slot = lhash_slot(sock_net(sk), sk->sk_num);
	int err;

	/* A reader may use a listener without a reference until it has found the best. */
	sock_set_flag(sk, SOCK_RCU_FREE);
	spin_lock_bh(&lhash_locks[slot]);
	err = join_group(&lhash[slot], sk);
	if (!err) {
		__sk_nulls_add_node_rcu(sk, &lhash[slot]);
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
	}
	spin_unlock_bh(&lhash_locks[slot]);
	return err;
}

ALLOW_ERROR_INJECTION(anp_lhash_insert, ERRNO);

void anp_lhash_remove(struct sock *sk)
{
	unsigned int slot = lhash_slot(sock_net(sk), sk->sk_num);

	spin_lock_bh(&lhash_locks[slot]);
	if (__sk_nulls_del_node_init_rcu(sk)) {
		anp_reuseport_leave(sk);
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	}
	spin_unlock_bh(&lhash_locks[slot]);
}

unsigned int anp_ehash_size(void)
{
	return ehash_mask + 1;
}

bool anp_ehash_empty(unsigned int i)
{
	return is_a_nulls(READ_ONCE(ehash[i].first));
}

/* sparse cannot follow a lock that is held only if something is returned: it is not told. */

struct hlist_nulls_head *anp_ehash_lock(unsigned int i)
{
	spin_lock_bh(ehash_lock(i));
	__release(ehash_lock(i));
	return &ehash[i];
}

void anp_ehash_unlock(unsigned int i)
{
	__acquire(ehash_lock(i));
	spin_unlock_bh(ehash_lock(i));
}

unsigned int anp_lhash_size(void)
{
	return LHASH_SIZE;
}

struct hlist_nulls_head *anp_lhash_lock(unsigned int i)
{
	spin_lock_bh(&lhash_locks[i]);
	__release(&lhash_locks[i]);
	return &lhash[i];
}

void anp_lhash_unlock(unsigned int i)
{
	__acquire(&lhash_locks[i]);
	spin_unlock_bh(&lhash_locks[i]);
}

int anp_hash_init(void)
{
	/*
	 * A chain, of 8 bytes, for every 16 pages of memory: 32768 with 2 GB, 524288 at most, as Linux.
	 * What a gigabyte holds of TIME-WAITs, 300000, is a few on each.
	 */
	unsigned int i, size = clamp_t(unsigned long, totalram_pages() / 16, 1024, 1u << 19);

	size = roundup_pow_of_two(size);
	ehash = kvmalloc_array(size, sizeof(*ehash), GFP_KERNEL);
	ehash_locks = kvmalloc_array(EHASH_LOCKS, sizeof(*ehash_locks), GFP_KERNEL);
	if (!ehash || !ehash_locks) {
		anp_hash_exit();
		return -ENOMEM;
	}
	for (i = 0; i < size; i++)
		INIT_HLIST_NULLS_HEAD(&ehash[i], i);
	for (i = 0; i < EHASH_LOCKS; i++)
		spin_lock_init(&ehash_locks[i].lock);
	for (i = 0; i < LHASH_SIZE; i++) {
		INIT_HLIST_NULLS_HEAD(&lhash[i], LHASH_NULLS + i);
		spin_lock_init(&lhash_locks[i]);
	}
	ehash_mask = size - 1;
	get_random_bytes(&hash_secret, sizeof(hash_secret));
	return 0;
}

void anp_hash_exit(void)
{
	kvfree(ehash);
	kvfree(ehash_locks);
}
