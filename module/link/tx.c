// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: what ANP (or a packet socket) sends goes on to the lower device, link header and all.
 * What the host's own stack sends here ends here: only ANP speaks for the device's addresses.
 */
#include <net/sch_generic.h>
#include "link/link.h"
#include "observe/latency.h"

static void count_tx(struct anp_dev *ad, unsigned int len, bool sent)
{
	struct anp_dev_pcpu *p = this_cpu_ptr(ad->pcpu);

	u64_stats_update_begin(&p->syncp);
	if (sent) {
		u64_stats_inc(&p->tx_packets);
		u64_stats_add(&p->tx_bytes, len);
	} else {
		u64_stats_inc(&p->tx_dropped);
	}
	u64_stats_update_end(&p->syncp);
}

/* The host's packets have other owners, or none, and never this packet type. */
static bool is_own(const struct sk_buff *skb)
{
	if (skb->pkt_type == ANP_PACKET_OWN)
		return true;
	return skb->sk && (skb->sk->sk_family == AF_ANP || skb->sk->sk_family == AF_PACKET);
}

static int pass_on(struct anp_dev *ad, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int ret;

	skb->dev = ad->lower;
	skb->pkt_type = PACKET_HOST;
	anp_lat_tx_mark(skb, ANP_LAT_TX_DEVICE);
	ret = dev_queue_xmit(skb);
	anp_lat_tx_mark(NULL, ANP_LAT_TX_LOWER);
	count_tx(ad, len, ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN);
	/* Without a qdisc of its own the device tells its caller what became of the packet. */
	return ret;
}

netdev_tx_t anp_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	if (!is_own(skb)) {
		count_tx(ad, 0, false);
		anp_drop(dev_net(dev), skb, ANP_MIB_DROP_LINK_HOST_TX);
		return NETDEV_TX_OK;
	}
	return pass_on(ad, skb);
}

/*
 * Would dev_queue_xmit() only call anp_dev_xmit() with @skb as it is?  So it is while the device has
 * no qdisc (a device without carrier has the one that drops), no classifier, netfilter hook or tap,
 * and offers all that @skb may want.  Under rcu_read_lock_bh().
 */
static bool is_straight(struct net_device *dev, const struct sk_buff *skb)
{
	const struct Qdisc *q = rcu_dereference_bh(netdev_get_tx_queue(dev, 0)->qdisc);

	if (unlikely(q->enqueue || anp_dev_tc_egress(dev) || anp_dev_nf_egress(dev)))
		return false;
	if (unlikely(!(dev->flags & IFF_UP) || (dev->features & ANP_FEATURES) != ANP_FEATURES))
		return false;
	if (skb_is_gso(skb) && (skb_shinfo(skb)->gso_segs > READ_ONCE(dev->gso_max_segs) ||
				skb->len >= anp_gso_max_size(dev)))
		return false;
	return likely(!dev_nit_active(dev));
}

int anp_link_xmit(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct anp_dev *ad = netdev_priv(dev);
	int ret;

	rcu_read_lock_bh();
	if (likely(is_straight(dev, skb))) {
		this_cpu_inc(ad->pcpu->tx_direct);
		ret = pass_on(ad, skb);
	} else {
		ret = dev_queue_xmit(skb);
	}
	rcu_read_unlock_bh();
	return ret;
}
