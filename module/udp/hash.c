// SPDX-License-Identifier: GPL-2.0
/*
 * Which socket a datagram is for: the bound sockets by namespace and port, the rules of sharing a
 * port, and the choice of the most specific receiver.  A socket never moves between buckets, so
 * readers need nothing but RCU.
 */
#include <linux/jhash.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <net/netns/hash.h>
#include "udp.h"

struct anp_udp_table anp_udp_table;
struct anp_udp_table anp_ping_table;

void anp_udp_table_init(struct anp_udp_table *t)
{
	unsigned int i;

	for (i = 0; i < ANP_UDP_BUCKETS; i++) {
		INIT_HLIST_HEAD(&t->buckets[i].head);
		spin_lock_init(&t->buckets[i].lock);
	}
}

struct anp_udp_table *anp_udp_table_of(const struct sock *sk)
{
	if (sk->sk_type == SOCK_RAW)
		return &anp_raw_table;
	return anp_is_ping(sk) ? &anp_ping_table : &anp_udp_table;
}

struct anp_udp_bucket *anp_udp_bucket(struct anp_udp_table *t, const struct net *net, u16 port)
{
	return &t->buckets[(port + net_hash_mix(net)) & (ANP_UDP_BUCKETS - 1)];
}

/* May @sk not use @port because @sk2 does?  @share: SO_REUSEADDR and ANP_REUSEPORT count. */
static bool conflicts(struct sock *sk, struct sock *sk2, u16 port, bool share)
{
	__be32 addr = inet_sk(sk)->inet_rcv_saddr, addr2 = inet_sk(sk2)->inet_rcv_saddr;

	if (sk2 == sk || !net_eq(sock_net(sk2), sock_net(sk)) || inet_sk(sk2)->inet_num != port)
		return false;
	if (share && sk->sk_reuse && sk2->sk_reuse)
		return false;
	if (share && anp_reuseport_may(sk) && sk2->sk_reuseport &&
	    uid_eq(sk->sk_uid, sk2->sk_uid))
		return false;
	/* An echo identifier is one for all addresses. */
	if (anp_is_ping(sk))
		return true;
	if (sk->sk_bound_dev_if && sk2->sk_bound_dev_if &&
	    sk->sk_bound_dev_if != sk2->sk_bound_dev_if)
		return false;
	return !addr || !addr2 || addr == addr2;
}

/* Bucket's lock held. */
static void insert(struct anp_udp_bucket *b, struct sock *sk, u16 port)
{
	inet_sk(sk)->inet_sport = htons(port);
	WRITE_ONCE(inet_sk(sk)->inet_num, port);
	sock_set_flag(sk, SOCK_RCU_FREE);
	sk_add_node_rcu(sk, &b->head);
	sock_prot_inuse_add(sock_net(sk), sk->sk_prot, 1);
}

void anp_udp_insert(struct sock *sk, u16 port)
{
	struct anp_udp_bucket *b = anp_udp_bucket(anp_udp_table_of(sk), sock_net(sk), port);

	spin_lock_bh(&b->lock);
	insert(b, sk, port);
	spin_unlock_bh(&b->lock);
}

/* Makes @sk, about to have @port, one of its group.  Bucket's lock held; -ENOMEM. */
static int join_group(struct anp_udp_bucket *b, struct sock *sk, u16 port)
{
	struct sock *sk2;

	if (!sk->sk_reuseport)
		return 0;
	sk_for_each(sk2, &b->head)
		if (net_eq(sock_net(sk2), sock_net(sk)) && inet_sk(sk2)->inet_num == port &&
		    anp_reuseport_together(sk, sk2))
			return anp_reuseport_join(sk, sk2);
	return anp_reuseport_join(sk, NULL);
}

/* Takes @port unless a socket is in the way (-EADDRINUSE), or there is no memory for a group. */
static int take_port(struct anp_udp_table *t, struct sock *sk, u16 port, bool share)
{
	struct anp_udp_bucket *b = anp_udp_bucket(t, sock_net(sk), port);
	int err = -EADDRINUSE;
	struct sock *sk2;

	spin_lock_bh(&b->lock);
	sk_for_each(sk2, &b->head)
		if (conflicts(sk, sk2, port, share))
			goto out;

	err = join_group(b, sk, port);
	if (!err)
		insert(b, sk, port);
out:
	spin_unlock_bh(&b->lock);
	return err;
}

int anp_udp_get_port(struct sock *sk, u16 port)
{
	struct anp_udp_table *t = anp_udp_table_of(sk);
	u16 low = 1, high = U16_MAX;
	u32 range, start, i;
	int err;

	sock_owned_by_me(sk);
	if (port)
		return take_port(t, sk, port, true);
	/* Any echo identifier will do. */
	if (!anp_is_ping(sk))
		anp_local_ports(sock_net(sk), &low, &high);
	range = high - low + 1;

	/* RFC 6056 3.3.1: a random start, then the next that nobody has, even if he would share. */
	start = get_random_u32() % range;
	for (i = 0; i < range; i++) {
		err = take_port(t, sk, low + (start + i) % range, false);
		/* Without memory the next port is no better. */
		if (err != -EADDRINUSE)
			return err;
		cond_resched();
	}
	return -EADDRINUSE;
}

ALLOW_ERROR_INJECTION(anp_udp_get_port, ERRNO);

void anp_udp_unhash(struct sock *sk)
{
	struct anp_udp_bucket *b;

	if (!inet_sk(sk)->inet_num)
		return;
	b = anp_udp_bucket(anp_udp_table_of(sk), sock_net(sk), inet_sk(sk)->inet_num);

	spin_lock_bh(&b->lock);
	if (sk_del_node_init_rcu(sk)) {
		anp_reuseport_leave(sk);
		WRITE_ONCE(inet_sk(sk)->inet_num, 0);
		inet_sk(sk)->inet_sport = 0;
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, -1);
	}
	spin_unlock_bh(&b->lock);
}

/*
 * How well @sk fits, -1 if it does not.  RFC 1122 4.1.3.5: of the sockets that fit, the one that
 * names more of the four-tuple.  A connected socket names all of it, so it always wins.
 */
static int score(const struct sock *sk, const struct net *net, __be32 saddr, __be16 sport,
		 __be32 daddr, u16 port, int dif)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 rcv_saddr = READ_ONCE(inet->inet_rcv_saddr);
	__be32 peer = READ_ONCE(inet->inet_daddr);
	__be16 peer_port = READ_ONCE(inet->inet_dport);
	int dev = READ_ONCE(sk->sk_bound_dev_if);
	int points = 0;

	if (!net_eq(sock_net(sk), net) || READ_ONCE(inet->inet_num) != port)
		return -1;
	if (rcv_saddr) {
		if (rcv_saddr != daddr)
			return -1;
		points += 4;
	}
	if (peer) {
		if (peer != saddr)
			return -1;
		points += 4;
	}
	if (peer_port) {
		if (peer_port != sport)
			return -1;
		points += 4;
	}
	if (dev) {
		if (dev != dif)
			return -1;
		points += 2;
	}
	return points;
}

bool anp_udp_match(const struct sock *sk, const struct net *net, __be32 saddr, __be16 sport,
		   __be32 daddr, __be16 dport, int dif)
{
	return score(sk, net, saddr, sport, daddr, ntohs(dport), dif) >= 0;
}

struct sock *anp_udp_lookup(struct net *net, __be32 saddr, __be16 sport, __be32 daddr,
			    __be16 dport, int dif, struct sk_buff *skb)
{
	u16 port = ntohs(dport);
	struct anp_udp_bucket *b = anp_udp_bucket(&anp_udp_table, net, port);
	struct sock *sk, *best = NULL;
	int points, most = -1;
	u32 hash;

	sk_for_each_rcu(sk, &b->head) {
		points = score(sk, net, saddr, sport, daddr, port, dif);
		if (points > most) {
			most = points;
			best = sk;
		}
	}
	/* One that is connected is nobody else's equal. */
	if (!best || !best->sk_reuseport || READ_ONCE(best->sk_state) == TCP_ESTABLISHED)
		return best;
	hash = jhash_3words((__force u32)saddr, (__force u32)daddr, (__force u32)sport << 16 | port,
			    net_hash_mix(net));
	sk = anp_reuseport_select(best, hash, skb, sizeof(struct udphdr));
	return !sk || score(sk, net, saddr, sport, daddr, port, dif) == most ? sk : best;
}
