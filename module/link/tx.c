// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: what ANP (or a packet socket) sends goes on to the lower device, link header and all.
 * What the host's own stack sends here ends here: only ANP speaks for the device's addresses.
 */
#include "link/link.h"

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

netdev_tx_t anp_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);
	unsigned int len = skb->len;
	int ret;

	if (!is_own(skb)) {
		count_tx(ad, 0, false);
		anp_drop(dev_net(dev), skb, ANP_MIB_DROP_LINK_HOST_TX);
		return NETDEV_TX_OK;
	}

	skb->dev = ad->lower;
	skb->pkt_type = PACKET_HOST;
	ret = dev_queue_xmit(skb);
	count_tx(ad, len, ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN);
	/* Without a qdisc of its own the device tells its caller what became of the packet. */
	return ret;
}
