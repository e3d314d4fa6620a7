/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where latency.c counts: a namespace's histograms, and those of some of its sockets
 * (latency_sock.c).
 */
#ifndef ANP_OBSERVE_LATENCY_STORE_H
#define ANP_OBSERVE_LATENCY_STORE_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include "observe/latency.h"

/*
 * Log-linear: eight buckets for each power of two, so that a bucket's bounds differ by an eighth
 * at most.  The last one is open, from 2 s on.  ANP_ATTR_LAT_BUCKETS tells programs of it.
 */
#define ANP_LAT_SUB_BITS	3
#define ANP_LAT_SUBS		(1u << ANP_LAT_SUB_BITS)
#define ANP_LAT_BUCKETS		232u

/* Histograms of sockets that a namespace may ask for; each is 16 KB. */
#define ANP_LAT_SOCKS_MAX	1024

struct anp_lat_histogram {
	u64	sum;		/* ns */
	u64	max;
	u32	bucket[ANP_LAT_BUCKETS];
};

struct anp_lat_stages {
	struct anp_lat_histogram stage[ANP_LAT_COUNT];
};

/*
 * struct anp_lat_sock - a socket's own histograms
 *
 * In its namespace's table as long as the socket lives, or until a reset.  Not the socket's, which
 * would be larger for it: it has no pointer to it, and is found by its address, which is nobody
 * else's while it stands here.  Who records need not have the socket's lock: there is one for it.
 */
struct anp_lat_sock {
	struct hlist_node	node;	/* RCU; anp_latency.lock */
	const struct sock	*sk;	/* only compared */
	struct rcu_head		rcu;
	spinlock_t		lock;	/* what follows; bottom halves off */
	struct anp_lat_stages	stages;
};

/* Beyond that kmalloc() would take twice as much. */
static_assert(sizeof(struct anp_lat_sock) <= 16384);

#define ANP_LAT_SOCK_HASH	256u

/* A namespace's measurement.  Made when it is first switched on, freed with the namespace. */
struct anp_latency {
	bool			on;
	u16			port;	/* only connections from or to it; 0: all */
	struct anp_lat_stages __percpu *stages;

	spinlock_t		lock;	/* the table; bottom halves off */
	u32			socks;	/* in it; at most */
	u32			socks_max;
	u32			refused; /* calls whose socket found the table full, or no memory */
	struct hlist_head	sock[ANP_LAT_SOCK_HASH];
};

static inline unsigned int anp_lat_bucket_of(u64 ns)
{
	unsigned int shift, i;

	if (ns < ANP_LAT_SUBS)
		return ns;
	shift = fls64(ns) - 1 - ANP_LAT_SUB_BITS;
	i = (shift + 1) * ANP_LAT_SUBS + (unsigned int)(ns >> shift & (ANP_LAT_SUBS - 1));
	return min(i, ANP_LAT_BUCKETS - 1);
}

static inline void anp_lat_count(struct anp_lat_histogram *h, u64 ns)
{
	h->sum += ns;
	h->max = max(h->max, ns);
	h->bucket[anp_lat_bucket_of(ns)]++;
}

/* The name of a stage, as programs see it. */
const char *anp_lat_name(enum anp_lat_stage stage);

/* A namespace's histogram of @stage, summed over the CPUs; counts stop at the largest u32. */
void anp_lat_sum(const struct anp_latency *l, enum anp_lat_stage stage, struct anp_lat_histogram *h);

/* ---- latency_sock.c ---- */

/* @sk's own histograms, or NULL.  RCU. */
struct anp_lat_sock *anp_lat_sock_find(struct anp_latency *l, const struct sock *sk);

/* Makes them where @sk may have some and has none.  Process context; the caller has @sk's file. */
void anp_lat_sock_make(struct anp_latency *l, const struct sock *sk);

/* Forgets those of all sockets, and lets as many as @max have some from now on. */
void anp_lat_sock_reset(struct anp_latency *l, u32 max);

#endif /* ANP_OBSERVE_LATENCY_STORE_H */
