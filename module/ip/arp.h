/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the link layer takes from ARP.
 */
#ifndef ANP_IP_ARP_H
#define ANP_IP_ARP_H

#include <linux/workqueue.h>

struct neighbour;
struct net_device;

/* ARP's part of an anp device. */
struct anp_arp_dev {
	struct net_device	*dev;
	struct delayed_work	again;		/* second announcement; armed only while the device is up */
};

/* From the device's setup on.  @arp is part of @dev's private data. */
void anp_arp_dev_init(struct anp_arp_dev *arp, struct net_device *dev);

/* In ndo_stop: nothing is announced any more.  RTNL; may sleep. */
void anp_arp_dev_stop(struct anp_arp_dev *arp);

/*
 * ndo_neigh_construct of an anp device: gives the new entry of arp_tbl ANP's operations, so that
 * its packets are resolved by ANP's own ARP.  Entries of other tables are left alone.  Returns 0.
 */
int anp_arp_neigh_construct(struct net_device *dev, struct neighbour *n);

#endif /* ANP_IP_ARP_H */
