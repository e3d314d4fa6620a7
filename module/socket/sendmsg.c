// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: the program's bytes are copied into pages, or stay where they are (MSG_ZEROCOPY, sendfile(),
 * splice()), in skbs as large as the path takes.
 */
#include "../tcp/tcp.h"
#include "stream.h"

/* An empty skb, charged; NULL: no memory, or none granted. */
static struct sk_buff *snd_new(struct sock *sk)
{
	struct sk_buff *skb = anp_tcp_spare_take(sk);

	if (likely(skb))
		return skb;
	skb = anp_tcp_snd_alloc(sk->sk_allocation);
	if (!skb)
		return NULL;
	if (!anp_tcp_snd_may_charge(sk, skb->truesize)) {
		kfree_skb(skb);
		return NULL;
	}
	anp_tcp_snd_charge(sk, skb->truesize);
	return skb;
}

/* Can the next bytes of @pfrag go to the end of @skb's last frag? */
static bool joins(struct sk_buff *skb, const struct page_frag *pfrag)
{
	return skb_can_coalesce(skb, skb_shinfo(skb)->nr_frags, pfrag->page, pfrag->offset);
}

/*
 * Copies @n bytes to @pfrag, which is or becomes @skb's last frag, and charges them.  What is in one
 * page is known to be no object of the heap: that needs no check, which costs more than a small copy.
 */
static int copy_in(struct sock *sk, struct sk_buff *skb, struct msghdr *msg,
		   const struct page_frag *pfrag, int n)
{
	int done;

	if (n > PAGE_SIZE)
		return skb_copy_to_page_nocache(sk, &msg->msg_iter, skb, pfrag->page,
						pfrag->offset, n);
	done = copy_page_from_iter(pfrag->page, pfrag->offset, n, &msg->msg_iter);
	if (unlikely(done != n)) {
		iov_iter_revert(&msg->msg_iter, done);
		return -EFAULT;
	}
	skb->len += n;
	skb->data_len += n;
	skb->truesize += n;
	anp_tcp_snd_charge(sk, n);
	return 0;
}

/*
 * Copies up to @room bytes to the end of @skb.  Returns how many; -ENOBUFS: the skb has no frag
 * left; -ENOMEM: no memory now; -EFAULT.
 */
static int snd_copy(struct sock *sk, struct sk_buff *skb, struct msghdr *msg, int room)
{
	struct page_frag *pfrag = sk_page_frag(sk);
	int i = skb_shinfo(skb)->nr_frags, copy, err;
	bool join;

	if (!sk_page_frag_refill(sk, pfrag))
		return -ENOMEM;
	join = joins(skb, pfrag);
	if (!join && i >= MAX_SKB_FRAGS)
		return -ENOBUFS;
	copy = min_t(size_t, room, msg_data_left(msg));
	copy = min_t(int, copy, pfrag->size - pfrag->offset);
	if (!anp_tcp_snd_may_charge(sk, copy))
		return -ENOMEM;
	err = copy_in(sk, skb, msg, pfrag, copy);
	if (err)
		return err;
	if (join) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], copy);
	} else {
		skb_fill_page_desc(skb, i, pfrag->page, pfrag->offset, copy);
		get_page(pfrag->page);
	}
	pfrag->offset += copy;
	anp_count_add(sock_net(sk), ANP_MIB_TCP_COPIED_BYTES, copy);
	return copy;
}

/*
 * As snd_copy(), but the program's own pages become the skb's frags; @uarg tells it when the last
 * skb that has them is gone.
 */
static int snd_pin(struct sock *sk, struct sk_buff *skb, struct msghdr *msg, int room,
		   struct ubuf_info *uarg)
{
	int n = min_t(size_t, room, msg_data_left(msg));

	/* Whole pages are charged, however little of them is sent. */
	if (!anp_tcp_snd_may_charge(sk, PAGE_ALIGN(n) + PAGE_SIZE))
		return -ENOMEM;
	n = anp_zerocopy_iter_stream(sk, skb, msg, n, uarg);
	/* No frag is left, or the skb's pages are another send's. */
	return n == -EMSGSIZE || n == -EEXIST ? -ENOBUFS : n;
}

/* As snd_copy(), but pages of the kernel's, a file's or a pipe's, become the skb's frags. */
static int snd_splice(struct sock *sk, struct sk_buff *skb, struct msghdr *msg, int room)
{
	int n = min_t(size_t, room, msg_data_left(msg));

	if (!anp_tcp_snd_may_charge(sk, n))
		return -ENOMEM;
	n = anp_splice_from_iter(skb, &msg->msg_iter, n, sk->sk_allocation);
	if (n < 0)
		return n == -EMSGSIZE ? -ENOBUFS : n;
	/* Who else has the page may write to it: a checksum is not made of it where it lies. */
	if (!(msg->msg_flags & MSG_NO_SHARED_FRAGS))
		skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	anp_tcp_snd_charge(sk, n);
	return n;
}

static int snd_put(struct sock *sk, struct sk_buff *skb, struct msghdr *msg, int room,
		   struct ubuf_info *uarg)
{
	if (unlikely(uarg))
		return snd_pin(sk, skb, msg, room, uarg);
	/* Before 6.5 a program can set the flag; it then has no effect. */
	if (unlikely(msg->msg_flags & MSG_SPLICE_PAGES) && iov_iter_is_bvec(&msg->msg_iter))
		return snd_splice(sk, skb, msg, room);
	return snd_copy(sk, skb, msg, room);
}

/*
 * Takes what fits into one skb.  Returns how many bytes; -ENOMEM: wait for memory; other errors
 * are final.
 */
static int snd_some(struct sock *sk, struct anp_tcb *t, struct msghdr *msg, u32 goal,
		    struct ubuf_info *uarg)
{
	struct sk_buff *skb = anp_tcp_tail(t);
	int copy;

	if (skb && skb->len < goal) {
		copy = snd_put(sk, skb, msg, goal - skb->len, uarg);
		if (copy > 0)
			anp_tcp_appended(t, skb, copy);
		if (copy != -ENOBUFS)
			return copy;
	}
	if (!sk_stream_memory_free(sk))
		return -ENOMEM;
	skb = snd_new(sk);
	if (!skb)
		return -ENOMEM;
	copy = snd_put(sk, skb, msg, goal, uarg);
	if (copy > 0)
		anp_tcp_queue(t, skb);
	else
		anp_tcp_host_snd_free(t, skb);
	return copy;
}

/* @flags: MSG_MORE, MSG_OOB */
static void push(struct sock *sk, int flags, struct anp_lat_send *lat)
{
	struct anp_tcb *t = anp_tcp_begin(sk);

	if (flags & MSG_OOB)
		anp_tcp_urgent(t);
	anp_lat_tx_push(sk, lat);
	anp_tcp_push(t, flags & MSG_MORE, anp_tcp_now());
	anp_lat_tx_end();
	anp_tcp_end(sk);
}

/* What control messages say of this send; *@tsflags: its SOF_TIMESTAMPING_TX_*. */
static int cmsg_read(struct sock *sk, struct msghdr *msg, u32 *tsflags)
{
	struct sockcm_cookie sockc;

	*tsflags = READ_ONCE(sk->sk_tsflags);
	if (likely(!msg->msg_controllen))
		return 0;
	sockcm_init(&sockc, sk);
	if (sock_cmsg_send(sk, msg, &sockc))
		return -EINVAL;
	*tsflags = sockc.tsflags;
	/* As Linux: of a stream the numbers are those of its bytes. */
	return *tsflags & ANP_SOCKCM_FLAG_TS_OPT_ID ? -EINVAL : 0;
}

/* Names the connection that MSG_FASTOPEN opens. */
static int fo_start(struct socket *sock, struct msghdr *msg)
{
	struct sock *sk = sock->sk;
	int err;

	if (sock->state == SS_CONNECTED)
		return -EISCONN;
	if (sock->state != SS_UNCONNECTED)
		return -EINVAL;
	if (sk->sk_state != TCP_CLOSE)
		return -EISCONN;
	if (!msg->msg_name)
		return -EINVAL;
	err = anp_addr_take(sk, msg->msg_name, msg->msg_namelen, false, false);
	if (err)
		return err;
	err = anp_stream_connect_start(sk, msg->msg_name, true);
	if (!err)
		sock->state = SS_CONNECTING;
	return err;
}

/* What of @msg fits goes into the send queue, as one skb.  Returns how many bytes. */
static int fo_fill(struct sock *sk, struct msghdr *msg)
{
	struct anp_tcb *t = anp_tcb(sk);
	u32 room = anp_tcp_fo_room(t);
	int copied = 0, n;

	while (msg_data_left(msg) && copied < room) {
		n = snd_some(sk, t, msg, room, NULL);
		if (n <= 0)
			break;
		copied += n;
	}
	return copied;
}

/*
 * MSG_FASTOPEN, or the first data of a connection that TCP_FASTOPEN_CONNECT has named: the SYN goes
 * out, with data if there is a cookie.  0: connected, the rest may follow.  -EINPROGRESS: *@copied
 * bytes are on their way; or what went wrong.
 */
static int fo_send(struct sock *sk, struct msghdr *msg, int *copied)
{
	long timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT);
	bool deferred = anp_tcp_deferred(anp_tcb(sk));
	struct socket *sock = sk->sk_socket;
	const struct sockaddr *to = msg->msg_name;
	enum anp_fo_way way;
	struct anp_tcp_foc foc;
	int err;

	if (!(READ_ONCE(anp_tcb(sk)->conf->fastopen) & ANP_TCP_FO_CLIENT) ||
	    (to && msg->msg_namelen >= (int)sizeof(to->sa_family) && to->sa_family == AF_UNSPEC))
		return -EOPNOTSUPP;
	/* As Linux: a connect() that is under way, or that nobody has heard the end of. */
	if (sock->state == SS_CONNECTING && !deferred)
		return anp_stream_connect_finish(sock, timeo, -EALREADY);
	err = deferred ? 0 : fo_start(sock, msg);
	if (err)
		return err;
	way = anp_fo_way(sk, &foc);
	if (way == ANP_FO_DATA)
		*copied = fo_fill(sk, msg);
	err = anp_stream_connect_send(sk, way == ANP_FO_NONE ? NULL : &foc);
	if (err) {
		*copied = 0;
		sock->state = SS_UNCONNECTED;
		return err;
	}
	return anp_stream_connect_finish(sock, timeo, -EINPROGRESS);
}

/* Waits until a connection is there that can send; *@tsflags as for cmsg_read(). */
static int snd_ready(struct sock *sk, struct msghdr *msg, long *timeo, u32 *tsflags)
{
	int err;

	if (((1 << sk->sk_state) & ~(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) &&
	    !anp_tcp_fo_open(anp_tcb(sk))) {
		err = sk_stream_wait_connect(sk, timeo);
		if (err)
			return err;
	}
	err = cmsg_read(sk, msg, tsflags);
	if (!err && unlikely(*tsflags & SOF_TIMESTAMPING_OPT_ID))
		anp_stream_tskey_begin(sk, anp_tcp_wake(sk));
	return err;
}

/* A send is over: MSG_EOR, and the stamps that it wants, belong to its last byte. */
static void snd_end(struct sock *sk, struct msghdr *msg, u32 tsflags, struct anp_lat_send *lat)
{
	struct anp_tcb *t = anp_tcp_wake(sk);
	struct sk_buff *tail = anp_tcp_tail(t);

	if (unlikely(msg->msg_flags & MSG_EOR) && tail && !msg_data_left(msg))
		ANP_TCP_CB(tail)->tx.eor = 1;
	if (unlikely(tsflags))
		anp_stream_tstamp(t, tsflags);
	push(sk, msg->msg_flags, lat);
}

/* Waits for room; what is there goes meanwhile, with @flags, -1: nothing is. */
static int snd_wait(struct sock *sk, int flags, long *timeo, struct anp_lat_send *lat)
{
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	if (flags != -1)
		push(sk, flags, lat);
	return sk_stream_wait_memory(sk, timeo);
}

static int send_data(struct sock *sk, struct msghdr *msg, struct ubuf_info *uarg,
		     struct anp_lat_send *lat)
{
	struct anp_tcb *t = anp_tcp_wake(sk);
	int flags = msg->msg_flags, copied = 0, with_syn = 0, n, err;
	long timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	unsigned int skbs = 0;
	u32 goal, tsflags;

	if (unlikely((flags & MSG_FASTOPEN) || anp_tcp_deferred(t))) {
		err = fo_send(sk, msg, &with_syn);
		if (err)
			return err == -EINPROGRESS && with_syn ? with_syn :
			       sk_stream_error(sk, flags, err);
	}
	err = snd_ready(sk, msg, &timeo, &tsflags);
	if (err)
		goto out;
	t = anp_tcp_wake(sk);
	sk_clear_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	goal = anp_tcp_size_goal(t);
	while (msg_data_left(msg)) {
		struct sk_buff *tail;

		err = -EPIPE;
		if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
			goto out;
		n = snd_some(sk, t, msg, goal, uarg);
		if (n > 0) {
			copied += n;
			tail = anp_tcp_tail(t);
			if (!msg_data_left(msg) || !tail || tail->len < goal)
				continue;
			/* One full skb: let it go while the next one is filled. */
			push(sk, MSG_MORE, lat);
			/* ACKs that wait in the backlog may free what we would wait for. */
			if (++skbs % 16 == 0)
				sk_flush_backlog(sk);
			goal = anp_tcp_size_goal(t);
			continue;
		}
		err = n;
		if (n != -ENOMEM)
			goto out;
		err = snd_wait(sk, copied ? flags & ~MSG_MORE : -1, &timeo, lat);
		if (err)
			goto out;
		t = anp_tcp_wake(sk);
		goal = anp_tcp_size_goal(t);
	}
	err = 0;
out:
	if (copied)
		snd_end(sk, msg, tsflags, lat);
	if (copied + with_syn || !err)
		return copied + with_syn;
	err = sk_stream_error(sk, flags, err);
	/* An edge-triggered waiter would not hear of it again. */
	if (err == -EAGAIN && !anp_tcp_outq(anp_tcp_wake(sk)))
		anp_stream_wake_writer(sk);
	return err;
}

static int sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t len,
			  struct anp_lat_send *lat)
{
	struct ubuf_info *uarg;
	struct sk_buff *tail;
	int ret;

	if (likely(!(msg->msg_flags & MSG_ZEROCOPY)))
		return send_data(sk, msg, NULL, lat);
	/* One that follows on the last needs no notice of its own. */
	tail = anp_tcp_tail(anp_tcp_wake(sk));
	uarg = anp_zerocopy_begin(sk, msg, len, tail ? skb_zcopy(tail) : NULL);
	if (IS_ERR(uarg))
		return PTR_ERR(uarg);
	ret = send_data(sk, msg, uarg, lat);
	anp_zerocopy_end(uarg, ret < 0);
	return ret;
}

int anp_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	struct anp_lat_send lat;
	int ret;

	anp_lat_tx_enter(sk, &lat);
	lock_sock(sk);
	anp_lat_tx_locked(&lat);
	ret = sendmsg_locked(sk, msg, len, &lat);
	release_sock(sk);
	return ret;
}
