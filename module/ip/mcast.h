/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Multicast groups (RFC 1112): what sockets have joined, what devices therefore listen to, and the
 * protocol that tells routers of it (IGMP).
 *
 * RTNL: memberships, and who is in a group.  anp_net->mc_lock: the list of groups and what IGMP
 * knows of each.  Receive reads both under RCU.
 */
#ifndef ANP_IP_MCAST_H
#define ANP_IP_MCAST_H

#include <linux/refcount.h>
#include <linux/timer.h>
#include "anp.h"

/* Which sources of a group are wanted: RFC 3376 2.  Never changed, only replaced. */
struct anp_mc_filter {
	struct rcu_head	rcu;
	u8		mode;		/* MCAST_INCLUDE or MCAST_EXCLUDE @sources */
	u16		count;
	__be32		sources[];
};

/*
 * struct anp_mc_group - a group on a device
 *
 * References: the list's, its members', the armed timer's.  It stays in the list without members
 * until routers have been told so.
 */
struct anp_mc_group {
	struct list_head		node;		/* anp_net->mc_groups; RCU to read */
	struct net			*net;
	int				ifindex;
	__be32				addr;
	refcount_t			refs;
	unsigned int			users;		/* RTNL; read without */
	struct list_head		members;	/* struct anp_mc_member.of_group; RTNL */
	struct anp_mc_filter __rcu	*filter;	/* of all members; mc_lock to write */
	/* mc_lock: */
	struct timer_list		timer;
	u8				changes;	/* state changes still to be told */
	bool				query;		/* a query waits for its answer */
	bool				reporter;	/* the last report was ours: RFC 2236 3 */
	bool				listed;
	struct rcu_head			rcu;
};

/* struct anp_mc_member - a socket's membership.  RTNL to write, RCU to read. */
struct anp_mc_member {
	struct list_head		of_socket;
	struct list_head		of_group;
	struct anp_mc_group		*group;		/* a reference */
	struct anp_mc_filter __rcu	*filter;
	struct rcu_head			rcu;
};

/* IGMP's part of an anp device: until when older routers are there, jiffies, 0: they are not. */
struct anp_igmp_dev {
	unsigned long	v1_until;
	unsigned long	v2_until;
};

/* ---- mcast.c ---- */

/*
 * Changes of a socket's memberships, the list @members: RTNL held, process context.  @addr on the
 * device @ifindex.  Return 0, -EADDRINUSE (is a member), -EADDRNOTAVAIL (is none; no such source),
 * -EINVAL, -ENODEV, -ENOBUFS (too many), -ENOMEM.
 */
int anp_mc_join(struct net *net, struct list_head *members, __be32 addr, int ifindex, u8 mode);
int anp_mc_leave(struct net *net, struct list_head *members, __be32 addr, int ifindex);

/*
 * Adds @source to the sources of the filter, or takes it away: in mode INCLUDE those that are
 * wanted (joining the group with the first, leaving it with the last), in mode EXCLUDE those that
 * are not.
 */
int anp_mc_source(struct net *net, struct list_head *members, __be32 addr, int ifindex,
		  __be32 source, u8 mode, bool add);

/* Replaces the whole filter. */
int anp_mc_set_filter(struct net *net, struct list_head *members, __be32 addr, int ifindex,
		      u8 mode, const __be32 *sources, unsigned int count);

struct anp_mc_member *anp_mc_find(const struct list_head *members, __be32 addr, int ifindex);

/* The end of the socket: takes RTNL. */
void anp_mc_leave_all(struct net *net, struct list_head *members);

/* Is anybody on device @ifindex in group @addr?  RCU. */
bool anp_mc_joined(const struct net *net, int ifindex, __be32 addr);

/*
 * Does a socket with these memberships want a packet from @saddr to group @daddr by @ifindex?
 * @all: IP_MULTICAST_ALL, its answer for groups that it is not in.  RCU.
 */
bool anp_mc_wanted(const struct list_head *members, bool all, __be32 saddr, __be32 daddr,
		   int ifindex);

void anp_mc_group_put(struct anp_mc_group *g);

int anp_mc_init(void);
void anp_mc_exit(void);

/* ---- igmp.c ---- */

/* @g's filter or members have changed: tells the routers.  mc_lock held. */
void anp_igmp_changed(struct anp_mc_group *g);

void anp_igmp_timer(struct timer_list *t);
int anp_igmp_init(void);
void anp_igmp_exit(void);

#endif /* ANP_IP_MCAST_H */
