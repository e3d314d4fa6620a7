// SPDX-License-Identifier: GPL-2.0
/*
 * UDP, ping and raw sockets for netlink: listed, and destroyed on demand.
 */
#include "observe/sockets.h"
#include "udp.h"

static unsigned int gather_chain(const struct anp_sock_filter *f, struct hlist_head *head,
				 unsigned int place, struct anp_sock_found *found)
{
	unsigned int i = 0, n = 0;
	struct sock *sk;

	rcu_read_lock();
	sk_for_each_rcu(sk, head) {
		if (i++ < place || !anp_sock_fits(f, sk, READ_ONCE(sk->sk_state)) ||
		    !refcount_inc_not_zero(&sk->sk_refcnt))
			continue;
		found[n++] = (struct anp_sock_found){ .sk = sk, .place = i - 1 };
		if (n == ANP_SOCK_BATCH)
			break;
	}
	rcu_read_unlock();
	return n;
}

static unsigned int gather(struct anp_udp_table *t, const struct anp_sock_filter *f,
			   struct anp_sock_pos *pos, struct anp_sock_found *found)
{
	unsigned int end = ANP_UDP_BUCKETS, n;

	/* Who asks for a port asks for a bucket. */
	if (f->lport_min == f->lport_max) {
		n = anp_udp_bucket(t, f->net, f->lport_min) - t->buckets;
		pos->bucket = max(pos->bucket, n);
		end = n + 1;
	}
	for (; pos->bucket < end; pos->bucket++, pos->place = 0) {
		n = gather_chain(f, &t->buckets[pos->bucket].head, pos->place, found);
		if (n)
			return n;
		cond_resched();
	}
	return 0;
}

static unsigned int udp_gather(const struct anp_sock_filter *f, struct anp_sock_pos *pos,
			       struct anp_sock_found *found)
{
	return gather(&anp_udp_table, f, pos, found);
}

static unsigned int ping_gather(const struct anp_sock_filter *f, struct anp_sock_pos *pos,
				struct anp_sock_found *found)
{
	return gather(&anp_ping_table, f, pos, found);
}

static unsigned int raw_gather(const struct anp_sock_filter *f, struct anp_sock_pos *pos,
			       struct anp_sock_found *found)
{
	return gather(&anp_raw_table, f, pos, found);
}

static int fill(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show)
{
	if (anp_sock_fill_names(msg, sk, READ_ONCE(sk->sk_state)) ||
	    nla_put_u32(msg, ANP_ATTR_RQUEUE, sk_rmem_alloc_get(sk)) ||
	    nla_put_u32(msg, ANP_ATTR_WQUEUE, sk_wmem_alloc_get(sk)))
		return -EMSGSIZE;
	return anp_sock_fill_owner(msg, sk, show);
}

/* As Linux: the socket loses its peer, and a port that it did not choose; the program goes on. */
static void destroy(struct sock *sk)
{
	lock_sock(sk);
	if (!sock_flag(sk, SOCK_DEAD)) {
		WRITE_ONCE(sk->sk_err, ECONNABORTED);
		sk_error_report(sk);
		anp_udp_disconnect(sk, 0);
	}
	release_sock(sk);
}

const struct anp_sock_table anp_udp_sock_table = {
	.protocol	= IPPROTO_UDP,
	.gather		= udp_gather,
	.fill		= fill,
	.destroy	= destroy,
	.put		= sock_put,
};

const struct anp_sock_table anp_raw_sock_table = {
	.protocol	= IPPROTO_RAW,
	.gather		= raw_gather,
	.fill		= fill,
	.destroy	= destroy,
	.put		= sock_put,
};

const struct anp_sock_table anp_ping_sock_table = {
	.protocol	= IPPROTO_ICMP,
	.gather		= ping_gather,
	.fill		= fill,
	.destroy	= destroy,
	.put		= sock_put,
};
