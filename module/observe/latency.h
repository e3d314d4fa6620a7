/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the time of a message goes: stamps at the borders of the layers, histograms of what lies
 * between two of them.  Off, a stamp is a no-op in the code (static key); on, it reads the clock.
 *
 * A sample is a whole chain of stages, so that the stages of a direction have been counted equally
 * often and add up to its total:
 *   rx: a segment that comes in order to an empty slot of its socket, from the lower device's
 *       handler to the return of the recvmsg() that takes its first byte
 *   tx: the first segment that a sendmsg() sends, from its entry until the lower device has it
 */
#ifndef ANP_OBSERVE_LATENCY_H
#define ANP_OBSERVE_LATENCY_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct anp_latency;
struct anp_net;
struct netlink_callback;
struct seq_file;
struct sk_buff;
struct sock;

/* Stages in their order; those before the total of a direction add up to it. */
#define ANP_LAT_STAGES(X)						\
	X(RX_RING, "rx-ring")	/* in a receive queue's ring; 0: there was none */ \
	X(RX_IRQ, "rx-irq")	/* the virtual interrupt to the poll that takes it out */ \
	X(RX_LINK, "rx-link")	/* the lower device's handler, or the ring, to IP */ \
	X(RX_IP, "rx-ip")	/* IP to TCP */				\
	X(RX_TCP, "rx-tcp")	/* TCP to the receive queue */		\
	X(RX_QUEUE, "rx-queue")	/* in the queue, until the reader is woken or asks */ \
	X(RX_WAKEUP, "rx-wakeup") /* until the reader runs; 0: it was not asleep */ \
	X(RX_COPY, "rx-copy")	/* to the program's buffer */		\
	X(RX_RETURN, "rx-return") /* until recvmsg() returns */		\
	X(RX_TOTAL, "rx-total")						\
	X(TX_ENTRY, "tx-entry")	/* sendmsg() until it has the socket */	\
	X(TX_COPY, "tx-copy")	/* from the program's buffer */		\
	X(TX_TCP, "tx-tcp")	/* the engine makes a segment */	\
	X(TX_IP, "tx-ip")	/* route, IPv4 header */		\
	X(TX_DEVICE, "tx-device") /* neighbour, qdisc and taps of the anp device */ \
	X(TX_LOWER, "tx-lower")	/* the lower device's transmission */	\
	X(TX_TOTAL, "tx-total")

enum anp_lat_stage {
#define X(name, text) ANP_LAT_##name,
	ANP_LAT_STAGES(X)
#undef X
	ANP_LAT_COUNT
};

/* A socket's sample on its way to the reader; ns, 0: none.  Lock: the socket lock. */
struct anp_lat_slot {
	u64	start;		/* at the lower device's handler */
	u64	last;		/* end of the last stage */
	u64	woken;		/* the reader was woken */
	bool	own;		/* the socket has histograms of its own, too */
};

/* The stamps of a call of sendmsg(), on its stack. */
struct anp_lat_send {
	u64	start;		/* 0: not sampled */
	u64	locked;
};

DECLARE_STATIC_KEY_FALSE(anp_lat_key);

#define anp_lat_on() static_branch_unlikely(&anp_lat_key)

void __anp_lat_rx_begin(const struct sk_buff *skb);
void __anp_lat_rx_ring_in(struct sk_buff *skb);
void __anp_lat_rx_ring_out(const struct sk_buff *skb, u64 raised);
void __anp_lat_rx_mark(const struct sk_buff *skb, enum anp_lat_stage stage);
void __anp_lat_rx_queued(const struct sock *sk, struct anp_lat_slot *slot,
			 const struct sk_buff *skb);
void __anp_lat_rx_woken(struct anp_lat_slot *slot);
void __anp_lat_rx_found(const struct sock *sk, struct anp_lat_slot *slot);
void __anp_lat_rx_copied(const struct sock *sk, struct anp_lat_slot *slot);
void __anp_lat_rx_returns(const struct sock *sk, struct anp_lat_slot *slot);
void __anp_lat_own(const struct sock *sk);
void __anp_lat_tx_enter(const struct sock *sk, struct anp_lat_send *s);
void __anp_lat_tx_locked(struct anp_lat_send *s);
void __anp_lat_tx_push(const struct sock *sk, struct anp_lat_send *s);
void __anp_lat_tx_mark(const struct sk_buff *skb, enum anp_lat_stage stage);
void __anp_lat_tx_end(void);

/* Softirq: @skb is ours; then it enters a layer, or @stage ends; NULL: what comes is no chain. */
static inline void anp_lat_rx_begin(const struct sk_buff *skb)
{
	if (anp_lat_on())
		__anp_lat_rx_begin(skb);
}

/* @skb, which has begun, waits in a ring, where its cb is free. */
static inline void anp_lat_rx_ring_in(struct sk_buff *skb)
{
	if (anp_lat_on())
		__anp_lat_rx_ring_in(skb);
}

/* A poll, for which the virtual interrupt was raised at @raised (ns), has taken @skb out. */
static inline void anp_lat_rx_ring_out(const struct sk_buff *skb, u64 raised)
{
	if (anp_lat_on())
		__anp_lat_rx_ring_out(skb, raised);
}

static inline void anp_lat_rx_mark(const struct sk_buff *skb, enum anp_lat_stage stage)
{
	if (anp_lat_on())
		__anp_lat_rx_mark(skb, stage);
}

/* @skb goes into @sk's receive queue.  Socket lock. */
static inline void anp_lat_rx_queued(const struct sock *sk, struct anp_lat_slot *slot,
				     const struct sk_buff *skb)
{
	if (anp_lat_on())
		__anp_lat_rx_queued(sk, slot, skb);
}

static inline void anp_lat_rx_woken(struct anp_lat_slot *slot)
{
	if (anp_lat_on())
		__anp_lat_rx_woken(slot);
}

/* A reader has found something; has copied it; and is about to return.  Socket lock. */
static inline void anp_lat_rx_found(const struct sock *sk, struct anp_lat_slot *slot)
{
	if (anp_lat_on())
		__anp_lat_rx_found(sk, slot);
}

static inline void anp_lat_rx_copied(const struct sock *sk, struct anp_lat_slot *slot)
{
	if (anp_lat_on())
		__anp_lat_rx_copied(sk, slot);
}

static inline void anp_lat_rx_returns(const struct sock *sk, struct anp_lat_slot *slot)
{
	if (anp_lat_on())
		__anp_lat_rx_returns(sk, slot);
}

/* sendmsg(): entered; has the lock; is about to push, bottom halves off, until _end(). */
static inline void anp_lat_tx_enter(const struct sock *sk, struct anp_lat_send *s)
{
	s->start = 0;
	if (anp_lat_on())
		__anp_lat_tx_enter(sk, s);
}

static inline void anp_lat_tx_locked(struct anp_lat_send *s)
{
	if (anp_lat_on())
		__anp_lat_tx_locked(s);
}

static inline void anp_lat_tx_push(const struct sock *sk, struct anp_lat_send *s)
{
	if (anp_lat_on())
		__anp_lat_tx_push(sk, s);
}

static inline void anp_lat_tx_mark(const struct sk_buff *skb, enum anp_lat_stage stage)
{
	if (anp_lat_on())
		__anp_lat_tx_mark(skb, stage);
}

static inline void anp_lat_tx_end(void)
{
	if (anp_lat_on())
		__anp_lat_tx_end();
}

/* @sk is about to be freed.  Any context. */
void __anp_lat_sock_gone(struct anp_latency *l, const struct sock *sk);

static inline void anp_lat_sock_gone(struct anp_latency *l, const struct sock *sk)
{
	if (unlikely(l))
		__anp_lat_sock_gone(l, sk);
}

/* The dump of ANP_CMD_LATENCY_GET; see <linux/anp.h>. */
int anp_latency_dump(struct sk_buff *msg, struct netlink_callback *cb);

/* /proc/net/anp/latency; see anp-latency(8). */
int anp_latency_show(struct seq_file *seq, void *v);
int anp_latency_write(struct file *file, char *buf, size_t size);

/* The namespace goes: nothing of it can be measured any more. */
void anp_latency_net_exit(struct anp_net *anet);

#endif /* ANP_OBSERVE_LATENCY_H */
