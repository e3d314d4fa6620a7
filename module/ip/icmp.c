// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP: RFC 792, RFC 1122 3.2.2.  Echo is answered here; echo replies go to the ping sockets by a
 * registered handler; errors that arrive are icmp_err.c's; errors that other parts of the stack
 * report leave from here, rate-limited (RFC 1812 4.3.2.8).
 */
#include <linux/icmp.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/rtnetlink.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "icmp.h"
#include "ip.h"

/* RFC 1812 4.3.2.3: an error is not longer than this. */
#define ICMP_ERROR_MAX	576

static anp_icmp_reply_t reply_rcv __read_mostly;

int anp_icmp_register_reply(anp_icmp_reply_t rcv)
{
	if (rcv)
		return cmpxchg(&reply_rcv, NULL, rcv) ? -EBUSY : 0;
	WRITE_ONCE(reply_rcv, NULL);
	synchronize_net();
	return 0;
}

void anp_icmp_count_out(const struct net *net, u8 type)
{
	anp_count(net, ANP_MIB_ICMP_OUT_MSGS);
	switch (type) {
	case ICMP_ECHO:
		anp_count(net, ANP_MIB_ICMP_OUT_ECHOS);
		break;
	case ICMP_ECHOREPLY:
		anp_count(net, ANP_MIB_ICMP_OUT_ECHO_REPS);
		break;
	case ICMP_DEST_UNREACH:
		anp_count(net, ANP_MIB_ICMP_OUT_DEST_UNREACHS);
		break;
	case ICMP_TIME_EXCEEDED:
		anp_count(net, ANP_MIB_ICMP_OUT_TIME_EXCDS);
		break;
	case ICMP_PARAMETERPROB:
		anp_count(net, ANP_MIB_ICMP_OUT_PARM_PROBS);
		break;
	}
}

static bool is_error(u8 type)
{
	switch (type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMPREPLY:
	case ICMP_INFO_REQUEST:
	case ICMP_INFO_REPLY:
	case ICMP_ADDRESS:
	case ICMP_ADDRESSREPLY:
		return false;
	}
	/* What we do not know could be one. */
	return true;
}

/* RFC 1122 3.2.2: may an error answer @skb?  Network header set and linear. */
static bool may_answer(struct net *net, const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int src = anp_addr_type(net, iph->saddr);
	u8 buf;
	const u8 *type;

	if (anp_ip_is_broadcast(skb) || (iph->frag_off & htons(IP_OFFSET)))
		return false;
	if (!iph->saddr || src == RTN_BROADCAST || src == RTN_MULTICAST)
		return false;
	if (iph->protocol != IPPROTO_ICMP)
		return true;
	type = skb_header_pointer(skb, skb_network_offset(skb) + iph->ihl * 4, 1, &buf);
	return type && !is_error(*type);
}

/* Takes a token; what stays on this host is not limited. */
static bool may_send(struct net *net, const struct anp_route *rt)
{
	struct anp_net *anet = anp_net(net);
	u32 rate = READ_ONCE(anet->icmp_msgs_per_sec), burst = READ_ONCE(anet->icmp_msgs_burst);
	unsigned long now = jiffies;
	u32 more;
	bool ok;

	if (rt->type == RTN_LOCAL)
		return true;

	spin_lock_bh(&anet->icmp_lock);
	more = div_u64(min_t(u64, now - anet->icmp_stamp, HZ) * rate, HZ);
	if (more) {
		anet->icmp_credit = min(anet->icmp_credit + more, burst);
		anet->icmp_stamp = now;
	}
	ok = anet->icmp_credit > 0;
	if (ok)
		anet->icmp_credit--;
	spin_unlock_bh(&anet->icmp_lock);

	if (!ok)
		anp_count(net, ANP_MIB_ICMP_OUT_RATELIMIT);
	return ok;
}

/* The message: header and as much of @orig, from its IPv4 header on, as goes in. */
static struct sk_buff *make_error(struct net *net, const struct sk_buff *orig,
				  const struct anp_route *rt, const struct icmphdr *hdr)
{
	int from = skb_network_offset(orig);
	int room = min_t(u32, rt->mtu, ICMP_ERROR_MAX) - sizeof(struct iphdr) - sizeof(*hdr);
	int len = min_t(int, orig->len - from, room);
	struct icmphdr *icmph;
	struct sk_buff *skb;

	if (len < (int)sizeof(struct iphdr))
		return NULL;
	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(*hdr) + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER + sizeof(struct iphdr));
	skb_reset_transport_header(skb);
	icmph = skb_put_data(skb, hdr, sizeof(*hdr));
	if (skb_copy_bits(orig, from, skb_put(skb, len), len)) {
		kfree_skb(skb);
		return NULL;
	}
	icmph->checksum = 0;
	icmph->checksum = ip_compute_csum(skb->data, skb->len);
	anp_ip_set_owner_ctl(net, skb);
	return skb;
}

void anp_icmp_send(struct sk_buff *orig, u8 type, u8 code, __be32 info)
{
	const struct icmphdr hdr = { .type = type, .code = code, .un.gateway = info };
	const struct iphdr *iph = ip_hdr(orig);
	/* RFC 1812 4.3.2.5: the precedence of network control. */
	struct anp_ip_opts o = {
		.proto = IPPROTO_ICMP,
		.tos = (iph->tos & IPTOS_TOS_MASK) | IPTOS_PREC_INTERNETCONTROL,
	};
	struct anp_flow fl = { .daddr = iph->saddr, .tos = o.tos };
	struct net *net = dev_net(orig->dev);
	struct anp_route rt;
	struct sk_buff *skb;

	rcu_read_lock();
	if (!may_answer(net, orig))
		goto out;
	/* RFC 1122 3.2.2: from the address that the offending datagram was sent to. */
	if (anp_addr_type(net, iph->daddr) == RTN_LOCAL)
		fl.saddr = iph->daddr;
	if (anp_route_get(net, &fl, &rt) || !may_send(net, &rt))
		goto out;
	skb = make_error(net, orig, &rt, &hdr);
	if (!skb)
		goto out;
	anp_icmp_count_out(net, type);
	anp_ip_send(net, skb, &rt, &o);
out:
	rcu_read_unlock();
}

/* Turns the request into the reply where it lies; only the type and the checksum change. */
static bool make_reply(struct net *net, struct sk_buff *skb)
{
	struct icmphdr *icmph;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return false;
	if (skb_ensure_writable(skb, sizeof(*icmph)))
		return false;
	icmph = icmp_hdr(skb);
	csum_replace2(&icmph->checksum, htons(ICMP_ECHO << 8), htons(ICMP_ECHOREPLY << 8));
	icmph->type = ICMP_ECHOREPLY;

	/* Forget the way in. */
	skb_scrub_packet(skb, true);
	skb_clear_hash(skb);
	skb->ip_summed = CHECKSUM_NONE;
	anp_ip_set_owner_ctl(net, skb);
	return true;
}

/*
 * RFC 1122 3.2.2.6: back to the sender, with the same data and type of service.
 * DEVIATION: it also wants a recorded route completed and sent back; options are ignored.
 */
static void rcv_echo(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct anp_ip_opts o = { .proto = IPPROTO_ICMP, .tos = iph->tos };
	const struct anp_flow fl = {
		.daddr = iph->saddr,
		.saddr = iph->daddr,
		.tos = iph->tos,
	};
	struct anp_route rt;

	if (anp_ip_is_broadcast(skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_ICMP_BROADCAST);
		return;
	}
	if (anp_route_get(net, &fl, &rt)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_NO_ROUTE);
		return;
	}
	if (!make_reply(net, skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_NOMEM);
		return;
	}
	anp_icmp_count_out(net, ICMP_ECHOREPLY);
	anp_ip_send(net, skb, &rt, &o);
}

static void rcv_echo_reply(struct net *net, struct sk_buff *skb)
{
	anp_icmp_reply_t rcv = READ_ONCE(reply_rcv);

	if (rcv)
		rcv(skb);
	else
		anp_drop(net, skb, ANP_MIB_DROP_ICMP_NO_SOCKET);
}

/* anp_ip_proto.rcv: 8 bytes are linear. */
static void icmp_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);

	anp_count(net, ANP_MIB_ICMP_IN_MSGS);
	if (skb_checksum_simple_validate(skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_ICMP_CSUM);
		return;
	}

	switch (icmp_hdr(skb)->type) {
	case ICMP_ECHO:
		anp_count(net, ANP_MIB_ICMP_IN_ECHOS);
		rcv_echo(net, skb);
		return;
	case ICMP_ECHOREPLY:
		anp_count(net, ANP_MIB_ICMP_IN_ECHO_REPS);
		rcv_echo_reply(net, skb);
		return;
	case ICMP_DEST_UNREACH:
		anp_count(net, ANP_MIB_ICMP_IN_DEST_UNREACHS);
		anp_icmp_rcv_error(skb);
		return;
	case ICMP_TIME_EXCEEDED:
		anp_count(net, ANP_MIB_ICMP_IN_TIME_EXCDS);
		anp_icmp_rcv_error(skb);
		return;
	case ICMP_PARAMETERPROB:
		anp_count(net, ANP_MIB_ICMP_IN_PARM_PROBS);
		anp_icmp_rcv_error(skb);
		return;
	}
	/*
	 * RFC 6633 3: source quench is ignored, and so is what RFC 6918 retired.
	 * DEVIATION: RFC 1122 3.2.2.2 wants redirects followed; routes here are the user's.
	 */
	anp_drop(net, skb, ANP_MIB_DROP_ICMP_TYPE);
}

static const struct anp_ip_proto icmp_proto = {
	.proto	= IPPROTO_ICMP,
	.hdrlen	= sizeof(struct icmphdr),
	.rcv	= icmp_rcv,
	.err	= anp_icmp_echo_err,
};

int anp_icmp_init(void)
{
	return anp_ip_register(&icmp_proto);
}

void anp_icmp_exit(void)
{
	anp_ip_unregister(&icmp_proto);
}

void anp_icmp_net_init(struct anp_net *anet)
{
	anet->icmp_credit = anet->icmp_msgs_burst;
	anet->icmp_stamp = jiffies;
}
