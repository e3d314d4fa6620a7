/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the link layer takes from ARP.
 */
#ifndef ANP_IP_ARP_H
#define ANP_IP_ARP_H

struct neighbour;
struct net_device;

/*
 * ndo_neigh_construct of an anp device: gives the new entry of arp_tbl ANP's operations, so that
 * its packets are resolved by ANP's own ARP.  Entries of other tables are left alone.  Returns 0.
 */
int anp_arp_neigh_construct(struct net_device *dev, struct neighbour *n);

#endif /* ANP_IP_ARP_H */
