// SPDX-License-Identifier: GPL-2.0
/*
 * The neighbour cache is the kernel's arp_tbl: its states, timers, queue bounds and `ip neigh`.
 * Entries of anp devices get operations of ANP's own, which resolve by ANP's ARP packets and report
 * failure to ANP's sockets.
 */
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include "arp.h"
#include "ip.h"

static __be32 neigh_key(const struct neighbour *n)
{
	return *(__be32 *)n->primary_key;
}

/*
 * The neighbour code calls this to probe: by unicast where it still trusts the address it has
 * (state PROBE), else by broadcast.
 */
static void solicit(struct neighbour *n, struct sk_buff *skb)
{
	int probes = atomic_read(&n->probes) - NEIGH_VAR(n->parms, UCAST_PROBES);
	u8 ha[MAX_ADDR_LEN], *dst_hw = NULL;
	struct net_device *dev = n->dev;
	__be32 target = neigh_key(n);

	if (probes < 0 && (READ_ONCE(n->nud_state) & NUD_VALID)) {
		neigh_ha_snapshot(ha, n, dev);
		dst_hw = ha;
	} else if (probes >= 0 && probes < NEIGH_VAR(n->parms, APP_PROBES)) {
		neigh_app_ns(n);
		return;
	}

	rcu_read_lock();
	anp_arp_send(dev, ARPOP_REQUEST, inet_select_addr(dev, target, RT_SCOPE_LINK), target,
		     dst_hw, NULL);
	rcu_read_unlock();
}

/* Tells the protocol of the queued packet @skb what an ICMP host unreachable would. */
static void report_unreachable(struct sk_buff *skb)
{
	const struct anp_ip_proto *p;
	const struct iphdr *iph;

	__skb_pull(skb, skb_network_offset(skb));
	if (!pskb_may_pull(skb, sizeof(*iph)))
		return;
	iph = ip_hdr(skb);
	if (iph->version != 4 || iph->ihl < 5 || (iph->frag_off & htons(IP_OFFSET)))
		return;
	if (!pskb_may_pull(skb, iph->ihl * 4 + 8))
		return;

	rcu_read_lock();
	p = anp_ip_proto_get(ip_hdr(skb)->protocol);
	if (p && p->err)
		p->err(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0, EHOSTUNREACH, false);
	rcu_read_unlock();
}

/*
 * Resolution failed; called for each packet that waited for it, without locks, bottom halves off.
 * RFC 1122 2.3.2.2.
 */
static void error_report(struct neighbour *n, struct sk_buff *skb)
{
	if (skb->sk && skb->sk->sk_family == AF_ANP)
		report_unreachable(skb);
	else
		dst_link_failure(skb);
	anp_drop(dev_net(n->dev), skb, ANP_MIB_DROP_NEIGH_FAILED);
}

/* neigh_resolve_output() asks no questions of a neighbour whose state needs none. */
static const struct neigh_ops arp_ops = {
	.family			= AF_INET,
	.solicit		= solicit,
	.error_report		= error_report,
	.output			= neigh_resolve_output,
	.connected_output	= neigh_resolve_output,
};

/*
 * Runs after the table's own constructor, which has set the state of entries that need no
 * resolution (broadcast, multicast, no link addresses).
 */
int anp_arp_neigh_construct(struct net_device *dev, struct neighbour *n)
{
	if (n->tbl != &arp_tbl || !dev->header_ops)
		return 0;

	n->ops = &arp_ops;
	n->output = n->ops->output;
	return 0;
}
