// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open (RFC 7413) around the engine: which cookies servers have given (a bounded cache for each
 * namespace), which keys our own are made with, whether paths can be trusted with it, and how many
 * connections of a listener may be open whose handshake is not complete.  anp_fo.lock protects all
 * of a namespace's part; a listener's keys are its socket lock's.
 */
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include "../tcp/tcp.h"
#include "stream.h"

#define FO_WAYS		4
#define FO_SETS		64
#define FO_DISTRUST	(60 * USEC_PER_SEC)	/* after a SYN with data was lost; doubles each time */
#define FO_RESET_HOLD	(60 * USEC_PER_SEC)	/* a reset keeps its place so long, as Linux */
#define FO_DOUBLINGS	6

struct fo_entry {
	__be32			faddr;		/* 0: free */
	__be32			laddr;
	struct anp_tcp_foc	foc;		/* length 0: none */
	u8			syn_lost;	/* times in a row */
	u16			mss;		/* the peer's */
	u64			used_at;	/* us */
	u64			lost_at;	/* us; valid if syn_lost */
};

struct anp_fo {
	spinlock_t		lock;		/* of all below */
	struct anp_tcp_fo_keys	keys;		/* of listeners that have none of their own */
	u32			swallowed;	/* times in a row that a path seemed to */
	u64			swallowed_at;	/* us */
	struct fo_entry		e[FO_SETS][FO_WAYS];
};

static struct anp_fo *fo_of(const struct sock *sk)
{
	return anp_net(sock_net(sk))->fastopen;
}

/* ---- the cache of cookies ---- */

/* Keyed, so that nobody outside can aim at the entry of another server. */
static struct fo_entry *find_set(const struct sock *sk)
{
	u64 h = siphash_2u32((__force u32)sk->sk_daddr, (__force u32)sk->sk_rcv_saddr,
			     &anp_net(sock_net(sk))->port_key);

	return fo_of(sk)->e[h % FO_SETS];
}

static struct fo_entry *find(const struct sock *sk)
{
	struct fo_entry *set = find_set(sk);
	int i;

	for (i = 0; i < FO_WAYS; i++)
		if (set[i].faddr == sk->sk_daddr && set[i].laddr == sk->sk_rcv_saddr)
			return &set[i];
	return NULL;
}

/* An entry for @sk's peer, in place of a free one or the one that was not used for longest. */
static struct fo_entry *take(const struct sock *sk)
{
	struct fo_entry *set = find_set(sk), *best = set;
	int i;

	for (i = 1; i < FO_WAYS && best->faddr; i++)
		if (!set[i].faddr || set[i].used_at < best->used_at)
			best = &set[i];
	memset(best, 0, sizeof(*best));
	best->faddr = sk->sk_daddr;
	best->laddr = sk->sk_rcv_saddr;
	return best;
}

/* RFC 7413 4.1.3.1: the path loses SYNs with data; for how long is it not tried again? */
static bool distrusted(const struct fo_entry *e, u64 now)
{
	return e->syn_lost && now - e->lost_at < FO_DISTRUST << min_t(u8, e->syn_lost - 1,
								       FO_DOUBLINGS);
}

/* Something between us and the world swallows it: as Linux, none is tried anywhere for a while. */
static bool swallowed(const struct sock *sk, const struct anp_fo *fo, u64 now)
{
	u64 timeout = READ_ONCE(anp_tcb(sk)->conf->fastopen_blackhole) * (u64)USEC_PER_SEC;

	return timeout && fo->swallowed &&
	       now - fo->swallowed_at < timeout << min_t(u32, fo->swallowed - 1, FO_DOUBLINGS);
}

u16 anp_fo_mss(const struct sock *sk)
{
	struct anp_fo *fo = fo_of(sk);
	const struct fo_entry *e;
	u16 mss;

	spin_lock_bh(&fo->lock);
	e = find(sk);
	mss = e ? e->mss : 0;
	spin_unlock_bh(&fo->lock);
	return mss;
}

static bool needs_no_cookie(const struct sock *sk, int bit)
{
	return anp_tcp_sk(sk)->fo_no_cookie || (READ_ONCE(anp_tcb(sk)->conf->fastopen) & bit);
}

enum anp_fo_way anp_fo_way(struct sock *sk, struct anp_tcp_foc *foc)
{
	struct anp_fo *fo = fo_of(sk);
	u64 now = anp_tcp_now();
	struct fo_entry *e;
	bool bad;

	foc->len = 0;
	spin_lock_bh(&fo->lock);
	e = find(sk);
	bad = swallowed(sk, fo, now) || (e && distrusted(e, now));
	if (e && !bad) {
		e->used_at = now;
		*foc = e->foc;
	}
	spin_unlock_bh(&fo->lock);
	if (bad) {
		anp_tcb(sk)->fo_fail = TFO_COOKIE_UNAVAILABLE;
		return ANP_FO_NONE;
	}
	if (needs_no_cookie(sk, ANP_TCP_FO_CLIENT_NO_COOKIE)) {
		foc->len = ANP_TCP_FOC_NONE;
		return ANP_FO_DATA;
	}
	if (foc->len)
		return ANP_FO_DATA;
	anp_tcb(sk)->fo_fail = TFO_COOKIE_UNAVAILABLE;
	return ANP_FO_ASK;
}

void anp_tcp_host_fo_learn(struct anp_tcb *t, const struct anp_tcp_foc *foc, bool syn_lost)
{
	const struct sock *sk = anp_tcb_sk(t);
	struct anp_fo *fo = fo_of(sk);
	struct fo_entry *e;

	spin_lock_bh(&fo->lock);
	e = find(sk);
	if (!e && (foc || syn_lost))
		e = take(sk);
	if (e) {
		e->mss = t->mss_clamp;
		e->used_at = t->now;
		if (foc)
			e->foc = *foc;
		e->lost_at = t->now;
		e->syn_lost = syn_lost ? min(e->syn_lost + 1, U8_MAX) : 0;
	}
	spin_unlock_bh(&fo->lock);
}

void anp_tcp_host_fo_path(struct anp_tcb *t, bool ok)
{
	const struct sock *sk = anp_tcb_sk(t);
	struct anp_fo *fo = fo_of(sk);

	if (ok ? !READ_ONCE(fo->swallowed) : !READ_ONCE(t->conf->fastopen_blackhole))
		return;
	spin_lock_bh(&fo->lock);
	if (!ok) {
		fo->swallowed++;
		fo->swallowed_at = t->now;
		anp_count(sock_net(sk), ANP_MIB_TCP_FO_BLACKHOLE);
	} else if (!swallowed(sk, fo, t->now)) {
		/* It was tried again, and went well. */
		fo->swallowed = 0;
	}
	spin_unlock_bh(&fo->lock);
}

void anp_fo_trust(struct anp_net *anet)
{
	spin_lock_bh(&anet->fastopen->lock);
	anet->fastopen->swallowed = 0;
	spin_unlock_bh(&anet->fastopen->lock);
}

/* ---- keys ---- */

static void key_from(siphash_key_t *key, const u8 *bytes)
{
	key->key[0] = get_unaligned_le64(bytes);
	key->key[1] = get_unaligned_le64(bytes + 8);
}

static void keys_from(struct anp_tcp_fo_keys *keys, const u8 *bytes, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		key_from(&keys->key[i], bytes + i * ANP_FO_KEY_LEN);
	keys->n = n;
}

static unsigned int keys_to(const struct anp_tcp_fo_keys *keys, u8 *bytes)
{
	unsigned int i;

	for (i = 0; i < keys->n; i++, bytes += ANP_FO_KEY_LEN) {
		put_unaligned_le64(keys->key[i].key[0], bytes);
		put_unaligned_le64(keys->key[i].key[1], bytes + 8);
	}
	return keys->n;
}

void anp_fo_net_keys_set(struct anp_net *anet, const u8 *bytes, unsigned int n)
{
	spin_lock_bh(&anet->fastopen->lock);
	keys_from(&anet->fastopen->keys, bytes, n);
	spin_unlock_bh(&anet->fastopen->lock);
}

unsigned int anp_fo_net_keys_get(struct anp_net *anet, u8 *bytes)
{
	unsigned int n;

	spin_lock_bh(&anet->fastopen->lock);
	n = keys_to(&anet->fastopen->keys, bytes);
	spin_unlock_bh(&anet->fastopen->lock);
	return n;
}

int anp_fo_keys_set(struct sock *sk, const u8 *bytes, unsigned int n)
{
	struct anp_listener *l = anp_listener_get(sk);

	if (!l)
		return -ENOMEM;
	if (!l->fo_keys)
		l->fo_keys = kzalloc(sizeof(*l->fo_keys), GFP_ATOMIC);
	if (!l->fo_keys)
		return -ENOMEM;
	keys_from(l->fo_keys, bytes, n);
	return 0;
}

unsigned int anp_fo_keys_get(const struct sock *sk, u8 *bytes)
{
	const struct anp_listener *l = anp_tcp_sk(sk)->listener;

	return l && l->fo_keys ? keys_to(l->fo_keys, bytes) : 0;
}

static void keys_of(const struct sock *sk, struct anp_tcp_fo_keys *keys)
{
	const struct anp_listener *l = anp_tcp_sk(sk)->listener;
	struct anp_fo *fo = fo_of(sk);

	if (l->fo_keys) {
		*keys = *l->fo_keys;
		return;
	}
	spin_lock_bh(&fo->lock);
	*keys = fo->keys;
	spin_unlock_bh(&fo->lock);
}

/* ---- listeners ---- */

/* RFC 7413 5.1: is there a place for one more whose handshake is not complete? */
static bool has_place(struct sock *sk, u64 now)
{
	struct anp_listener *l = anp_tcp_sk(sk)->listener;
	int old = atomic_read(&l->fo_resets);

	if (old && now - READ_ONCE(l->fo_reset_at) > FO_RESET_HOLD) {
		atomic_sub(old, &l->fo_resets);
		atomic_sub(old, &l->fo_len);
	}
	if (atomic_read(&l->fo_len) < l->fo_max)
		return true;
	anp_count(sock_net(sk), ANP_MIB_TCP_FO_LISTEN_OVERFLOW);
	return false;
}

enum anp_tcp_fo_verdict anp_fo_listen(struct sock *sk, const struct sk_buff *skb,
				      const struct anp_tcp_flow *f, struct anp_tcp_foc *give)
{
	const struct anp_listener *l = anp_tcp_sk(sk)->listener;
	struct anp_tcp_fo_keys keys;

	give->len = ANP_TCP_FOC_NONE;
	if (!l->fo_max || !(READ_ONCE(anp_tcb(sk)->conf->fastopen) & ANP_TCP_FO_SERVER))
		return ANP_TCP_FO_REQ;
	/* An ordinary SYN has neither the option nor data. */
	if (ANP_TCP_CB(skb)->hdrlen == skb->len && !anp_tcp_fo_asks(skb))
		return ANP_TCP_FO_REQ;
	if (!has_place(sk, anp_tcp_now()))
		return ANP_TCP_FO_REQ;
	keys_of(sk, &keys);
	return anp_tcp_fo_listen(skb, &keys, f,
				 needs_no_cookie(sk, ANP_TCP_FO_SERVER_NO_COOKIE), give);
}

void anp_fo_pending(struct sock *child, struct sock *sk)
{
	sock_hold(sk);
	anp_tcp_sk(child)->conn->fo_listener = sk;
	atomic_inc(&anp_tcp_sk(sk)->listener->fo_len);
}

void anp_fo_over(struct sock *child)
{
	struct sock *sk = anp_tcp_sk(child)->conn->fo_listener;
	struct anp_listener *l = anp_tcp_sk(sk)->listener;
	const struct anp_tcb *t = anp_tcb(child);

	anp_tcp_sk(child)->conn->fo_listener = NULL;
	/*
	 * RFC 7413 5.1: with a forged address the true one's reset would free the place for the
	 * next one at once.
	 */
	if (t->state == TCP_CLOSE && child->sk_err == ECONNRESET) {
		WRITE_ONCE(l->fo_reset_at, t->now);
		atomic_inc(&l->fo_resets);
	} else {
		atomic_dec(&l->fo_len);
	}
	sock_put(sk);
}

/* ---- namespaces ---- */

int anp_fo_net_init(struct anp_net *anet)
{
	u8 key[ANP_FO_KEY_LEN];

	anet->fastopen = kvzalloc(sizeof(*anet->fastopen), GFP_KERNEL);
	if (!anet->fastopen)
		return -ENOMEM;
	spin_lock_init(&anet->fastopen->lock);
	get_random_bytes(key, sizeof(key));
	keys_from(&anet->fastopen->keys, key, 1);
	memzero_explicit(key, sizeof(key));
	return 0;
}

ALLOW_ERROR_INJECTION(anp_fo_net_init, ERRNO);

void anp_fo_net_exit(struct anp_net *anet)
{
	kvfree(anet->fastopen);
}
