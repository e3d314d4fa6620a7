// SPDX-License-Identifier: GPL-2.0
/*
 * The functions that the TCP engine asks of its host, and what surrounds the engine's calls: one
 * timer a socket (sk_timer), armed for the engine's deadline and left alone when that moves away:
 * a timer that comes early arms itself again.  A jiffy is too coarse for pacing: a socket that is
 * paced has an hrtimer beside it (pacer.c), for those deadlines.
 */
#include <linux/bitops.h>
#include <net/checksum.h>
#include <net/inet_ecn.h>
#include "../tcp/tcp.h"
#include "../observe/sockets.h"
#include "../observe/trace.h"
#include "stream.h"

DEFINE_PER_CPU(struct net *, anp_tcp_cur_net);

/* usecs_to_jiffies() takes no more; a longer wait is done in pieces. */
#define TIMER_MAX_US	(1000u * USEC_PER_SEC)

void anp_tcp_csum_prepare(struct sk_buff *skb, __be32 saddr, __be32 daddr)
{
	tcp_hdr(skb)->check = ~csum_tcpudp_magic(saddr, daddr, skb->len, IPPROTO_TCP, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

int anp_tcp_host_xmit(struct anp_tcb *t, struct sk_buff *skb)
{
	struct sock *sk = anp_tcb_sk(t);
	const struct inet_sock *inet = inet_sk(sk);
	struct anp_ip_opts o = {
		.proto = IPPROTO_TCP,
		/* The ECN field is the engine's. */
		.tos = (inet->tos & ~INET_ECN_MASK) | ANP_TCP_CB(skb)->ecn,
		.ttl = inet->uc_ttl > 0 ? inet->uc_ttl : 0,
		/* The modes behind PROBE let routers cut what does not fit. */
		.df = anp_sk(sk)->pmtudisc != IP_PMTUDISC_DONT &&
		      anp_sk(sk)->pmtudisc <= IP_PMTUDISC_PROBE,
	};
	const struct anp_route *rt;
	int err;

	lockdep_assert(lockdep_sock_is_held(sk));
	rt = &anp_tcp_sk(sk)->conn->route;
	err = anp_sk_route(sk, &anp_tcp_sk(sk)->conn->route);
	if (err) {
		anp_drop(sock_net(sk), skb, ANP_MIB_DROP_IP_NO_ROUTE);
		return err;
	}
	/* Noticed by anp_tcp_settle(): the engine cannot be told while it is at work. */
	t->gso_max = max_t(u32, rt->gso_max - min(rt->gso_max, 80u), t->mss);
	/*
	 * An ACK by itself neither fills the small queue nor is paced by fq, which know it by this weight.
	 * All payload is in frags.
	 */
	if (!skb->data_len)
		skb->truesize = 2;
	/* It is nobody's yet, and we have no hash for transmission. */
	skb->sk = sk;
	skb->destructor = sock_wfree;
	refcount_add(skb->truesize, &sk->sk_wmem_alloc);
	skb->priority = sk->sk_priority;
	skb->mark = sk->sk_mark;
	anp_tcp_csum_prepare(skb, inet->inet_saddr, inet->inet_daddr);
	anp_lat_tx_mark(skb, ANP_LAT_TX_TCP);
	if (READ_ONCE(sk->sk_dst_pending_confirm)) {
		WRITE_ONCE(sk->sk_dst_pending_confirm, 0);
		skb_set_dst_pending_confirm(skb, 1);
	}
	return anp_ip_send(sock_net(sk), skb, rt, &o);
}

bool anp_tcp_host_rcv_join(struct anp_tcb *t, struct sk_buff *to, struct sk_buff *skb)
{
	struct sock *sk = anp_tcb_sk(t);
	bool stolen;
	int delta;

	if (!skb_try_coalesce(to, skb, &stolen, &delta))
		return false;
	atomic_add(delta, &sk->sk_rmem_alloc);
	sk_mem_charge(sk, delta);
	ANP_TCP_CB(to)->end_seq = ANP_TCP_CB(skb)->end_seq;
	ANP_TCP_CB(to)->flags |= ANP_TCP_CB(skb)->flags;
	/* Who asks when bytes came is told of the last one. */
	if (skb->tstamp)
		to->tstamp = skb->tstamp;
	anp_tcp_host_count(t, ANP_MIB_TCP_RCV_COALESCE);
	/* Gives back what @skb itself was charged. */
	kfree_skb_partial(skb, stolen);
	return true;
}

void anp_tcp_host_deliver(struct anp_tcb *t, struct sk_buff *skb)
{
	struct sock *sk = anp_tcb_sk(t);
	struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);

	anp_lat_rx_queued(sk, &anp_tcp_sk(sk)->conn->lat, skb);
	/* Joined to the tail only where no byte has to be skipped between the two. */
	if (tail && cb->seq == t->rcv_nxt && ANP_TCP_CB(tail)->seq + tail->len == cb->seq &&
	    anp_tcp_host_rcv_join(t, tail, skb))
		return;
	__skb_queue_tail(&sk->sk_receive_queue, skb);
}

void anp_tcp_host_state(struct anp_tcb *t, u8 old)
{
	struct sock *sk = anp_tcb_sk(t);

	trace_anp_tcp_state(sk, old, t->state);
	/* In the hash this state tells a TIME-WAIT object from a socket; ours is about to close. */
	if (t->state == TCP_TIME_WAIT)
		return;
	if (unlikely(anp_tcp_sk(sk)->conn->fo_listener) && t->state != TCP_SYN_RECV)
		anp_fo_over(sk);
	if (t->state == TCP_CLOSE) {
		anp_sock_notify(&anp_tcp_sock_table, sk, ANP_CMD_SOCK_DEL);
		anp_ehash_remove(sk);
		if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			anp_port_release(sk);
		WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	}
	/* Pairs with the acquire in anp_stream_poll(). */
	smp_store_release(&sk->sk_state, t->state);
	if (t->state == TCP_ESTABLISHED)
		anp_sock_notify(&anp_tcp_sock_table, sk, ANP_CMD_SOCK_NEW);
	/* All is acknowledged, the FIN too: what a close() that lingers waits for. */
	if (old == TCP_FIN_WAIT1 && !sock_flag(sk, SOCK_DEAD))
		sk->sk_state_change(sk);
}

void anp_tcp_host_error(struct anp_tcb *t, int err)
{
	WRITE_ONCE(anp_tcb_sk(t)->sk_err, err);
}

/* Below SO_RCVLOWAT the program sleeps on, unless no more will come. */
static void wake_reader(struct sock *sk, const struct anp_tcb *t)
{
	if (t->fin_rcvd || anp_tcp_readable(sk)) {
		anp_lat_rx_woken(&anp_tcp_sk(sk)->conn->lat);
		sk->sk_data_ready(sk);
	}
}

/* A writer that waits: whether there is room now is for anp_stream_wake_writer() to see. */
static void wake_writer(struct sock *sk)
{
	if (likely(!sk->sk_socket || !test_bit(SOCK_NOSPACE, &sk->sk_socket->flags)))
		return;
	anp_tcp_sndbuf_tune(sk);
	anp_stream_wake_writer(sk);
}

static void hang_up(struct sock *sk, const struct anp_tcb *t)
{
	if (t->fin_rcvd) {
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
		sock_set_flag(sk, SOCK_DONE);
	}
	if (sock_flag(sk, SOCK_DEAD))
		return;
	sk->sk_state_change(sk);
	if (sk->sk_shutdown == SHUTDOWN_MASK || t->state == TCP_CLOSE)
		sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_HUP);
	else
		sk_wake_async(sk, SOCK_WAKE_WAITD, POLL_IN);
}

/*
 * The peer has a new mark.  As Linux: if the program stands at the old one, that byte, of which it
 * has heard, does not come back as data.
 */
static void urgent(struct sock *sk, struct anp_tcb *t)
{
	struct sk_buff *skb = skb_peek(&sk->sk_receive_queue);

	sk_send_sigurg(sk);
	if (!t->urg_state || t->urg_seq != t->copied_seq || sock_flag(sk, SOCK_URGINLINE) || !skb)
		return;
	WRITE_ONCE(t->copied_seq, t->copied_seq + 1);
	if (t->copied_seq - ANP_TCP_CB(skb)->seq >= skb->len) {
		__skb_unlink(skb, &sk->sk_receive_queue);
		consume_skb(skb);
	}
}

void anp_tcp_host_event(struct anp_tcb *t, unsigned int events)
{
	struct sock *sk = anp_tcb_sk(t);

	if (events & ANP_TCP_EV_CONNECTED) {
		anp_tcp_sndbuf_tune(sk);
		sk->sk_state_change(sk);
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	}
	if (events & ANP_TCP_EV_HUP)
		hang_up(sk, t);
	if (sock_flag(sk, SOCK_DEAD))
		return;
	if (events & ANP_TCP_EV_READABLE)
		wake_reader(sk, t);
	/* The peer is alive: its link address is right. */
	if (events & ANP_TCP_EV_WRITABLE)
		WRITE_ONCE(sk->sk_dst_pending_confirm, 1);
	if (unlikely(events & ANP_TCP_EV_URGENT))
		urgent(sk, t);
	if (unlikely(events & ANP_TCP_EV_PRIORITY))
		sk->sk_data_ready(sk);
	if (events & ANP_TCP_EV_ERROR)
		sk_error_report(sk);
}

void anp_tcp_host_timewait(struct anp_tcb *t, u8 substate, u64 now)
{
	anp_tw_enter(anp_tcb_sk(t), substate, now);
}

void anp_tcp_host_trace_rtx(struct anp_tcb *t, const struct sk_buff *skb)
{
	trace_anp_tcp_retransmit(anp_tcb_sk(t), ANP_TCP_CB(skb)->seq, skb->len);
}

static void timer_arm(struct sock *sk, u64 due)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	u64 now = conn->tcb.now;
	u32 wait;

	if (unlikely(conn->tcb.pace_wait) && anp_tcp_pacer_arm(sk, due))
		return;
	if (timer_pending(&sk->sk_timer) && due >= conn->timer_due)
		return;
	conn->timer_due = due;
	wait = due > now ? min_t(u64, due - now, TIMER_MAX_US) : 1;
	sk_reset_timer(sk, &sk->sk_timer, jiffies + max(usecs_to_jiffies(wait), 1ul));
}

/* Tells the engine of a path whose MTU is not what it was. */
static void mtu_check(struct sock *sk)
{
	struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	u32 mtu = conn->route.mtu;

	if (!conn->route.dev || mtu == conn->route_mtu || sk->sk_state == TCP_CLOSE)
		return;
	conn->route_mtu = mtu;
	anp_tcp_mss_changed(&conn->tcb, max_t(u32, mtu, ANP_TCP_HEADERS) - ANP_TCP_HEADERS,
			    anp_tcp_now());
}

static void settle(struct sock *sk, u64 park_at)
{
	u64 due;

	mtu_check(sk);
	/* Here, since what was sent makes room too: TCP_NOTSENT_LOWAT. */
	wake_writer(sk);
	due = min_not_zero(anp_tcp_deadline(anp_tcb(sk)), park_at);
	if (due)
		timer_arm(sk, due);
	if (sk->sk_state == TCP_CLOSE && sock_flag(sk, SOCK_DEAD))
		anp_stream_destroy(sk);
}

void anp_tcp_settle(struct sock *sk)
{
	if (sk->sk_state != TCP_LISTEN)
		settle(sk, anp_tcp_park_at(sk));
}

struct anp_tcb *anp_tcp_begin(struct sock *sk)
{
	struct anp_tcb *t = anp_tcp_wake(sk);

	local_bh_disable();
	return t;
}

void anp_tcp_end(struct sock *sk)
{
	anp_tcp_settle(sk);
	local_bh_enable();
}

static void timer_run(struct sock *sk)
{
	u64 now = anp_tcp_now(), park_at;

	if (sk->sk_state == TCP_LISTEN) {
		anp_listen_timer(sk);
		return;
	}
	if (!anp_tcp_try_wake(sk)) {
		sk_reset_timer(sk, &sk->sk_timer, jiffies + HZ);
		return;
	}
	anp_tcp_timer(anp_tcb(sk), now);
	park_at = anp_tcp_park_at(sk);
	/* One that cannot be parked is not looked at again before something has happened. */
	settle(sk, park_at > now ? park_at : 0);
	if (park_at && park_at <= now)
		anp_tcp_sk_park(sk);
}

void anp_tcp_timer_fired(struct sock *sk)
{
	bh_lock_sock(sk);
	if (sock_owned_by_user(sk))
		set_bit(ANP_TCP_F_TIMER, &anp_tcp_sk(sk)->flags);
	else
		timer_run(sk);
	bh_unlock_sock(sk);
	sock_put(sk);
}

static void timer_fire(struct timer_list *timer)
{
	struct sock *sk = timer_container_of(sk, timer, sk_timer);

	anp_tcp_timer_fired(sk);
}

/* What came while the program owned the socket.  Under the socket's spinlock; owned to the end. */
void anp_tcp_release_cb(struct sock *sk)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);

	if (likely(!(READ_ONCE(ts->flags) & ANP_TCP_F_OWED)))
		return;
	if (test_and_clear_bit(ANP_TCP_F_MTU, &ts->flags)) {
		anp_route_put(&ts->conn->route);
		/* The lookup knows what ICMP told; settling tells the engine. */
		if (sk->sk_state != TCP_CLOSE && sk->sk_state != TCP_LISTEN &&
		    !anp_sk_route(sk, &ts->conn->route))
			anp_tcp_settle(sk);
	}
	if (test_and_clear_bit(ANP_TCP_F_TIMER, &ts->flags))
		timer_run(sk);
	if (test_and_clear_bit(ANP_TCP_F_DRAINED, &ts->flags))
		anp_tsq_run(sk);
}

int anp_tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb)
{
	local_bh_disable();
	anp_tcp_sk_rcv(sk, skb);
	local_bh_enable();
	return 0;
}

void anp_tcp_host_init(struct sock *sk)
{
	timer_setup(&sk->sk_timer, timer_fire, 0);
	anp_tcp_sk(sk)->pacer = NULL;
}

void anp_tcp_params_fill(const struct sock *sk, const struct anp_route *rt,
			 struct anp_tcp_params *p)
{
	const struct anp_tcp_conf *conf = anp_tcb(sk)->conf;
	u32 clamp = anp_tcb(sk)->window_clamp;

	memset(p, 0, sizeof(*p));
	p->no_sack = !READ_ONCE(conf->sack);
	p->no_ts = !READ_ONCE(conf->timestamps);
	p->no_wscale = !READ_ONCE(conf->window_scaling);
	p->mss = max_t(u32, rt->mtu, ANP_TCP_HEADERS + ANP_TCP_MSS_MIN) - ANP_TCP_HEADERS;
	p->advmss = rt->advmss;
	p->gso_max = max_t(u32, rt->gso_max - min(rt->gso_max, 80u), p->mss);
	p->rcv_wnd_max = sk->sk_userlocks & SOCK_RCVBUF_LOCK ?
			 max(READ_ONCE(sk->sk_rcvbuf) / 2, 1) : READ_ONCE(conf->rmem[2]);
	p->ecn = anp_tcb(sk)->cong->flags & ANP_TCP_CONG_NEEDS_ECN ? ANP_TCP_ECN_NEEDED :
		 READ_ONCE(conf->ecn);
	if (clamp)
		p->rcv_wnd_max = min(p->rcv_wnd_max, clamp);
	p->rcv_wnd_init = min3(anp_tcp_host_rcv_full(anp_tcb(sk)), p->rcv_wnd_max, 65535u);
}

void anp_tcb_renew(struct anp_tcb *t, const struct anp_tcb *from)
{
	const struct anp_tcp_cong_ops *cong = from->cong;
	const struct anp_tcp_conf *conf = from->conf;
	bool nodelay = from->nodelay, cork = from->cork, keepalive = from->keepalive;
	u32 keep_idle = from->keep_idle, keep_intvl = from->keep_intvl;
	u32 user_timeout = from->user_timeout;
	s32 linger2 = from->linger2;
	u8 syn_retries = from->syn_retries, keep_cnt = from->keep_cnt;
	u16 user_mss = from->user_mss;
	u32 window_clamp = from->window_clamp;
	bool pingpong = from->pingpong;

	anp_tcp_init(t);
	t->cong = cong;
	t->conf = conf;
	t->nodelay = nodelay;
	t->cork = cork;
	t->keepalive = keepalive;
	t->keep_idle = keep_idle;
	t->keep_intvl = keep_intvl;
	t->keep_cnt = keep_cnt;
	t->user_timeout = user_timeout;
	t->linger2 = linger2;
	t->syn_retries = syn_retries;
	t->user_mss = user_mss;
	t->window_clamp = window_clamp;
	t->pingpong = pingpong;
}
