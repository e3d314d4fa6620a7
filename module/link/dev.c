// SPDX-License-Identifier: GPL-2.0
/*
 * The net_device operations of an anp device: life, addresses, statistics.  Sending is in tx.c,
 * receiving in rx.c.
 */
#include <linux/etherdevice.h>
#include <net/l3mdev.h>
#include "link/link.h"

/* Undone by ndo_uninit (the handlers) and priv_destructor (the rest), which follow it always. */
static int init_dev(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);
	int err;

	netdev_lockdep_set_classes(dev);

	ad->pcpu = netdev_alloc_pcpu_stats(struct anp_dev_pcpu);
	if (!ad->pcpu)
		return -ENOMEM;
	ad->queue_stats = kcalloc(ANP_QUEUES_MAX, sizeof(*ad->queue_stats), GFP_KERNEL);
	if (!ad->queue_stats) {
		err = -ENOMEM;
		goto err_free;
	}
	err = netdev_rx_handler_register(ad->lower, anp_lower_frame, ad);
	if (err)
		goto err_stats;
	err = netdev_rx_handler_register(dev, anp_entrance_frame, NULL);
	if (err)
		goto err_lower;
	netdev_hold(ad->lower, &ad->lower_tracker, GFP_KERNEL);
	return 0;

err_lower:
	netdev_rx_handler_unregister(ad->lower);
err_stats:
	kfree(ad->queue_stats);
err_free:
	free_percpu(ad->pcpu);
	return err;
}

/*
 * Runs after the NETDEV_UNREGISTER notifiers: addresses and routes were removed while the device
 * still was an l3mdev master.  The flag goes before the link to the lower device, else the FIB
 * takes the unlinking for the end of a VRF and flushes the lower device's routes.
 */
static void uninit_dev(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	dev->priv_flags &= ~IFF_L3MDEV_MASTER;
	if (netdev_has_upper_dev(ad->lower, dev))
		netdev_upper_dev_unlink(ad->lower, dev);
	/* Each waits until no CPU is in the handler. */
	netdev_rx_handler_unregister(ad->lower);
	netdev_rx_handler_unregister(dev);
}

static void free_dev(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	netdev_put(ad->lower, &ad->lower_tracker);
	kfree(ad->queue_stats);
	free_percpu(ad->pcpu);
}

int anp_dev_addr_start(struct anp_dev *ad)
{
	ASSERT_RTNL();
	if (!anp_dev_is_ether(ad->dev))
		return 0;
	return dev_uc_add(ad->lower, ad->dev->dev_addr);
}

ALLOW_ERROR_INJECTION(anp_dev_addr_start, ERRNO);

void anp_dev_addr_stop(struct anp_dev *ad)
{
	ASSERT_RTNL();
	if (!anp_dev_is_ether(ad->dev))
		return;
	dev_mc_unsync(ad->lower, ad->dev);
	dev_uc_del(ad->lower, ad->dev->dev_addr);
}

static int open_dev(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);
	int err;

	err = anp_dev_addr_start(ad);
	if (err)
		return err;
	err = anp_rx_apply(ad);
	if (err)
		anp_dev_addr_stop(ad);
	return err;
}

static int stop_dev(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	anp_arp_dev_stop(&ad->arp);
	anp_dev_addr_stop(ad);
	anp_rx_stop(ad);
	return 0;
}

static void set_rx_mode(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	dev_mc_sync(ad->lower, dev);
}

/* The lower device's own address would take the host's frames away. */
static int set_mac_address(struct net_device *dev, void *p)
{
	struct anp_dev *ad = netdev_priv(dev);
	const struct sockaddr *sa = p;
	int err;

	if (!is_valid_ether_addr(sa->sa_data))
		return -EADDRNOTAVAIL;
	if (ether_addr_equal(sa->sa_data, ad->lower->dev_addr))
		return -EADDRINUSE;
	if (netif_running(dev)) {
		err = dev_uc_add(ad->lower, sa->sa_data);
		if (err)
			return err;
		dev_uc_del(ad->lower, dev->dev_addr);
	}
	eth_hw_addr_set(dev, sa->sa_data);
	return 0;
}

static int get_iflink(const struct net_device *dev)
{
	const struct anp_dev *ad = netdev_priv(dev);

	return READ_ONCE(ad->lower->ifindex);
}

static void get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s)
{
	const struct anp_dev *ad = netdev_priv(dev);
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct anp_dev_pcpu *p = per_cpu_ptr(ad->pcpu, cpu);
		struct rtnl_link_stats64 c;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&p->syncp);
			c.rx_packets = u64_stats_read(&p->rx_packets);
			c.rx_bytes = u64_stats_read(&p->rx_bytes);
			c.multicast = u64_stats_read(&p->rx_multicast);
			c.rx_dropped = u64_stats_read(&p->rx_dropped);
			c.tx_packets = u64_stats_read(&p->tx_packets);
			c.tx_bytes = u64_stats_read(&p->tx_bytes);
			c.tx_dropped = u64_stats_read(&p->tx_dropped);
		} while (u64_stats_fetch_retry(&p->syncp, start));

		s->rx_packets += c.rx_packets;
		s->rx_bytes += c.rx_bytes;
		s->multicast += c.multicast;
		s->rx_dropped += c.rx_dropped;
		s->tx_packets += c.tx_packets;
		s->tx_bytes += c.tx_bytes;
		s->tx_dropped += c.tx_dropped;
	}
}

/*
 * skb->dev of a packet that waited in a queue may be gone, so it is compared and never followed.
 */
void anp_dev_count_drop(const struct net *net, const struct sk_buff *skb, enum anp_mib_item item)
{
	const struct anp_dev *ad;

	if (item < ANP_MIB_DROP_FIRST || !skb->dev)
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(ad, &anp_net(net)->devs, node) {
		if (ad->dev != skb->dev)
			continue;
		this_cpu_inc(ad->pcpu->drops[item - ANP_MIB_DROP_FIRST]);
		break;
	}
	rcu_read_unlock();
}

static u32 l3mdev_table(const struct net_device *dev)
{
	return ANP_RT_TABLE;
}

static const struct l3mdev_ops l3mdev_ops = {
	.l3mdev_fib_table	= l3mdev_table,
};

/*
 * Super-packets are one thing here, whoever cuts them in the end: without gso there are none.  And the
 * core does not sum up a super-packet, nor put it into one piece, so without these it is cut before.
 */
static netdev_features_t fix_features(struct net_device *dev, netdev_features_t features)
{
	if (!(features & NETIF_F_GSO) || !(features & NETIF_F_SG) || !(features & NETIF_F_HW_CSUM))
		features &= ~NETIF_F_GSO_SOFTWARE;
	return features;
}

static const struct net_device_ops ether_ops = {
	.ndo_init		= init_dev,
	.ndo_uninit		= uninit_dev,
	.ndo_open		= open_dev,
	.ndo_stop		= stop_dev,
	.ndo_start_xmit		= anp_dev_xmit,
	.ndo_get_stats64	= get_stats64,
	.ndo_get_iflink		= get_iflink,
	.ndo_fix_features	= fix_features,
	.ndo_set_rx_mode	= set_rx_mode,
	.ndo_set_mac_address	= set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_features_check	= passthru_features_check,
	.ndo_neigh_construct	= anp_arp_neigh_construct,
};

static const struct net_device_ops l3_ops = {
	.ndo_init		= init_dev,
	.ndo_uninit		= uninit_dev,
	.ndo_open		= open_dev,
	.ndo_stop		= stop_dev,
	.ndo_start_xmit		= anp_dev_xmit,
	.ndo_get_stats64	= get_stats64,
	.ndo_get_iflink		= get_iflink,
	.ndo_fix_features	= fix_features,
	.ndo_features_check	= passthru_features_check,
};

bool anp_dev_is_anp(const struct net_device *dev)
{
	return dev->netdev_ops == &ether_ops || dev->netdev_ops == &l3_ops;
}

struct anp_arp_dev *anp_dev_arp(const struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	return &ad->arp;
}

struct anp_igmp_dev *anp_dev_igmp(const struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	return &ad->igmp;
}

struct net_device *anp_link_any(struct net *net)
{
	const struct anp_dev *ad;

	list_for_each_entry_rcu(ad, &anp_net(net)->devs, node)
		if (ad->dev->flags & IFF_UP)
			return ad->dev;
	return NULL;
}

void anp_dev_setup(struct net_device *dev)
{
	struct anp_dev *ad = netdev_priv(dev);

	ether_setup(dev);
	ad->dev = dev;
	INIT_LIST_HEAD(&ad->node);
	anp_arp_dev_init(&ad->arp, dev);
	anp_coalesce_init(ad);

	dev->netdev_ops = &ether_ops;
	dev->ethtool_ops = &anp_ethtool_ops;
	dev->l3mdev_ops = &l3mdev_ops;
	dev->max_mtu = ETH_MAX_MTU;	/* until the lower device is known */
	dev->priv_destructor = free_dev;
	dev->needs_free_netdev = true;

	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_NO_QUEUE;
	dev->features |= ANP_FEATURES | NETIF_F_RXCSUM | NETIF_F_VLAN_CHALLENGED;
	dev->hw_features |= ANP_FEATURES | NETIF_F_RXCSUM;
	anp_netdev_set_lltx(dev);
	anp_netdev_set_netns_immutable(dev);
}

void anp_dev_set_lower(struct net_device *dev, struct net_device *lower)
{
	struct anp_dev *ad = netdev_priv(dev);

	ASSERT_RTNL();
	ad->lower = lower;
	if (anp_dev_is_ether(lower))
		return;

	/* No link header and no addresses: packets go to whoever is at the other end. */
	dev->netdev_ops = &l3_ops;
	dev->header_ops = NULL;
	dev->type = lower->type;
	dev->hard_header_len = 0;
	dev->min_header_len = 0;
	dev->addr_len = 0;
	dev->flags &= ~(IFF_BROADCAST | IFF_MULTICAST);
	dev->flags |= IFF_NOARP | IFF_POINTOPOINT | (lower->flags & IFF_MULTICAST);
}
