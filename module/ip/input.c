// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 input: RFC 791 and RFC 1122 3.2.1.  Every header field is checked before anything is
 * believed; then reassembly, then the transport protocol.
 */
#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include "ip.h"
#include "mcast.h"
#include "observe/latency.h"

static const struct anp_ip_proto __rcu *protos[256];

const struct anp_ip_proto *anp_ip_proto_get(u8 proto)
{
	return rcu_dereference(protos[proto]);
}

int anp_ip_register(const struct anp_ip_proto *p)
{
	/* cmpxchg() and sparse do not agree on const and __rcu at once. */
	const struct anp_ip_proto **slot = (const struct anp_ip_proto __force **)&protos[p->proto];

	return cmpxchg(slot, NULL, p) ? -EBUSY : 0;
}

void anp_ip_unregister(const struct anp_ip_proto *p)
{
	RCU_INIT_POINTER(protos[p->proto], NULL);
	synchronize_net();
}

static const struct anp_ip_raw *raw __read_mostly;
DEFINE_STATIC_KEY_FALSE(anp_ip_raw_used);

void anp_ip_set_raw(const struct anp_ip_raw *r)
{
	WRITE_ONCE(raw, r);
	if (!r)
		synchronize_net();
}

static bool anp_ip_raw_rcv(struct net *net, struct sk_buff *skb)
{
	const struct anp_ip_raw *r = READ_ONCE(raw);

	return r && r->rcv(net, skb);
}

bool anp_ip_raw_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct anp_ip_raw *r = READ_ONCE(raw);

	return r && r->err(skb, type, code, info, err, hard);
}

bool anp_ip_is_broadcast(const struct sk_buff *skb)
{
	unsigned int type;

	if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST)
		return true;
	type = anp_addr_type(dev_net(skb->dev), ip_hdr(skb)->daddr);
	return type == RTN_BROADCAST || type == RTN_MULTICAST;
}

/*
 * The length of the datagram by its header.  A super-packet of more than 64 KB has no room for
 * its length there and says 0 (BIG TCP); the skb knows.
 */
static u32 datagram_len(const struct sk_buff *skb, const struct iphdr *iph)
{
	u16 len = ntohs(iph->tot_len);

	return len || !skb_is_gso(skb) ? len : skb->len;
}

/*
 * A super-packet tells what it is to be cut into.  Whoever writes to a tun device can tell anything;
 * what does not go with the header would make the kernel warn of its own offloads.
 */
static bool super_packet_fits(const struct sk_buff *skb, const struct iphdr *iph)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	if (ip_is_fragment(iph))
		return false;
	switch (iph->protocol) {
	case IPPROTO_TCP:
		return type & SKB_GSO_TCPV4;
	case IPPROTO_UDP:
		return type & (SKB_GSO_UDP | SKB_GSO_UDP_L4);
	case IPPROTO_ICMP:
		return false;
	}
	return true;
}

/* Pulls and checks the fixed header; returns 0 or the drop reason.  RFC 1122 3.2.1.1, 3.2.1.2. */
static int check_header(struct sk_buff *skb)
{
	const struct iphdr *iph;
	u32 len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return ANP_MIB_DROP_IP_HDR;
	iph = ip_hdr(skb);
	if (iph->version != 4 || iph->ihl < 5)
		return ANP_MIB_DROP_IP_HDR;
	if (!pskb_may_pull(skb, iph->ihl * 4))
		return ANP_MIB_DROP_IP_HDR;
	iph = ip_hdr(skb);
	if (ip_fast_csum(iph, iph->ihl))
		return ANP_MIB_DROP_IP_CSUM;

	len = datagram_len(skb, iph);
	if (len < iph->ihl * 4 || (skb_is_gso(skb) && !super_packet_fits(skb, iph)))
		return ANP_MIB_DROP_IP_HDR;
	if (len > skb->len)
		return ANP_MIB_DROP_IP_TRUNCATED;
	/* Short frames are padded by the link. */
	if (pskb_trim_rcsum(skb, len))
		return ANP_MIB_DROP_NOMEM;
	skb_set_transport_header(skb, ip_hdr(skb)->ihl * 4);
	return 0;
}

/*
 * Walks the options (RFC 791 3.1).  Source routes are refused, as RFC 7126 4.3 and 4.4 advise; a
 * host may ignore all others.  Returns -1, or the offset of the octet that is wrong.
 */
static int bad_option(const struct iphdr *iph, bool *source_route)
{
	const u8 *opt = (const u8 *)iph;
	int end = iph->ihl * 4;
	int i = sizeof(*iph);

	*source_route = false;
	while (i < end) {
		if (opt[i] == IPOPT_END)
			return -1;
		if (opt[i] == IPOPT_NOOP) {
			i++;
			continue;
		}
		if (i + 1 >= end)
			return i;
		if (opt[i + 1] < 2 || i + opt[i + 1] > end)
			return i + 1;
		if (opt[i] == IPOPT_LSRR || opt[i] == IPOPT_SSRR) {
			*source_route = true;
			return i;
		}
		i += opt[i + 1];
	}
	return -1;
}

/* False: dropped.  RFC 1122 3.2.2.5: the sender of a bad option learns which octet is wrong. */
static bool check_options(struct net *net, struct sk_buff *skb)
{
	bool source_route;
	int bad = bad_option(ip_hdr(skb), &source_route);

	if (bad < 0)
		return true;
	if (!source_route)
		anp_icmp_send(skb, ICMP_PARAMETERPROB, 0, htonl((u32)bad << 24));
	anp_drop(net, skb, ANP_MIB_DROP_IP_OPTIONS);
	return false;
}

/* May this come from the wire?  RFC 1122 3.2.1.3, RFC 6890.  Returns 0 or the drop reason. */
static int check_source(struct net *net, const struct iphdr *iph)
{
	__be32 saddr = iph->saddr;

	if (ipv4_is_loopback(saddr) || ipv4_is_loopback(iph->daddr))
		return ANP_MIB_DROP_IP_MARTIAN;
	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr))
		return ANP_MIB_DROP_IP_MARTIAN;
	/*
	 * RFC 1122 3.2.1.3 (a): who asks for an address has none yet.  RFC 4541 2.1.1: nor has a
	 * switch that asks for groups.
	 */
	if (anp_ip_is_this_net(saddr))
		return !saddr && (ipv4_is_lbcast(iph->daddr) || iph->protocol == IPPROTO_IGMP) ?
		       0 : ANP_MIB_DROP_IP_MARTIAN;
	/* Our own address, or a subnet's broadcast address. */
	if (anp_addr_type(net, saddr) != RTN_UNICAST)
		return ANP_MIB_DROP_IP_MARTIAN;
	return 0;
}

/* Is it for us?  Returns 0 or the drop reason. */
static int check_dest(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	switch (anp_addr_type(net, iph->daddr)) {
	case RTN_LOCAL:
		/* RFC 1122 3.3.6: a link broadcast carries IP broadcasts and multicasts only. */
		if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST)
			return ANP_MIB_DROP_IP_MARTIAN;
		return 0;
	case RTN_BROADCAST:
		/* However the link has sent it: transport protocols need not ask the table again. */
		skb->pkt_type = PACKET_BROADCAST;
		return 0;
	case RTN_MULTICAST:
		if (!anp_mc_joined(net, skb->dev->ifindex, iph->daddr))
			break;
		skb->pkt_type = PACKET_MULTICAST;
		return 0;
	}
	return ANP_MIB_DROP_IP_NOT_LOCAL;
}

/* May it come from there, and is it for us?  Returns 0 or the drop reason. */
static int check_addrs(struct net *net, struct sk_buff *skb, bool looped)
{
	const struct iphdr *iph = ip_hdr(skb);
	int reason = 0, gen = 0;

	if (likely(!looped && skb->pkt_type == PACKET_HOST) &&
	    likely(anp_addr_pair_seen(net, iph, &gen)))
		return 0;
	if (!looped)
		reason = check_source(net, iph);
	if (!reason)
		reason = check_dest(net, skb);
	/* Who has no address yet may send IGMP only: that is for each packet to be asked. */
	if (!reason && !looped && skb->pkt_type == PACKET_HOST && !anp_ip_is_this_net(iph->saddr))
		anp_addr_pair_note(net, iph, gen);
	return reason;
}

/* Who counts a datagram that is too short for its protocol's header. */
static enum anp_mib_item short_reason(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return ANP_MIB_DROP_TCP_HDR;
	case IPPROTO_UDP:
		return ANP_MIB_DROP_UDP_HDR;
	case IPPROTO_ICMP:
		return ANP_MIB_DROP_ICMP_HDR;
	}
	return ANP_MIB_DROP_IP_TRUNCATED;
}

/* A whole datagram for us. */
static void deliver(struct net *net, struct sk_buff *skb)
{
	u8 proto = ip_hdr(skb)->protocol;
	const struct anp_ip_proto *p;
	bool heard = static_branch_unlikely(&anp_ip_raw_used) && anp_ip_raw_rcv(net, skb);

	p = anp_ip_proto_get(proto);
	if (!p && heard) {
		anp_count(net, ANP_MIB_IP_IN_DELIVERS);
		consume_skb(skb);
		return;
	}
	if (!p) {
		anp_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
		anp_drop(net, skb, ANP_MIB_DROP_IP_PROTO);
		return;
	}

	/*
	 * A checksum that the device took over the whole datagram stays right: the words of a
	 * valid IPv4 header sum up to zero.
	 */
	__skb_pull(skb, ip_hdr(skb)->ihl * 4);
	skb_reset_transport_header(skb);
	if (!pskb_may_pull(skb, p->hdrlen)) {
		anp_drop(net, skb, short_reason(proto));
		return;
	}
	anp_count(net, ANP_MIB_IP_IN_DELIVERS);
	p->rcv(skb);
}

/* Handler of the link layer: softirq, RCU, skb->data at the IPv4 header. */
void anp_ip_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);
	bool looped;
	int reason;

	anp_count(net, ANP_MIB_IP_IN_RECEIVES);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		anp_count(net, ANP_MIB_DROP_NOMEM);
		return;
	}
	if (skb->pkt_type == PACKET_OTHERHOST) {
		anp_drop(net, skb, ANP_MIB_DROP_LINK_OTHERHOST);
		return;
	}

	/* A veth's peer leaves the time at which it was to be sent where that of its arrival belongs. */
	skb_clear_delivery_time(skb);
	/* Only what ANP itself sends in this namespace still has its socket. */
	looped = skb->sk && skb->sk->sk_family == AF_ANP && net_eq(sock_net(skb->sk), net);
	anp_lat_rx_mark(looped ? NULL : skb, ANP_LAT_RX_LINK);
	skb_orphan(skb);

	reason = check_header(skb);
	if (!reason)
		reason = check_addrs(net, skb, looped);
	if (reason) {
		anp_drop(net, skb, reason);
		return;
	}
	if (ip_hdr(skb)->ihl > 5 && !check_options(net, skb))
		return;
	if (ip_is_fragment(ip_hdr(skb))) {
		skb = anp_reasm(net, skb);
		if (!skb)
			return;
	}
	deliver(net, skb);
}

static const struct anp_link_handlers handlers = {
	.arp	= anp_arp_rcv,
	.ip	= anp_ip_rcv,
};

int anp_ip_init(void)
{
	int err;

	err = anp_reasm_init();
	if (err)
		return err;
	err = anp_route_init();
	if (err)
		goto err_reasm;
	err = anp_arp_init();
	if (err)
		goto err_route;
	err = anp_icmp_init();
	if (err)
		goto err_arp;
	err = anp_mc_init();
	if (err)
		goto err_icmp;
	anp_link_set_handlers(&handlers);
	return 0;

err_icmp:
	anp_icmp_exit();
err_arp:
	anp_arp_exit();
err_route:
	anp_route_exit();
err_reasm:
	anp_reasm_exit();
	return err;
}

/* The devices and the namespaces' state are gone. */
void anp_ip_exit(void)
{
	anp_mc_exit();
	anp_icmp_exit();
	anp_arp_exit();
	anp_route_exit();
	anp_reasm_exit();
}

int anp_ip_net_init(struct anp_net *anet)
{
	int err;

	anp_icmp_net_init(anet);
	err = anp_output_net_init(anet);
	if (err)
		return err;
	err = anp_pmtu_net_init(anet);
	if (err)
		goto err_output;
	err = anp_reasm_net_init(anet);
	if (err)
		goto err_pmtu;
	err = anp_route_net_init(anet);
	if (err)
		goto err_reasm;
	return 0;

err_reasm:
	anp_reasm_net_exit(anet);
err_pmtu:
	anp_pmtu_net_exit(anet);
err_output:
	anp_output_net_exit(anet);
	return err;
}

ALLOW_ERROR_INJECTION(anp_ip_net_init, ERRNO);

void anp_ip_net_exit(struct anp_net *anet)
{
	anp_route_net_exit(anet);
	anp_reasm_net_exit(anet);
	anp_pmtu_net_exit(anet);
	anp_output_net_exit(anet);
}
