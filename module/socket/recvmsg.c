// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: from the queue of in-order skbs to the program.  The bytes of an skb before copied_seq
 * are ones that were read already.
 */
#include <net/busy_poll.h>
#include "../tcp/tcp.h"
#include "stream.h"

/* The state of one recvmsg(). */
struct rcv {
	struct sock	*sk;
	struct anp_tcb	*t;
	struct msghdr	*msg;
	int		flags;
	u32		seq;		/* next byte to copy */
	size_t		left;
	int		copied;
	int		told;		/* of these the engine knows */
	u32		peek_off;	/* SO_PEEK_OFF: bytes that MSG_PEEK leaves out */
	bool		stamps;		/* the program wants to know when the last byte came: */
	struct sk_buff	*last;		/* it was in that, referenced */
};

/* The skb that holds the byte r->seq, or NULL; *@off: where in it. */
static struct sk_buff *find(const struct rcv *r, u32 *off)
{
	struct sk_buff *skb;

	skb_queue_walk(&r->sk->sk_receive_queue, skb) {
		*off = r->seq - ANP_TCP_CB(skb)->seq;
		if (*off < skb->len)
			return skb;
	}
	return NULL;
}

/* All of @skb up to r->seq was taken: it goes when nothing is left. */
static void taken(struct rcv *r, struct sk_buff *skb)
{
	if (r->flags & MSG_PEEK)
		return;
	WRITE_ONCE(r->t->copied_seq, r->seq);
	if (unlikely(r->t->urg_state) && seq_gt(r->seq, r->t->urg_seq))
		WRITE_ONCE(r->t->urg_state, ANP_TCP_URG_NONE);
	if (r->seq - ANP_TCP_CB(skb)->seq < skb->len)
		return;
	__skb_unlink(skb, &r->sk->sk_receive_queue);
	consume_skb(skb);
}

/*
 * A read ends at the urgent byte, and one that begins there leaves it out, unless SO_OOBINLINE says
 * that it is like any other.  Of @n bytes at *@off, returns how many to take.
 */
static size_t up_to_mark(struct rcv *r, u32 *off, size_t n)
{
	u32 mark = r->t->urg_seq - r->seq;

	if (mark >= n)
		return n;
	if (mark)
		return mark;
	if (sock_flag(r->sk, SOCK_URGINLINE))
		return n;
	r->seq++;
	(*off)++;
	return n - 1;
}

/* True: here is the mark, and the read has to end with what it has, or for the signal. */
static bool at_mark(const struct rcv *r)
{
	return unlikely(r->t->urg_state) && r->t->urg_seq == r->seq &&
	       (r->copied || signal_pending(current));
}

static int copy_skb(struct rcv *r, struct sk_buff *skb, u32 off)
{
	size_t n = min_t(size_t, skb->len - off, r->left);
	int err;

	if (unlikely(r->t->urg_state))
		n = up_to_mark(r, &off, n);
	if (n && !(r->flags & MSG_TRUNC)) {
		err = anp_copy_out(skb, off, r->msg, n);
		if (err)
			return -EFAULT;
	}
	if (unlikely(r->stamps)) {
		consume_skb(r->last);
		r->last = skb_get(skb);
	}
	r->seq += n;
	r->left -= n;
	r->copied += n;
	if (r->flags & MSG_PEEK)
		sk_peek_offset_fwd(r->sk, n);
	else
		sk_peek_offset_bwd(r->sk, n);
	taken(r, skb);
	return 0;
}

/*
 * Nothing is there.  Returns 1: look again; 0: the end, what was copied is the answer; or an error
 * if nothing was.
 */
static int nothing(struct rcv *r, int target, long *timeo)
{
	struct sock *sk = r->sk;

	/* What waits in the backlog came before now and counts. */
	if (r->copied >= target && !READ_ONCE(sk->sk_backlog.tail))
		return 0;
	if (r->copied) {
		if (sk->sk_err || sk->sk_state == TCP_CLOSE || (sk->sk_shutdown & RCV_SHUTDOWN) ||
		    !*timeo || signal_pending(current))
			return 0;
	} else {
		if (sock_flag(sk, SOCK_DONE))
			return 0;
		if (sk->sk_err)
			return sock_error(sk);
		if (sk->sk_shutdown & RCV_SHUTDOWN)
			return 0;
		if (sk->sk_state == TCP_CLOSE)
			return -ENOTCONN;
		if (!*timeo)
			return -EAGAIN;
		if (signal_pending(current))
			return sock_intr_errno(*timeo);
	}
	return 1;
}

/* The engine learns that there is room: a window update may be due. */
static void tell_read(struct rcv *r)
{
	if ((r->flags & MSG_PEEK) || r->told == r->copied)
		return;
	r->told = r->copied;
	/* The timer that runs parks the socket once it is at rest. */
	if (likely(!anp_tcp_read_matters(r->t) && timer_pending(&r->sk->sk_timer)))
		return;
	anp_tcp_data_read(anp_tcp_begin(r->sk), anp_tcp_now());
	anp_tcp_end(r->sk);
}

/*
 * Who was woken leaves the wait queue at once: of a train of segments the first wakes the program, and
 * until that runs the others find nobody to wake.
 */
static int wake_once(struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	int ret = woken_wake_function(wait, mode, sync, key);

	/* Pairs with finish_wait(): @wait is gone as soon as its owner sees this. */
	list_del_init_careful(&wait->entry);
	return ret;
}

/* As sk_wait_data(): until something is behind @tail, the last skb, or at most @timeo jiffies. */
static void wait_data(struct sock *sk, long *timeo, const struct sk_buff *tail)
{
	DEFINE_WAIT_FUNC(wait, wake_once);

	add_wait_queue(sk_sleep(sk), &wait);
	sk_set_bit(SOCKWQ_ASYNC_WAITDATA, sk);
	sk_wait_event(sk, timeo, skb_peek_tail(&sk->sk_receive_queue) != tail, &wait);
	sk_clear_bit(SOCKWQ_ASYNC_WAITDATA, sk);
	finish_wait(sk_sleep(sk), &wait);
}

static int rcv_loop(struct rcv *r, int target, long timeo)
{
	struct sock *sk = r->sk;
	struct sk_buff *skb;
	u32 off;
	int err;

	/* As Linux: to read no byte waits for one too. */
	do {
		if (at_mark(r))
			return r->copied ? 0 : timeo ? sock_intr_errno(timeo) : -EAGAIN;
		skb = find(r, &off);
		if (skb) {
			anp_lat_rx_found(sk, &anp_tcp_sk(sk)->conn->lat);
			err = copy_skb(r, skb, off);
			if (err)
				return err;
			anp_lat_rx_copied(sk, &anp_tcp_sk(sk)->conn->lat);
			continue;
		}
		err = nothing(r, target, &timeo);
		if (err <= 0)
			return err;
		tell_read(r);
		if (r->copied >= target) {
			/* Takes in the backlog. */
			release_sock(sk);
			lock_sock(sk);
		} else {
			wait_data(sk, &timeo, skb_peek_tail(&sk->sk_receive_queue));
		}
		r->t = anp_tcp_wake(sk);
		/* Another thread may have read meanwhile: what one peeks at moves along. */
		if ((r->flags & MSG_PEEK) && seq_lt(r->seq, r->t->copied_seq + r->peek_off))
			r->seq = r->t->copied_seq + r->peek_off;
		else if (!(r->flags & MSG_PEEK))
			r->seq = r->t->copied_seq;
	} while (r->left);
	return 0;
}

/* What TCP_INQ and io_uring are told: bytes that wait, 1 where only the end does. */
static int inq_hint(const struct sock *sk, const struct anp_tcb *t)
{
	int inq = t->rcv_nxt - t->copied_seq;

	return !inq && sock_flag(sk, SOCK_DONE) ? 1 : inq;
}

/* SO_TIMESTAMP*, or SO_TIMESTAMPING's of received data. */
static bool wants_stamps(const struct sock *sk)
{
	return sock_flag(sk, SOCK_RCVTSTAMP) ||
	       (READ_ONCE(sk->sk_tsflags) &
		(SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RAW_HARDWARE));
}

/* What comes with the bytes: the time of the last one, TCP_INQ. */
static void put_cmsgs(const struct rcv *r)
{
	int inq;

	if (unlikely(r->last))
		sock_recv_timestamp(r->msg, r->sk, r->last);

	if (!anp_tcp_sk(r->sk)->recvmsg_inq && !r->msg->msg_get_inq)
		return;
	inq = inq_hint(r->sk, r->t);
	r->msg->msg_inq = inq;
	if (anp_tcp_sk(r->sk)->recvmsg_inq)
		put_cmsg(r->msg, SOL_TCP, TCP_CM_INQ, sizeof(inq), &inq);
}

/* MSG_OOB: the urgent byte.  Never waits. */
static int recv_urgent(struct sock *sk, struct anp_tcb *t, struct msghdr *msg, size_t len,
		       int flags)
{
	char c = t->urg_byte;

	if (sock_flag(sk, SOCK_URGINLINE) || t->urg_state == ANP_TCP_URG_NONE ||
	    t->urg_state == ANP_TCP_URG_READ)
		return -EINVAL;
	if (sk->sk_state == TCP_CLOSE && !sock_flag(sk, SOCK_DONE))
		return -ENOTCONN;
	if (t->urg_state == ANP_TCP_URG_NOTYET)
		return sk->sk_state == TCP_CLOSE || (sk->sk_shutdown & RCV_SHUTDOWN) ? 0 : -EAGAIN;
	if (!(flags & MSG_PEEK))
		WRITE_ONCE(t->urg_state, ANP_TCP_URG_READ);
	msg->msg_flags |= MSG_OOB;
	if (!len) {
		msg->msg_flags |= MSG_TRUNC;
		return 0;
	}
	if (!(flags & MSG_TRUNC) && memcpy_to_msg(msg, &c, 1))
		return -EFAULT;
	return 1;
}

static int recvmsg_locked(struct sock *sk, struct msghdr *msg, size_t len, int flags)
{
	struct rcv r = {
		.sk	= sk,
		.t	= anp_tcp_wake(sk),
		.msg	= msg,
		.flags	= flags,
		.seq	= anp_tcb(sk)->copied_seq,
		.left	= min_t(size_t, len, INT_MAX),
		.stamps	= wants_stamps(sk),
	};
	int err;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	if (flags & MSG_OOB)
		return recv_urgent(sk, anp_tcb(sk), msg, len, flags);
	if (unlikely(flags & MSG_PEEK)) {
		r.peek_off = max(sk_peek_offset(sk, flags), 0);
		r.seq += r.peek_off;
	}
	err = rcv_loop(&r, sock_rcvlowat(sk, flags & MSG_WAITALL, len),
		       sock_rcvtimeo(sk, flags & MSG_DONTWAIT));
	if (r.copied)
		tell_read(&r);
	if (r.copied || !err)
		put_cmsgs(&r);
	consume_skb(r.last);
	return r.copied ?: err;
}

/* The lock was given back: what it protects may have gone. */
static void lat_returns(struct sock *sk)
{
	struct anp_tcp_conn *conn;

	rcu_read_lock();
	conn = READ_ONCE(anp_tcp_sk(sk)->conn);
	if (conn)
		anp_lat_rx_returns(sk, &conn->lat);
	rcu_read_unlock();
	__anp_lat_own(sk);
}

int anp_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags)
{
	struct sock *sk = sock->sk;
	int ret;

	if (unlikely(flags & MSG_ERRQUEUE))
		return anp_recv_error(sk, msg, len, NULL);
	if (sk_can_busy_loop(sk) && skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	    sk->sk_state == TCP_ESTABLISHED)
		sk_busy_loop(sk, flags & MSG_DONTWAIT);
	lock_sock(sk);
	ret = recvmsg_locked(sk, msg, len, flags);
	release_sock(sk);
	if (ret > 0 && anp_lat_on())
		lat_returns(sk);
	if (ret >= 0)
		msg->msg_namelen = 0;
	return ret;
}
