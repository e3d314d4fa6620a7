/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sources are written for the newest supported kernel; this header gives older ones the new
 * names, so that no #if stands in a function body.
 */
#ifndef ANP_COMPAT_H
#define ANP_COMPAT_H

#include <linux/memcontrol.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/sock.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "AF_ANP needs Linux 6.1 or newer"
#endif

/* ---- trace events: __assign_str() lost its second argument in 6.10 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define anp_assign_str(field, text)	__assign_str(field, text)
#else
#define anp_assign_str(field, text)	__assign_str(field)
#endif

/* ---- sysctl: tables got their size in 6.6, handlers may not change them since 6.11 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define register_net_sysctl_sz(net, path, table, size)	register_net_sysctl(net, path, table)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define anp_ctl_table	struct ctl_table
#else
#define anp_ctl_table	const struct ctl_table
#endif

/* ---- net_device: two features became bits of the device in 6.12, one was renamed in 6.15 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
static inline void anp_netdev_set_lltx(struct net_device *dev)
{
	dev->features |= NETIF_F_LLTX;
}

static inline void anp_netdev_set_netns_immutable(struct net_device *dev)
{
	dev->features |= NETIF_F_NETNS_LOCAL;
}
#else
static inline void anp_netdev_set_lltx(struct net_device *dev)
{
	dev->lltx = true;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define netns_immutable netns_local
#endif

static inline void anp_netdev_set_netns_immutable(struct net_device *dev)
{
	dev->netns_immutable = true;
}
#endif

/* ---- net_device: classifiers in both directions and netfilter's hooks; tcx came in 6.6 ---- */

#if !IS_ENABLED(CONFIG_NET_EGRESS)
#define anp_dev_tc_egress(dev)	false
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define anp_dev_tc_egress(dev)	(!!rcu_access_pointer((dev)->miniq_egress))
#else
#define anp_dev_tc_egress(dev)	(!!rcu_access_pointer((dev)->tcx_egress))
#endif

#if !IS_ENABLED(CONFIG_NET_INGRESS)
#define anp_dev_tc_ingress(dev)	false
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define anp_dev_tc_ingress(dev)	(!!rcu_access_pointer((dev)->miniq_ingress))
#else
#define anp_dev_tc_ingress(dev)	(!!rcu_access_pointer((dev)->tcx_ingress))
#endif

#if IS_ENABLED(CONFIG_NETFILTER_EGRESS)
#define anp_dev_nf_egress(dev)	(!!rcu_access_pointer((dev)->nf_hooks_egress))
#else
#define anp_dev_nf_egress(dev)	false
#endif

#if IS_ENABLED(CONFIG_NETFILTER_INGRESS)
#define anp_dev_nf_ingress(dev)	(!!rcu_access_pointer((dev)->nf_hooks_ingress))
#else
#define anp_dev_nf_ingress(dev)	false
#endif

/* ---- net_device: super-packets of IPv4 have had a limit of their own, above 64 KB, since 6.3 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define ANP_GSO_MAX_SIZE	GSO_LEGACY_MAX_SIZE
#define anp_gso_max_size(dev)	READ_ONCE((dev)->gso_max_size)
#define anp_gso_max_size_set(dev, size)	WRITE_ONCE((dev)->gso_max_size, size)
#else
#define ANP_GSO_MAX_SIZE	GSO_MAX_SIZE
#define anp_gso_max_size(dev)	READ_ONCE((dev)->gso_ipv4_max_size)

/* The other limit is IPv6's: it is kept in step for those who show only that one. */
static inline void anp_gso_max_size_set(struct net_device *dev, unsigned int size)
{
	WRITE_ONCE(dev->gso_max_size, size);
	WRITE_ONCE(dev->gso_ipv4_max_size, size);
}
#endif

/* A header of its own since 6.6. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/netdev_rx_queue.h>
#endif

#if IS_ENABLED(CONFIG_RPS)
#define anp_rxq_has_rps(rxq)	(!!rcu_access_pointer((rxq)->rps_map))
#else
#define anp_rxq_has_rps(rxq)	false
#endif

/* ---- timers and net_dim: hrtimer_setup() is of 6.13, net_dim() takes a pointer since 6.13 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define anp_hrtimer_setup(timer, fn, clock, mode) \
	(hrtimer_init(timer, clock, mode), (void)((timer)->function = (fn)))
#define anp_net_dim(dim, sample)	net_dim(dim, *(sample))
#else
#define anp_hrtimer_setup(timer, fn, clock, mode)	hrtimer_setup(timer, fn, clock, mode)
#define anp_net_dim(dim, sample)	net_dim(dim, sample)
#endif

/* ---- rtnl_link_ops.newlink: its arguments became a struct in 6.15 ---- */

struct rtnl_newlink_params;

int anp_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
		struct netlink_ext_ack *extack);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
struct rtnl_newlink_params {
	struct net	*link_net;
	struct nlattr	**tb;
	struct nlattr	**data;
};

static inline struct net *rtnl_newlink_link_net(struct rtnl_newlink_params *p)
{
	return p->link_net;
}

static inline int anp_newlink_compat(struct net *link_net, struct net_device *dev,
				     struct nlattr *tb[], struct nlattr *data[],
				     struct netlink_ext_ack *extack)
{
	struct rtnl_newlink_params p = { .link_net = link_net, .tb = tb, .data = data };

	return anp_newlink(dev, &p, extack);
}

/* A device named with link-netnsid is made in that namespace and moved afterwards. */
#define ANP_LINK_NETNSID_MOVES 1
#else
#define anp_newlink_compat anp_newlink
#define ANP_LINK_NETNSID_MOVES 0
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <net/netdev_lock.h>
#endif

/* ---- proto_ops: accept()'s arguments became a struct in 6.10, addresses got a type in 6.19 ---- */

struct proto_accept_arg;

int anp_stream_accept(struct socket *sock, struct socket *newsock, struct proto_accept_arg *arg);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
struct proto_accept_arg {
	int	flags;
	int	err;
	bool	kern;
};

static inline int anp_stream_accept_compat(struct socket *sock, struct socket *newsock, int flags,
					   bool kern)
{
	struct proto_accept_arg arg = { .flags = flags, .err = -EINVAL, .kern = kern };

	return anp_stream_accept(sock, newsock, &arg);
}
#else
#define anp_stream_accept_compat anp_stream_accept
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define sockaddr_unsized sockaddr
#endif

/* ---- generic netlink: a dump's attributes moved into its genl_info in 6.6 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define anp_genl_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#define anp_genl_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#endif

/* ---- MSG_ZEROCOPY: arguments for memory of devices came in 6.16 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define anp_zerocopy_realloc(sk, size, uarg)	msg_zerocopy_realloc(sk, size, uarg)
#define anp_zerocopy_iter_stream(sk, skb, msg, len, uarg) \
	skb_zerocopy_iter_stream(sk, skb, msg, len, uarg)
#else
#define anp_zerocopy_realloc(sk, size, uarg)	msg_zerocopy_realloc(sk, size, uarg, false)
#define anp_zerocopy_iter_stream(sk, skb, msg, len, uarg) \
	skb_zerocopy_iter_stream(sk, skb, msg, len, uarg, NULL)
#endif

/* ---- sendfile() and splice(): a page at a time until 6.5, then by sendmsg(); gfp left in 7.x ---- */

int anp_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#include <linux/bvec.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>

#define MSG_SPLICE_PAGES	0x8000000
#define ANP_SENDPAGE(fn)	.sendpage = fn,

static inline ssize_t anp_stream_sendpage(struct socket *sock, struct page *page, int offset,
					  size_t size, int flags)
{
	struct bio_vec bvec = { .bv_page = page, .bv_len = size, .bv_offset = offset };
	struct msghdr msg = { .msg_flags = flags | MSG_SPLICE_PAGES };

	if (flags & MSG_SENDPAGE_NOTLAST)
		msg.msg_flags |= MSG_MORE;
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, &bvec, 1, size);
	return anp_stream_sendmsg(sock, &msg, size);
}

/* Of @iter as the function above makes it. */
static inline int anp_splice_from_iter(struct sk_buff *skb, struct iov_iter *iter, int max,
				       gfp_t gfp)
{
	struct page *page = iter->bvec->bv_page;
	int offset = iter->bvec->bv_offset + iter->iov_offset, i = skb_shinfo(skb)->nr_frags;

	if (skb_can_coalesce(skb, i, page, offset)) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], max);
	} else {
		if (i >= MAX_SKB_FRAGS)
			return -EMSGSIZE;
		get_page(page);
		skb_fill_page_desc(skb, i, page, offset, max);
	}
	skb->len += max;
	skb->data_len += max;
	skb->truesize += max;
	iov_iter_advance(iter, max);
	return max;
}
#else
#define ANP_SENDPAGE(fn)
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
#define anp_splice_from_iter(skb, iter, max, gfp)	skb_splice_from_iter(skb, iter, max, gfp)
#else
#define anp_splice_from_iter(skb, iter, max, gfp)	skb_splice_from_iter(skb, iter, max)
#endif
#endif

/* ---- struct sock: the owner's uid is a field alone since 6.17 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define sk_uid(sk) sock_i_uid(sk)
#endif

/* ---- struct inet_sock: its bits have been atomic since 6.6 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define ANP_INET_MC_LOOP		mc_loop
#define ANP_INET_MC_ALL			mc_all
#define ANP_INET_BIND_ADDRESS_NO_PORT	bind_address_no_port
#define ANP_INET_HDRINCL		hdrincl

#define inet_test_bit(nr, sk)		(inet_sk(sk)->ANP_INET_##nr)
#define inet_assign_bit(nr, sk, val)	(inet_sk(sk)->ANP_INET_##nr = !!(val))
#define inet_set_bit(nr, sk)		inet_assign_bit(nr, sk, true)
#endif

/* ---- sockets: two helpers take what they need from the cookie itself since 6.13 and 6.9 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define anp_skb_setup_tx_timestamp(skb, sockc)	skb_setup_tx_timestamp(skb, (sockc)->tsflags)
#else
#define anp_skb_setup_tx_timestamp(skb, sockc)	skb_setup_tx_timestamp(skb, sockc)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define anp_sock_cmsg_send(sk, msg, cmsg, sockc)	__sock_cmsg_send(sk, msg, cmsg, sockc)
#else
#define anp_sock_cmsg_send(sk, msg, cmsg, sockc)	__sock_cmsg_send(sk, cmsg, sockc)
#endif

/* ---- stamps: since 6.15 the core asks TCP's own control block whether an acknowledgment's is wanted ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define anp_skb_want_ack_stamp(skb)	((void)(skb))
#else
/* Who calls it includes net/tcp.h: that makes rcv_saddr a macro, which others here have as a name. */
#define anp_skb_want_ack_stamp(skb)	(TCP_SKB_CB(skb)->txstamp_ack = TSTAMP_ACK_SK)
#endif

/* ---- sk_buff: has had frags that no CPU can read since 6.12 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define skb_frags_readable(skb)	((void)(skb), true)
#endif

/* A bit of sockcm_cookie.tsflags since 6.13. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define ANP_SOCKCM_FLAG_TS_OPT_ID	0
#else
#define ANP_SOCKCM_FLAG_TS_OPT_ID	SOCKCM_FLAG_TS_OPT_ID
#endif

/* ---- struct tcp_info: grew in 6.2 ---- */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define anp_info_set_rcv_wnd(info, wnd)	((void)(info), (void)(wnd))
#else
#define anp_info_set_rcv_wnd(info, wnd)	((info)->tcpi_rcv_wnd = (wnd))
#endif

/* ---- IPv4: renamed or moved in 6.5, 6.6, 6.15, 6.16 and 6.18 ---- */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

/* Since 6.15 a queue's lookup gives no reference; those that a kill gives up are put at once. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define anp_frag_kill(q, refs)	((void)(refs), inet_frag_kill(q))
#define anp_frag_put(q, refs)	((void)(refs), inet_frag_put(q))
#else
#define anp_frag_kill(q, refs)	inet_frag_kill(q, refs)
#define anp_frag_put(q, refs)	inet_frag_putn(q, refs)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define timer_container_of	from_timer
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define anp_fl4_set_tos(fl4, tos)	((fl4)->flowi4_tos = (tos) & INET_DSCP_MASK)
#else
#define anp_fl4_set_tos(fl4, tos)	((fl4)->flowi4_dscp = inet_dsfield_to_dscp(tos))
#endif

/* ---- memory control groups: since 6.17 a socket of a kernel without them has no pointer to one ---- */

#ifdef CONFIG_MEMCG
/* What @sk's memory is charged to, and @other's from now on, which has none yet. */
static inline void anp_sk_memcg_share(const struct sock *sk, struct sock *other)
{
	struct mem_cgroup *memcg = sk->sk_memcg;

	if (memcg && css_tryget(&memcg->css))
		other->sk_memcg = memcg;
}
#else
static inline void anp_sk_memcg_share(const struct sock *sk, struct sock *other)
{
}
#endif

#endif /* ANP_COMPAT_H */
