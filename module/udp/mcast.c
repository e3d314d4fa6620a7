// SPDX-License-Identifier: GPL-2.0
/*
 * The SOL_IP options that join groups, leave them and choose sources, in their two spellings: by
 * address of the interface (IP_ADD_MEMBERSHIP and its kin) and by its index (MCAST_*).
 */
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/rtnetlink.h>
#include "udp.h"

/* As long as a MCAST_MSFILTER may be, whatever it says of itself. */
#define GROUP_FILTER_LEN_MAX	SZ_128K

bool anp_udp_mc_option(int optname)
{
	return (optname >= IP_ADD_MEMBERSHIP && optname <= IP_MSFILTER) ||
	       (optname >= MCAST_JOIN_GROUP && optname <= MCAST_MSFILTER);
}

/* What an option asks for. */
struct request {
	__be32	addr;
	__be32	source;
	__be32	local;		/* of the interface, 0: any */
	int	ifindex;	/* 0: not said */
};

/* The device of @r: by index, by its address, or the one that a route to the group takes. */
static int find_device(struct net *net, struct request *r)
{
	const struct anp_flow fl = { .daddr = r->addr, .saddr = r->local };
	const struct net_device *dev;
	struct anp_route rt;
	int err = 0;

	if (!ipv4_is_multicast(r->addr))
		return -EINVAL;
	rcu_read_lock();
	if (r->ifindex) {
		dev = dev_get_by_index_rcu(net, r->ifindex);
	} else if (!anp_route_get(net, &fl, &rt)) {
		dev = rt.dev;
		r->ifindex = dev->ifindex;
	} else {
		dev = NULL;
	}
	if (!dev || !anp_dev_is_anp(dev))
		err = -ENODEV;
	rcu_read_unlock();
	return err;
}

static int read_membership(sockptr_t optval, unsigned int optlen, struct request *r)
{
	struct ip_mreqn mreq = {};

	if (optlen < sizeof(struct ip_mreq))
		return -EINVAL;
	if (copy_from_sockptr(&mreq, optval, min_t(unsigned int, optlen, sizeof(mreq)) & ~3U))
		return -EFAULT;
	r->addr = mreq.imr_multiaddr.s_addr;
	r->local = mreq.imr_address.s_addr;
	if (optlen >= sizeof(mreq))
		r->ifindex = mreq.imr_ifindex;
	return 0;
}

static int read_source(sockptr_t optval, unsigned int optlen, struct request *r)
{
	struct ip_mreq_source mreqs;

	if (optlen != sizeof(mreqs))
		return -EINVAL;
	if (copy_from_sockptr(&mreqs, optval, sizeof(mreqs)))
		return -EFAULT;
	r->addr = mreqs.imr_multiaddr;
	r->local = mreqs.imr_interface;
	r->source = mreqs.imr_sourceaddr;
	return 0;
}

/* An address in the protocol-independent options. */
static int read_address(const struct __kernel_sockaddr_storage *ss, __be32 *addr)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)ss;

	if (sin->sin_family != AF_INET && sin->sin_family != AF_ANP)
		return -EINVAL;
	*addr = sin->sin_addr.s_addr;
	return 0;
}

static int read_group(sockptr_t optval, unsigned int optlen, struct request *r)
{
	struct group_req req;

	if (optlen < sizeof(req))
		return -EINVAL;
	if (copy_from_sockptr(&req, optval, sizeof(req)))
		return -EFAULT;
	r->ifindex = req.gr_interface;
	return read_address(&req.gr_group, &r->addr);
}

static int read_group_source(sockptr_t optval, unsigned int optlen, struct request *r)
{
	struct group_source_req req;

	if (optlen != sizeof(req))
		return -EINVAL;
	if (copy_from_sockptr(&req, optval, sizeof(req)))
		return -EFAULT;
	r->ifindex = req.gsr_interface;
	return read_address(&req.gsr_group, &r->addr) ?: read_address(&req.gsr_source, &r->source);
}

static int read_request(int optname, sockptr_t optval, unsigned int optlen, struct request *r)
{
	switch (optname) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return read_membership(optval, optlen, r);
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
		return read_group(optval, optlen, r);
	case MCAST_BLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
	case MCAST_JOIN_SOURCE_GROUP:
	case MCAST_LEAVE_SOURCE_GROUP:
		return read_group_source(optval, optlen, r);
	}
	return read_source(optval, optlen, r);
}

/* RTNL held. */
static int act(struct net *net, struct list_head *members, int optname, const struct request *r)
{
	switch (optname) {
	case IP_ADD_MEMBERSHIP:
	case MCAST_JOIN_GROUP:
		return anp_mc_join(net, members, r->addr, r->ifindex, MCAST_EXCLUDE);
	case IP_DROP_MEMBERSHIP:
	case MCAST_LEAVE_GROUP:
		return anp_mc_leave(net, members, r->addr, r->ifindex);
	case IP_ADD_SOURCE_MEMBERSHIP:
	case MCAST_JOIN_SOURCE_GROUP:
		return anp_mc_source(net, members, r->addr, r->ifindex, r->source, MCAST_INCLUDE, true);
	case IP_DROP_SOURCE_MEMBERSHIP:
	case MCAST_LEAVE_SOURCE_GROUP:
		return anp_mc_source(net, members, r->addr, r->ifindex, r->source, MCAST_INCLUDE, false);
	case IP_BLOCK_SOURCE:
	case MCAST_BLOCK_SOURCE:
		return anp_mc_source(net, members, r->addr, r->ifindex, r->source, MCAST_EXCLUDE, true);
	}
	return anp_mc_source(net, members, r->addr, r->ifindex, r->source, MCAST_EXCLUDE, false);
}

static int set_filter(struct sock *sk, struct request *r, u32 mode, const __be32 *sources,
		      unsigned int count)
{
	struct net *net = sock_net(sk);
	int err;

	if (mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE)
		return -EINVAL;
	rtnl_lock();
	err = find_device(net, r);
	if (!err)
		err = anp_mc_set_filter(net, &anp_udp_sk(sk)->mc_members, r->addr, r->ifindex, mode,
					sources, count);
	rtnl_unlock();
	return err;
}

/* IP_MSFILTER: the whole filter in one go. */
static int set_msfilter(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct net *net = sock_net(sk);
	struct request r = {};
	struct ip_msfilter *msf;
	int err;

	if (optlen < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	if (optlen > IP_MSFILTER_SIZE(U16_MAX))
		return -ENOBUFS;
	msf = memdup_sockptr(optval, optlen);
	if (IS_ERR(msf))
		return PTR_ERR(msf);
	err = -ENOBUFS;
	if (msf->imsf_numsrc > READ_ONCE(net->ipv4.sysctl_igmp_max_msf))
		goto out;
	err = -EINVAL;
	if (IP_MSFILTER_SIZE(msf->imsf_numsrc) > optlen)
		goto out;
	r.addr = msf->imsf_multiaddr;
	r.local = msf->imsf_interface;
	err = set_filter(sk, &r, msf->imsf_fmode, msf->imsf_slist_flex, msf->imsf_numsrc);
out:
	kfree(msf);
	return err;
}

/* The addresses in @gf, whose list is whole. */
static int set_group_filter(struct sock *sk, const struct group_filter *gf)
{
	struct request r = { .ifindex = gf->gf_interface };
	__be32 *sources;
	unsigned int i;
	int err;

	if (read_address(&gf->gf_group, &r.addr))
		return -EADDRNOTAVAIL;
	sources = kmalloc_array(gf->gf_numsrc ?: 1, sizeof(*sources), GFP_KERNEL);
	if (!sources)
		return -ENOBUFS;
	for (err = 0, i = 0; i < gf->gf_numsrc && !err; i++)
		err = read_address(&gf->gf_slist_flex[i], &sources[i]) ? -EADDRNOTAVAIL : 0;
	if (!err)
		err = set_filter(sk, &r, gf->gf_fmode, sources, gf->gf_numsrc);
	kfree(sources);
	return err;
}

/* MCAST_MSFILTER: likewise, by the index of the interface. */
static int set_mcast_msfilter(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct group_filter *gf;
	int err;

	if (optlen < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	if (optlen > GROUP_FILTER_LEN_MAX)
		return -ENOBUFS;
	gf = memdup_sockptr(optval, optlen);
	if (IS_ERR(gf))
		return PTR_ERR(gf);
	if (gf->gf_numsrc > min_t(u32, READ_ONCE(sock_net(sk)->ipv4.sysctl_igmp_max_msf), U16_MAX))
		err = -ENOBUFS;
	else if (GROUP_FILTER_SIZE(gf->gf_numsrc) > optlen)
		err = -EINVAL;
	else
		err = set_group_filter(sk, gf);
	kfree(gf);
	return err;
}

int anp_udp_mc_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen)
{
	struct net *net = sock_net(sk);
	struct request r = {};
	int err;

	if (optname == IP_MSFILTER)
		return set_msfilter(sk, optval, optlen);
	if (optname == MCAST_MSFILTER)
		return set_mcast_msfilter(sk, optval, optlen);
	err = read_request(optname, optval, optlen, &r);
	if (err)
		return err;
	rtnl_lock();
	err = find_device(net, &r);
	if (!err)
		err = act(net, &anp_udp_sk(sk)->mc_members, optname, &r);
	rtnl_unlock();
	return err;
}

/* The filter of the membership that @msf names goes into @msf, with room for @room sources. */
static int get_msfilter(struct sock *sk, struct ip_msfilter *msf, unsigned int room)
{
	struct request r = { .addr = msf->imsf_multiaddr, .local = msf->imsf_interface };
	const struct anp_mc_filter *f;
	struct anp_mc_member *m;
	int err;

	err = find_device(sock_net(sk), &r);
	if (err)
		return err;
	m = anp_mc_find(&anp_udp_sk(sk)->mc_members, r.addr, r.ifindex);
	if (!m)
		return -EADDRNOTAVAIL;
	f = rtnl_dereference(m->filter);
	msf->imsf_fmode = f->mode;
	msf->imsf_numsrc = f->count;
	memcpy(msf->imsf_slist_flex, f->sources, min_t(unsigned int, room, f->count) * sizeof(__be32));
	return 0;
}

static int msfilter_get(struct sock *sk, char __user *optval, int __user *optlen)
{
	unsigned int max = READ_ONCE(sock_net(sk)->ipv4.sysctl_igmp_max_msf), room;
	struct ip_msfilter *msf;
	int len, err;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < (int)IP_MSFILTER_SIZE(0))
		return -EINVAL;
	room = min_t(unsigned int, max, (len - IP_MSFILTER_SIZE(0)) / sizeof(__be32));
	msf = kzalloc(IP_MSFILTER_SIZE(room), GFP_KERNEL);
	if (!msf)
		return -ENOMEM;
	err = -EFAULT;
	if (copy_from_user(msf, optval, IP_MSFILTER_SIZE(0)))
		goto out;
	rtnl_lock();
	err = get_msfilter(sk, msf, room);
	rtnl_unlock();
	if (err)
		goto out;
	len = IP_MSFILTER_SIZE(min_t(unsigned int, room, msf->imsf_numsrc));
	if (put_user(len, optlen) || copy_to_user(optval, msf, len))
		err = -EFAULT;
out:
	kfree(msf);
	return err;
}

/* The sources of @f as addresses, as many as @gf has room for, to @list. */
static int put_sources(const struct sock *sk, const struct anp_mc_filter *f, unsigned int room,
		       struct __kernel_sockaddr_storage __user *list)
{
	struct __kernel_sockaddr_storage ss = {};
	unsigned int i;

	for (i = 0; i < f->count && i < room; i++) {
		anp_addr_fill(sk, (struct sockaddr *)&ss, f->sources[i], 0);
		if (copy_to_user(&list[i], &ss, sizeof(ss)))
			return -EFAULT;
	}
	return 0;
}

/* A copy of the filter of the membership that @gf names, or an ERR_PTR(). */
static struct anp_mc_filter *copy_filter(struct sock *sk, const struct group_filter *gf)
{
	const struct anp_mc_filter *f;
	struct anp_mc_filter *copy;
	struct anp_mc_member *m;
	__be32 addr;

	if (read_address(&gf->gf_group, &addr) || !ipv4_is_multicast(addr))
		return ERR_PTR(-EINVAL);
	rtnl_lock();
	m = anp_mc_find(&anp_udp_sk(sk)->mc_members, addr, gf->gf_interface);
	if (m) {
		f = rtnl_dereference(m->filter);
		copy = kmemdup(f, struct_size(f, sources, f->count), GFP_KERNEL) ?:
		       ERR_PTR(-ENOMEM);
	} else {
		copy = ERR_PTR(-EADDRNOTAVAIL);
	}
	rtnl_unlock();
	return copy;
}

static int mcast_msfilter_get(struct sock *sk, char __user *optval, int __user *optlen)
{
	struct group_filter __user *to = (struct group_filter __user *)optval;
	struct anp_mc_filter *f;
	struct group_filter gf;
	unsigned int room;
	int len, err;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < (int)GROUP_FILTER_SIZE(0))
		return -EINVAL;
	if (copy_from_user(&gf, optval, GROUP_FILTER_SIZE(0)))
		return -EFAULT;
	room = min_t(size_t, gf.gf_numsrc, (len - GROUP_FILTER_SIZE(0)) / sizeof(to->gf_slist_flex[0]));
	f = copy_filter(sk, &gf);
	if (IS_ERR(f))
		return PTR_ERR(f);
	gf.gf_fmode = f->mode;
	gf.gf_numsrc = f->count;
	room = min_t(unsigned int, room, f->count);
	err = put_sources(sk, f, room, to->gf_slist_flex);
	kfree(f);
	if (err)
		return err;
	return put_user((int)GROUP_FILTER_SIZE(room), optlen) ||
	       copy_to_user(optval, &gf, GROUP_FILTER_SIZE(0)) ? -EFAULT : 0;
}

int anp_udp_mc_get(struct sock *sk, int optname, char __user *optval, int __user *optlen)
{
	return optname == IP_MSFILTER ? msfilter_get(sk, optval, optlen) :
					mcast_msfilter_get(sk, optval, optlen);
}
