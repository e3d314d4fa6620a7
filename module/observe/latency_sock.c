// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of single sockets: made in the first call of a program that is measured, ended with the
 * socket, and told over generic netlink, a stage in a message.
 */
#include <linux/hash.h>
#include <linux/slab.h>
#include "observe/latency_store.h"
#include "observe/sockets.h"

static struct hlist_head *chain_of(struct anp_latency *l, const struct sock *sk)
{
	return &l->sock[hash_ptr((void *)sk, ilog2(ANP_LAT_SOCK_HASH))];
}

struct anp_lat_sock *anp_lat_sock_find(struct anp_latency *l, const struct sock *sk)
{
	struct anp_lat_sock *s;

	if (!READ_ONCE(l->socks))
		return NULL;
	hlist_for_each_entry_rcu(s, chain_of(l, sk), node, lockdep_is_held(&l->lock))
		if (s->sk == sk)
			return s;
	return NULL;
}

static bool is_known(struct anp_latency *l, const struct sock *sk)
{
	bool known;

	rcu_read_lock();
	known = anp_lat_sock_find(l, sk);
	rcu_read_unlock();
	return known;
}

void anp_lat_sock_make(struct anp_latency *l, const struct sock *sk)
{
	struct anp_lat_sock *s = NULL;

	if (!READ_ONCE(l->socks_max) || is_known(l, sk))
		return;
	/* Those that are too many shall not pay for memory each time. */
	if (READ_ONCE(l->socks) < READ_ONCE(l->socks_max))
		s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	spin_lock_bh(&l->lock);
	if (!s || l->socks >= l->socks_max) {
		WRITE_ONCE(l->refused, l->refused + 1);
	} else if (!anp_lat_sock_find(l, sk)) {
		s->sk = sk;
		spin_lock_init(&s->lock);
		hlist_add_head_rcu(&s->node, chain_of(l, sk));
		WRITE_ONCE(l->socks, l->socks + 1);
		s = NULL;
	}
	spin_unlock_bh(&l->lock);
	kfree(s);
}

static void remove(struct anp_latency *l, struct anp_lat_sock *s)
{
	lockdep_assert_held(&l->lock);
	hlist_del_rcu(&s->node);
	WRITE_ONCE(l->socks, l->socks - 1);
	kfree_rcu(s, rcu);
}

void anp_lat_sock_reset(struct anp_latency *l, u32 max)
{
	struct anp_lat_sock *s;
	struct hlist_node *next;
	unsigned int i;

	spin_lock_bh(&l->lock);
	for (i = 0; i < ANP_LAT_SOCK_HASH; i++)
		hlist_for_each_entry_safe(s, next, &l->sock[i], node)
			remove(l, s);
	WRITE_ONCE(l->refused, 0);
	WRITE_ONCE(l->socks_max, max);
	spin_unlock_bh(&l->lock);
}

void __anp_lat_sock_gone(struct anp_latency *l, const struct sock *sk)
{
	struct anp_lat_sock *s;

	if (!READ_ONCE(l->socks))
		return;
	spin_lock_bh(&l->lock);
	s = anp_lat_sock_find(l, sk);
	if (s)
		remove(l, s);
	spin_unlock_bh(&l->lock);
}

/* ---- netlink ---- */

/* In netlink_callback.ctx, all zero at first. */
struct lat_dump_state {
	u64			cookie;		/* of the socket that was told in part */
	struct anp_sock_pos	pos;
	u8			part;		/* enum dump_part */
	u8			stage;		/* what comes next of it */
};

enum dump_part { PART_SETTINGS, PART_NAMESPACE, PART_SOCKETS, PART_END };

static void *begin(struct sk_buff *msg, struct netlink_callback *cb)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &anp_genl_family,
			   NLM_F_MULTI, ANP_CMD_LATENCY_NEW);
}

/* 0, or -EMSGSIZE and nothing is written. */
static int end(struct sk_buff *msg, void *header, int err)
{
	if (err)
		genlmsg_cancel(msg, header);
	else
		genlmsg_end(msg, header);
	return err;
}

static int put_settings(struct sk_buff *msg, struct netlink_callback *cb,
			struct anp_latency *l)
{
	void *header = begin(msg, cb);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put_u8(msg, ANP_ATTR_LAT_ON, l && READ_ONCE(l->on)) ||
	      nla_put_be16(msg, ANP_ATTR_LAT_PORT, htons(l ? READ_ONCE(l->port) : 0)) ||
	      nla_put_u32(msg, ANP_ATTR_LAT_SOCKS, l ? READ_ONCE(l->socks) : 0) ||
	      nla_put_u32(msg, ANP_ATTR_LAT_SOCKS_MAX, l ? READ_ONCE(l->socks_max) : 0) ||
	      nla_put_u32(msg, ANP_ATTR_LAT_REFUSED, l ? READ_ONCE(l->refused) : 0) ? -EMSGSIZE : 0;
	return end(msg, header, err);
}

static int fill_stage(struct sk_buff *msg, enum anp_lat_stage stage,
		      const struct anp_lat_histogram *h)
{
	unsigned int n = ANP_LAT_BUCKETS;

	while (n && !h->bucket[n - 1])
		n--;
	return nla_put_string(msg, ANP_ATTR_LAT_STAGE, anp_lat_name(stage)) ||
	       nla_put_u64_64bit(msg, ANP_ATTR_LAT_SUM, h->sum, ANP_ATTR_PAD) ||
	       nla_put_u64_64bit(msg, ANP_ATTR_LAT_MAX, h->max, ANP_ATTR_PAD) ||
	       nla_put(msg, ANP_ATTR_LAT_BUCKETS, n * sizeof(h->bucket[0]), h->bucket) ?
	       -EMSGSIZE : 0;
}

static int put_namespace(struct sk_buff *msg, struct netlink_callback *cb,
			 struct anp_latency *l, struct anp_lat_histogram *h)
{
	struct lat_dump_state *st = (struct lat_dump_state *)cb->ctx;

	for (; st->stage < ANP_LAT_COUNT; st->stage++) {
		void *header = begin(msg, cb);

		if (!header)
			return -EMSGSIZE;
		anp_lat_sum(l, st->stage, h);
		if (end(msg, header, fill_stage(msg, st->stage, h)))
			return -EMSGSIZE;
	}
	st->stage = 0;
	return 0;
}

/* Copies a stage of @sk's histograms, if it has some. */
static bool copy_stage(struct anp_latency *l, const struct sock *sk, enum anp_lat_stage stage,
		       struct anp_lat_histogram *h)
{
	struct anp_lat_sock *s;

	rcu_read_lock();
	s = anp_lat_sock_find(l, sk);
	if (s) {
		spin_lock_bh(&s->lock);
		*h = s->stages.stage[stage];
		spin_unlock_bh(&s->lock);
	}
	rcu_read_unlock();
	return s;
}

/* The stages of @sk that have not been told yet. */
static int put_socket(struct sk_buff *msg, struct netlink_callback *cb, struct anp_latency *l,
		      struct sock *sk, struct anp_lat_histogram *h)
{
	struct lat_dump_state *st = (struct lat_dump_state *)cb->ctx;
	u64 cookie;

	if (!is_known(l, sk))
		return 0;
	cookie = anp_sock_cookie(sk);
	/* The one that was told in part may be gone: then this is another. */
	if (st->cookie != cookie)
		st->stage = 0;
	st->cookie = cookie;
	for (; st->stage < ANP_LAT_COUNT; st->stage++) {
		void *header;

		if (!copy_stage(l, sk, st->stage, h))
			break;
		header = begin(msg, cb);
		if (!header)
			return -EMSGSIZE;
		if (end(msg, header, nla_put_u8(msg, ANP_ATTR_PROTOCOL, IPPROTO_TCP) ||
				     anp_sock_fill_names(msg, sk, READ_ONCE(sk->sk_state)) ?
				     -EMSGSIZE : fill_stage(msg, st->stage, h)))
			return -EMSGSIZE;
	}
	st->cookie = 0;
	st->stage = 0;
	return 0;
}

static int put_sockets(struct sk_buff *msg, struct netlink_callback *cb, struct anp_latency *l,
		       const struct anp_sock_filter *f, struct anp_sock_found *found,
		       struct anp_lat_histogram *h)
{
	const struct anp_sock_table *t = &anp_tcp_sock_table;
	struct lat_dump_state *st = (struct lat_dump_state *)cb->ctx;
	unsigned int i, n;
	int err = 0;

	while (!err && READ_ONCE(l->socks)) {
		n = t->gather(f, &st->pos, found);
		if (!n)
			break;
		for (i = 0; i < n; i++) {
			err = err ?: put_socket(msg, cb, l, found[i].sk, h);
			st->pos.place = err ? st->pos.place : found[i].place + 1;
			t->put(found[i].sk);
		}
		if (fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	return err;
}

/* Memory for a dump: what does not belong on the stack. */
struct lat_dump_space {
	struct anp_sock_found	found[ANP_SOCK_BATCH];
	struct anp_lat_histogram h;
};

static int put_parts(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct anp_sock_filter *f, struct lat_dump_space *space)
{
	struct anp_latency *l = READ_ONCE(anp_net(sock_net(msg->sk))->latency);
	struct lat_dump_state *st = (struct lat_dump_state *)cb->ctx;
	int err = 0;

	for (; !err && st->part < PART_END; st->part += !err) {
		switch ((enum dump_part)st->part) {
		case PART_SETTINGS:
			err = put_settings(msg, cb, l);
			break;
		case PART_NAMESPACE:
			err = l ? put_namespace(msg, cb, l, &space->h) : 0;
			break;
		case PART_SOCKETS:
			err = l ? put_sockets(msg, cb, l, f, space->found, &space->h) : 0;
			break;
		case PART_END:
			break;
		}
	}
	return err;
}

int anp_latency_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct anp_sock_filter f = { .net = sock_net(msg->sk) };
	struct lat_dump_space *space;
	int err;

	BUILD_BUG_ON(sizeof(struct lat_dump_state) > sizeof(cb->ctx));
	err = anp_sock_get_filter(cb, &f);
	if (err)
		return err;
	space = kmalloc(sizeof(*space), GFP_KERNEL);
	if (!space)
		return -ENOMEM;
	put_parts(msg, cb, &f, space);
	kfree(space);
	return msg->len;
}
