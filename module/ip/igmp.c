// SPDX-License-Identifier: GPL-2.0
/*
 * IGMP, the host's side: RFC 3376 (version 3), RFC 2236 (2) and RFC 1112 (1), as old as the oldest
 * querier on the link.  One timer a group sends both what has changed and what was asked for.
 *
 * DEVIATION: RFC 3376 5.1 tells of changed sources by ALLOW and BLOCK records.  Here every change
 * is told by the whole new filter (TO_IN, TO_EX), which a router takes in any state; so a lost
 * report is mended by the next one.  RFC 3376 5.2 answers a general query by one report for all
 * groups; here each group answers by its own, within the same time.
 */
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "ip.h"
#include "link/link.h"
#include "mcast.h"

/* RFC 3376 8.1, 8.11; RFC 2236 8.10. */
#define ROBUSTNESS		2
#define V3_UNSOLICITED_MS	1000
#define V2_UNSOLICITED_MS	10000
/* RFC 3376 8.12: Robustness times the query interval, plus a response interval. */
#define OLDER_QUERIER		((ROBUSTNESS * 125 + 10) * HZ)
/* RFC 2236 4: what a version 1 query means, 1/10 s. */
#define V1_RESPONSE		100

#define ALL_ROUTERS		htonl(0xe0000002)	/* 224.0.0.2 */
#define V3_ROUTERS		htonl(0xe0000016)	/* 224.0.0.22 */

static bool not_over(unsigned long until)
{
	return until && time_before(jiffies, until);
}

/* The version to speak on the device: RFC 3376 7.2.1.  Under RCU. */
static int version_of(const struct net *net, int ifindex)
{
	struct net_device *dev = dev_get_by_index_rcu((struct net *)net, ifindex);
	const struct anp_igmp_dev *igmp;

	if (!dev || !anp_dev_is_anp(dev))
		return 3;
	igmp = anp_dev_igmp(dev);
	if (not_over(READ_ONCE(igmp->v1_until)))
		return 1;
	return not_over(READ_ONCE(igmp->v2_until)) ? 2 : 3;
}

/* ---- sending ---- */

/* An skb for @len bytes of IGMP, zeroed. */
static struct sk_buff *message_alloc(unsigned int len)
{
	unsigned int room = LL_MAX_HEADER + sizeof(struct iphdr) + ANP_IP_ROUTER_ALERT_LEN;
	struct sk_buff *skb = alloc_skb(room + len, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_put_zero(skb, len);
	skb_reset_transport_header(skb);
	return skb;
}

/* Fills the checksum in at @csum and sends to @daddr by @ifindex.  RCU; consumes @skb. */
static void message_send(struct net *net, struct sk_buff *skb, __sum16 *csum, __be32 daddr,
			 int ifindex)
{
	const struct anp_flow fl = { .daddr = daddr, .oif = ifindex };
	/* RFC 3376 4: TTL 1, Router Alert, Internetwork Control. */
	const struct anp_ip_opts o = {
		.proto = IPPROTO_IGMP,
		.tos = 0xc0,
		.ttl = 1,
		.df = true,
		.router_alert = true,
	};
	struct anp_route rt;

	*csum = ip_compute_csum(skb->data, skb->len);
	if (anp_route_get(net, &fl, &rt)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_NO_ROUTE);
		return;
	}
	anp_ip_set_owner_ctl(net, skb);
	if (!anp_ip_send(net, skb, &rt, &o))
		anp_count(net, ANP_MIB_IGMP_OUT_MSGS);
}

static void send_old(struct net *net, int ifindex, __be32 daddr, u8 type, __be32 group)
{
	struct sk_buff *skb = message_alloc(sizeof(struct igmphdr));
	struct igmphdr *ih;

	if (!skb) {
		anp_count(net, ANP_MIB_DROP_IP_OUT);
		return;
	}
	ih = (struct igmphdr *)skb->data;
	ih->type = type;
	ih->group = group;
	message_send(net, skb, &ih->csum, daddr, ifindex);
}

/* RFC 3376 4.2: a report of one group record.  mc_lock held, since @f is the group's. */
static struct sk_buff *report_build(const struct anp_mc_group *g, const struct anp_mc_filter *f,
				    bool change)
{
	unsigned int sources = flex_array_size(f, sources, f->count);
	struct igmpv3_report *ih;
	struct sk_buff *skb;

	skb = message_alloc(sizeof(*ih) + sizeof(ih->grec[0]) + sources);
	if (!skb)
		return NULL;
	ih = (struct igmpv3_report *)skb->data;
	ih->type = IGMPV3_HOST_MEMBERSHIP_REPORT;
	ih->ngrec = htons(1);
	ih->grec[0].grec_type = f->mode == MCAST_EXCLUDE ?
		(change ? IGMPV3_CHANGE_TO_EXCLUDE : IGMPV3_MODE_IS_EXCLUDE) :
		(change ? IGMPV3_CHANGE_TO_INCLUDE : IGMPV3_MODE_IS_INCLUDE);
	ih->grec[0].grec_nsrcs = htons(f->count);
	ih->grec[0].grec_mca = g->addr;
	memcpy(ih->grec[0].grec_src, f->sources, sources);
	return skb;
}

/* ---- the timer: mc_lock held where not said otherwise ---- */

static void arm(struct anp_mc_group *g, unsigned long delay)
{
	if (!mod_timer(&g->timer, jiffies + delay))
		refcount_inc(&g->refs);
}

void anp_igmp_changed(struct anp_mc_group *g)
{
	lockdep_assert_held(&anp_net(g->net)->mc_lock);
	/* RFC 3376 6: the group of all hosts is never reported. */
	if (!g->listed || g->addr == htonl(INADDR_ALLHOSTS_GROUP))
		return;
	g->changes = ROBUSTNESS;
	arm(g, 0);
}

/* What the timer has to send in one go. */
struct report {
	int		version;
	bool		leave;		/* of versions before 3 */
	bool		report;
	struct sk_buff	*skb;		/* of version 3 */
};

static void timer_locked(struct anp_mc_group *g, struct report *r)
{
	const struct anp_mc_filter *f =
		rcu_dereference_protected(g->filter, lockdep_is_held(&anp_net(g->net)->mc_lock));
	bool change = g->changes, members = READ_ONCE(g->users);

	if (!change && !g->query)
		return;
	if (r->version == 3) {
		r->skb = report_build(g, f, change);
	} else if (members) {
		r->report = true;
		g->reporter = true;
	} else {
		/* RFC 2236 3: only who reported last has to say that he leaves; once. */
		r->leave = r->version == 2 && g->reporter;
		g->reporter = false;
		g->changes = 0;
	}
	g->query = false;
	if (g->changes)
		g->changes--;
	if (g->changes)
		arm(g, 1 + get_random_u32() % msecs_to_jiffies(r->version == 3 ? V3_UNSOLICITED_MS :
							       V2_UNSOLICITED_MS));
	else if (!members && g->listed) {
		list_del_rcu(&g->node);
		g->listed = false;
		/* The list's reference; the timer's is still there. */
		refcount_dec(&g->refs);
	}
}

void anp_igmp_timer(struct timer_list *t)
{
	struct anp_mc_group *g = timer_container_of(g, t, timer);
	struct anp_net *anet = anp_net(g->net);
	struct net *net = g->net;
	struct report r = {};

	rcu_read_lock();
	r.version = version_of(net, g->ifindex);
	spin_lock(&anet->mc_lock);
	timer_locked(g, &r);
	spin_unlock(&anet->mc_lock);
	if (r.skb)
		message_send(net, r.skb, &((struct igmpv3_report *)r.skb->data)->csum, V3_ROUTERS,
			     g->ifindex);
	if (r.report)
		send_old(net, g->ifindex, g->addr,
			 r.version == 1 ? IGMP_HOST_MEMBERSHIP_REPORT :
					  IGMPV2_HOST_MEMBERSHIP_REPORT, g->addr);
	if (r.leave)
		send_old(net, g->ifindex, ALL_ROUTERS, IGMP_HOST_LEAVE_MESSAGE, g->addr);
	anp_mc_group_put(g);
	rcu_read_unlock();
}

/* ---- receiving: softirq, RCU ---- */

/* RFC 3376 4.1.1: Max Resp Code, in 1/10 s. */
static unsigned int response_time(u8 code)
{
	return code < 128 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}

/* The time to answer in, 1/10 s, or -1 for a query of no known version: RFC 3376 7.1. */
static int query_time(const struct igmphdr *ih, unsigned int len, struct anp_igmp_dev *igmp)
{
	unsigned long until = (jiffies + OLDER_QUERIER) ?: 1;

	if (len >= sizeof(struct igmpv3_query))
		return response_time(ih->code);
	if (len != sizeof(*ih))
		return -1;
	if (!ih->code) {
		WRITE_ONCE(igmp->v1_until, until);
		return V1_RESPONSE;
	}
	WRITE_ONCE(igmp->v2_until, until);
	return ih->code;
}

/* @g was asked for: answers within @max tenths of a second, sooner if it was to already. */
static void answer(struct anp_mc_group *g, unsigned int max)
{
	unsigned long delay = get_random_u32() % (max * HZ / 10 + 1) + 1;

	if (!READ_ONCE(g->users) || g->addr == htonl(INADDR_ALLHOSTS_GROUP))
		return;
	g->query = true;
	if (!timer_pending(&g->timer) || time_before(jiffies + delay, g->timer.expires))
		arm(g, delay);
}

static void query_rcv(struct net *net, struct sk_buff *skb, const struct igmphdr *ih)
{
	struct anp_net *anet = anp_net(net);
	struct anp_mc_group *g;
	int max = query_time(ih, skb->len, anp_dev_igmp(skb->dev));

	if (max < 0) {
		anp_drop(net, skb, ANP_MIB_DROP_IGMP);
		return;
	}
	spin_lock(&anet->mc_lock);
	list_for_each_entry(g, &anet->mc_groups, node)
		if (g->ifindex == skb->dev->ifindex && (!ih->group || ih->group == g->addr))
			answer(g, max);
	spin_unlock(&anet->mc_lock);
	consume_skb(skb);
}

/* RFC 2236 3: another host has answered, so this one need not; version 3 reports always. */
static void report_rcv(struct net *net, struct sk_buff *skb, __be32 group)
{
	struct anp_net *anet = anp_net(net);
	struct anp_mc_group *g;

	if (version_of(net, skb->dev->ifindex) < 3) {
		spin_lock(&anet->mc_lock);
		list_for_each_entry(g, &anet->mc_groups, node) {
			if (g->addr != group || g->ifindex != skb->dev->ifindex)
				continue;
			g->query = false;
			g->reporter = false;
		}
		spin_unlock(&anet->mc_lock);
	}
	consume_skb(skb);
}

static void message_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);
	const struct igmphdr *ih;

	anp_count(net, ANP_MIB_IGMP_IN_MSGS);
	/* RFC 3376 4: from a router of this link. */
	if (ip_hdr(skb)->ttl != 1 || skb_checksum_simple_validate(skb) ||
	    !pskb_may_pull(skb, sizeof(*ih))) {
		anp_drop(net, skb, ANP_MIB_DROP_IGMP);
		return;
	}
	ih = (const struct igmphdr *)skb->data;
	switch (ih->type) {
	case IGMP_HOST_MEMBERSHIP_QUERY:
		query_rcv(net, skb, ih);
		return;
	case IGMP_HOST_MEMBERSHIP_REPORT:
	case IGMPV2_HOST_MEMBERSHIP_REPORT:
		report_rcv(net, skb, ih->group);
		return;
	}
	/* What hosts tell routers, and what other protocols say. */
	consume_skb(skb);
}

static const struct anp_ip_proto igmp_proto = {
	.proto	= IPPROTO_IGMP,
	.hdrlen	= sizeof(struct igmphdr),
	.rcv	= message_rcv,
};

int anp_igmp_init(void)
{
	return anp_ip_register(&igmp_proto);
}

void anp_igmp_exit(void)
{
	anp_ip_unregister(&igmp_proto);
}
