// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 output: the header, and the way to the device: through the neighbour cache, by broadcast or
 * multicast, straight to a device without link addresses, or back up to ourselves.
 */
#include <linux/errqueue.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/arp.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/udp.h>
#include "ip.h"
#include "mcast.h"
#include "observe/latency.h"

#define IP_ID_SLOTS 64

/* Counters of Identifications; flows share one by a keyed hash. */
struct anp_ip_ids {
	siphash_key_t	key;
	atomic_t	next[IP_ID_SLOTS];
};

/*
 * RFC 6864 4.3: unique for a while for each (source, destination, protocol), which a counter
 * serves longer than chance does; RFC 7739 5: the start is different for each, so that what one
 * peer sees tells nothing about the others.
 */
u16 anp_ip_id(struct net *net, const struct iphdr *iph)
{
	struct anp_ip_ids *ids = anp_net(net)->ip_ids;
	u64 h = siphash_3u32((__force u32)iph->daddr, (__force u32)iph->saddr, iph->protocol,
			     &ids->key);

	return (u16)((h >> 32) + atomic_inc_return(&ids->next[h % IP_ID_SLOTS]));
}

void anp_ip_set_owner_ctl(struct net *net, struct sk_buff *skb)
{
	skb_set_owner_w(skb, anp_net(net)->ctl_sk);
}

/*
 * Hands @skb to our own receive path, as if it had come in by @dev, so that tcpdump and tc on the
 * device see it.  skb->sk stays: it marks the packet as ours.  Not inline but by the backlog: a
 * sender may hold locks that the receiver takes.
 */
static int xmit_local(struct sk_buff *skb, struct net_device *dev, u8 pkt_type)
{
	struct net *net = dev_net(dev);

	/* A device without link addresses has no header to push. */
	if (dev->header_ops && dev_hard_header(skb, dev, ETH_P_IP, dev->dev_addr, dev->dev_addr,
					       skb->len) < 0) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -EINVAL;
	}
	skb_reset_mac_header(skb);
	__skb_pull(skb, skb_network_offset(skb));
	skb->pkt_type = pkt_type;
	skb_clear_tstamp(skb);
	/* The stamps that a qdisc and a device would have made. */
	if (unlikely(skb_shinfo(skb)->tx_flags & SKBTX_SCHED_TSTAMP))
		__skb_tstamp_tx(skb, NULL, NULL, skb->sk, SCM_TSTAMP_SCHED);
	skb_tx_timestamp(skb);
	/*
	 * The stack's own memory does not err; a packet that stays inside needs no checksum.  But who has
	 * a raw socket may err.
	 */
	if (skb->ip_summed == CHECKSUM_NONE && skb->sk->sk_type != SOCK_RAW)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (netif_rx(skb) == NET_RX_SUCCESS)
		return 0;
	anp_count(net, ANP_MIB_DROP_IP_OUT);
	return -ENOBUFS;
}

/* Does a copy of a multicast go back to ourselves?  RFC 1112 6.1, IP_MULTICAST_LOOP. */
static bool loops_multicast(const struct net *net, const struct sk_buff *skb,
			    const struct anp_route *rt)
{
	/* What IGMP says is for others. */
	if (ip_hdr(skb)->protocol == IPPROTO_IGMP ||
	    !anp_mc_joined(net, rt->dev->ifindex, ip_hdr(skb)->daddr))
		return false;
	return skb->sk == anp_net(net)->ctl_sk || inet_test_bit(MC_LOOP, skb->sk);
}

static void loop_copy(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	bool multicast = rt->type == RTN_MULTICAST;
	struct sk_buff *copy;

	if (multicast && !loops_multicast(net, skb, rt))
		return;
	/* Of its own header: both ways put a link header before it. */
	copy = pskb_copy(skb, GFP_ATOMIC);
	if (!copy) {
		anp_count(net, ANP_MIB_DROP_IP_OUT);
		return;
	}
	skb_set_owner_w(copy, skb->sk);
	xmit_local(copy, rt->dev, multicast ? PACKET_MULTICAST : PACKET_BROADCAST);
}

/* To many: the link address follows from the IP address.  RFC 1112 6.4. */
static int xmit_flood(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	struct net_device *dev = rt->dev;
	u8 group[ETH_ALEN];
	const u8 *dst = dev->broadcast;

	loop_copy(net, skb, rt);
	if (rt->type == RTN_MULTICAST && !ip_hdr(skb)->ttl) {
		consume_skb(skb);
		return 0;
	}
	if (!dev->header_ops)
		return anp_link_xmit(skb);

	if (rt->type == RTN_MULTICAST && dev->type == ARPHRD_ETHER) {
		ip_eth_mc_map(rt->daddr, group);
		dst = group;
	}
	if (dev_hard_header(skb, dev, ETH_P_IP, dst, dev->dev_addr, skb->len) < 0) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -EINVAL;
	}
	return anp_link_xmit(skb);
}

/*
 * Copies the neighbour's ready-made link header before the packet.  It lies at the end of a block of
 * HH_DATA_MOD bytes, and all are copied: send() has made room for as many.
 */
static void push_link_header(struct sk_buff *skb, const struct hh_cache *hh)
{
	unsigned int seq;

	do {
		seq = read_seqbegin(&hh->hh_lock);
		memcpy(skb->data - HH_DATA_MOD, hh->hh_data, HH_DATA_MOD);
	} while (read_seqretry(&hh->hh_lock, seq));
	__skb_push(skb, ETH_HLEN);
}

static int xmit_neigh(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	struct neighbour *n;

	n = __ipv4_neigh_lookup_noref(rt->dev, (__force u32)rt->nexthop);
	if (!n)
		n = __neigh_create(&arp_tbl, &rt->nexthop, rt->dev, false);
	if (IS_ERR(n)) {
		anp_drop(net, skb, ANP_MIB_DROP_NEIGH_FAILED);
		return PTR_ERR(n);
	}
	sock_confirm_neigh(skb, n);
	if (unlikely(READ_ONCE(n->hh.hh_len) != ETH_HLEN || skb_headroom(skb) < HH_DATA_MOD))
		return neigh_output(n, skb, false);
	/* What waits to be confirmed (STALE, DELAY, PROBE) is good until something else is heard. */
	if (!(READ_ONCE(n->nud_state) & NUD_CONNECTED) && neigh_event_send(n, skb))
		return 0;
	push_link_header(skb, &n->hh);
	return anp_link_xmit(skb);
}

static int xmit_dev(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	if (rt->type == RTN_BROADCAST || rt->type == RTN_MULTICAST)
		return xmit_flood(net, skb, rt);
	if (!rt->dev->header_ops)
		return anp_link_xmit(skb);
	return xmit_neigh(net, skb, rt);
}

int anp_ip_xmit(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	int err;

	skb->dev = rt->dev;
	skb->protocol = htons(ETH_P_IP);
	if (rt->type == RTN_LOCAL)
		return xmit_local(skb, rt->dev, PACKET_HOST);

	anp_link_mark_own(skb);
	anp_lat_tx_mark(skb, ANP_LAT_TX_IP);
	err = xmit_dev(net, skb, rt);
	if (err > 0)
		err = net_xmit_errno(err);
	if (err)
		anp_count(net, ANP_MIB_DROP_IP_OUT);
	return err;
}

static u8 default_ttl(const struct net *net, const struct anp_route *rt)
{
	/* RFC 1112 6.1: what is not asked to go further stays on the link. */
	if (rt->type == RTN_MULTICAST)
		return 1;
	return READ_ONCE(net->ipv4.sysctl_ip_default_ttl);
}

/* RFC 2113: the option of a packet that routers are to look into. */
static const u8 router_alert[ANP_IP_ROUTER_ALERT_LEN] = { IPOPT_RA, 4, 0, 0 };

/* RFC 791 3.1. */
static void push_header(struct net *net, struct sk_buff *skb, const struct anp_route *rt,
			const struct anp_ip_opts *o)
{
	unsigned int options = o->router_alert ? sizeof(router_alert) : 0;
	struct iphdr *iph;

	skb_push(skb, sizeof(*iph) + options);
	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	if (unlikely(options))
		memcpy(iph + 1, router_alert, sizeof(router_alert));
	iph->version = 4;
	iph->ihl = (sizeof(*iph) + options) / 4;
	iph->tos = o->tos;
	/* BIG TCP: who cuts it gives each piece its length. */
	iph->tot_len = skb->len <= ANP_IPV4_MAX_LEN ? htons(skb->len) : 0;
	iph->frag_off = o->df ? htons(IP_DF) : 0;
	iph->ttl = o->stay ? 0 : o->ttl ?: default_ttl(net, rt);
	iph->protocol = o->proto;
	iph->saddr = rt->saddr;
	iph->daddr = rt->daddr;
	/* RFC 6864 4.1: what cannot become fragments needs no identity. */
	iph->id = o->df ? 0 : htons(anp_ip_id(net, iph));
	ip_send_check(iph);
}

/* Fits it the path?  RFC 1191 3: with DF set the sender has to know. */
static int check_mtu(const struct sk_buff *skb, const struct anp_route *rt, bool df)
{
	if (skb_is_gso(skb)) {
		if (rt->type == RTN_LOCAL || skb_gso_validate_network_len(skb, rt->mtu))
			return 0;
		return -EMSGSIZE;
	}
	return skb->len > rt->mtu && df ? -EMSGSIZE : 0;
}

static bool is_super_tcp(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && (skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4);
}

static int send(struct net *net, struct sk_buff *skb, const struct anp_route *rt,
		const struct anp_ip_opts *o)
{
	unsigned int header = sizeof(struct iphdr) +
			      (o->router_alert ? sizeof(router_alert) : 0);
	int err;

	/* The length field holds no more. */
	if (skb->len > ANP_IPV4_MAX_LEN - header && !is_super_tcp(skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -EMSGSIZE;
	}
	if (skb_cow_head(skb, LL_RESERVED_SPACE(rt->dev) + header)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -ENOMEM;
	}
	push_header(net, skb, rt, o);
	anp_count(net, ANP_MIB_IP_OUT_REQUESTS);

	err = check_mtu(skb, rt, o->df);
	if (err) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_FRAG_FAIL);
		return err;
	}
	if (!skb_is_gso(skb) && skb->len > rt->mtu)
		return anp_ip_fragment(net, skb, rt);
	return anp_ip_xmit(net, skb, rt);
}

/*
 * @rt, or what is there in its place by now, in *@fresh.  An ERR_PTR(): there is no route any more, and
 * @skb was dropped.  Under RCU.
 */
static const struct anp_route *renew(struct net *net, struct sk_buff *skb,
				     const struct anp_route *rt, struct anp_route *fresh)
{
	const struct anp_flow fl = {
		.daddr = rt->daddr,
		.saddr = rt->saddr,
		.oif = rt->oif,
		.tos = rt->tos,
	};
	int err;

	err = anp_route_get(net, &fl, fresh);
	if (!err)
		return fresh;
	anp_drop(net, skb, ANP_MIB_DROP_IP_NO_ROUTE);
	return ERR_PTR(err);
}

int anp_ip_send(struct net *net, struct sk_buff *skb, const struct anp_route *rt,
		const struct anp_ip_opts *o)
{
	struct anp_route fresh;
	int err;

	rcu_read_lock();
	if (!anp_route_valid(net, rt))
		rt = renew(net, skb, rt, &fresh);
	err = IS_ERR(rt) ? PTR_ERR(rt) : send(net, skb, rt, o);
	rcu_read_unlock();
	return err;
}

static int send_whole(struct net *net, struct sk_buff *skb, const struct anp_route *rt, u32 *mtu)
{
	*mtu = READ_ONCE(rt->dev->mtu);
	if (skb->len > *mtu) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -EMSGSIZE;
	}
	if (skb_cow_head(skb, LL_RESERVED_SPACE(rt->dev))) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_OUT);
		return -ENOMEM;
	}
	anp_count(net, ANP_MIB_IP_OUT_REQUESTS);
	return anp_ip_xmit(net, skb, rt);
}

int anp_ip_send_whole(struct net *net, struct sk_buff *skb, const struct anp_route *rt, u32 *mtu)
{
	struct anp_route fresh;
	int err;

	rcu_read_lock();
	if (!anp_route_valid(net, rt))
		rt = renew(net, skb, rt, &fresh);
	err = IS_ERR(rt) ? PTR_ERR(rt) : send_whole(net, skb, rt, mtu);
	rcu_read_unlock();
	return err;
}

/*
 * The control socket only owns packets, and some of them may be in a queue of the host when the
 * module is unloaded.  So all that it points to must be the kernel's, its proto included; that of UDP
 * serves, which begins with a struct inet_sock and is exported by all kernels.
 */
int anp_output_net_init(struct anp_net *anet)
{
	struct anp_ip_ids *ids;
	struct sock *sk;
	int i;

	ids = kmalloc(sizeof(*ids), GFP_KERNEL);
	if (!ids)
		return -ENOMEM;
	get_random_bytes(&ids->key, sizeof(ids->key));
	for (i = 0; i < IP_ID_SLOTS; i++)
		atomic_set(&ids->next[i], 0);

	sk = sk_alloc(anet->net, PF_ANP, GFP_KERNEL, &udp_prot, 1);
	if (!sk) {
		kfree(ids);
		return -ENOMEM;
	}
	sock_init_data(NULL, sk);
	sk->sk_protocol = IPPROTO_RAW;
	/* Nobody waits for its memory. */
	sock_set_flag(sk, SOCK_USE_WRITE_QUEUE);

	anet->ip_ids = ids;
	anet->ctl_sk = sk;
	return 0;
}

ALLOW_ERROR_INJECTION(anp_output_net_init, ERRNO);

/* What is still in flight keeps the socket's memory, and frees it. */
void anp_output_net_exit(struct anp_net *anet)
{
	sk_free(anet->ctl_sk);
	anet->ctl_sk = NULL;
	kfree(anet->ip_ids);
	anet->ip_ids = NULL;
}
