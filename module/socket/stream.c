// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a stream socket as a program sees it: bind, connect, shutdown, close.
 */
#include "../tcp/tcp.h"
#include "stream.h"

/* Gives up the name that connect() or bind() gave, but for what the program asked for by bind(). */
static void addr_reset(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);

	inet->inet_dport = 0;
	inet->inet_daddr = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK)) {
		inet->inet_rcv_saddr = 0;
		inet->inet_saddr = 0;
	}
	anp_route_put(&anp_tcp_sk(sk)->conn->route);
}

static int anp_stream_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int len)
{
	const struct sockaddr_anp *a = (const struct sockaddr_anp *)uaddr;
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	int err;

	err = anp_addr_take(sk, uaddr, len, true, true);
	if (err)
		return err;
	if (len < (int)sizeof(*a))
		return -EINVAL;
	/* As Linux: AF_UNSPEC is taken for the wildcard address. */
	if (a->sanp_family == AF_UNSPEC && a->sanp_addr)
		return -EAFNOSUPPORT;
	if (a->sanp_addr && !anp_bind_allowed(sk, anp_addr_type(sock_net(sk), a->sanp_addr)))
		return -EADDRNOTAVAIL;
	if (!anp_port_allowed(sk, ntohs(a->sanp_port)))
		return -EACCES;

	lock_sock(sk);
	err = -EINVAL;
	if (sk->sk_state != TCP_CLOSE || inet->inet_num)
		goto out;
	inet->inet_rcv_saddr = a->sanp_addr;
	inet->inet_saddr = a->sanp_addr;
	err = 0;
	if (a->sanp_port || !inet_test_bit(BIND_ADDRESS_NO_PORT, sk))
		err = anp_port_bind(sk, ntohs(a->sanp_port));
	if (err) {
		inet->inet_rcv_saddr = 0;
		inet->inet_saddr = 0;
		goto out;
	}
	if (a->sanp_addr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (a->sanp_port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	inet->inet_daddr = 0;
	inet->inet_dport = 0;
out:
	release_sock(sk);
	return err;
}

/* What the new connection starts from; it may follow on a TIME-WAIT. */
static void connect_params(struct sock *sk, const struct anp_route *rt, struct anp_tw *tw,
			   struct anp_tcp_params *p, u64 now, bool fast)
{
	const struct inet_sock *inet = inet_sk(sk);

	anp_tcp_params_fill(sk, rt, p);
	p->sport = inet->inet_sport;
	p->dport = inet->inet_dport;
	p->ts_off = anp_tcp_ts_off(sock_net(sk), inet->inet_saddr, inet->inet_daddr);
	p->iss = anp_tcp_iss(sock_net(sk), inet->inet_saddr, p->sport, inet->inet_daddr, p->dport,
			     now);
	if (fast)
		p->mss_peer = anp_fo_mss(sk);
	if (tw) {
		/* RFC 9293 3.4.3: beyond all that the old connection can have sent. */
		p->iss = tw->tw.snd_nxt + 65537;
		anp_count(sock_net(sk), ANP_MIB_TCP_TW_RECYCLED);
	}
}

int anp_stream_connect_start(struct sock *sk, const struct sockaddr_anp *to, bool fast)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	struct inet_sock *inet = inet_sk(sk);
	struct anp_flow fl = {
		.daddr	= to->sanp_addr,
		.saddr	= inet->inet_saddr,
		.oif	= sk->sk_bound_dev_if,
		.tos	= inet->tos,
	};
	struct anp_tcp_params p;
	struct anp_tw *tw;
	u64 now;
	int err;

	err = anp_route_get(sock_net(sk), &fl, &conn->route);
	if (err)
		return err;
	if (conn->route.type != RTN_UNICAST && conn->route.type != RTN_LOCAL) {
		anp_route_put(&conn->route);
		return -ENETUNREACH;
	}
	inet->inet_saddr = conn->route.saddr;
	inet->inet_rcv_saddr = conn->route.saddr;
	inet->inet_daddr = conn->route.daddr;
	inet->inet_dport = to->sanp_port;
	err = anp_port_connect(sk, &tw);
	if (err)
		goto fail;

	now = anp_tcp_now();
	connect_params(sk, &conn->route, tw, &p, now, fast);
	if (tw) {
		anp_tw_kill(tw);
		anp_tw_put(tw);
	}
	conn->route_mtu = conn->route.mtu;
	anp_tcp_open_defer(anp_tcp_begin(sk), &p, now);
	anp_tcp_end(sk);
	return 0;
fail:
	addr_reset(sk);
	return err;
}

int anp_stream_connect_send(struct sock *sk, const struct anp_tcp_foc *foc)
{
	int err;

	err = anp_tcp_open_send(anp_tcp_begin(sk), foc, anp_tcp_now());
	anp_tcp_end(sk);
	if (!err)
		return 0;
	anp_ehash_remove(sk);
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		anp_port_release(sk);
	sk->sk_shutdown = 0;
	addr_reset(sk);
	return err;
}

/* connect() of a socket that is in no connection.  0: the SYN waits for data; or -EINPROGRESS. */
static int connect_begin(struct sock *sk, const struct sockaddr_anp *to)
{
	bool fast = anp_tcp_sk(sk)->fo_connect;
	enum anp_fo_way way = ANP_FO_NONE;
	struct anp_tcp_foc foc;
	int err;

	err = anp_stream_connect_start(sk, to, fast);
	if (err)
		return err;
	if (fast)
		way = anp_fo_way(sk, &foc);
	if (way == ANP_FO_DATA)
		return 0;
	return anp_stream_connect_send(sk, way == ANP_FO_ASK ? &foc : NULL) ?: -EINPROGRESS;
}

static int disconnect(struct sock *sk)
{
	struct anp_tcb *t = anp_tcp_wake(sk);

	if (sk->sk_state == TCP_LISTEN) {
		anp_listen_stop(sk);
	} else if (sk->sk_state != TCP_CLOSE) {
		anp_tcp_abort(anp_tcp_begin(sk), anp_tcp_now());
		anp_tcp_end(sk);
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	}
	sk_stop_timer(sk, &sk->sk_timer);
	anp_tcp_pacer_stop(sk);
	anp_saved_syn_drop(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		anp_port_release(sk);
	addr_reset(sk);
	WRITE_ONCE(sk->sk_shutdown, 0);
	sock_reset_flag(sk, SOCK_DONE);
	anp_tcb_renew(t, t);
	/* As Linux: these two were for that connection. */
	t->window_clamp = 0;
	t->pingpong = 0;
	sk_mem_reclaim(sk);
	if (sk->sk_frag.page) {
		put_page(sk->sk_frag.page);
		sk->sk_frag.page = NULL;
		sk->sk_frag.offset = 0;
	}
	sk_error_report(sk);
	return 0;
}

/* Sleeps until the handshake is over.  0, or what is left of @timeo says why not. */
static long connect_wait(struct sock *sk, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(sk_sleep(sk), &wait);
	while ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
		if (signal_pending(current) || !timeo)
			break;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return timeo;
}

int anp_stream_connect_finish(struct socket *sock, long timeo, int err)
{
	struct sock *sk = sock->sk;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		if (!timeo)
			return err;
		timeo = connect_wait(sk, timeo);
		if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
			/* The handshake goes on; what expired is the patience. */
			return timeo ? sock_intr_errno(timeo) : err;
		}
	}
	if (sk->sk_state == TCP_CLOSE) {
		err = sock_error(sk) ?: -ECONNABORTED;
		sock->state = SS_UNCONNECTED;
		disconnect(sk);
		WRITE_ONCE(sk->sk_err, 0);
		return err;
	}
	sock->state = SS_CONNECTED;
	return 0;
}

static int connect_locked(struct socket *sock, struct sockaddr_unsized *uaddr, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	switch (sock->state) {
	case SS_CONNECTED:
		return -EISCONN;
	case SS_CONNECTING:
		/* To the program it is connected: what it writes will say otherwise. */
		if (anp_tcp_deferred(anp_tcp_wake(sk)))
			return -EISCONN;
		err = -EALREADY;
		break;
	case SS_UNCONNECTED:
		if (sk->sk_state != TCP_CLOSE)
			return -EISCONN;
		err = connect_begin(sk, (const struct sockaddr_anp *)uaddr);
		if (err && err != -EINPROGRESS)
			return err;
		sock->state = SS_CONNECTING;
		if (!err)
			return 0;
		break;
	default:
		return -EINVAL;
	}
	return anp_stream_connect_finish(sock, sock_sndtimeo(sk, flags & O_NONBLOCK), err);
}

static int stream_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int len, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	if (len < (int)offsetofend(struct sockaddr, sa_family))
		return -EINVAL;
	lock_sock(sk);
	if (uaddr->sa_family == AF_UNSPEC) {
		err = disconnect(sk);
		sock->state = SS_UNCONNECTED;
	} else {
		/* The address matters only to a connection that is still to be made. */
		err = sock->state == SS_UNCONNECTED && sk->sk_state == TCP_CLOSE ?
		      anp_addr_take(sk, uaddr, len, false, false) : 0;
		if (!err)
			err = connect_locked(sock, uaddr, flags);
	}
	release_sock(sk);
	return err;
}

static int stream_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	/* SHUT_RD, SHUT_WR, SHUT_RDWR become RCV_SHUTDOWN, SEND_SHUTDOWN and both. */
	how++;
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;

	lock_sock(sk);
	if (sock->state == SS_CONNECTING)
		sock->state = (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE) ?
			      SS_DISCONNECTING : SS_CONNECTED;
	switch (sk->sk_state) {
	case TCP_CLOSE:
		err = -ENOTCONN;
		fallthrough;
	default:
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | how);
		if (how & RCV_SHUTDOWN)
			anp_tcp_wake(sk)->shut_rcv = 1;
		if (how & SEND_SHUTDOWN) {
			anp_tcp_shutdown(anp_tcp_begin(sk), anp_tcp_now());
			anp_tcp_end(sk);
		}
		break;
	case TCP_LISTEN:
		if (!(how & RCV_SHUTDOWN))
			break;
		fallthrough;
	case TCP_SYN_SENT:
		disconnect(sk);
		WRITE_ONCE(sk->sk_err, 0);
		sock->state = SS_UNCONNECTED;
		break;
	}
	/* Whoever sleeps in poll() or recv() has to look again. */
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

static bool fin_pending(const struct sock *sk)
{
	return (1 << READ_ONCE(sk->sk_state)) & (TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK);
}

/* SO_LINGER: until all is acknowledged, the FIN too. */
static void linger(struct sock *sk, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(sk_sleep(sk), &wait);
	while (timeo && fin_pending(sk) && !signal_pending(current))
		sk_wait_event(sk, &timeo, !fin_pending(sk), &wait);
	remove_wait_queue(sk_sleep(sk), &wait);
}

/* Empties the receive queue; were there bytes that the program has not read? */
static bool purge_unread(struct sock *sk)
{
	const struct anp_tcb *t = anp_tcp_wake(sk);
	bool unread = false;
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		unread |= seq_gt(ANP_TCP_CB(skb)->seq + skb->len, t->copied_seq);
		kfree_skb(skb);
	}
	return unread;
}

/* CLOSE of a connection, whichever way the options and the state of its data ask for. */
static void close_connection(struct sock *sk, long timeout)
{
	bool unread = purge_unread(sk);
	struct anp_tcb *t;

	if (!unread && timeout) {
		anp_tcp_shutdown(anp_tcp_begin(sk), anp_tcp_now());
		anp_tcp_end(sk);
		linger(sk, timeout);
		unread = purge_unread(sk);
	}
	t = anp_tcp_begin(sk);
	if (!unread && sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime) {
		anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_DATA);
		anp_tcp_abort(t, anp_tcp_now());
	} else {
		anp_tcp_close(t, unread, anp_tcp_now());
		/* What is left would be an orphan, which is not counted yet. */
		if (t->state != TCP_CLOSE && anp_tcp_orphans_full(sk, 1, 0)) {
			anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_MEMORY);
			anp_tcp_abort(t, anp_tcp_now());
		}
	}
	local_bh_enable();
}

static void stream_close(struct sock *sk, long timeout)
{
	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	if (sk->sk_state == TCP_LISTEN)
		anp_listen_stop(sk);
	else if (sk->sk_state != TCP_CLOSE)
		close_connection(sk, timeout);

	sock_hold(sk);
	sock_orphan(sk);
	atomic_inc(&anp_net(sock_net(sk))->orphan_count);
	local_bh_disable();
	anp_tcp_settle(sk);
	local_bh_enable();
	release_sock(sk);
	sock_put(sk);
}

/*
 * The end: CLOSED, and no program has the socket.  Lock held; the caller has a reference.  Takes
 * the socket's own one.
 */
void anp_stream_destroy(struct sock *sk)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);

	if (ts->destroyed)
		return;
	ts->destroyed = true;
	atomic_dec(&anp_net(sock_net(sk))->orphan_count);
	anp_tcp_destroy(anp_tcb(sk));
	anp_tcp_spare_drop(sk);
	sk_stop_timer(sk, &sk->sk_timer);
	anp_tcp_pacer_stop(sk);
	anp_ehash_remove(sk);
	anp_port_release(sk);
	anp_route_put(&ts->conn->route);
	sk_stream_kill_queues(sk);
	sk_sockets_allocated_dec(sk);
	sock_put(sk);
}

static void stream_destruct(struct sock *sk)
{
	anp_lat_sock_gone(READ_ONCE(anp_net(sock_net(sk))->latency), sk);
	anp_tcp_cong_give(sk);
	anp_tcp_pacer_free(sk);
	anp_listener_free(sk);
	anp_saved_syn_drop(sk);
	anp_tcp_conn_free(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	/* The last bytes of a zero-copy send may have been sent after the socket was closed. */
	skb_queue_purge(&sk->sk_error_queue);
	WARN_ON_ONCE(!anp_tcp_sk(sk)->destroyed);
	WARN_ON_ONCE(atomic_read(&sk->sk_rmem_alloc));
	WARN_ON_ONCE(refcount_read(&sk->sk_wmem_alloc));
	WARN_ON_ONCE(sk->sk_wmem_queued);
	WARN_ON_ONCE(sk->sk_forward_alloc);
	atomic_dec(&anp_net(sock_net(sk))->sockets);
}

static int stream_init(struct sock *sk)
{
	const struct anp_tcp_conf *conf = &anp_net(sock_net(sk))->tcp;
	int err = anp_tcp_conn_new(sk, GFP_KERNEL);

	if (err)
		return err;
	anp_tcp_init(anp_tcb(sk));
	anp_tcp_cong_take_default(sk);
	anp_tcb(sk)->conf = conf;
	anp_tcp_host_init(sk);
	sk->sk_rcvbuf = READ_ONCE(conf->rmem[1]);
	sk->sk_sndbuf = READ_ONCE(conf->wmem[1]);
	/* sock_wfree() calls it: the send queue is charged in bytes queued, and wakes by itself. */
	sk->sk_write_space = anp_tsq_packet_gone;
	sk->sk_destruct = stream_destruct;
	/* io_uring may hand in pages of its own (IORING_OP_SEND_ZC). */
	set_bit(SOCK_SUPPORT_ZC, &sk->sk_socket->flags);
	sk_sockets_allocated_inc(sk);
	atomic_inc(&anp_net(sock_net(sk))->sockets);
	return 0;
}

static void stream_keepalive(struct sock *sk, int on)
{
	struct anp_tcb *t = anp_tcp_begin(sk);

	t->keepalive = !!on;
	anp_tcp_keepalive_changed(t, anp_tcp_now());
	anp_tcp_end(sk);
}

/* sock_bindtoindex() calls this when the device of a bound socket has changed: no hash has it. */
static void stream_unhash(struct sock *sk)
{
	if (sk->sk_state == TCP_LISTEN)
		anp_lhash_remove(sk);
	else
		anp_ehash_remove(sk);
}

static struct percpu_counter sockets_allocated;
static atomic_long_t memory_allocated;
static DEFINE_PER_CPU(int, memory_reserve);
static unsigned long memory_pressure;
long anp_tcp_mem[3];
/* What every socket gets under pressure; more by net.anp.tcp_rmem and tcp_wmem of the namespace. */
static int sysctl_rmem[1] = { ANP_TCP_BUF_MIN };
static int sysctl_wmem[1] = { ANP_TCP_BUF_MIN };

static void enter_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(memory_pressure))
		return;
	WRITE_ONCE(memory_pressure, 1);
	anp_count(sock_net(sk), ANP_MIB_TCP_MEMORY_PRESSURES);
}

static void leave_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(memory_pressure))
		WRITE_ONCE(memory_pressure, 0);
}

struct proto anp_tcp_prot = {
	.name			= "ANP-TCP",
	.owner			= THIS_MODULE,
	.obj_size		= sizeof(struct anp_tcp_sock),
	.slab_flags		= SLAB_TYPESAFE_BY_RCU,
	.init			= stream_init,
	.close			= stream_close,
	.keepalive		= stream_keepalive,
	.unhash			= stream_unhash,
	.backlog_rcv		= anp_tcp_backlog_rcv,
	.release_cb		= anp_tcp_release_cb,
	.memory_allocated	= &memory_allocated,
	.per_cpu_fw_alloc	= &memory_reserve,
	.memory_pressure	= &memory_pressure,
	.enter_memory_pressure	= enter_memory_pressure,
	.leave_memory_pressure	= leave_memory_pressure,
	.stream_memory_free	= anp_stream_memory_free,
	.sockets_allocated	= &sockets_allocated,
	.sysctl_mem		= anp_tcp_mem,
	.sysctl_rmem		= sysctl_rmem,
	.sysctl_wmem		= sysctl_wmem,
	.max_header		= ANP_TCP_HEADROOM,
};

const struct proto_ops anp_stream_ops = {
	.family		= PF_ANP,
	.owner		= THIS_MODULE,
	.release	= anp_release,
	.bind		= anp_stream_bind,
	.connect	= stream_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= anp_stream_accept_compat,
	.getname	= anp_getname,
	.poll		= anp_stream_poll,
	.ioctl		= anp_ioctl,
	.gettstamp	= sock_gettstamp,
	.listen		= anp_stream_listen,
	.shutdown	= stream_shutdown,
	.setsockopt	= anp_setsockopt,
	.getsockopt	= anp_getsockopt,
	.sendmsg	= anp_stream_sendmsg,
	.recvmsg	= anp_stream_recvmsg,
	.mmap		= sock_no_mmap,
	ANP_SENDPAGE(anp_stream_sendpage)
	.set_rcvlowat	= anp_stream_set_rcvlowat,
	.set_peek_off	= sk_set_peek_off,
};

static struct anp_sock_type stream_type = {
	.type		= SOCK_STREAM,
	.protocol	= IPPROTO_TCP,
	.is_default	= true,
	.prot		= &anp_tcp_prot,
	.ops		= &anp_stream_ops,
};

int anp_stream_init(void)
{
	int err;

	/* As net.ipv4.tcp_mem. */
	anp_mem_limits(anp_tcp_mem, 16);
	err = percpu_counter_init(&sockets_allocated, 0, GFP_KERNEL);
	if (err)
		return err;
	err = anp_hash_init();
	if (err)
		goto counter;
	err = anp_ports_init();
	if (err)
		goto hash;
	err = anp_park_init();
	if (err)
		goto ports;
	err = anp_tw_init();
	if (err)
		goto park;
	err = anp_listen_init();
	if (err)
		goto tw;
	err = anp_tcp_rcv_init();
	if (err)
		goto listen;
	err = anp_tcp_cong_init();
	if (err)
		goto rcv;
	anp_tsq_init();
	err = anp_sock_register(&stream_type);
	if (err)
		goto rcv;
	return 0;
rcv:
	anp_tcp_rcv_exit();
listen:
	anp_listen_exit();
tw:
	anp_tw_exit();
park:
	anp_park_exit();
ports:
	anp_ports_exit();
hash:
	anp_hash_exit();
counter:
	percpu_counter_destroy(&sockets_allocated);
	return err;
}

void anp_stream_exit(void)
{
	anp_sock_unregister(&stream_type);
	anp_tsq_exit();
	anp_tcp_rcv_exit();
	anp_listen_exit();
	anp_tw_exit();
	anp_park_exit();
	anp_ports_exit();
	anp_hash_exit();
	percpu_counter_destroy(&sockets_allocated);
}
