// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: who may bind where (the rules of Linux), which port a connection gets (RFC 6056), and the
 * numbers a connection starts from (RFC 6528, RFC 7323).  Sockets and TIME-WAITs that use a port
 * stand in the bind hash; requests stand on their listener's port.
 */
#include <net/ip.h>
#include <net/netns/hash.h>
#include "stream.h"

#define BHASH_SIZE	8192
#define PERTURB_SIZE	16384	/* RFC 6056 3.3.4 TABLE_LENGTH: many, so that hosts share none */

struct bind_bucket {
	spinlock_t		lock;		/* of the chain */
	struct hlist_head	chain;
};

static struct bind_bucket *bhash;
static u32 *perturb;

static struct bind_bucket *bucket(const struct net *net, u16 port)
{
	return &bhash[(port + net_hash_mix(net)) & (BHASH_SIZE - 1)];
}

static bool same_port(const struct sock *sk, const struct net *net, u16 port)
{
	return sk->sk_num == port && net_eq(sock_net(sk), net);
}

/* @other may be a TIME-WAIT, which remembers whose socket it was. */
static kuid_t owner(struct sock *other)
{
	return other->sk_state == TCP_TIME_WAIT ? ((struct anp_tw *)other)->uid : other->sk_uid;
}

/*
 * May @sk not have @port because of @other?  SO_REUSEADDR on both lets them share it as long as
 * none listens, ANP_REUSEPORT on both and one owner even then; @strict: not at all, when any other
 * port would do.
 */
static bool conflict(struct sock *sk, struct sock *other, bool strict)
{
	if (sk == other)
		return false;
	if (sk->sk_bound_dev_if && other->sk_bound_dev_if &&
	    sk->sk_bound_dev_if != other->sk_bound_dev_if)
		return false;
	if (sk->sk_rcv_saddr && other->sk_rcv_saddr && sk->sk_rcv_saddr != other->sk_rcv_saddr)
		return false;
	if (sk->sk_reuse && other->sk_reuse && other->sk_state != TCP_LISTEN)
		return strict;
	if (anp_reuseport_may(sk) && other->sk_reuseport && uid_eq(sk->sk_uid, owner(other)))
		return strict;
	return true;
}

static bool conflicts(const struct bind_bucket *b, struct sock *sk, u16 port, bool strict)
{
	struct sock *other;

	lockdep_assert_held(&b->lock);
	hlist_for_each_entry(other, &b->chain, sk_bind_node)
		if (same_port(other, sock_net(sk), port) && conflict(sk, other, strict))
			return true;
	return false;
}

static void take(struct bind_bucket *b, struct sock *sk, u16 port, bool autobound)
{
	lockdep_assert_held(&b->lock);
	sk->sk_num = port;
	inet_sk(sk)->inet_sport = htons(port);
	sk->__sk_common.anp_autobound = autobound;
	sk_add_bind_node(sk, &b->chain);
}

static bool try_bind(struct sock *sk, u16 port, bool strict)
{
	struct bind_bucket *b = bucket(sock_net(sk), port);
	bool ok;

	spin_lock_bh(&b->lock);
	ok = !conflicts(b, sk, port, strict);
	if (ok)
		take(b, sk, port, false);
	spin_unlock_bh(&b->lock);
	return ok;
}

/*
 * The ports to choose from, in two halves: connect() prefers those at an even distance from the
 * first one, bind() the others.  Returns how many there are of the @odd or even half.
 */
static u32 port_half(struct net *net, int odd, u16 *low)
{
	u16 high;

	anp_local_ports(net, low, &high);
	return (high - *low + 2 - odd) / 2;
}

/* A free port for bind(). */
static int bind_any(struct sock *sk)
{
	struct net *net = sock_net(sk);
	u32 count, start, i;
	u16 low, port;
	int odd;

	for (odd = 1; odd >= 0; odd--) {
		count = port_half(net, odd, &low);
		start = get_random_u32();
		for (i = 0; i < count; i++) {
			port = low + (start + i) % count * 2 + odd;
			if (inet_is_local_reserved_port(net, port))
				continue;
			if (try_bind(sk, port, true))
				return 0;
			cond_resched();
		}
	}
	return -EADDRINUSE;
}

int anp_port_bind(struct sock *sk, u16 port)
{
	sock_owned_by_me(sk);
	if (!port)
		return bind_any(sk);
	return try_bind(sk, port, false) ? 0 : -EADDRINUSE;
}

ALLOW_ERROR_INJECTION(anp_port_bind, ERRNO);

bool anp_port_listen_ok(struct sock *sk)
{
	struct bind_bucket *b = bucket(sock_net(sk), sk->sk_num);
	bool ok;

	spin_lock_bh(&b->lock);
	ok = !conflicts(b, sk, sk->sk_num, false);
	spin_unlock_bh(&b->lock);
	return ok;
}

void anp_port_share(struct sock *sk)
{
	struct bind_bucket *b = bucket(sock_net(sk), sk->sk_num);

	spin_lock_bh(&b->lock);
	sk_add_bind_node(sk, &b->chain);
	spin_unlock_bh(&b->lock);
}

void anp_port_unshare(struct sock *sk)
{
	struct bind_bucket *b = bucket(sock_net(sk), sk->sk_num);

	spin_lock_bh(&b->lock);
	if (!hlist_unhashed(&sk->sk_bind_node))
		hlist_del_init(&sk->sk_bind_node);
	spin_unlock_bh(&b->lock);
}

void anp_port_release(struct sock *sk)
{
	if (!sk->sk_num)
		return;
	anp_port_unshare(sk);
	sk->sk_num = 0;
	inet_sk(sk)->inet_sport = 0;
}

/*
 * Connections may share a port as long as their peers differ, but not with a socket that a program
 * has bound.
 */
static bool try_connect(struct sock *sk, u16 port, struct anp_tw **tw)
{
	struct bind_bucket *b = bucket(sock_net(sk), port);
	struct sock *other;
	bool ok = true;

	spin_lock_bh(&b->lock);
	hlist_for_each_entry(other, &b->chain, sk_bind_node) {
		if (same_port(other, sock_net(sk), port) && !other->__sk_common.anp_autobound) {
			ok = false;
			break;
		}
	}
	ok = ok && anp_ehash_connect(sk, port, tw);
	if (ok)
		take(b, sk, port, true);
	spin_unlock_bh(&b->lock);
	return ok;
}

int anp_port_connect(struct sock *sk, struct anp_tw **tw)
{
	struct net *net = sock_net(sk);
	u32 count, start, i;
	u16 low, port;
	u32 *next;
	u64 hash;
	int odd;

	sock_owned_by_me(sk);
	*tw = NULL;
	if (sk->sk_num)
		return anp_ehash_connect(sk, sk->sk_num, tw) ? 0 : -EADDRNOTAVAIL;

	/* RFC 6056 3.3.4: offset by a secret hash of the peer, counters shared by few. */
	hash = siphash_3u32((__force u32)sk->sk_rcv_saddr, (__force u32)sk->sk_daddr,
			    (__force u32)sk->sk_dport, &anp_net(net)->port_key);
	next = &perturb[hash % PERTURB_SIZE];
	start = (u32)(hash >> 32) + READ_ONCE(*next);
	for (odd = 0; odd <= 1; odd++) {
		count = port_half(net, odd, &low);
		for (i = 0; i < count; i++) {
			port = low + (start + i) % count * 2 + odd;
			if (inet_is_local_reserved_port(net, port))
				continue;
			if (try_connect(sk, port, tw)) {
				/* Steps of random size tell less about who else connects. */
				WRITE_ONCE(*next, *next + i + 1 + get_random_u32() % 8);
				return 0;
			}
			cond_resched();
		}
	}
	sk->sk_num = 0;
	inet_sk(sk)->inet_sport = 0;
	return -EADDRNOTAVAIL;
}

ALLOW_ERROR_INJECTION(anp_port_connect, ERRNO);

u32 anp_tcp_iss(const struct net *net, __be32 saddr, __be16 sport, __be32 daddr, __be16 dport,
		u64 now)
{
	u32 ports = (__force u32)sport << 16 | (__force u32)dport;

	/* RFC 6528 3: ISN = M + F(connection, secret); M counts 4 us. */
	return (u32)siphash_3u32((__force u32)saddr, (__force u32)daddr, ports,
				 &anp_net(net)->iss_key) + (u32)(now >> 2);
}

u32 anp_tcp_ts_off(const struct net *net, __be32 saddr, __be32 daddr)
{
	if (READ_ONCE(anp_net(net)->tcp.timestamps) == 2)
		return 0;
	/* Of the addresses alone: RFC 6191 wants it to grow from connection to connection. */
	return siphash_2u32((__force u32)saddr, (__force u32)daddr, &anp_net(net)->iss_key);
}

int anp_ports_init(void)
{
	unsigned int i;

	bhash = kvmalloc_array(BHASH_SIZE, sizeof(*bhash), GFP_KERNEL);
	perturb = kvmalloc_array(PERTURB_SIZE, sizeof(*perturb), GFP_KERNEL);
	if (!bhash || !perturb) {
		anp_ports_exit();
		return -ENOMEM;
	}
	for (i = 0; i < BHASH_SIZE; i++) {
		spin_lock_init(&bhash[i].lock);
		INIT_HLIST_HEAD(&bhash[i].chain);
	}
	get_random_bytes(perturb, PERTURB_SIZE * sizeof(*perturb));
	return 0;
}

void anp_ports_exit(void)
{
	kvfree(bhash);
	kvfree(perturb);
}
