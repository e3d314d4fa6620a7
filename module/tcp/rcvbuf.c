// SPDX-License-Identifier: GPL-2.0
/*
 * How large the receive window should be: dynamic right-sizing.  What the program reads in a round
 * trip tells what the sender's window was; the buffer has room for twice that, so that neither loss
 * nor slow start meets its end, and more while the rate still grows.
 */
#include "engine.h"

#define RATIO_MIN	32	/* of 256: a worse one is for the host to compact */
#define RATIO_MAX	240

static void rtt_sample(struct anp_tcb *t, u32 us)
{
	us = clamp(us, 1u, ANP_TCP_RTO_MAX);
	t->rcv_rtt = t->rcv_rtt ? t->rcv_rtt - t->rcv_rtt / 8 + us / 8 : us;
	t->rcv_rtt = max(t->rcv_rtt, 1u);
}

/* The peer echoes the timestamp of our ACK on the data that the ACK let out. */
static void rtt_by_timestamp(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 ms;

	if (cb->rx.tsecr == t->rcv_rtt_seq || skb->len < t->rcv_mss)
		return;
	t->rcv_rtt_seq = cb->rx.tsecr;
	ms = anp_tcp_ts_clock(t->now, t->ts_off) - cb->rx.tsecr;
	if (ms <= ANP_TCP_RTO_MAX / 1000)
		rtt_sample(t, max(ms, 1u) * 1000);
}

/*
 * Without timestamps: a window's worth takes at least a round trip.  It may take longer, so only
 * the shortest counts.
 */
static void rtt_by_window(struct anp_tcb *t)
{
	u32 took;

	if (t->rcv_rtt_at) {
		if (seq_lt(t->rcv_nxt, t->rcv_rtt_seq))
			return;
		took = max((u32)t->now - t->rcv_rtt_at, 1u);
		if (!t->rcv_rtt || took < t->rcv_rtt)
			t->rcv_rtt = took;
	}
	t->rcv_rtt_seq = t->rcv_nxt + t->rcv_wnd;
	t->rcv_rtt_at = (u32)t->now ?: 1;
}

/* How much payload the memory of a packet carries; once a tick, smoothed. */
static void ratio_sample(struct anp_tcb *t, const struct sk_buff *skb)
{
	u32 now = min_t(u32, (skb->len << 8) / skb->truesize, RATIO_MAX);

	t->rcv_ratio = max_t(u32, t->rcv_ratio + (int)(now - t->rcv_ratio) / 4, RATIO_MIN);
}

void anp_tcp_rcv_measure(struct anp_tcb *t, const struct sk_buff *skb)
{
	u32 tick = anp_tcp_tick(t->now);

	if (skb->len && seq_leq(ANP_TCP_CB(skb)->seq, t->rcv_nxt))
		anp_tcp_delack_measure(t, skb);
	if (t->ts_ok)
		rtt_by_timestamp(t, skb);
	else
		rtt_by_window(t);
	if (t->lrcvtime != tick) {
		ratio_sample(t, skb);
		t->lrcvtime = tick;
	}
}

void anp_tcp_rcv_space_start(struct anp_tcb *t)
{
	t->rcvq_space = min_t(u32, t->rcv_wnd, 10 * t->mss);
	t->rcvq_seq = t->copied_seq;
	t->rcvq_at = (u32)t->now;
}

void anp_tcp_rcv_space_adjust(struct anp_tcb *t)
{
	u32 took = t->copied_seq - t->rcvq_seq;
	u64 want, more;

	if (!t->rcv_rtt || (u32)t->now - t->rcvq_at < t->rcv_rtt)
		return;
	if (took > t->rcvq_space) {
		/* Twice for loss, and for a sender that doubles its window as much again. */
		want = 2ull * took + 16 * t->rcv_mss;
		more = div_u64(want * (took - t->rcvq_space), max(t->rcvq_space, 1u));
		want += 2 * min(more, want);
		anp_tcp_host_rcv_grow(t, min_t(u64, want, t->rcv_wnd_max));
		t->rcvq_space = took;
	}
	t->rcvq_seq = t->copied_seq;
	t->rcvq_at = (u32)t->now;
}
