// SPDX-License-Identifier: GPL-2.0
/*
 * listen() and accept(): a socket becomes a listener, and its children get to programs.
 */
#include "../tcp/tcp.h"
#include "../observe/trace.h"
#include "stream.h"

/* Bits of net.anp.tcp_fastopen with which each listener has Fast Open. */
#define FO_UNASKED	(ANP_TCP_FO_SERVER | ANP_TCP_FO_ALL_LISTENERS)

int anp_stream_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int fastopen = READ_ONCE(anp_net(sock_net(sk))->tcp.fastopen);
	struct anp_listener *l;
	int err = -EINVAL;

	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED || !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		goto out;
	WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
	err = 0;
	if (sk->sk_state == TCP_LISTEN)
		goto out;
	err = -ENOBUFS;
	l = anp_listener_get(sk);
	if (!l)
		goto out;
	err = inet_sk(sk)->inet_num ? 0 : anp_port_bind(sk, 0);
	if (err)
		goto out;
	sk->sk_ack_backlog = 0;
	if ((fastopen & FO_UNASKED) == FO_UNASKED && !l->fo_max)
		l->fo_max = max(backlog, 0);
	/* First, so that of two that want the same port at once each sees the other. */
	smp_store_release(&sk->sk_state, TCP_LISTEN);
	err = anp_port_listen_ok(sk) ? anp_lhash_insert(sk) : -EADDRINUSE;
	if (!err) {
		trace_anp_tcp_state(sk, TCP_CLOSE, TCP_LISTEN);
	} else {
		/* Likewise. */
		smp_store_release(&sk->sk_state, TCP_CLOSE);
	}
out:
	release_sock(sk);
	return err;
}

/* Sleeps until a child is there.  0, or why not. */
static int accept_wait(struct sock *sk, long timeo)
{
	DEFINE_WAIT(wait);
	int err = 0;

	for (;;) {
		/* One connection wakes one of those who wait. */
		prepare_to_wait_exclusive(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
		release_sock(sk);
		if (!READ_ONCE(sk->sk_ack_backlog))
			timeo = schedule_timeout(timeo);
		sched_annotate_sleep();
		lock_sock(sk);
		if (sk->sk_ack_backlog)
			break;
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
		err = 0;
	}
	finish_wait(sk_sleep(sk), &wait);
	return sk->sk_ack_backlog ? 0 : err;
}

int anp_stream_accept(struct socket *sock, struct socket *newsock, struct proto_accept_arg *arg)
{
	struct sock *sk = sock->sk, *child;
	struct anp_tcp_sock *ts;
	long timeo;
	int err = 0;

	lock_sock(sk);
	if (sk->sk_state != TCP_LISTEN) {
		err = -EINVAL;
		goto out;
	}
	if (!sk->sk_ack_backlog) {
		timeo = sock_rcvtimeo(sk, arg->flags & O_NONBLOCK);
		err = timeo ? accept_wait(sk, timeo) : -EAGAIN;
	}
	if (err)
		goto out;
	ts = list_first_entry(&anp_tcp_sk(sk)->listener->children, struct anp_tcp_sock, accept_node);
	list_del_init(&ts->accept_node);
	sk_acceptq_removed(sk);
	child = &ts->anp.sk;
	release_sock(sk);

	lock_sock(child);
	sock_graft(child, newsock);
	newsock->state = SS_CONNECTED;
	set_bit(SOCK_SUPPORT_ZC, &newsock->flags);
	release_sock(child);
	return 0;
out:
	release_sock(sk);
	return err;
}
