// SPDX-License-Identifier: GPL-2.0
/*
 * How large a socket's buffers are where the program has not said: grown with what the connection
 * moves in a round trip, so that the window never is what limits it.
 */
#include "../tcp/tcp.h"
#include "stream.h"

/* What an skb that carries one segment weighs. */
static u32 segment_weight(u32 mss)
{
	return SKB_TRUESIZE(mss + ANP_TCP_HEADROOM);
}

/* Twice the congestion window: one in flight, one to be sent when it is acknowledged. */
void anp_tcp_sndbuf_tune(struct sock *sk)
{
	const struct anp_tcb *t = anp_tcb(sk);
	u64 want;

	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		return;
	want = div_u64(2ull * max_t(u32, t->cwnd, 10 * t->mss) * segment_weight(t->mss), t->mss);
	want = min_t(u64, want, READ_ONCE(t->conf->wmem[2]));
	if (want > sk->sk_sndbuf)
		WRITE_ONCE(sk->sk_sndbuf, (int)want);
}

/* As much as the program takes in a round trip, twice for slow start and twice for the weight. */
void anp_tcp_rcvbuf_tune(struct sock *sk, u64 now)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);
	const struct anp_tcb *t = &ts->tcb;
	u32 took = t->copied_seq - ts->rcvq_seq;
	u64 want;

	if (now - ts->rcvq_time < max(t->srtt, 1000u))
		return;
	if (took > ts->rcvq_space) {
		ts->rcvq_space = took;
		want = min_t(u64, 2 * (2ull * took + 16 * t->rcv_mss),
			     READ_ONCE(t->conf->rmem[2]));
		if (!(sk->sk_userlocks & SOCK_RCVBUF_LOCK) && want > sk->sk_rcvbuf)
			WRITE_ONCE(sk->sk_rcvbuf, (int)want);
	}
	ts->rcvq_seq = t->copied_seq;
	ts->rcvq_time = now;
}
