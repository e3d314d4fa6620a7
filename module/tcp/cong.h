/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Congestion control: what a control is given and what it decides.  The engine's own controls and
 * those of other modules (anp_tcp_cong_register()) are the same to it.
 *
 * All windows are in bytes, all times in microseconds.  A control is called with the tcb's lock held
 * and bottom halves off; it never sleeps.  It reads the tcb as it likes and writes t->cwnd,
 * t->ssthresh, t->cwnd_acked and its own t->cong_priv, nothing else.  While a loss is being repaired
 * cwnd belongs to recovery.c, unless the control has cong_control().  A control that is paced sets its
 * rate by anp_tcp_pacing_set().
 */
#ifndef ANP_TCP_CONG_H
#define ANP_TCP_CONG_H

#include <linux/types.h>
#include <linux/list.h>

struct anp_tcb;
struct anp_tcp_cb;
struct module;
union tcp_cc_info;

#define ANP_TCP_CONG_NAME_MAX	16	/* with the final 0, as TCP_CA_NAME_MAX */
#define ANP_TCP_CONG_LIST_MAX	256	/* bytes of a list of names */
#define ANP_TCP_CONG_PRIV	16	/* u64s of t->cong_priv */

/* anp_tcp_cong_ops.flags */
#define ANP_TCP_CONG_NON_RESTRICTED	0x1	/* any program may choose it, not CAP_NET_ADMIN only */
#define ANP_TCP_CONG_NEEDS_ECN		0x2	/* ECN whatever the sysctl says, with exact echo */
#define ANP_TCP_CONG_PACED		0x4	/* data is paced */

enum anp_tcp_cong_event {
	ANP_TCP_CONG_TX_START,		/* data goes out, nothing was in flight; t->sent_at: before */
	ANP_TCP_CONG_RESTART,		/* cwnd was cut after an idle time */
	ANP_TCP_CONG_RECOVERED,		/* a loss is repaired; cwnd is at ssthresh, or the control's */
	ANP_TCP_CONG_TIMEOUT,		/* retransmission timeout: all in flight counts as lost */
};

/* struct anp_tcp_ack_sample - what an ACK told */
struct anp_tcp_ack_sample {
	u32	acked;		/* bytes newly acknowledged */
	u32	rtt;		/* us, 0: it measured nothing */
	u32	prior_flight;	/* bytes in flight before it */
	u32	delivered;	/* bytes that it says have arrived, selectively too */
	u32	lost;		/* bytes newly taken for lost */
	/*
	 * A sample of the delivery rate (rate.c): rate_bytes were delivered in rate_us, from before
	 * the newest segment was sent that this ACK is for.  rate_us 0: it gave none.
	 */
	u32	rate_bytes;
	u32	rate_us;
	u32	prior_delivered;	/* t->delivered when that segment was sent; valid if newest */
	u32	tx_in_flight;		/* bytes in flight then, with it */
	u32	tx_lost;		/* bytes lost since */
	bool	newest;
	bool	app_limited;		/* the program, not the path, held the rate down */
	bool	cwnd_limited;	/* cwnd was in use */
	bool	ece;		/* it carried ECE, and ECN is in use */
};

/*
 * struct anp_tcp_cong_ops - a congestion control
 *
 * Lives as long as it is registered.  Hooks that may be NULL say so.
 */
struct anp_tcp_cong_ops {
	/* The connection is ESTABLISHED, or takes to this control now: t->cong_priv is zeroed.  NULL. */
	void (*init)(struct anp_tcb *t);
	/* The end of what init() began.  NULL. */
	void (*release)(struct anp_tcb *t);
	/* ssthresh after a loss; at least two segments. */
	u32 (*ssthresh)(struct anp_tcb *t);
	/* The same after a CE mark (RFC 8511); NULL: as after a loss. */
	u32 (*ssthresh_ecn)(struct anp_tcb *t);
	/* @acked bytes were acknowledged while cwnd was in use: may grow.  NULL with cong_control(). */
	void (*cong_avoid)(struct anp_tcb *t, u32 acked);
	/*
	 * Every ACK, whatever it says: sets cwnd and the pacing rate, also while a loss is repaired,
	 * after idle times and marks.  Instead of acked() and cong_avoid(), and of what the engine does
	 * to cwnd of itself; only a timeout still lets it be no more than what is in flight and a
	 * segment.  NULL.
	 */
	void (*cong_control)(struct anp_tcb *t, const struct anp_tcp_ack_sample *s);
	/* @cb was sent and counts as lost from now on (t->lost has it).  NULL. */
	void (*lost)(struct anp_tcb *t, const struct anp_tcp_cb *cb);
	/* The loss was none: the cwnd to go back to (t->prior_cwnd is what it was). */
	u32 (*undo)(struct anp_tcb *t);
	/* NULL. */
	void (*event)(struct anp_tcb *t, enum anp_tcp_cong_event ev);
	/* Every ACK of new data, before cong_avoid(), whether cwnd was in use or not.  NULL. */
	void (*acked)(struct anp_tcb *t, const struct anp_tcp_ack_sample *s);
	/*
	 * Nothing is in flight: is what t->cong_priv tells as good as what init() would write there?  Then
	 * it may be forgotten until then.  NULL: a connection is parked only while it is all 0.
	 */
	bool (*at_rest)(const struct anp_tcb *t);
	/* For TCP_CC_INFO: fills @info and returns how many bytes of that count.  NULL. */
	size_t (*get_info)(const struct anp_tcb *t, union tcp_cc_info *info);

	char			name[ANP_TCP_CONG_NAME_MAX];
	u32			flags;		/* ANP_TCP_CONG_* */
	struct module		*owner;		/* THIS_MODULE; NULL for those of anp.ko itself */
	struct list_head	node;		/* reserved for the registry */
};

/* The private state of a control: @type must fit in t->cong_priv. */
#define anp_tcp_cong_priv(t, type) ({					\
	BUILD_BUG_ON(sizeof(type) > sizeof((t)->cong_priv));		\
	(type *)(t)->cong_priv;						\
})

/*
 * For modules: @ops can be chosen by TCP_CONGESTION from now on, in all namespaces.  It is written to
 * by the registry, so it is not const.  Process context.  Returns 0, -EINVAL (a hook or the name is
 * missing) or -EEXIST (the name is taken).
 */
int anp_tcp_cong_register(struct anp_tcp_cong_ops *ops);

/* Nobody can choose @ops any more, and nobody has it: connections pin ops->owner.  May sleep. */
void anp_tcp_cong_unregister(struct anp_tcp_cong_ops *ops);

/* @num / @den of @window bytes, but at least two segments: an ssthresh. */
u32 anp_tcp_cong_part(const struct anp_tcb *t, u32 window, u32 num, u32 den);

/* NewReno's parts, for controls that differ in one of them. */
u32 anp_tcp_reno_ssthresh(struct anp_tcb *t);
void anp_tcp_reno_cong_avoid(struct anp_tcb *t, u32 acked);
u32 anp_tcp_reno_undo(struct anp_tcb *t);

/*
 * RFC 5681 3.1 slow start: grows cwnd by @acked bytes up to ssthresh.  Returns the bytes that are
 * left for congestion avoidance.
 */
u32 anp_tcp_slow_start(struct anp_tcb *t, u32 acked);

/* Data leaves at @rate bytes a second from now on, or at what the program allows. */
void anp_tcp_pacing_set(struct anp_tcb *t, u64 rate);

/* RFC 5681 3.1: grows cwnd by a segment for each @per bytes acknowledged. */
void anp_tcp_grow_linear(struct anp_tcb *t, u32 per, u32 acked);

#endif /* ANP_TCP_CONG_H */
