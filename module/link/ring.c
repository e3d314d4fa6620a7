// SPDX-License-Identifier: GPL-2.0
/*
 * The rings: frames go in here, in the softirq of the lower device; poll.c takes them out.  And the
 * queues' coming and going.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include "link/link.h"
#include "link/ring.h"

static struct anp_queue *choose(struct anp_rx *rx, struct sk_buff *skb)
{
	if (rx->n == 1)
		return &rx->q[0];
	return &rx->q[reciprocal_scale(skb_get_hash(skb), rx->n)];
}

void anp_ring_put(struct anp_rx *rx, struct sk_buff *skb)
{
	struct anp_queue *q = choose(rx, skb);
	u64 now = 0;

	/* For busy polling, which pulls where the frames come from. */
	if (skb->napi_id != READ_ONCE(q->lower_napi))
		WRITE_ONCE(q->lower_napi, skb->napi_id);

	spin_lock(&q->lock);
	if (unlikely(skb_queue_len(&q->ring) >= q->set.ring)) {
		q->stats->drops++;
		spin_unlock(&q->lock);
		anp_drop_rx(q->dev, skb, ANP_MIB_DROP_LINK_RING);
		return;
	}
	__skb_queue_tail(&q->ring, skb);
	q->stats->frames++;
	q->stats->bytes += skb->len;
	if (anp_mod_needs_time(&q->set, &q->c)) {
		now = ktime_get_ns();
		q->c.last = now;
		if (!q->c.pending)
			q->c.first = now;
	}
	q->c.pending++;
	if (!q->masked)
		anp_queue_act(q, now);
	spin_unlock(&q->lock);
}

/* ---- life ---- */

static void dim_init(struct anp_queue *q)
{
	struct dim_cq_moder m;

	memset(&q->dim, 0, sizeof(q->dim));
	INIT_WORK(&q->dim.work, anp_queue_dim_work);
	q->dim.mode = q->set.cqe ? DIM_CQ_PERIOD_MODE_START_FROM_CQE :
				   DIM_CQ_PERIOD_MODE_START_FROM_EQE;
	m = net_dim_get_def_rx_moderation(q->dim.mode);
	q->c.dim = (struct anp_mod_pair){ .usecs = m.usec, .frames = m.pkts };
}

static struct anp_rx *make(struct anp_dev *ad)
{
	struct anp_queue *q;
	struct anp_rx *rx;
	unsigned int i;

	rx = kvzalloc(struct_size(rx, q, ad->queues), GFP_KERNEL);
	if (!rx)
		return NULL;
	rx->n = ad->queues;
	for (i = 0; i < rx->n; i++) {
		q = &rx->q[i];
		q->dev = ad->dev;
		q->index = i;
		q->stats = &ad->queue_stats[i];
		q->measured = q->stats->frames + q->stats->drops;
		q->dropped = q->stats->drops;
		q->set = ad->set;
		/* Until start(). */
		q->masked = true;
		spin_lock_init(&q->lock);
		__skb_queue_head_init(&q->ring);
		anp_hrtimer_setup(&q->timer, anp_queue_timer, CLOCK_MONOTONIC,
				  HRTIMER_MODE_ABS_PINNED_SOFT);
		dim_init(q);
		netif_napi_add(ad->dev, &q->napi, anp_queue_poll);
		napi_enable(&q->napi);
	}
	return rx;
}

static void start(struct anp_rx *rx)
{
	struct anp_queue *q;

	for (q = rx->q; q < rx->q + rx->n; q++) {
		spin_lock_bh(&q->lock);
		anp_queue_act(q, ktime_get_ns());
		spin_unlock_bh(&q->lock);
	}
}

/*
 * Nobody can put frames into @rx any more.  The poll arms the timer and the timer schedules the
 * poll, so first both are told not to, then each is waited for.
 */
static void end(struct anp_rx *rx)
{
	struct anp_queue *q;

	for (q = rx->q; q < rx->q + rx->n; q++) {
		spin_lock_bh(&q->lock);
		q->dead = true;
		spin_unlock_bh(&q->lock);
		hrtimer_cancel(&q->timer);
		napi_disable(&q->napi);
		cancel_work_sync(&q->dim.work);
	}
}

static void release(struct anp_rx *rx)
{
	unsigned int i;

	for (i = 0; i < rx->n; i++)
		__netif_napi_del(&rx->q[i].napi);
	/* Who is busy polling may have found a NAPI by its id. */
	synchronize_net();
	kvfree(rx);
}

static void handle_rest(struct anp_rx *rx)
{
	struct anp_queue *q;
	struct sk_buff *skb;

	local_bh_disable();
	for (q = rx->q; q < rx->q + rx->n; q++)
		while ((skb = __skb_dequeue(&q->ring)))
			netif_receive_skb(skb);
	local_bh_enable();
}

static void drop_rest(struct anp_rx *rx)
{
	struct anp_queue *q;
	struct sk_buff *skb;

	local_bh_disable();
	for (q = rx->q; q < rx->q + rx->n; q++)
		while ((skb = __skb_dequeue(&q->ring)))
			anp_drop_rx(q->dev, skb, ANP_MIB_DROP_LINK_DOWN);
	local_bh_enable();
}

/* Settings in place: the poll that is under way, or the next frame, goes by them. */
static void tell(struct anp_rx *rx, const struct anp_mod_settings *set)
{
	struct anp_queue *q;

	for (q = rx->q; q < rx->q + rx->n; q++) {
		spin_lock_bh(&q->lock);
		if (q->set.cqe != set->cqe)
			q->dim.mode = set->cqe ? DIM_CQ_PERIOD_MODE_START_FROM_CQE :
						 DIM_CQ_PERIOD_MODE_START_FROM_EQE;
		q->set = *set;
		/* What waits was stamped, or not, by the settings before. */
		q->c.first = ktime_get_ns();
		q->c.last = q->c.first;
		if (!q->masked)
			anp_queue_act(q, q->c.first);
		spin_unlock_bh(&q->lock);
	}
}

int anp_rx_apply(struct anp_dev *ad)
{
	struct anp_rx *old = rtnl_dereference(ad->rx), *rx = NULL;
	bool wanted = netif_running(ad->dev) && anp_dev_is_moderated(ad);
	int err;

	if (old && wanted && old->n == ad->queues) {
		tell(old, &ad->set);
		return 0;
	}
	if (wanted) {
		err = netif_set_real_num_rx_queues(ad->dev, ad->queues);
		if (err)
			return err;
		rx = make(ad);
		if (!rx)
			return -ENOMEM;
	}
	rcu_assign_pointer(ad->rx, rx);
	if (old) {
		synchronize_net();
		end(old);
		handle_rest(old);
		release(old);
	}
	/* Not earlier: the new rings' frames come behind the old ones'. */
	if (rx)
		start(rx);
	return 0;
}

ALLOW_ERROR_INJECTION(anp_rx_apply, ERRNO);

void anp_rx_stop(struct anp_dev *ad)
{
	struct anp_rx *rx = rtnl_dereference(ad->rx);

	if (!rx)
		return;
	RCU_INIT_POINTER(ad->rx, NULL);
	synchronize_net();
	end(rx);
	drop_rest(rx);
	release(rx);
}
