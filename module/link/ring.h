/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive queues of an anp device while moderation is on: each a ring of frames, a NAPI that
 * empties it, and a virtual interrupt that schedules the NAPI.  A frame's queue is chosen by its
 * flow, so a flow's frames stay in order.
 *
 * The virtual interrupt is masked from being raised until the NAPI has served it, as a NIC's is, and
 * while the queue is polled.  Its timer is a softirq hrtimer, so all of it runs with bottom halves
 * off, and the queue's lock is a plain one.
 */
#ifndef ANP_LINK_RING_H
#define ANP_LINK_RING_H

#include <linux/dim.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include "link/moderation.h"

struct anp_dev;

#define ANP_QUEUES_MAX	16
#define ANP_RING_MIN	64
#define ANP_RING_MAX	4096
#define ANP_RING_DEF	512
/* Polls that took 1, 2-3, 4-7 ... 64 and more frames. */
#define ANP_BATCHES	7

/* What ethtool -S says of a queue; outlives it.  The queue's lock, or its NAPI alone. */
struct anp_queue_stats {
	unsigned long	frames;			/* into the ring */
	unsigned long	bytes;
	unsigned long	drops;			/* ring full */
	unsigned long	irqs;			/* virtual interrupts raised */
	unsigned long	polls;
	unsigned long	busy_polls;		/* of these for a busy polling socket */
	unsigned long	exhausted;		/* polls that used all their budget */
	unsigned long	irq_to_poll;		/* interrupts gave way to polling */
	unsigned long	poll_to_irq;
	unsigned long	dim_changes;		/* settings chosen by net_dim */
	unsigned long	batches[ANP_BATCHES];
};

/*
 * struct anp_queue - a receive queue
 *
 * Made and ended under RTNL; while it is reachable by anp_dev->rx it is alive.
 */
struct anp_queue {
	struct napi_struct	napi;
	struct net_device	*dev;
	struct anp_queue_stats	*stats;
	unsigned int		lower_napi;	/* id of the NAPI that frames came from last */
	u16			index;

	spinlock_t		lock;		/* all below; bottom halves off */
	struct sk_buff_head	ring;
	u32			announced;	/* frames of the ring that the poll is to take */
	bool			masked;		/* no virtual interrupt */
	bool			dead;		/* will neither be scheduled nor timed again */
	bool			armed;		/* the timer is, for no later than @timer_at */
	u64			timer_at;
	u64			raised;		/* ns: the NAPI was scheduled, while latency is measured */
	struct hrtimer		timer;
	struct anp_mod_settings	set;
	struct anp_mod_counters	c;
	unsigned long		measured;	/* frames, dropped ones too, that the rates count */
	unsigned long		dropped;	/* of these, that anp_mod_learn() knows of */

	struct dim		dim;		/* the NAPI's; its work takes the lock */
} ____cacheline_aligned_in_smp;

/* The queues in force; replaced as a whole. */
struct anp_rx {
	unsigned int		n;
	struct anp_queue	q[];
};

/* ---- ring.c ---- */

/* Consumes @skb, which is the anp device's and nobody else uses.  Softirq, RCU. */
void anp_ring_put(struct anp_rx *rx, struct sk_buff *skb);

/*
 * Brings the queues in line with the device's settings: makes, replaces or ends them, or tells them.
 * Frames in a ring that is ended are handled.  -ENOMEM leaves all as it was.  RTNL.
 */
int anp_rx_apply(struct anp_dev *ad);

/* Ends the queues; frames in them are dropped.  RTNL. */
void anp_rx_stop(struct anp_dev *ad);

/* ---- poll.c ---- */

/* Acts on what moderation decides at @now; anp_queue.lock held, the interrupt not being served. */
void anp_queue_act(struct anp_queue *q, u64 now);

int anp_queue_poll(struct napi_struct *napi, int budget);
enum hrtimer_restart anp_queue_timer(struct hrtimer *timer);
void anp_queue_dim_work(struct work_struct *work);

#endif /* ANP_LINK_RING_H */
