// SPDX-License-Identifier: GPL-2.0
/*
 * Where a packet goes: the kernel's FIB table of the anp devices, source selection, and the
 * destinations that no table holds (loopback, limited broadcast, multicast).  Never the kernel's
 * output routes: without an l3mdev rule they ignore the private table.
 */
#include <linux/hash.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/rtnetlink.h>
#include <net/inet_dscp.h>
#include <net/ip_fib.h>
#include <net/netns/hash.h>
#include <net/nexthop.h>
#include "ip.h"

/* An up anp device of @net with index @oif, or NULL.  Under RCU. */
static struct net_device *get_dev(struct net *net, int oif)
{
	struct net_device *dev = dev_get_by_index_rcu(net, oif);

	return dev && anp_dev_is_anp(dev) && (dev->flags & IFF_UP) ? dev : NULL;
}

static int lookup(struct net *net, const struct anp_flow *fl, struct fib_result *res)
{
	struct fib_table *tb = READ_ONCE(anp_net(net)->fib);
	struct flowi4 fl4 = {
		.daddr = fl->daddr,
		.saddr = fl->saddr,
		.flowi4_oif = fl->oif,
	};
	int err;

	if (!tb)
		return -ENETUNREACH;
	anp_fl4_set_tos(&fl4, fl->tos);
	err = fib_table_lookup(tb, &fl4, res, FIB_LOOKUP_NOREF);
	return err == -EAGAIN ? -ENETUNREACH : err;
}

/*
 * What the table said of addresses lately, on each CPU: every packet asks about both of its own.
 * An entry is the address, the generation it was true in, and in its last two bits the RTN_* value
 * of what it is; 0: none.
 */
#define ADDR_TYPES_BITS	5

/* Two addresses of which the table said that the first is somebody else's, the second ours. */
struct addr_pair {
	u64 addrs;
	int gen;
};

struct anp_addr_types {
	u64 slot[1 << ADDR_TYPES_BITS];
	struct addr_pair pair[1 << ADDR_TYPES_BITS];	/* softirq only */
};

static_assert(RTN_UNICAST > 0 && RTN_LOCAL < 4 && RTN_BROADCAST < 4);

static unsigned int addr_type_lookup(struct net *net, __be32 addr)
{
	const struct anp_flow fl = { .daddr = addr };
	unsigned int type = RTN_UNICAST;
	struct fib_result res;

	rcu_read_lock();
	if (!lookup(net, &fl, &res) && (res.type == RTN_LOCAL || res.type == RTN_BROADCAST))
		type = res.type;
	rcu_read_unlock();
	return type;
}

unsigned int anp_addr_type(struct net *net, __be32 addr)
{
	unsigned int i = hash_32((__force u32)addr, ADDR_TYPES_BITS), type;
	const struct anp_net *anet = anp_net(net);
	u64 key, seen;

	if (ipv4_is_loopback(addr))
		return RTN_LOCAL;
	if (ipv4_is_lbcast(addr))
		return RTN_BROADCAST;
	if (ipv4_is_multicast(addr))
		return RTN_MULTICAST;

	key = (u64)(__force u32)addr << 32 |
	      (u32)(atomic_read(&anet->route_gen) + rt_genid_ipv4(net)) << 2;
	seen = this_cpu_read(anet->addr_types->slot[i]);
	if (likely((seen & ~3ull) == key && (seen & 3)))
		return seen & 3;
	/* The generation is read before the table: what changes meanwhile makes the entry stale. */
	smp_rmb();
	type = addr_type_lookup(net, addr);
	this_cpu_write(anet->addr_types->slot[i], key | type);
	return type;
}

static struct addr_pair *pair_slot(const struct anp_net *anet, const struct iphdr *iph)
{
	unsigned int i = hash_32((__force u32)iph->saddr, ADDR_TYPES_BITS);

	return &this_cpu_ptr(anet->addr_types)->pair[i];
}

static u64 pair_addrs(const struct iphdr *iph)
{
	return (u64)(__force u32)iph->saddr << 32 | (__force u32)iph->daddr;
}

bool anp_addr_pair_seen(struct net *net, const struct iphdr *iph, int *gen)
{
	const struct anp_net *anet = anp_net(net);
	const struct addr_pair *p = pair_slot(anet, iph);
	u64 addrs = pair_addrs(iph);

	*gen = atomic_read(&anet->route_gen) + rt_genid_ipv4(net);
	/* The generation is read before the table: what changes meanwhile makes the entry stale. */
	smp_rmb();
	/* No entry is of 0.0.0.0 to 0.0.0.0, as which one that was never used reads. */
	return addrs && p->addrs == addrs && p->gen == *gen;
}

void anp_addr_pair_note(struct net *net, const struct iphdr *iph, int gen)
{
	struct addr_pair *p = pair_slot(anp_net(net), iph);

	p->addrs = pair_addrs(iph);
	p->gen = gen;
}

int anp_route_net_init(struct anp_net *anet)
{
	anet->addr_types = alloc_percpu(struct anp_addr_types);
	return anet->addr_types ? 0 : -ENOMEM;
}

ALLOW_ERROR_INJECTION(anp_route_net_init, ERRNO);

void anp_route_net_exit(struct anp_net *anet)
{
	free_percpu(anet->addr_types);
}

/*
 * Of several next hops, the one for this destination.  Only the destination is hashed: the source
 * is not known yet, and a later lookup with it must find the same path.
 */
static void select_path(const struct net *net, const struct anp_flow *fl, struct fib_result *res)
{
	int hash, i;

	if (res->type != RTN_UNICAST || fl->oif || fib_info_num_path(res->fi) < 2)
		return;

	hash = jhash_1word((__force u32)fl->daddr, net_hash_mix(net)) >> 1;
	if (res->fi->nh) {
		nexthop_path_fib_result(res, hash);
		return;
	}
	for (i = 0; i < fib_info_num_path(res->fi); i++) {
		struct fib_nh_common *nhc = fib_info_nhc(res->fi, i);

		/* The kernel keeps the bounds: -1 for a dead next hop. */
		if (hash > atomic_read(&nhc->nhc_upper_bound))
			continue;
		res->nhc = nhc;
		res->nh_sel = i;
		return;
	}
}

/*
 * How large a super-packet for @dev may be, header and all; 0: there are to be none (ethtool -K gso
 * off).  Beyond 64 KB the header's length field is 0, and the skb alone knows (BIG TCP).
 */
static u32 super_packet_max(const struct net_device *dev)
{
	u32 size = anp_gso_max_size(dev);

	if (!(dev->features & NETIF_F_GSO))
		return 0;
	return size > GSO_LEGACY_MAX_SIZE ? size : min_t(u32, size, ANP_IPV4_MAX_LEN);
}

/* Fills in what depends on the device. */
static void set_dev(struct net *net, struct anp_route *rt, struct net_device *dev, u32 metric)
{
	u32 mtu = READ_ONCE(dev->mtu);

	if (metric)
		mtu = min(mtu, metric);
	/* What stays inside is not cut to the size of a link. */
	if (rt->type == RTN_LOCAL)
		mtu = ANP_IPV4_MAX_LEN;
	else if (rt->type == RTN_UNICAST)
		mtu = anp_pmtu_get(net, rt->daddr, mtu);
	rt->mtu = min_t(u32, mtu, ANP_IPV4_MAX_LEN);
	rt->gso_max = super_packet_max(dev);
	rt->dev = dev;
}

/* To ourselves through @dev. */
static int route_local(struct net *net, const struct anp_flow *fl, struct anp_route *rt,
		       struct net_device *dev)
{
	if (!dev)
		return -ENETUNREACH;
	rt->type = RTN_LOCAL;
	if (!rt->saddr)
		rt->saddr = ipv4_is_loopback(fl->daddr) ? htonl(INADDR_LOOPBACK) : fl->daddr;
	set_dev(net, rt, dev, 0);
	return 0;
}

static int route_loopback(struct net *net, const struct anp_flow *fl, struct anp_route *rt)
{
	return route_local(net, fl, rt, fl->oif ? get_dev(net, fl->oif) : anp_link_any(net));
}

/*
 * 255.255.255.255, and multicast that no route covers: by the given device, or the one that has
 * the source address, or any.  RFC 1122 3.3.4.2.
 */
static int route_flood(struct net *net, const struct anp_flow *fl, struct anp_route *rt, u8 type)
{
	struct net_device *dev = NULL;
	struct fib_result res;

	if (fl->oif) {
		dev = get_dev(net, fl->oif);
	} else if (fl->saddr) {
		const struct anp_flow src = { .daddr = fl->saddr };

		if (!lookup(net, &src, &res) && res.type == RTN_LOCAL)
			dev = res.nhc->nhc_dev;
	}
	if (!dev && !fl->oif && type == RTN_MULTICAST && !lookup(net, fl, &res))
		dev = res.nhc->nhc_dev;
	if (!dev && !fl->oif)
		dev = anp_link_any(net);
	if (!dev || !anp_dev_is_anp(dev))
		return -ENETUNREACH;

	rt->type = type;
	if (!rt->saddr)
		rt->saddr = inet_select_addr(dev, 0, RT_SCOPE_LINK);
	set_dev(net, rt, dev, 0);
	return 0;
}

/* What a route of the table says. */
static int route_fib(struct net *net, const struct anp_flow *fl, struct anp_route *rt)
{
	struct fib_nh_common *nhc;
	struct fib_result res;
	int err;

	err = lookup(net, fl, &res);
	if (err)
		return err;
	select_path(net, fl, &res);
	nhc = res.nhc;

	if (!nhc->nhc_dev || !anp_dev_is_anp(nhc->nhc_dev))
		return -ENETUNREACH;
	if (res.type == RTN_LOCAL)
		return route_local(net, fl, rt, nhc->nhc_dev);
	if (res.type != RTN_UNICAST && res.type != RTN_BROADCAST)
		return -ENETUNREACH;
	/* Neither IPv6 gateways nor encapsulations of light-weight tunnels. */
	if (nhc->nhc_gw_family == AF_INET6 || nhc->nhc_lwtstate)
		return -ENETUNREACH;

	rt->type = res.type;
	if (nhc->nhc_gw_family == AF_INET)
		rt->nexthop = nhc->nhc_gw.ipv4;
	if (!rt->saddr)
		rt->saddr = res.fi->fib_prefsrc;
	if (!rt->saddr)
		rt->saddr = inet_select_addr(nhc->nhc_dev, rt->nexthop, res.scope);
	/* RFC 1122 3.2.1.3: a host that has no address may not send from 0.0.0.0. */
	if (!rt->saddr && rt->type == RTN_UNICAST)
		return -ENETUNREACH;
	rt->advmss = min_t(u32, res.fi->fib_advmss, U16_MAX);
	set_dev(net, rt, nhc->nhc_dev, res.fi->fib_mtu);
	return 0;
}

static int route_any(struct net *net, const struct anp_flow *fl, struct anp_route *rt)
{
	if (ipv4_is_loopback(fl->daddr))
		return route_loopback(net, fl, rt);
	if (ipv4_is_lbcast(fl->daddr))
		return route_flood(net, fl, rt, RTN_BROADCAST);
	if (ipv4_is_multicast(fl->daddr))
		return route_flood(net, fl, rt, RTN_MULTICAST);
	if (anp_ip_is_this_net(fl->daddr))
		return -EINVAL;
	return route_fib(net, fl, rt);
}

int anp_route_get(struct net *net, const struct anp_flow *want, struct anp_route *rt)
{
	struct anp_flow fl = *want;
	int err;

	rt->dev = NULL;
	if (fl.saddr && anp_addr_type(net, fl.saddr) != RTN_LOCAL)
		return -EINVAL;
	/* As in every Unix: to nobody in particular is to oneself. */
	if (!fl.daddr)
		fl.daddr = fl.saddr ?: htonl(INADDR_LOOPBACK);

	rt->gen = anp_route_gen(net);
	/* Read before the tables, so that what changes meanwhile makes the result stale. */
	smp_rmb();
	rt->daddr = fl.daddr;
	rt->saddr = fl.saddr;
	rt->nexthop = fl.daddr;
	rt->advmss = 0;
	rt->oif = fl.oif;
	rt->tos = fl.tos;

	rcu_read_lock();
	err = route_any(net, &fl, rt);
	rcu_read_unlock();
	/* RFC 1122 3.2.1.3 (g): a loopback address never leaves the host. */
	if (!err && rt->type != RTN_LOCAL && ipv4_is_loopback(rt->saddr))
		err = -EINVAL;
	if (err)
		rt->dev = NULL;
	return err;
}

ALLOW_ERROR_INJECTION(anp_route_get, ERRNO);

/*
 * The kernel's own rt_genid misses some of what routes copy from a device, and a route must be
 * stale before the grace period in which its device goes away.
 */
static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (!anp_dev_is_anp(dev))
		return NOTIFY_DONE;

	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
	case NETDEV_CHANGEMTU:
	case NETDEV_FEAT_CHANGE:
	case NETDEV_UNREGISTER:
		atomic_inc(&anp_net(dev_net(dev))->route_gen);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
	/* After the FIB's, which drops the routes through the device. */
	.priority = -10,
};

int anp_route_init(void)
{
	return register_netdevice_notifier(&netdev_nb);
}

void anp_route_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
}
