// SPDX-License-Identifier: GPL-2.0
/*
 * When the layers below have sent what they held of a socket, its engine goes on (tcp/smallq.c).  A
 * packet's destructor, sock_wfree(), calls sk_write_space(), wherever the device completes it: there is
 * no room for a whole TCP on that stack, and the socket may be locked.  So a tasklet of this CPU does it.
 *
 * A socket in the list has one more in sk_wmem_alloc, like a packet would: it is not freed, whatever
 * else happens to it.
 */
#include <linux/interrupt.h>
#include "../tcp/tcp.h"
#include "stream.h"

struct tsq {
	struct llist_head	socks;		/* struct anp_tcp_sock, tsq_node */
	struct tasklet_struct	tasklet;
};

static DEFINE_PER_CPU(struct tsq, tsq);

void anp_tsq_packet_gone(struct sock *sk)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);
	struct tsq *q;

	/*
	 * The core calls this when a program has enlarged SO_SNDBUF, too, with the socket locked, and who
	 * waits for room may have it now.  A packet freed in such a place costs a look for nothing.
	 */
	if (unlikely(!in_softirq() && READ_ONCE(sk->sk_lock.owned)))
		anp_stream_wake_writer(sk);
	/* Pairs with anp_tcp_host_below_wait(): sk_wmem_alloc has become less before this. */
	smp_mb__after_atomic();
	if (likely(!test_bit(ANP_TCP_F_THROTTLED, &ts->flags)))
		return;
	if (!test_and_clear_bit(ANP_TCP_F_THROTTLED, &ts->flags) ||
	    test_and_set_bit(ANP_TCP_F_QUEUED, &ts->flags))
		return;
	refcount_inc(&sk->sk_wmem_alloc);
	q = get_cpu_ptr(&tsq);
	if (llist_add(&ts->tsq_node, &q->socks))
		tasklet_schedule(&q->tasklet);
	put_cpu_ptr(&tsq);
}

void anp_tsq_run(struct sock *sk)
{
	if (!anp_tcp_sk(sk)->conn || ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		return;
	anp_tcp_drained(anp_tcb(sk), anp_tcp_now());
	anp_tcp_settle(sk);
}

static void tsq_tasklet(struct tasklet_struct *tasklet)
{
	struct tsq *q = from_tasklet(q, tasklet, tasklet);
	struct llist_node *all = llist_reverse_order(llist_del_all(&q->socks));
	struct anp_tcp_sock *ts, *next;

	llist_for_each_entry_safe(ts, next, all, tsq_node) {
		struct sock *sk = (struct sock *)ts;

		/* From here on it may be in a list again, of another CPU; @next is read. */
		smp_mb__before_atomic();
		clear_bit(ANP_TCP_F_QUEUED, &ts->flags);
		bh_lock_sock(sk);
		if (sock_owned_by_user(sk))
			set_bit(ANP_TCP_F_DRAINED, &ts->flags);
		else
			anp_tsq_run(sk);
		bh_unlock_sock(sk);
		sk_free(sk);
	}
}

void anp_tsq_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		init_llist_head(&per_cpu(tsq, cpu).socks);
		tasklet_setup(&per_cpu(tsq, cpu).tasklet, tsq_tasklet);
	}
}

/* No socket is left, but one that frees the last may still be returning. */
void anp_tsq_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu(tsq, cpu).tasklet);
}
