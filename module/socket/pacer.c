// SPDX-License-Identifier: GPL-2.0
/*
 * The timer of sockets that are paced.  It is armed for the engine's deadline like sk_timer, whose
 * jiffies would be bursts of several milliseconds; made when it is needed first.  While it is armed
 * it holds a reference to the socket.
 */
#include <linux/hrtimer.h>
#include "stream.h"

struct anp_pacer {
	struct hrtimer	timer;
	struct sock	*sk;
};

static enum hrtimer_restart pacer_fire(struct hrtimer *timer)
{
	/* The last reference may be the timer's, and the pacer is gone then. */
	anp_tcp_timer_fired(container_of(timer, struct anp_pacer, timer)->sk);
	return HRTIMER_NORESTART;
}

static struct anp_pacer *pacer_new(struct sock *sk)
{
	struct anp_pacer *p = kmalloc(sizeof(*p), GFP_ATOMIC);

	if (!p)
		return NULL;
	p->sk = sk;
	anp_hrtimer_setup(&p->timer, pacer_fire, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_SOFT);
	anp_tcp_sk(sk)->pacer = p;
	return p;
}

bool anp_tcp_pacer_arm(struct sock *sk, u64 due)
{
	struct anp_pacer *p = anp_tcp_sk(sk)->pacer ?: pacer_new(sk);
	/* anp_tcp_now() is one ahead. */
	ktime_t at = ns_to_ktime((due - 1) * NSEC_PER_USEC);

	if (!p)
		return false;
	if (hrtimer_is_queued(&p->timer)) {
		if (hrtimer_get_expires(&p->timer) <= at)
			return true;
		anp_tcp_pacer_stop(sk);
	}
	sock_hold(sk);
	hrtimer_start(&p->timer, at, HRTIMER_MODE_ABS_PINNED_SOFT);
	return true;
}

void anp_tcp_pacer_stop(struct sock *sk)
{
	struct anp_pacer *p = anp_tcp_sk(sk)->pacer;

	/* One that runs waits for the lock, finds nothing to do, and gives its reference back. */
	if (p && hrtimer_try_to_cancel(&p->timer) == 1)
		__sock_put(sk);
}

void anp_tcp_pacer_free(struct sock *sk)
{
	kfree(anp_tcp_sk(sk)->pacer);
}
