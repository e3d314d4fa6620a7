// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual interrupt and the NAPI of a receive queue.  What to do next is decided in
 * moderation.c; here it is done.
 */
#include <linux/ip.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <net/busy_poll.h>
#include "link/link.h"
#include "link/ring.h"
#include "observe/latency.h"
#include "observe/trace.h"

static void schedule_napi(struct anp_queue *q)
{
	if (!napi_schedule_prep(&q->napi))
		return;
	trace_anp_napi_schedule(q->dev, q->index, q->announced);
	if (anp_lat_on())
		WRITE_ONCE(q->raised, ktime_get_ns());
	__napi_schedule(&q->napi);
}

static void raise(struct anp_queue *q, u32 frames)
{
	q->masked = true;
	q->announced = frames;
	q->c.pending -= frames;
	q->c.serving = true;
	q->stats->irqs++;
	trace_anp_irq_raise(q->dev, q->index, frames);
	schedule_napi(q);
}

/* A timer that is armed for earlier is left alone: it asks again when it expires. */
static void arm(struct anp_queue *q, u64 at)
{
	if (q->armed && q->timer_at <= at)
		return;
	q->armed = true;
	q->timer_at = at;
	hrtimer_start(&q->timer, ns_to_ktime(at), HRTIMER_MODE_ABS_PINNED_SOFT);
}

static void poll_at(struct anp_queue *q, u64 at, u64 now)
{
	if (!q->c.polling) {
		q->c.polling = true;
		q->stats->irq_to_poll++;
	}
	q->masked = true;
	if (at <= now)
		schedule_napi(q);
	else
		arm(q, at);
}

void anp_queue_act(struct anp_queue *q, u64 now)
{
	struct anp_mod_verdict v;

	lockdep_assert_held(&q->lock);
	if (q->dead)
		return;
	v = anp_mod_decide(&q->set, &q->c, now);
	if (v.what == ANP_MOD_RETURN) {
		q->c.polling = false;
		q->c.leave = 0;
		q->c.hold = 0;
		q->c.handed = false;
		q->stats->poll_to_irq++;
		/* The oldest may have come a poll's interval ago; that is enough of a wait. */
		q->c.first = now;
		q->c.last = now;
		v = anp_mod_decide(&q->set, &q->c, now);
	}
	switch (v.what) {
	case ANP_MOD_RAISE:
		raise(q, v.frames);
		return;
	case ANP_MOD_POLL:
		poll_at(q, v.at, now);
		return;
	case ANP_MOD_WAIT:
		arm(q, v.at);
		break;
	case ANP_MOD_REST:
	case ANP_MOD_RETURN:
		break;
	}
	if (q->masked)
		trace_anp_irq_enable(q->dev, q->index, q->c.pending);
	q->masked = false;
}

enum hrtimer_restart anp_queue_timer(struct hrtimer *timer)
{
	struct anp_queue *q = container_of(timer, struct anp_queue, timer);

	spin_lock(&q->lock);
	q->armed = false;
	if (q->dead)
		;
	else if (!q->masked)
		anp_queue_act(q, ktime_get_ns());
	else if (q->c.polling)
		schedule_napi(q);
	spin_unlock(&q->lock);
	return HRTIMER_NORESTART;
}

void anp_queue_dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct anp_queue *q = container_of(dim, struct anp_queue, dim);
	struct dim_cq_moder m = net_dim_get_rx_moderation(dim->mode, dim->profile_ix);

	spin_lock_bh(&q->lock);
	q->c.dim = (struct anp_mod_pair){ .usecs = m.usec, .frames = m.pkts };
	q->stats->dim_changes++;
	spin_unlock_bh(&q->lock);
	dim->state = DIM_START_MEASURE;
}

/* ---- NAPI ---- */

/* Datagrams are joined where somebody has asked for it (ethtool -K). */
#define GRO_OF_UDP	(NETIF_F_GRO_FRAGLIST | NETIF_F_GRO_UDP_FWD)

/* Others' packets would only pay for the look. */
static bool wants_gro(const struct net_device *dev, const struct sk_buff *skb)
{
	u8 proto;

	if (!(dev->features & NETIF_F_GRO) || skb->protocol != htons(ETH_P_IP))
		return false;
	if (skb_headlen(skb) < sizeof(struct iphdr))
		return true;
	proto = ip_hdr(skb)->protocol;
	return proto == IPPROTO_TCP || (proto == IPPROTO_UDP && (dev->features & GRO_OF_UDP));
}

static void deliver(struct anp_queue *q, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	rcu_read_lock();
	while ((skb = __skb_dequeue(list))) {
		anp_lat_rx_ring_out(skb, READ_ONCE(q->raised));
		skb_record_rx_queue(skb, q->index);
		/* The id that sockets remember is ours, not the lower device's. */
		skb->napi_id = q->napi.napi_id;
		/*
		 * GRO moves pages from packet to packet and edits headers; those of a clone are those of
		 * the sender's retransmission queue too (behind a veth), or of a tap below.  It is not just
		 * passed by: what of its flow is no clone, a retransmission, would be held and overtaken.
		 */
		if (wants_gro(q->dev, skb) && likely(!skb_unclone(skb, GFP_ATOMIC)))
			napi_gro_receive(&q->napi, skb);
		else
			anp_link_receive(skb);
	}
	rcu_read_unlock();
}

/* Moves frames to @list: those announced, or all if nobody announced any; @max at most. */
static unsigned int take(struct anp_queue *q, struct sk_buff_head *list, unsigned int max, bool all)
{
	unsigned int n = 0;
	struct sk_buff *skb;
	u32 from_announced;

	spin_lock(&q->lock);
	if (!all && q->announced)
		max = min(max, q->announced);
	while (n < max && (skb = __skb_dequeue(&q->ring))) {
		__skb_queue_tail(list, skb);
		n++;
	}
	from_announced = min(n, q->announced);
	q->announced -= from_announced;
	q->c.pending -= n - from_announced;
	spin_unlock(&q->lock);
	return n;
}

static void count_poll(struct anp_queue *q, unsigned int n, int budget, bool busy)
{
	struct anp_queue_stats *st = q->stats;

	st->polls++;
	st->busy_polls += busy;
	st->exhausted += n >= budget;
	if (n)
		st->batches[min_t(unsigned int, ilog2(n), ANP_BATCHES - 1)]++;
}

/* Whose time do polls take: a task's, or a kernel thread's (ksoftirqd's, the NAPI's own)? */
static void note_whose_time(struct anp_mod_counters *c)
{
	bool thread = current->flags & PF_KTHREAD;

	c->wanted = !thread && !is_idle_task(current);
	c->thread = thread && !is_idle_task(current) && !single_task_running();
}

/*
 * ksoftirqd and a NAPI's thread look at this after each round of polls.  Other softirqs leave then to
 * ksoftirqd what is still to be polled, the lower device's NAPI too if it is.
 */
static void ask_scheduler(void)
{
	set_tsk_need_resched(current);
	set_preempt_need_resched();
}

static void sample_dim(struct anp_queue *q)
{
	struct dim_sample sample = {};

	dim_update_sample(q->stats->irqs, q->stats->frames, q->stats->bytes, &sample);
	anp_net_dim(&q->dim, &sample);
}

/* Datagrams that found a full receive buffer, on this CPU so far. */
static unsigned long wasted_here(const struct net_device *dev)
{
	static const enum anp_mib_item items[] = {
		ANP_MIB_DROP_UDP_RCVBUF, ANP_MIB_DROP_PING_RCVBUF, ANP_MIB_DROP_RAW_RCVBUF,
	};
	const struct anp_net *anet = anp_net(dev_net(dev));
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(items); i++)
		n += this_cpu_read(anet->mib->items[items[i]]);
	return n;
}

/*
 * After a poll that took @n frames, @wasted of them for nothing, and began at @begin: shall the next
 * follow at once?
 */
static bool goes_on(struct anp_queue *q, unsigned int n, u32 wasted, u64 begin, u64 now)
{
	struct anp_mod_verdict v;
	u32 came, dropped;
	bool more;

	spin_lock(&q->lock);
	/* Those that the ring had no room for are the best reason to poll. */
	came = q->stats->frames + q->stats->drops - q->measured;
	q->measured += came;
	dropped = q->stats->drops - q->dropped;
	q->dropped += dropped;
	anp_mod_measure(&q->c.fast, came, now, ANP_MOD_WINDOW);
	if (q->set.adaptive)
		anp_mod_measure(&q->c.slow, came, now, (u64)q->set.sample * NSEC_PER_SEC);
	q->c.exhausted = !skb_queue_empty(&q->ring);
	more = q->announced;
	if (q->c.polling) {
		note_whose_time(&q->c);
		q->c.spent = now - begin;
		anp_mod_learn(&q->c, n, wasted, dropped, now);
		v = anp_mod_decide(&q->set, &q->c, now);
		more |= v.what == ANP_MOD_POLL && v.at <= now;
		q->c.handed = v.resched && q->c.wanted;
		if (v.resched)
			ask_scheduler();
	}
	spin_unlock(&q->lock);
	return more;
}

static void completed(struct anp_queue *q, u64 now)
{
	spin_lock(&q->lock);
	trace_anp_napi_complete(q->dev, q->index, q->c.pending);
	q->c.serving = q->c.pending;
	anp_queue_act(q, now);
	spin_unlock(&q->lock);
}

int anp_queue_poll(struct napi_struct *napi, int budget)
{
	struct anp_queue *q = container_of(napi, struct anp_queue, napi);
	bool busy = test_bit(NAPI_STATE_IN_BUSY_POLL, &napi->state);
	struct sk_buff_head list;
	u64 begin = READ_ONCE(q->c.polling) ? ktime_get_ns() : 0, now;
	unsigned long wasted = wasted_here(q->dev);
	unsigned int n;

	__skb_queue_head_init(&list);
	n = take(q, &list, budget, busy);
	if (busy && !n) {
		/* Nothing is there: fetch it.  The lower device's handler fills our ring. */
		napi_busy_loop(READ_ONCE(q->lower_napi), NULL, NULL, false, budget);
		n = take(q, &list, budget, busy);
	}
	trace_anp_napi_poll(q->dev, q->index, n);
	count_poll(q, n, budget, busy);
	deliver(q, &list);

	now = ktime_get_ns();
	wasted = wasted_here(q->dev) - wasted;
	if (goes_on(q, n, wasted, begin, now))
		return budget;
	if (anp_mod_uses_dim(&q->set))
		sample_dim(q);
	n = min_t(unsigned int, n, budget - 1);
	if (napi_complete_done(napi, n))
		completed(q, now);
	return n;
}
