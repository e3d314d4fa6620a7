/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The anp device: a net_device stacked on a lower one.  A received frame goes lower device ->
 * anp_lower_frame() -> anp device -> anp_entrance_frame() -> the handlers of ip/; a sent one goes
 * ip/ -> anp device -> anp_dev_xmit() -> lower device.  So taps, tc, netem and generic XDP work on
 * the anp device, and the host's own stack never sees a frame of it.  While none of them is there,
 * the way through the kernel's queues and hooks is cut short: anp_link_xmit(), anp_link_receive().
 */
#ifndef ANP_LINK_LINK_H
#define ANP_LINK_LINK_H

#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include "anp.h"
#include "ip/arp.h"
#include "ip/mcast.h"
#include "link/ring.h"

/* What is done in software for a lower device that cannot: so it is always offered. */
#define ANP_FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA | \
		      NETIF_F_GSO_SOFTWARE)

#define ANP_DROP_REASONS (ANP_MIB_COUNT - ANP_MIB_DROP_FIRST)

/* Written by the own CPU only: received and sent with bottom halves off. */
struct anp_dev_pcpu {
	u64_stats_t		rx_packets;
	u64_stats_t		rx_bytes;
	u64_stats_t		rx_multicast;
	u64_stats_t		rx_dropped;
	u64_stats_t		tx_packets;
	u64_stats_t		tx_bytes;
	u64_stats_t		tx_dropped;
	struct u64_stats_sync	syncp;
	unsigned long		rx_direct;			/* this_cpu_inc(), any context */
	unsigned long		tx_direct;			/* likewise */
	unsigned long		drops[ANP_DROP_REASONS];	/* likewise */
};

/*
 * struct anp_dev - netdev_priv() of an anp device
 *
 * Holds a reference to the lower device from ndo_init until the device is freed; the lower device's
 * rx_handler_data points here from ndo_init to ndo_uninit.  @node is on anp_net->devs from newlink
 * to dellink: RTNL to write, RCU to read; freed a grace period after dellink.
 */
struct anp_dev {
	struct list_head		node;
	struct net_device		*dev;
	struct net_device		*lower;
	netdevice_tracker		lower_tracker;
	struct anp_dev_pcpu __percpu	*pcpu;
	struct anp_arp_dev		arp;
	struct anp_igmp_dev		igmp;
	unsigned int			gso_size;	/* RTNL; as last copied from the lower */
	unsigned int			gso_segs;	/* likewise */

	/* Receive moderation.  RTNL, but for @rx, which is read under RCU. */
	struct anp_rx __rcu		*rx;		/* NULL: frames are handled inline */
	struct anp_mod_settings		set;
	struct anp_queue_stats		*queue_stats;	/* ANP_QUEUES_MAX */
	unsigned int			queues;		/* as many as are made */
	u8				rx_mode;	/* ANP_RX_MODE_*, as it was chosen */
};

static inline bool anp_dev_is_ether(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER;
}

/* ---- dev.c ---- */
void anp_dev_setup(struct net_device *dev);

/* Makes the freshly set up @dev, on top of @lower, a device of the lower's type.  RTNL. */
void anp_dev_set_lower(struct net_device *dev, struct net_device *lower);

/* The addresses the lower device has to let through for @dev; from ndo_open to ndo_stop.  RTNL. */
int anp_dev_addr_start(struct anp_dev *ad);
void anp_dev_addr_stop(struct anp_dev *ad);

/* Counts the drop of @skb at its device, if that is one of @net's anp devices.  Any context. */
void anp_dev_count_drop(const struct net *net, const struct sk_buff *skb, enum anp_mib_item item);

/* ---- follow.c ---- */
int anp_follow_init(void);
void anp_follow_exit(void);

/* The anp device on top of @lower, or NULL.  RTNL. */
struct anp_dev *anp_dev_of_lower(const struct net_device *lower);

/* Each copies one thing that follows the lower device.  RTNL. */
void anp_follow_carrier(struct anp_dev *ad);
void anp_follow_mtu(struct anp_dev *ad);
void anp_follow_features(struct anp_dev *ad);

/* ---- newlink.c ---- */
int anp_newlink_init(void);
void anp_newlink_exit(void);
void anp_dellink(struct net_device *dev, struct list_head *head);

/* ---- routes.c: anp_link_net_init(), anp_link_net_exit() of anp.h ---- */

/* ---- rx.c ---- */
rx_handler_result_t anp_lower_frame(struct sk_buff **pskb);
rx_handler_result_t anp_entrance_frame(struct sk_buff **pskb);

/* Counts and frees @skb, received for @dev.  Softirq. */
void anp_drop_rx(struct net_device *dev, struct sk_buff *skb, enum anp_mib_item item);

/* netif_receive_skb() for a frame of the anp device's own, by the shortest way.  Softirq, RCU. */
void anp_link_receive(struct sk_buff *skb);

/* ---- tx.c ---- */
netdev_tx_t anp_dev_xmit(struct sk_buff *skb, struct net_device *dev);

/* ---- coalesce.c ---- */

/* ANP_RX_MODE_*: what is in force.  Settings of moderation turn inline into interrupts.  RTNL. */
u8 anp_rx_mode(const struct anp_dev *ad);
/* -EINVAL: no such mode; -ENOMEM.  RTNL. */
int anp_rx_mode_set(struct anp_dev *ad, u8 mode);
static inline bool anp_dev_is_moderated(const struct anp_dev *ad)
{
	return anp_rx_mode(ad) != ANP_RX_MODE_INLINE;
}

int anp_coalesce_get(struct net_device *dev, struct ethtool_coalesce *ec,
		     struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *extack);
int anp_coalesce_set(struct net_device *dev, struct ethtool_coalesce *ec,
		     struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *extack);
/* The settings a new device has. */
void anp_coalesce_init(struct anp_dev *ad);

/* ---- stats.c ---- */
int anp_stats_count(const struct anp_dev *ad);
void anp_stats_strings(const struct anp_dev *ad, u8 *data);
void anp_stats_get(struct net_device *dev, struct ethtool_stats *stats, u64 *data);

/* ---- ethtool.c ---- */
extern const struct ethtool_ops anp_ethtool_ops;

#endif /* ANP_LINK_LINK_H */
