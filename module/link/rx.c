// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving: picking ANP's frames from the lower device, and the entrance of the stack on the anp
 * device.  Both are rx_handlers: softirq, under rcu_read_lock(); between the two the kernel serves
 * the anp device's taps, XDP and tc.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include "link/link.h"
#include "observe/latency.h"

static const struct anp_link_handlers *handlers __read_mostly;

void anp_link_set_handlers(const struct anp_link_handlers *h)
{
	handlers = h;
}

static void count_rx(struct anp_dev *ad, unsigned int len, bool multicast)
{
	struct anp_dev_pcpu *p = this_cpu_ptr(ad->pcpu);

	u64_stats_update_begin(&p->syncp);
	u64_stats_inc(&p->rx_packets);
	u64_stats_add(&p->rx_bytes, len);
	if (multicast)
		u64_stats_inc(&p->rx_multicast);
	u64_stats_update_end(&p->syncp);
}

void anp_drop_rx(struct net_device *dev, struct sk_buff *skb, enum anp_mib_item item)
{
	struct anp_dev *ad = netdev_priv(dev);
	struct anp_dev_pcpu *p = this_cpu_ptr(ad->pcpu);

	u64_stats_update_begin(&p->syncp);
	u64_stats_inc(&p->rx_dropped);
	u64_stats_update_end(&p->syncp);
	skb->dev = dev;
	anp_drop(dev_net(dev), skb, item);
}

/* Consumes @skb, which nobody else uses. */
static void enter(struct net_device *dev, struct sk_buff *skb)
{
	if (unlikely(!(dev->flags & IFF_UP)))
		anp_drop_rx(dev, skb, ANP_MIB_DROP_LINK_DOWN);
	else if (unlikely(skb->pkt_type == PACKET_OTHERHOST))
		anp_drop_rx(dev, skb, ANP_MIB_DROP_LINK_OTHERHOST);
	else if (unlikely(skb_vlan_tag_present(skb)))
		anp_drop_rx(dev, skb, ANP_MIB_DROP_LINK_PROTO);
	else if (likely(skb->protocol == htons(ETH_P_IP)))
		handlers->ip(skb);
	else if (skb->protocol == htons(ETH_P_ARP) && anp_dev_is_ether(dev))
		handlers->arp(skb);
	else
		anp_drop_rx(dev, skb, ANP_MIB_DROP_LINK_PROTO);
}

/*
 * Makes @skb, which nobody else uses, the anp device's.  From a veth it still belongs to the
 * sender's socket, and its pages may be those of a program that sends with MSG_ZEROCOPY; neither
 * may wait in one of our queues.  Consumes @skb when it returns false.
 */
static bool adopt(struct anp_dev *ad, struct sk_buff *skb, u8 pkt_type)
{
	skb_orphan(skb);
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC))) {
		anp_drop_rx(ad->dev, skb, ANP_MIB_DROP_NOMEM);
		return false;
	}
	__vlan_hwaccel_clear_tag(skb);
	/*
	 * ethtool -K rx off: the lower device's word is not taken.  Where the sum is still to be filled
	 * in (PARTIAL) there is none to check, nor for a super-packet as a whole.
	 */
	if (unlikely(!(ad->dev->features & NETIF_F_RXCSUM)) && !skb_is_gso(skb) &&
	    skb->ip_summed != CHECKSUM_PARTIAL)
		skb->ip_summed = CHECKSUM_NONE;
	skb->dev = ad->dev;
	skb->pkt_type = pkt_type;
	count_rx(ad, skb->len + skb->mac_len, pkt_type == PACKET_MULTICAST);
	anp_lat_rx_begin(skb);
	return true;
}

/*
 * Would netif_receive_skb() only call anp_entrance_frame() with a packet of @dev?  So it is while no
 * XDP program, classifier, netfilter hook, tap or packet socket is there.
 */
static bool is_straight(struct net_device *dev)
{
	return !rcu_access_pointer(dev->xdp_prog) && !anp_dev_tc_ingress(dev) &&
	       !anp_dev_nf_ingress(dev) && list_empty(&dev->ptype_specific) &&
	       !dev_nit_active(dev);
}

/* Consumes @skb, as netif_receive_skb() would have. */
static void enter_straight(struct net_device *dev, struct sk_buff *skb)
{
	struct anp_dev *ad = netdev_priv(dev);

	this_cpu_inc(ad->pcpu->rx_direct);
	skb->skb_iif = dev->ifindex;
	enter(dev, skb);
}

/* Shall other CPUs handle what comes by this queue? */
static bool has_rps(const struct net_device *dev, const struct sk_buff *skb)
{
	return anp_rxq_has_rps(&dev->_rx[skb_get_rx_queue(skb)]);
}

void anp_link_receive(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	if (likely(is_straight(dev) && !has_rps(dev, skb)))
		enter_straight(dev, skb);
	else
		netif_receive_skb(skb);
}

/* Sent back by a hub or a loop, or another station has our address. */
static bool is_from_us(const struct anp_dev *ad, const struct sk_buff *skb)
{
	return anp_dev_is_ether(ad->dev) &&
	       ether_addr_equal(eth_hdr(skb)->h_source, ad->dev->dev_addr);
}

static rx_handler_result_t take(struct anp_dev *ad, struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct anp_rx *rx;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		anp_count(dev_net(ad->dev), ANP_MIB_DROP_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(!(ad->dev->flags & IFF_UP))) {
		anp_drop_rx(ad->dev, skb, ANP_MIB_DROP_LINK_DOWN);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(is_from_us(ad, skb))) {
		anp_drop_rx(ad->dev, skb, ANP_MIB_DROP_LINK_OWN_MAC);
		return RX_HANDLER_CONSUMED;
	}
	if (!adopt(ad, skb, PACKET_HOST))
		return RX_HANDLER_CONSUMED;
	rx = rcu_dereference(ad->rx);
	if (rx) {
		anp_lat_rx_ring_in(skb);
		anp_ring_put(rx, skb);
		return RX_HANDLER_CONSUMED;
	}
	if (likely(is_straight(ad->dev))) {
		enter_straight(ad->dev, skb);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	return RX_HANDLER_ANOTHER;
}

/* Broadcast and multicast are for the host too: the anp device gets a copy. */
static void take_copy(struct anp_dev *ad, struct sk_buff *skb)
{
	u8 pkt_type = is_broadcast_ether_addr(eth_hdr(skb)->h_dest) ? PACKET_BROADCAST :
								      PACKET_MULTICAST;
	struct anp_rx *rx;

	if (!(ad->dev->flags & IFF_UP))
		return;
	skb = skb_clone(skb, GFP_ATOMIC);
	if (!skb) {
		anp_count(dev_net(ad->dev), ANP_MIB_DROP_NOMEM);
		return;
	}
	if (!adopt(ad, skb, pkt_type))
		return;
	rx = rcu_dereference(ad->rx);
	if (rx) {
		anp_lat_rx_ring_in(skb);
		anp_ring_put(rx, skb);
	} else {
		netif_rx(skb);
	}
}

static rx_handler_result_t ether_frame(struct anp_dev *ad, struct sk_buff **pskb)
{
	const struct ethhdr *eth = eth_hdr(*pskb);
	struct sk_buff *skb = *pskb;

	if (skb->protocol != htons(ETH_P_IP) && skb->protocol != htons(ETH_P_ARP))
		return RX_HANDLER_PASS;
	/* A VLAN nobody here is in; 0 is none, the tag then tells a priority only (IEEE 802.1Q). */
	if (skb_vlan_tag_present(skb) && skb_vlan_tag_get_id(skb))
		return RX_HANDLER_PASS;

	if (unlikely(is_multicast_ether_addr(eth->h_dest))) {
		if (likely(!is_from_us(ad, skb)))
			take_copy(ad, skb);
		return RX_HANDLER_PASS;
	}
	if (!ether_addr_equal_64bits(eth->h_dest, ad->dev->dev_addr))
		return RX_HANDLER_PASS;
	return take(ad, pskb);
}

/* rx_handler of the lower device. */
rx_handler_result_t anp_lower_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct anp_dev *ad = rcu_dereference(skb->dev->rx_handler_data);

	if (anp_dev_is_ether(ad->dev))
		return ether_frame(ad, pskb);
	if (skb->protocol != htons(ETH_P_IP))
		return RX_HANDLER_PASS;
	return take(ad, pskb);
}

/* Is a packet socket for this protocol bound to @dev?  Those for all protocols were served before. */
static bool has_packet_socket(const struct net_device *dev, const struct sk_buff *skb)
{
	const struct packet_type *pt;

	list_for_each_entry_rcu(pt, &dev->ptype_specific, list)
		if (pt->type == skb->protocol)
			return true;
	return false;
}

/*
 * rx_handler of the anp device, the entrance: nothing gets past it to the host's stack, but packet
 * sockets bound to the device (arping, DHCP clients) get their copy.  Packets come from the lower
 * device or, looped by ip/, from the stack itself.
 */
rx_handler_result_t anp_entrance_frame(struct sk_buff **pskb)
{
	struct net_device *dev = (*pskb)->dev;
	rx_handler_result_t ret;
	struct sk_buff *skb;

	if (unlikely(has_packet_socket(dev, *pskb))) {
		skb = skb_clone(*pskb, GFP_ATOMIC);
		ret = RX_HANDLER_EXACT;
	} else {
		/* A tap may hold it too. */
		skb = skb_share_check(*pskb, GFP_ATOMIC);
		ret = RX_HANDLER_CONSUMED;
	}
	if (likely(skb))
		enter(dev, skb);
	else
		anp_count(dev_net(dev), ANP_MIB_DROP_NOMEM);
	return ret;
}
