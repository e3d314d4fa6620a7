// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options of the level SOL_TCP, with the kernel's own constants, structs and errors.
 */
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include "../tcp/tcp.h"
#include "stream.h"

#define KEEP_MAX_S	32767
#define KEEP_MAX_N	127
#define SYNCNT_MAX	127
#define LINGER2_MAX_S	120
#define MAXSEG_MAX	32767
#define WINDOW_CLAMP_MIN ((int)SOCK_MIN_RCVBUF / 2)

static int set_keepalive(struct anp_tcb *t, int optname, int val)
{
	if (val < 1 || val > (optname == TCP_KEEPCNT ? KEEP_MAX_N : KEEP_MAX_S))
		return -EINVAL;
	if (optname == TCP_KEEPIDLE)
		t->keep_idle = val * MSEC_PER_SEC;
	else if (optname == TCP_KEEPINTVL)
		t->keep_intvl = val * MSEC_PER_SEC;
	else
		t->keep_cnt = val;
	anp_tcp_keepalive_changed(t, anp_tcp_now());
	return 0;
}

static int set_linger2(struct anp_tcb *t, int val)
{
	t->linger2 = val < 0 ? -1 : min(val, LINGER2_MAX_S) * (int)MSEC_PER_SEC;
	return 0;
}

/* TCP_DEFER_ACCEPT as Linux: @seconds, in SYN-ACKs sent again at doubling intervals. */
static u8 defer_tries(int seconds, u32 rto_max)
{
	u32 wait = ANP_TCP_RTO_INIT / USEC_PER_SEC, sum = wait;
	u8 tries;

	if (seconds <= 0)
		return 0;
	for (tries = 1; seconds > sum && tries < U8_MAX; tries++) {
		wait = min_t(u32, wait * 2, rto_max / USEC_PER_SEC);
		sum += wait;
	}
	return tries;
}

static int defer_seconds(u8 tries, u32 rto_max)
{
	u32 wait = ANP_TCP_RTO_INIT / USEC_PER_SEC, sum = 0;

	for (; tries; tries--) {
		sum += wait;
		wait = min_t(u32, wait * 2, rto_max / USEC_PER_SEC);
	}
	return sum;
}

static bool has_connection(const struct sock *sk)
{
	return !((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT));
}

/* Nagle or cork let go of what they held. */
static int set_hold(struct sock *sk, struct anp_tcb *t, int optname, bool val)
{
	if (optname == TCP_NODELAY)
		t->nodelay = val;
	else
		t->cork = val;
	if (has_connection(sk) && (optname == TCP_NODELAY ? val : !val))
		anp_tcp_push(t, false, anp_tcp_now());
	return 0;
}

static int set_window_clamp(struct sock *sk, struct anp_tcb *t, int val)
{
	/* As Linux: no limit can be asked for only before there is a connection. */
	if (!val && sk->sk_state != TCP_CLOSE)
		return -EINVAL;
	t->window_clamp = val ? max(val, WINDOW_CLAMP_MIN) : 0;
	return 0;
}

/* What limits the window: the program, or the scale and the buffer. */
static int get_window_clamp(const struct sock *sk, const struct anp_tcb *t)
{
	u32 clamp = t->window_clamp;

	if (!has_connection(sk))
		return clamp;
	clamp = clamp ? min(clamp, 65535u << t->rcv_wscale) : 65535u << t->rcv_wscale;
	return min(clamp, anp_tcp_host_rcv_full(t));
}

/* How many connections without a complete handshake a listener takes. */
static int set_fastopen(struct sock *sk, int val)
{
	struct anp_listener *l;

	if (val < 0 || has_connection(sk) || sk->sk_state == TCP_SYN_SENT)
		return -EINVAL;
	l = anp_listener_get(sk);
	if (!l)
		return -ENOMEM;
	l->fo_max = min(val, READ_ONCE(sock_net(sk)->core.sysctl_somaxconn));
	return 0;
}

static int set_fastopen_connect(struct sock *sk, int val)
{
	if (val != 0 && val != 1)
		return -EINVAL;
	if (!(READ_ONCE(anp_tcb(sk)->conf->fastopen) & ANP_TCP_FO_CLIENT))
		return -EOPNOTSUPP;
	if (sk->sk_state != TCP_CLOSE)
		return -EINVAL;
	anp_tcp_sk(sk)->fo_connect = val;
	return 0;
}

static int set_fastopen_no_cookie(struct sock *sk, int val)
{
	if ((val != 0 && val != 1) || has_connection(sk) || sk->sk_state == TCP_SYN_SENT)
		return -EINVAL;
	anp_tcp_sk(sk)->fo_no_cookie = val;
	return 0;
}

static int set_locked(struct sock *sk, struct anp_tcb *t, int optname, int val)
{
	switch (optname) {
	case TCP_NODELAY:
	case TCP_CORK:
		return set_hold(sk, t, optname, !!val);
	case TCP_MAXSEG:
		if (val && (val < ANP_TCP_MSS_MIN || val > MAXSEG_MAX))
			return -EINVAL;
		t->user_mss = val;
		return 0;
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
	case TCP_KEEPCNT:
		return set_keepalive(t, optname, val);
	case TCP_SYNCNT:
		if (val < 1 || val > SYNCNT_MAX)
			return -EINVAL;
		t->syn_retries = val;
		return 0;
	case TCP_LINGER2:
		return set_linger2(t, val);
	case TCP_DEFER_ACCEPT:
		anp_tcp_sk(sk)->defer_accept = defer_tries(val, anp_tcp_rto_max(t));
		return 0;
	case TCP_USER_TIMEOUT:
		if (val < 0)
			return -EINVAL;
		t->user_timeout = val;
		return 0;
	case TCP_QUICKACK:
		anp_tcp_set_quickack(t, val, anp_tcp_now());
		return 0;
	case TCP_WINDOW_CLAMP:
		return set_window_clamp(sk, t, val);
	case TCP_NOTSENT_LOWAT:
		WRITE_ONCE(anp_tcp_sk(sk)->notsent_lowat, val);
		anp_stream_wake_writer(sk);
		return 0;
	case TCP_INQ:
		if (val != 0 && val != 1)
			return -EINVAL;
		anp_tcp_sk(sk)->recvmsg_inq = val;
		return 0;
	case TCP_SAVE_SYN:
		if (val < ANP_SAVE_SYN_OFF || val > ANP_SAVE_SYN_MAC)
			return -EINVAL;
		anp_tcp_sk(sk)->save_syn = val;
		return 0;
	case TCP_FASTOPEN:
		return set_fastopen(sk, val);
	case TCP_FASTOPEN_CONNECT:
		return set_fastopen_connect(sk, val);
	case TCP_FASTOPEN_NO_COOKIE:
		return set_fastopen_no_cookie(sk, val);
	}
	return anp_refuse_option(sk, true, SOL_TCP, optname);
}

static int set_congestion(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	char name[ANP_TCP_CONG_NAME_MAX];
	long len;

	if (!optlen)
		return -EINVAL;
	len = strncpy_from_sockptr(name, optval, min_t(long, sizeof(name) - 1, optlen));
	if (len < 0)
		return -EFAULT;
	name[len] = 0;
	return anp_tcp_cong_choose(sk, name);
}

/* The key that makes cookies, and perhaps the one before. */
static int set_fastopen_key(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	u8 keys[ANP_FO_KEYS_LEN];
	int err;

	if (optlen != ANP_FO_KEY_LEN && optlen != ANP_FO_KEYS_LEN)
		return -EINVAL;
	if (copy_from_sockptr(keys, optval, optlen))
		return -EFAULT;
	lock_sock(sk);
	err = anp_fo_keys_set(sk, keys, optlen / ANP_FO_KEY_LEN);
	release_sock(sk);
	memzero_explicit(keys, sizeof(keys));
	return err;
}

int anp_tcp_setsockopt(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	int val, err;

	if (optname == TCP_CONGESTION)
		return set_congestion(sk, optval, optlen);
	if (optname == TCP_FASTOPEN_KEY)
		return set_fastopen_key(sk, optval, optlen);
	if (optlen < sizeof(val))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	err = set_locked(sk, anp_tcp_begin(sk), optname, val);
	anp_tcp_end(sk);
	release_sock(sk);
	return err;
}

static int get_maxseg(const struct sock *sk, const struct anp_tcb *t)
{
	if (t->user_mss && ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		return t->user_mss;
	return t->mss;
}

static int get_locked(struct sock *sk, int optname, int *val)
{
	const struct anp_tcb *t = anp_tcp_wake(sk);

	switch (optname) {
	case TCP_NODELAY:
		*val = t->nodelay;
		return 0;
	case TCP_CORK:
		*val = t->cork;
		return 0;
	case TCP_MAXSEG:
		*val = get_maxseg(sk, t);
		return 0;
	case TCP_KEEPIDLE:
		*val = div_u64(anp_tcp_keep_idle(t), MSEC_PER_SEC);
		return 0;
	case TCP_KEEPINTVL:
		*val = div_u64(anp_tcp_keep_intvl(t), MSEC_PER_SEC);
		return 0;
	case TCP_KEEPCNT:
		*val = anp_tcp_keep_cnt(t);
		return 0;
	case TCP_SYNCNT:
		*val = t->syn_retries ?: READ_ONCE(t->conf->syn_retries);
		return 0;
	case TCP_LINGER2:
		*val = t->linger2 < 0 ? -1 : div_u64(anp_tcp_fin_timeout(t), USEC_PER_SEC);
		return 0;
	case TCP_DEFER_ACCEPT:
		*val = defer_seconds(anp_tcp_sk(sk)->defer_accept, anp_tcp_rto_max(t));
		return 0;
	case TCP_USER_TIMEOUT:
		*val = t->user_timeout;
		return 0;
	case TCP_QUICKACK:
		*val = !t->pingpong;
		return 0;
	case TCP_WINDOW_CLAMP:
		*val = get_window_clamp(sk, t);
		return 0;
	case TCP_NOTSENT_LOWAT:
		*val = anp_tcp_sk(sk)->notsent_lowat;
		return 0;
	case TCP_INQ:
		*val = anp_tcp_sk(sk)->recvmsg_inq;
		return 0;
	case TCP_SAVE_SYN:
		*val = anp_tcp_sk(sk)->save_syn;
		return 0;
	case TCP_FASTOPEN:
		*val = anp_tcp_sk(sk)->listener ? anp_tcp_sk(sk)->listener->fo_max : 0;
		return 0;
	case TCP_FASTOPEN_CONNECT:
		*val = anp_tcp_sk(sk)->fo_connect;
		return 0;
	case TCP_FASTOPEN_NO_COOKIE:
		*val = anp_tcp_sk(sk)->fo_no_cookie;
		return 0;
	}
	return anp_refuse_option(sk, false, SOL_TCP, optname);
}

static int put_answer(const void *answer, int size, char __user *optval, int __user *optlen)
{
	int len;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min(len, size);
	if (put_user(len, optlen) || copy_to_user(optval, answer, len))
		return -EFAULT;
	return 0;
}

/* No limit is all ones of whatever width a long has. */
static u64 any_rate(unsigned long rate)
{
	return rate == ~0UL ? ANP_TCP_RATE_MAX : rate;
}

static int get_info(struct sock *sk, char __user *optval, int __user *optlen)
{
	const struct anp_tcb *t;
	struct tcp_info info;

	lock_sock(sk);
	t = anp_tcp_wake(sk);
	anp_tcp_get_info(t, sk->sk_state == TCP_LISTEN, &info, anp_tcp_now());
	if (sk->sk_state == TCP_LISTEN) {
		/* As Linux: the queue of established connections and its limit. */
		info.tcpi_unacked = READ_ONCE(sk->sk_ack_backlog);
		info.tcpi_sacked = READ_ONCE(sk->sk_max_ack_backlog);
	} else {
		anp_info_set_rcv_wnd(&info, t->rcv_wnd);
	}
	info.tcpi_max_pacing_rate = any_rate(READ_ONCE(sk->sk_max_pacing_rate));
	if (sk->sk_state == TCP_LISTEN)
		info.tcpi_pacing_rate = any_rate(READ_ONCE(sk->sk_pacing_rate));
	release_sock(sk);
	return put_answer(&info, sizeof(info), optval, optlen);
}

static int get_congestion(struct sock *sk, char __user *optval, int __user *optlen)
{
	char name[ANP_TCP_CONG_NAME_MAX];

	lock_sock(sk);
	memcpy(name, anp_tcp_wake(sk)->cong->name, sizeof(name));
	release_sock(sk);
	return put_answer(name, sizeof(name), optval, optlen);
}

static int get_fastopen_key(struct sock *sk, char __user *optval, int __user *optlen)
{
	u8 keys[ANP_FO_KEYS_LEN];
	unsigned int n;

	lock_sock(sk);
	n = anp_fo_keys_get(sk, keys);
	release_sock(sk);
	return put_answer(keys, n * ANP_FO_KEY_LEN, optval, optlen);
}

/* Numbers of the control; one that has none to give answers with no bytes, as Linux. */
static int get_cc_info(struct sock *sk, char __user *optval, int __user *optlen)
{
	const struct anp_tcp_cong_ops *ops;
	union tcp_cc_info info = {};
	size_t len = 0;

	lock_sock(sk);
	ops = anp_tcp_wake(sk)->cong;
	if (ops->get_info && anp_tcb(sk)->cong_ready)
		len = ops->get_info(anp_tcb(sk), &info);
	release_sock(sk);
	return put_answer(&info, len, optval, optlen);
}

int anp_tcp_getsockopt(struct sock *sk, int optname, char __user *optval, int __user *optlen)
{
	int val, err;

	/* As Linux: before the name of the option is looked at. */
	if (get_user(val, optlen))
		return -EFAULT;
	if (val < 0)
		return -EINVAL;
	switch (optname) {
	case TCP_INFO:
		return get_info(sk, optval, optlen);
	case TCP_CONGESTION:
		return get_congestion(sk, optval, optlen);
	case TCP_CC_INFO:
		return get_cc_info(sk, optval, optlen);
	case TCP_FASTOPEN_KEY:
		return get_fastopen_key(sk, optval, optlen);
	case TCP_SAVED_SYN:
		return anp_saved_syn_get(sk, optval, optlen);
	}
	lock_sock(sk);
	err = get_locked(sk, optname, &val);
	release_sock(sk);
	if (err)
		return err;
	return put_answer(&val, sizeof(val), optval, optlen);
}
