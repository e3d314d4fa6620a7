// SPDX-License-Identifier: GPL-2.0
/*
 * Readiness: what poll() and the queue-length ioctls say of a stream socket, and who is woken.
 */
#include <linux/poll.h>
#include <linux/sockios.h>
#include <asm/ioctls.h>
#include "../tcp/tcp.h"
#include "stream.h"

static bool writeable(const struct sock *sk)
{
	return __sk_stream_is_writeable(sk, 1);
}

/* Is what waits to be sent below TCP_NOTSENT_LOWAT?  To be woken it has to be below half of it. */
bool anp_stream_memory_free(const struct sock *sk, int wake)
{
	const struct anp_tcb *t = anp_tcb_peek(sk);
	u32 lowat = READ_ONCE(anp_tcp_sk(sk)->notsent_lowat), notsent;

	if (!lowat || !t)
		return true;
	notsent = READ_ONCE(t->write_seq) - READ_ONCE(t->snd_nxt);
	return (u64)notsent << wake < lowat;
}

void anp_stream_wake_writer(struct sock *sk)
{
	struct socket_wq *wq;
	struct socket *sock;

	rcu_read_lock();
	sock = READ_ONCE(sk->sk_socket);
	if (!sock || !writeable(sk))
		goto out;
	clear_bit(SOCK_NOSPACE, &sock->flags);
	wq = rcu_dereference(sk->sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait, EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	if (wq && wq->fasync_list && !(sk->sk_shutdown & SEND_SHUTDOWN))
		sock_wake_async(wq, SOCK_WAKE_SPACE, POLL_OUT);
out:
	rcu_read_unlock();
}

static __poll_t poll_write(struct sock *sk)
{
	if (writeable(sk))
		return EPOLLOUT | EPOLLWRNORM;
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	/* Space may have come before the flag was seen: then nobody will wake us. */
	smp_mb__after_atomic();
	return writeable(sk) ? EPOLLOUT | EPOLLWRNORM : 0;
}

bool anp_tcp_readable(const struct sock *sk)
{
	const struct anp_tcb *t = anp_tcb_peek(sk);
	u32 next, copied, have;
	s32 window;

	if (skb_queue_empty_lockless(&sk->sk_receive_queue) || !t)
		return false;
	next = READ_ONCE(t->rcv_nxt);
	copied = READ_ONCE(t->copied_seq);
	have = next - copied;
	window = READ_ONCE(t->rcv_wup) + READ_ONCE(t->rcv_wnd) - next;
	/* The urgent byte is none that a read gives. */
	if (unlikely(READ_ONCE(t->urg_state)) && READ_ONCE(t->urg_seq) == copied &&
	    !sock_flag(sk, SOCK_URGINLINE) && !--have)
		return false;
	/* With the window shut no more will come: what is there has to do, whatever SO_RCVLOWAT. */
	return have >= sock_rcvlowat(sk, 0, INT_MAX) || window <= READ_ONCE(t->rcv_mss) ||
	       atomic_read(&sk->sk_rmem_alloc) > READ_ONCE(sk->sk_rcvbuf) / 4 * 3;
}

int anp_stream_set_rcvlowat(struct sock *sk, int val)
{
	int max = sk->sk_userlocks & SOCK_RCVBUF_LOCK ? sk->sk_rcvbuf :
		  READ_ONCE(anp_tcp_wake(sk)->conf->rmem[2]);

	val = min(val, max / 2);
	WRITE_ONCE(sk->sk_rcvlowat, val ?: 1);
	if (anp_tcp_readable(sk))
		sk->sk_data_ready(sk);
	/* The buffer has to take as much. */
	anp_tcp_host_rcv_grow(anp_tcp_wake(sk), val);
	return 0;
}

__poll_t anp_stream_poll(struct file *file, struct socket *sock, poll_table *wait)
{
	struct sock *sk = sock->sk;
	const struct anp_tcb *t;
	__poll_t mask = 0;
	u8 shutdown, state;

	sock_poll_wait(file, sock, wait);
	/* Pairs with the release in anp_tcp_host_state(): what led to the state is seen with it. */
	state = smp_load_acquire(&sk->sk_state);
	if (state == TCP_LISTEN)
		return READ_ONCE(sk->sk_ack_backlog) ? EPOLLIN | EPOLLRDNORM : 0;

	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	rcu_read_lock();
	t = anp_tcb_peek(sk);
	/* The SYN waits for what is written. */
	if (unlikely(state == TCP_SYN_SENT && t && anp_tcp_deferred(t)))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (state != TCP_SYN_SENT && (state != TCP_SYN_RECV || (t && t->fo_child))) {
		if (anp_tcp_readable(sk))
			mask |= EPOLLIN | EPOLLRDNORM;
		if (shutdown & SEND_SHUTDOWN)
			mask |= EPOLLOUT | EPOLLWRNORM;
		else
			mask |= poll_write(sk);
		if (t && READ_ONCE(t->urg_state) == ANP_TCP_URG_VALID)
			mask |= EPOLLPRI;
	}
	rcu_read_unlock();
	/* An error that closed the connection was stored before the state read above. */
	smp_rmb();
	if (READ_ONCE(sk->sk_err) || !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}

/* Bytes that can be read; with nothing left but the FIN, 1 as in Linux. */
static int inq(struct sock *sk, const struct anp_tcb *t)
{
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		return 0;
	if (skb_queue_empty(&sk->sk_receive_queue))
		return 0;
	/* As Linux: up to the urgent byte, if that is ahead. */
	if (t->urg_state && !sock_flag(sk, SOCK_URGINLINE) &&
	    seq_geq(t->urg_seq, t->copied_seq) && seq_lt(t->urg_seq, t->rcv_nxt))
		return t->urg_seq - t->copied_seq;
	return t->rcv_nxt - t->copied_seq - t->fin_rcvd;
}

int anp_stream_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;
	const struct anp_tcb *t;
	int answer = 0;

	lock_sock(sk);
	t = anp_tcp_wake(sk);
	if (sk->sk_state == TCP_LISTEN && cmd != SIOCATMARK)
		answer = -EINVAL;
	else if (cmd == SIOCATMARK)
		answer = t->urg_state && t->urg_seq == t->copied_seq;
	else if (cmd == SIOCINQ)
		answer = inq(sk, t);
	else if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		answer = 0;
	else if (cmd == SIOCOUTQ)
		answer = t->write_seq - t->snd_una;
	else if (cmd == SIOCOUTQNSD)
		answer = t->write_seq - t->snd_nxt;
	release_sock(sk);

	switch (cmd) {
	case SIOCINQ:
	case SIOCOUTQ:
	case SIOCOUTQNSD:
	case SIOCATMARK:
		return answer < 0 ? answer : put_user(answer, (int __user *)arg);
	}
	return anp_refuse_ioctl(sk, cmd);
}
