// SPDX-License-Identifier: GPL-2.0
/*
 * Multicast groups: memberships of sockets, the groups of devices that follow from them, the filter
 * of sources (RFC 3376 3), and the check of what is received.
 */
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include "ip.h"
#include "mcast.h"

/* More sources than that of a group, and the device takes them all. */
#define DEV_SOURCES_MAX 64

static struct anp_mc_filter *filter_new(u8 mode, const __be32 *sources, unsigned int count)
{
	struct anp_mc_filter *f = kzalloc(struct_size(f, sources, count), GFP_KERNEL_ACCOUNT);

	if (!f)
		return NULL;
	f->mode = mode;
	f->count = count;
	if (count)
		memcpy(f->sources, sources, flex_array_size(f, sources, count));
	return f;
}

/* The place of @source in @f, or -1. */
static int filter_index(const struct anp_mc_filter *f, __be32 source)
{
	int i;

	for (i = 0; i < f->count; i++)
		if (f->sources[i] == source)
			return i;
	return -1;
}

static bool filter_passes(const struct anp_mc_filter *f, __be32 source)
{
	return (filter_index(f, source) >= 0) == (f->mode == MCAST_INCLUDE);
}

static const struct anp_mc_filter *member_filter(const struct anp_mc_member *m)
{
	return rtnl_dereference(m->filter);
}

/* ---- what receive asks ---- */

static struct anp_mc_group *group_find(const struct net *net, int ifindex, __be32 addr)
{
	struct anp_mc_group *g;

	list_for_each_entry_rcu(g, &anp_net(net)->mc_groups, node,
				lockdep_is_held(&anp_net(net)->mc_lock))
		if (g->addr == addr && g->ifindex == ifindex)
			return g;
	return NULL;
}

bool anp_mc_joined(const struct net *net, int ifindex, __be32 addr)
{
	const struct anp_mc_group *g = group_find(net, ifindex, addr);

	/* RFC 1112 7.2: every host is in the group of all hosts. */
	return addr == htonl(INADDR_ALLHOSTS_GROUP) || (g && READ_ONCE(g->users));
}

bool anp_mc_wanted(const struct list_head *members, bool all, __be32 saddr, __be32 daddr,
		   int ifindex)
{
	const struct anp_mc_member *m;

	list_for_each_entry_rcu(m, members, of_socket)
		if (m->group->addr == daddr && m->group->ifindex == ifindex)
			return filter_passes(rcu_dereference(m->filter), saddr);
	return all;
}

/* ---- groups of devices; RTNL ---- */

void anp_mc_group_put(struct anp_mc_group *g)
{
	if (!refcount_dec_and_test(&g->refs))
		return;
	kfree(rcu_dereference_protected(g->filter, true));
	kfree_rcu(g, rcu);
}

/* The device listens to the group's link address while somebody is in it.  RFC 1112 7.3. */
static void listen_to(const struct anp_mc_group *g, bool on)
{
	struct net_device *dev = __dev_get_by_index(g->net, g->ifindex);
	u8 mac[ETH_ALEN];

	if (!dev || dev->type != ARPHRD_ETHER)
		return;
	ip_eth_mc_map(g->addr, mac);
	if (on)
		dev_mc_add(dev, mac);
	else
		dev_mc_del(dev, mac);
}

static struct anp_mc_group *group_new(struct net *net, int ifindex, __be32 addr)
{
	struct anp_mc_group *g = kzalloc(sizeof(*g), GFP_KERNEL_ACCOUNT);
	struct anp_mc_filter *f = filter_new(MCAST_INCLUDE, NULL, 0);

	if (!g || !f) {
		kfree(g);
		kfree(f);
		return NULL;
	}
	g->net = net;
	g->ifindex = ifindex;
	g->addr = addr;
	g->listed = true;
	refcount_set(&g->refs, 1);
	INIT_LIST_HEAD(&g->members);
	RCU_INIT_POINTER(g->filter, f);
	timer_setup(&g->timer, anp_igmp_timer, 0);
	return g;
}

/* The group with a reference for a member; made if need be. */
static struct anp_mc_group *group_get(struct net *net, int ifindex, __be32 addr)
{
	struct anp_net *anet = anp_net(net);
	struct anp_mc_group *new = group_new(net, ifindex, addr), *g;

	if (!new)
		return NULL;
	spin_lock_bh(&anet->mc_lock);
	g = group_find(net, ifindex, addr);
	if (!g) {
		g = new;
		list_add_tail_rcu(&g->node, &anet->mc_groups);
		new = NULL;
	}
	refcount_inc(&g->refs);
	spin_unlock_bh(&anet->mc_lock);
	if (new)
		anp_mc_group_put(new);
	return g;
}

/* Puts @source among the @n of @list if it is not there; the new number, -1 if there are too many. */
static int list_add_source(__be32 *list, int n, __be32 source)
{
	int i;

	for (i = 0; i < n; i++)
		if (list[i] == source)
			return n;
	if (n == DEV_SOURCES_MAX)
		return -1;
	list[n] = source;
	return n + 1;
}

/* Do all that exclude something exclude @source, and does nobody include it? */
static bool unwanted_by_all(const struct anp_mc_group *g, __be32 source)
{
	const struct anp_mc_member *m;

	list_for_each_entry(m, &g->members, of_group)
		if (filter_passes(member_filter(m), source))
			return false;
	return true;
}

/*
 * RFC 3376 3.2: what all members want together.  If one excludes sources, what nobody wants is
 * excluded; otherwise what anybody wants is included.
 */
static struct anp_mc_filter *merge(const struct anp_mc_group *g)
{
	const struct anp_mc_filter *f;
	__be32 list[DEV_SOURCES_MAX];
	const struct anp_mc_member *m;
	u8 mode = MCAST_INCLUDE;
	int i, n = 0;

	list_for_each_entry(m, &g->members, of_group)
		if (member_filter(m)->mode == MCAST_EXCLUDE)
			mode = MCAST_EXCLUDE;
	list_for_each_entry(m, &g->members, of_group) {
		f = member_filter(m);
		if (f->mode != mode)
			continue;
		for (i = 0; i < f->count; i++) {
			if (mode == MCAST_EXCLUDE && !unwanted_by_all(g, f->sources[i]))
				continue;
			n = list_add_source(list, n, f->sources[i]);
			if (n < 0)
				return filter_new(MCAST_EXCLUDE, NULL, 0);
		}
	}
	return filter_new(mode, list, n);
}

static bool same_filter(const struct anp_mc_filter *a, const struct anp_mc_filter *b)
{
	int i;

	if (a->mode != b->mode || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (filter_index(b, a->sources[i]) < 0)
			return false;
	return true;
}

/* Somebody came, went or changed his filter.  Without memory the old filter stays: a wider one. */
static void group_update(struct anp_mc_group *g)
{
	struct anp_net *anet = anp_net(g->net);
	struct anp_mc_filter *new = merge(g), *old;

	if (!new)
		return;
	spin_lock_bh(&anet->mc_lock);
	old = rcu_dereference_protected(g->filter, lockdep_is_held(&anet->mc_lock));
	if (g->listed && !same_filter(old, new)) {
		rcu_assign_pointer(g->filter, new);
		new = old;
		anp_igmp_changed(g);
	}
	spin_unlock_bh(&anet->mc_lock);
	kfree_rcu(new, rcu);
}

/* ---- memberships of sockets; RTNL ---- */

struct anp_mc_member *anp_mc_find(const struct list_head *members, __be32 addr, int ifindex)
{
	struct anp_mc_member *m;

	ASSERT_RTNL();
	list_for_each_entry(m, members, of_socket)
		if (m->group->addr == addr && m->group->ifindex == ifindex)
			return m;
	return NULL;
}

static int member_new(struct net *net, struct list_head *members, __be32 addr, int ifindex,
		      struct anp_mc_filter *f)
{
	struct anp_mc_member *m = kzalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);
	struct anp_mc_group *g = group_get(net, ifindex, addr);

	if (!m || !g) {
		kfree(m);
		if (g)
			anp_mc_group_put(g);
		return -ENOMEM;
	}
	m->group = g;
	RCU_INIT_POINTER(m->filter, f);
	list_add(&m->of_group, &g->members);
	list_add_rcu(&m->of_socket, members);
	WRITE_ONCE(g->users, g->users + 1);
	if (g->users == 1)
		listen_to(g, true);
	group_update(g);
	return 0;
}

static void member_free(struct anp_mc_member *m)
{
	struct anp_mc_group *g = m->group;

	list_del_rcu(&m->of_socket);
	list_del(&m->of_group);
	WRITE_ONCE(g->users, g->users - 1);
	if (!g->users)
		listen_to(g, false);
	group_update(g);
	/* A reader may still be looking at both. */
	kfree_rcu(rtnl_dereference(m->filter), rcu);
	kfree_rcu(m, rcu);
	anp_mc_group_put(g);
}

static void member_replace(struct anp_mc_member *m, struct anp_mc_filter *f)
{
	struct anp_mc_filter *old = rtnl_dereference(m->filter);

	rcu_assign_pointer(m->filter, f);
	kfree_rcu(old, rcu);
	group_update(m->group);
}

static unsigned int count_members(const struct list_head *members)
{
	const struct list_head *p;
	unsigned int n = 0;

	list_for_each(p, members)
		n++;
	return n;
}

static int join(struct net *net, struct list_head *members, __be32 addr, int ifindex, u8 mode,
		const __be32 *sources, unsigned int count)
{
	struct anp_mc_filter *f;
	int err;

	if (count_members(members) >= READ_ONCE(net->ipv4.sysctl_igmp_max_memberships))
		return -ENOBUFS;
	f = filter_new(mode, sources, count);
	if (!f)
		return -ENOMEM;
	err = member_new(net, members, addr, ifindex, f);
	if (err)
		kfree(f);
	return err;
}

int anp_mc_join(struct net *net, struct list_head *members, __be32 addr, int ifindex, u8 mode)
{
	ASSERT_RTNL();
	if (anp_mc_find(members, addr, ifindex))
		return -EADDRINUSE;
	return join(net, members, addr, ifindex, mode, NULL, 0);
}

ALLOW_ERROR_INJECTION(anp_mc_join, ERRNO);

int anp_mc_leave(struct net *net, struct list_head *members, __be32 addr, int ifindex)
{
	struct anp_mc_member *m = anp_mc_find(members, addr, ifindex);

	if (!m)
		return -EADDRNOTAVAIL;
	member_free(m);
	return 0;
}

/* @f with @source in it or not, as a new filter of @mode. */
static struct anp_mc_filter *filter_edit(const struct anp_mc_filter *f, u8 mode, __be32 source,
					 bool add)
{
	int i = filter_index(f, source), count = f->count + (add ? 1 : -1);
	struct anp_mc_filter *new;

	new = kzalloc(struct_size(new, sources, count), GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	new->mode = mode;
	new->count = count;
	memcpy(new->sources, f->sources, flex_array_size(f, sources, min_t(int, f->count, count)));
	if (add)
		new->sources[count - 1] = source;
	else if (i < count)
		new->sources[i] = f->sources[count];
	return new;
}

int anp_mc_source(struct net *net, struct list_head *members, __be32 addr, int ifindex,
		  __be32 source, u8 mode, bool add)
{
	struct anp_mc_member *m = anp_mc_find(members, addr, ifindex);
	struct anp_mc_filter *f;

	if (!m) {
		if (mode == MCAST_INCLUDE && add)
			return join(net, members, addr, ifindex, mode, &source, 1);
		return -EINVAL;
	}
	/* As Linux: who has named no source yet may change his mind. */
	if (member_filter(m)->mode != mode && member_filter(m)->count)
		return -EINVAL;
	if ((filter_index(member_filter(m), source) >= 0) == add)
		return -EADDRNOTAVAIL;
	if (add && member_filter(m)->count >= READ_ONCE(net->ipv4.sysctl_igmp_max_msf))
		return -ENOBUFS;
	if (!add && mode == MCAST_INCLUDE && member_filter(m)->count == 1) {
		member_free(m);
		return 0;
	}
	f = filter_edit(member_filter(m), mode, source, add);
	if (!f)
		return -ENOMEM;
	member_replace(m, f);
	return 0;
}

int anp_mc_set_filter(struct net *net, struct list_head *members, __be32 addr, int ifindex,
		      u8 mode, const __be32 *sources, unsigned int count)
{
	struct anp_mc_member *m = anp_mc_find(members, addr, ifindex);
	struct anp_mc_filter *f;

	if (mode == MCAST_INCLUDE && !count)
		return anp_mc_leave(net, members, addr, ifindex);
	if (!m)
		return -EINVAL;
	f = filter_new(mode, sources, count);
	if (!f)
		return -ENOMEM;
	member_replace(m, f);
	return 0;
}

void anp_mc_leave_all(struct net *net, struct list_head *members)
{
	struct anp_mc_member *m, *next;

	if (list_empty(members))
		return;
	rtnl_lock();
	list_for_each_entry_safe(m, next, members, of_socket)
		member_free(m);
	rtnl_unlock();
}

/* ---- devices ---- */

/* The device is gone: its groups, too.  Members stay until their sockets leave. */
static void dev_gone(struct net *net, int ifindex)
{
	struct anp_net *anet = anp_net(net);
	struct anp_mc_group *g, *next;

	spin_lock_bh(&anet->mc_lock);
	list_for_each_entry_safe(g, next, &anet->mc_groups, node) {
		if (g->ifindex != ifindex)
			continue;
		list_del_rcu(&g->node);
		g->listed = false;
		g->changes = 0;
		g->query = false;
		if (timer_delete(&g->timer))
			refcount_dec(&g->refs);
		anp_mc_group_put(g);
	}
	spin_unlock_bh(&anet->mc_lock);
}

/* The link may be another one now: its routers are told. */
static void dev_up(struct net *net, int ifindex)
{
	struct anp_net *anet = anp_net(net);
	struct anp_mc_group *g;

	spin_lock_bh(&anet->mc_lock);
	list_for_each_entry(g, &anet->mc_groups, node)
		if (g->ifindex == ifindex && g->users)
			anp_igmp_changed(g);
	spin_unlock_bh(&anet->mc_lock);
}

static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (!anp_dev_is_anp(dev))
		return NOTIFY_DONE;
	if (event == NETDEV_UNREGISTER)
		dev_gone(dev_net(dev), dev->ifindex);
	else if (event == NETDEV_UP)
		dev_up(dev_net(dev), dev->ifindex);
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

int anp_mc_init(void)
{
	int err = anp_igmp_init();

	if (err)
		return err;
	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		anp_igmp_exit();
	return err;
}

void anp_mc_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
	anp_igmp_exit();
}
