// SPDX-License-Identifier: GPL-2.0
/*
 * TCP's sockets, requests and TIME-WAITs for who looks at them: in short (/proc/net/anp/tcp uses
 * that, too), as netlink attributes, and how they are destroyed on demand.
 */
#include "../observe/sockets.h"
#include "../tcp/tcp.h"
#include "stream.h"

static void brief_timer(const struct anp_tcb *t, struct anp_tcp_brief *b)
{
	if (READ_ONCE(t->t_rtx)) {
		/* With nothing in flight it is the window that is probed. */
		b->timer = READ_ONCE(t->snd_nxt) == READ_ONCE(t->snd_una) ? 4 : 1;
		b->due = READ_ONCE(t->t_rtx);
	} else if (READ_ONCE(t->t_keep)) {
		b->timer = 2;
		b->due = READ_ONCE(t->t_keep);
	}
}

static void brief_tcb(const struct anp_tcb *t, struct anp_tcp_brief *b)
{
	b->rx = max_t(s32, READ_ONCE(t->rcv_nxt) - READ_ONCE(t->copied_seq), 0);
	b->tx = READ_ONCE(t->write_seq) - READ_ONCE(t->snd_una);
	b->retransmits = READ_ONCE(t->retransmits);
	b->probes = READ_ONCE(t->probes);
	brief_timer(t, b);
}

/* Nothing waits, and the only deadline that a socket at rest has is that of keepalive. */
static void brief_parked(const struct sock *sk, struct anp_tcp_brief *b)
{
	long left = READ_ONCE(sk->sk_timer.expires) - jiffies;

	b->timer = 2;
	b->due = anp_tcp_now() + jiffies_to_usecs(max(left, 0l));
}

static void brief_socket(const struct sock *sk, struct anp_tcp_brief *b)
{
	const struct anp_tcb *t;

	if (b->state == TCP_LISTEN) {
		/* As `ss` shows a listener: how many wait, and how many may. */
		b->rx = READ_ONCE(sk->sk_ack_backlog);
		b->tx = READ_ONCE(sk->sk_max_ack_backlog);
		return;
	}
	rcu_read_lock();
	t = anp_tcb_peek(sk);
	if (t)
		brief_tcb(t, b);
	else if (timer_pending(&sk->sk_timer))
		brief_parked(sk, b);
	rcu_read_unlock();
}

/* The state as it is told: a request is a connection in SYN-RECEIVED. */
static u8 told_state(u8 state)
{
	return state == TCP_NEW_SYN_RECV ? TCP_SYN_RECV : state;
}

void anp_tcp_brief(const struct sock *sk, struct anp_tcp_brief *b)
{
	const struct anp_req *req = (const struct anp_req *)sk;
	const struct anp_tw *tw = (const struct anp_tw *)sk;

	memset(b, 0, sizeof(*b));
	b->state = READ_ONCE(sk->sk_state);
	if (b->state == TCP_TIME_WAIT) {
		b->state = READ_ONCE(tw->tw.substate);
		b->timer = 3;
		b->due = READ_ONCE(tw->tw.deadline);
	} else if (b->state == TCP_NEW_SYN_RECV) {
		b->state = told_state(b->state);
		b->timer = 1;
		b->due = READ_ONCE(req->req.deadline);
		b->retransmits = READ_ONCE(req->req.rexmits);
	} else {
		brief_socket(sk, b);
	}
}

static unsigned int gather_chain(const struct anp_sock_filter *f, struct hlist_nulls_head *head,
				 unsigned int place, struct anp_sock_found *found)
{
	const struct hlist_nulls_node *node;
	unsigned int i = 0, n = 0;
	struct sock *sk;
	u8 state;

	sk_nulls_for_each(sk, node, head) {
		if (i++ < place)
			continue;
		state = READ_ONCE(sk->sk_state);
		if (state == TCP_TIME_WAIT)
			state = READ_ONCE(((struct anp_tw *)sk)->tw.substate);
		if (!anp_sock_fits(f, sk, told_state(state)) ||
		    !refcount_inc_not_zero(&sk->sk_refcnt))
			continue;
		found[n++] = (struct anp_sock_found){ .sk = sk, .place = i - 1 };
		if (n == ANP_SOCK_BATCH)
			break;
	}
	return n;
}

static unsigned int gather_bucket(const struct anp_sock_filter *f, const struct anp_sock_pos *pos,
				  struct anp_sock_found *found)
{
	unsigned int i = pos->bucket, n = 0;

	if (i < anp_lhash_size()) {
		if (!(f->states & TCPF_LISTEN))
			return 0;
		n = gather_chain(f, anp_lhash_lock(i), pos->place, found);
		anp_lhash_unlock(i);
		return n;
	}
	i -= anp_lhash_size();
	if (!anp_ehash_empty(i)) {
		n = gather_chain(f, anp_ehash_lock(i), pos->place, found);
		anp_ehash_unlock(i);
	}
	return n;
}

/* Buckets: those of listeners, then those of connections. */
static unsigned int tcp_gather(const struct anp_sock_filter *f, struct anp_sock_pos *pos,
			       struct anp_sock_found *found)
{
	unsigned int end = anp_lhash_size() + anp_ehash_size(), n;

	for (; pos->bucket < end; pos->bucket++, pos->place = 0) {
		n = gather_bucket(f, pos, found);
		if (n)
			return n;
		cond_resched();
	}
	return 0;
}

static int fill_info(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show)
{
	char name[ANP_TCP_CONG_NAME_MAX];
	struct tcp_info info;

	if (!show->locked)
		lock_sock(sk);
	else if (!anp_tcp_try_wake(sk))
		return 0;
	anp_tcp_get_info(show->locked ? anp_tcb(sk) : anp_tcp_wake(sk),
			 sk->sk_state == TCP_LISTEN, &info, anp_tcp_now());
	memcpy(name, anp_tcb(sk)->cong->name, sizeof(name));
	if (!show->locked)
		release_sock(sk);
	if (nla_put(msg, ANP_ATTR_TCP_INFO, sizeof(info), &info))
		return -EMSGSIZE;
	return nla_put_string(msg, ANP_ATTR_CONGESTION, name);
}

static int tcp_fill(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show)
{
	struct anp_tcp_brief b;
	u64 now = anp_tcp_now();
	u32 wait;

	anp_tcp_brief(sk, &b);
	if (anp_sock_fill_names(msg, sk, b.state) ||
	    nla_put_u32(msg, ANP_ATTR_RQUEUE, b.rx) || nla_put_u32(msg, ANP_ATTR_WQUEUE, b.tx))
		return -EMSGSIZE;
	wait = b.due > now ? min_t(u64, div_u64(b.due - now, USEC_PER_MSEC), U32_MAX) : 0;
	if (b.timer && (nla_put_u8(msg, ANP_ATTR_TIMER, b.timer) ||
			nla_put_u32(msg, ANP_ATTR_EXPIRES, wait) ||
			nla_put_u8(msg, ANP_ATTR_TRIES, b.probes ?: b.retransmits)))
		return -EMSGSIZE;
	if (sk->sk_state == TCP_TIME_WAIT)
		return nla_put_u32(msg, ANP_ATTR_UID,
				   from_kuid_munged(show->user_ns, ((struct anp_tw *)sk)->uid));
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		return nla_put_u32(msg, ANP_ATTR_UID,
				   from_kuid_munged(show->user_ns,
						    sk_uid(((struct anp_req *)sk)->listener)));
	if (anp_sock_fill_owner(msg, sk, show))
		return -EMSGSIZE;
	return show->want & ANP_WANT_TCP_INFO ? fill_info(msg, sk, show) : 0;
}

static void req_destroy(struct anp_req *req)
{
	struct sock *listener = req->listener;

	lock_sock(listener);
	local_bh_disable();
	anp_req_kill(listener, req);
	local_bh_enable();
	release_sock(listener);
}

/* RFC 9293 3.10.5, and the program learns that it was not its own doing. */
static void sock_destroy_locked(struct sock *sk)
{
	if (sk->sk_state == TCP_CLOSE)
		return;
	WRITE_ONCE(sk->sk_err, ECONNABORTED);
	if (sk->sk_state == TCP_LISTEN) {
		anp_listen_stop(sk);
		sk->sk_state_change(sk);
	} else {
		anp_tcp_abort(anp_tcp_begin(sk), anp_tcp_now());
		anp_tcp_end(sk);
	}
	if (!sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
}

static void tcp_destroy(struct sock *sk)
{
	if (sk->sk_state == TCP_TIME_WAIT) {
		anp_tw_kill((struct anp_tw *)sk);
		return;
	}
	if (sk->sk_state == TCP_NEW_SYN_RECV) {
		req_destroy((struct anp_req *)sk);
		return;
	}
	lock_sock(sk);
	sock_destroy_locked(sk);
	release_sock(sk);
}

const struct anp_sock_table anp_tcp_sock_table = {
	.protocol	= IPPROTO_TCP,
	.gather		= tcp_gather,
	.fill		= tcp_fill,
	.destroy	= tcp_destroy,
	.put		= anp_common_put,
};
