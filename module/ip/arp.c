// SPDX-License-Identifier: GPL-2.0
/*
 * ARP: RFC 826, with the address conflict rules of RFC 5227 that a host without automatic
 * configuration needs.  What is learnt goes to the kernel's arp_tbl (neigh.c); addresses that
 * come up are announced.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/arp.h>
#include <net/neighbour.h>
#include "ip.h"
#include "arp.h"

/* RFC 5227 2.3; in jiffies. */
#define ANNOUNCE_INTERVAL (2 * HZ)

/* The fields of a checked packet. */
struct arp_msg {
	u16		op;
	const u8	*sha;
	const u8	*tha;
	__be32		sip;
	__be32		tip;
};

static bool arp_capable(const struct net_device *dev)
{
	return dev->header_ops && dev->addr_len && !(dev->flags & IFF_NOARP);
}

static void fill_packet(struct sk_buff *skb, u16 op, __be32 sip, __be32 tip, const u8 *tha)
{
	const struct net_device *dev = skb->dev;
	struct arphdr *arp = skb_put_zero(skb, arp_hdr_len(skb->dev));
	u8 *p = (u8 *)(arp + 1);

	arp->ar_hrd = htons(dev->type);
	arp->ar_pro = htons(ETH_P_IP);
	arp->ar_hln = dev->addr_len;
	arp->ar_pln = sizeof(tip);
	arp->ar_op = htons(op);

	memcpy(p, dev->dev_addr, dev->addr_len);
	p += dev->addr_len;
	memcpy(p, &sip, sizeof(sip));
	p += sizeof(sip);
	if (tha)
		memcpy(p, tha, dev->addr_len);
	p += dev->addr_len;
	memcpy(p, &tip, sizeof(tip));
}

void anp_arp_send(struct net_device *dev, u16 op, __be32 sip, __be32 tip, const u8 *dst_hw,
		  const u8 *tha)
{
	int len = arp_hdr_len(dev);
	struct net *net = dev_net(dev);
	struct sk_buff *skb;

	if (!arp_capable(dev))
		return;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len + dev->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_ARP);
	fill_packet(skb, op, sip, tip, tha);
	anp_ip_set_owner_ctl(net, skb);
	anp_link_mark_own(skb);

	if (dev_hard_header(skb, dev, ETH_P_ARP, dst_hw ?: dev->broadcast, dev->dev_addr,
			    len) < 0) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return;
	}
	anp_count(net, op == ARPOP_REQUEST ? ANP_MIB_ARP_OUT_REQUESTS : ANP_MIB_ARP_OUT_REPLIES);
	dev_queue_xmit(skb);
}

/* Every field of RFC 826's packet; the header must be linear.  True: @m is filled. */
static bool parse(const struct sk_buff *skb, struct arp_msg *m)
{
	const struct net_device *dev = skb->dev;
	const struct arphdr *arp = (const struct arphdr *)skb->data;
	const u8 *p = (const u8 *)(arp + 1);
	bool ether = dev->type == ARPHRD_ETHER;

	/* RFC 1122 2.3.3: IEEE 802 encapsulation may say hardware type 6 for Ethernet. */
	if (arp->ar_hrd != htons(dev->type) && !(ether && arp->ar_hrd == htons(ARPHRD_IEEE802)))
		return false;
	if (arp->ar_pro != htons(ETH_P_IP))
		return false;
	if (arp->ar_hln != dev->addr_len || arp->ar_pln != sizeof(__be32))
		return false;

	m->op = ntohs(arp->ar_op);
	if (m->op != ARPOP_REQUEST && m->op != ARPOP_REPLY)
		return false;

	m->sha = p;
	p += dev->addr_len;
	memcpy(&m->sip, p, sizeof(m->sip));
	p += sizeof(m->sip);
	m->tha = p;
	p += dev->addr_len;
	memcpy(&m->tip, p, sizeof(m->tip));

	/* Nobody can be reached at such a hardware address. */
	return !ether || is_valid_ether_addr(m->sha);
}

static bool bad_sender(__be32 sip)
{
	return ipv4_is_multicast(sip) || ipv4_is_lbcast(sip) || ipv4_is_loopback(sip) ||
	       (anp_ip_is_this_net(sip) && sip);
}

static bool bad_target(__be32 tip)
{
	return ipv4_is_multicast(tip) || ipv4_is_lbcast(tip) || ipv4_is_loopback(tip);
}

/*
 * Do we answer for m->tip on @dev?  By default for all addresses of the namespace's anp devices,
 * as Linux does for its own; sysctl arp_ignore narrows it to the device's.
 */
static bool is_for_us(const struct net_device *dev, const struct arp_msg *m)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	struct net *net = dev_net(dev);
	int ignore;

	if (!in_dev || anp_addr_type(net, m->tip) != RTN_LOCAL)
		return false;
	ignore = IN_DEV_ARP_IGNORE(in_dev);
	if (!ignore)
		return true;
	if (ignore == 8)
		return false;
	return inet_confirm_addr(net, in_dev, ignore == 2 ? m->sip : 0, m->tip, RT_SCOPE_HOST);
}

/*
 * RFC 826's merge.  @create: the sender asked for us and will be talked to.  An entry that was
 * changed a moment ago keeps its address (several answers: the first counts), unless the packet
 * is gratuitous, which says that the address has moved.
 */
static void learn(struct net_device *dev, const struct arp_msg *m, bool create, bool unicast)
{
	bool gratuitous = m->sip == m->tip;
	bool override;
	struct neighbour *n;
	u8 state;

	n = __neigh_lookup(&arp_tbl, &m->sip, dev, create);
	if (!n)
		return;

	override = gratuitous ||
		   time_after(jiffies, n->updated + NEIGH_VAR(n->parms, LOCKTIME));
	/* Only an answer to our own question proves that the neighbour hears us. */
	state = m->op == ARPOP_REPLY && unicast ? NUD_REACHABLE : NUD_STALE;
	neigh_update(n, m->sha, state, override ? NEIGH_UPDATE_F_OVERRIDE : 0, 0);
	neigh_release(n);
}

static bool entry_exists(struct net_device *dev, __be32 addr)
{
	return __ipv4_neigh_lookup_noref(dev, (__force u32)addr);
}

/* Acts on a checked packet; false: it is not for us and tells nothing we want to know. */
static bool process(struct sk_buff *skb, const struct arp_msg *m)
{
	struct net_device *dev = skb->dev;
	struct net *net = dev_net(dev);
	bool for_us;

	if (bad_sender(m->sip) || bad_target(m->tip))
		return false;
	if (!memcmp(m->sha, dev->dev_addr, dev->addr_len))
		return false;

	for_us = m->op == ARPOP_REQUEST && is_for_us(dev, m);

	if (m->sip && anp_addr_type(net, m->sip) == RTN_LOCAL) {
		net_warn_ratelimited("anp: %s: %pM uses our address %pI4\n", dev->name, m->sha,
				     &m->sip);
		return false;
	}

	/* RFC 5227 2.1.1: a probe; its sender has no address to learn. */
	if (!m->sip) {
		if (for_us)
			anp_arp_send(dev, ARPOP_REPLY, m->tip, 0, m->sha, m->sha);
		return for_us;
	}

	if (for_us) {
		learn(dev, m, true, false);
		anp_arp_send(dev, ARPOP_REPLY, m->tip, m->sip, m->sha, m->sha);
		return true;
	}

	if (!entry_exists(dev, m->sip))
		return false;
	learn(dev, m, false, skb->pkt_type == PACKET_HOST);
	return true;
}

/* Handler of the link layer: softirq, RCU, skb->data at the ARP header. */
void anp_arp_rcv(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct net *net = dev_net(dev);
	struct arp_msg m;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		anp_count(net, ANP_MIB_DROP_NOMEM);
		return;
	}
	if (!arp_capable(dev) || skb->pkt_type == PACKET_OTHERHOST ||
	    skb->pkt_type == PACKET_LOOPBACK) {
		anp_drop(net, skb, ANP_MIB_DROP_ARP_IGNORED);
		return;
	}
	if (!pskb_may_pull(skb, arp_hdr_len(dev)) || !parse(skb, &m)) {
		anp_drop(net, skb, ANP_MIB_DROP_ARP_HDR);
		return;
	}
	anp_count(net, m.op == ARPOP_REQUEST ? ANP_MIB_ARP_IN_REQUESTS : ANP_MIB_ARP_IN_REPLIES);

	if (!process(skb, &m)) {
		anp_drop(net, skb, ANP_MIB_DROP_ARP_IGNORED);
		return;
	}
	consume_skb(skb);
}

/*
 * RFC 5227 2.3: tells switches and neighbours where @addr is.  RCU.
 *
 * And once more after ANNOUNCE_INTERVAL: a frame may be lost, and a neighbour that has just heard
 * of another station at the address does not change its mind within a second (Linux' locktime).
 */
static void announce(struct net_device *dev, __be32 addr)
{
	if (netif_running(dev) && netif_carrier_ok(dev) && !ipv4_is_loopback(addr))
		anp_arp_send(dev, ARPOP_REQUEST, addr, addr, NULL, NULL);
}

static void announce_all(struct net_device *dev)
{
	const struct in_ifaddr *ifa;
	struct in_device *in_dev;

	rcu_read_lock();
	in_dev = __in_dev_get_rcu(dev);
	if (in_dev)
		in_dev_for_each_ifa_rcu(ifa, in_dev)
			announce(dev, ifa->ifa_local);
	rcu_read_unlock();
}

static void announce_again(struct work_struct *work)
{
	struct anp_arp_dev *arp = container_of(to_delayed_work(work), struct anp_arp_dev, again);

	announce_all(arp->dev);
}

static void announce_later(struct net_device *dev)
{
	ASSERT_RTNL();
	if (netif_running(dev) && arp_capable(dev))
		mod_delayed_work(system_wq, &anp_dev_arp(dev)->again, ANNOUNCE_INTERVAL);
}

void anp_arp_dev_init(struct anp_arp_dev *arp, struct net_device *dev)
{
	arp->dev = dev;
	INIT_DELAYED_WORK(&arp->again, announce_again);
}

void anp_arp_dev_stop(struct anp_arp_dev *arp)
{
	ASSERT_RTNL();
	cancel_delayed_work_sync(&arp->again);
}

static int inetaddr_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct net_device *dev = ifa->ifa_dev->dev;

	if (event == NETDEV_UP && anp_dev_is_anp(dev)) {
		rcu_read_lock();
		announce(dev, ifa->ifa_local);
		rcu_read_unlock();
		announce_later(dev);
	}
	return NOTIFY_DONE;
}

static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (!anp_dev_is_anp(dev))
		return NOTIFY_DONE;

	switch (event) {
	case NETDEV_UP:
	case NETDEV_CHANGE:
	case NETDEV_CHANGEADDR:
	case NETDEV_NOTIFY_PEERS:
		announce_all(dev);
		announce_later(dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block inetaddr_nb = {
	.notifier_call = inetaddr_event,
};

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

int anp_arp_init(void)
{
	int err;

	err = register_inetaddr_notifier(&inetaddr_nb);
	if (err)
		return err;
	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		unregister_inetaddr_notifier(&inetaddr_nb);
	return err;
}

void anp_arp_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
	unregister_inetaddr_notifier(&inetaddr_nb);
}
