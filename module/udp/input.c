// SPDX-License-Identifier: GPL-2.0
/*
 * Received UDP: RFC 768 checks, the choice of the receiver, and the way into its queue.
 */
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <net/busy_poll.h>
#include <net/checksum.h>
#include <net/ip.h>
#include "udp.h"

/* The address to answer a datagram from: RFC 1122 4.1.3.5. */
static __be32 spec_dst(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (!anp_ip_is_broadcast(skb))
		return iph->daddr;
	return inet_select_addr(skb->dev, iph->saddr, RT_SCOPE_LINK);
}

/* For busy polling, SO_INCOMING_CPU and SO_INCOMING_NAPI_ID. */
static void mark_arrival(struct sock *sk, const struct sk_buff *skb)
{
	/* A peer's datagrams come by one queue; those of many do not. */
	if (READ_ONCE(sk->sk_state) == TCP_ESTABLISHED) {
		sk_mark_napi_id(sk, skb);
		sk_incoming_cpu_update(sk);
	} else {
		sk_mark_napi_id_once(sk, skb);
	}
}

void anp_udp_queue(struct sock *sk, struct sk_buff *skb, unsigned int pull,
		   enum anp_mib_item full)
{
	struct net *net = sock_net(sk);
	struct anp_rx_cb rx = { .ifindex = skb->dev->ifindex };
	int err;

	/* The program of SO_ATTACH_FILTER sees the header, as Linux shows it, and cannot cut it off. */
	if (sk_filter_trim_cap(sk, skb, sk->sk_type == SOCK_RAW ? 1 : sizeof(struct udphdr))) {
		atomic_inc(&sk->sk_drops);
		anp_drop(net, skb, ANP_MIB_DROP_SOCK_FILTER);
		return;
	}

	if (READ_ONCE(anp_udp_sk(sk)->cmsg_flags) & ANP_CMSG_PKTINFO)
		rx.spec_dst = spec_dst(skb);
	mark_arrival(sk, skb);
	__skb_pull(skb, pull);
	*anp_rx_cb(skb) = rx;

	err = anp_dgram_queue(sk, skb);
	if (err)
		anp_drop(net, skb, err == -ENOMEM ? full : ANP_MIB_DROP_UDP_MEM);
}

/* Has @sk joined the group of @skb, or does it take all that the host is in? */
static bool wants_group(const struct sock *sk, const struct sk_buff *skb)
{
	const struct anp_udp_sock *up = anp_udp_sk(sk);
	const struct iphdr *iph = ip_hdr(skb);

	return !ipv4_is_multicast(iph->daddr) ||
	       anp_mc_wanted(&up->mc_members, READ_ONCE(up->mc_all), iph->saddr, iph->daddr,
			     skb->dev->ifindex);
}

/* Broadcasts and multicasts go to everyone who takes them: RFC 1122 4.1.3.5. */
static void deliver_all(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct udphdr *uh = udp_hdr(skb);
	struct sock *sk, *last = NULL;
	struct anp_udp_bucket *b;
	struct sk_buff *copy;

	b = anp_udp_bucket(&anp_udp_table, net, ntohs(uh->dest));
	sk_for_each_rcu(sk, &b->head) {
		if (!anp_udp_match(sk, net, iph->saddr, uh->source, iph->daddr, uh->dest,
				   skb->dev->ifindex) ||
		    !wants_group(sk, skb))
			continue;
		if (last) {
			copy = skb_clone(skb, GFP_ATOMIC);
			if (copy)
				anp_udp_queue(last, copy, sizeof(*uh), ANP_MIB_DROP_UDP_RCVBUF);
			else
				anp_count(net, ANP_MIB_DROP_UDP_MEM);
		}
		last = sk;
	}

	if (last)
		anp_udp_queue(last, skb, sizeof(*uh), ANP_MIB_DROP_UDP_RCVBUF);
	else
		anp_drop(net, skb, ANP_MIB_DROP_UDP_NO_PORT);
}

/* Is @skb for all who take it?  @sk, the one it would be for otherwise, often answers cheaply. */
static bool for_all(const struct sk_buff *skb, const struct sock *sk)
{
	/* A socket's source is its own unicast address. */
	if (sk && skb->pkt_type == PACKET_HOST && inet_sk(sk)->inet_saddr == ip_hdr(skb)->daddr)
		return false;
	return anp_ip_is_broadcast(skb);
}

static void deliver(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct udphdr *uh = udp_hdr(skb);
	struct sock *sk;

	sk = anp_udp_lookup(net, iph->saddr, uh->source, iph->daddr, uh->dest, skb->dev->ifindex,
			    skb);
	if (for_all(skb, sk)) {
		deliver_all(net, skb);
		return;
	}
	if (sk) {
		anp_udp_queue(sk, skb, sizeof(*uh), ANP_MIB_DROP_UDP_RCVBUF);
		return;
	}
	/* RFC 1122 4.1.3.1 */
	anp_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	anp_drop(net, skb, ANP_MIB_DROP_UDP_NO_PORT);
}

/* RFC 768 Length: is @skb at least that long?  What is behind it is cut off. */
static bool check_len(struct sk_buff *skb)
{
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(struct udphdr)))
		return false;
	skb_reset_transport_header(skb);
	len = ntohs(udp_hdr(skb)->len);
	return len >= sizeof(struct udphdr) && len <= skb->len && !pskb_trim_rcsum(skb, len);
}

/* RFC 1122 4.1.3.4: a checksum of zero means that the sender made none. */
static bool check_csum(struct sk_buff *skb)
{
	return !skb_checksum_init_zero_check(skb, IPPROTO_UDP, udp_hdr(skb)->check,
					     inet_compute_pseudo) &&
	       !skb_checksum_complete(skb);
}

static void rcv_one(struct net *net, struct sk_buff *skb)
{
	if (!check_len(skb))
		anp_drop(net, skb, ANP_MIB_DROP_UDP_HDR);
	else if (!check_csum(skb))
		anp_drop(net, skb, ANP_MIB_DROP_UDP_CSUM);
	else
		deliver(net, skb);
}

/*
 * A lower device's UDP GRO, or a local sender's UDP_SEGMENT, brings several datagrams in one skb:
 * takes them apart.  skb_segment() wants to begin at the link header; what lies before the IP
 * header is of no use any more, so it begins there.
 */
static void rcv_segments(struct net *net, struct sk_buff *skb)
{
	const netdev_features_t features = NETIF_F_SG | NETIF_F_IP_CSUM;
	struct sk_buff *segs, *next;

	__skb_push(skb, -skb_network_offset(skb));
	skb_reset_mac_header(skb);
	skb->mac_len = 0;

	segs = __skb_gso_segment(skb, features, false);
	if (IS_ERR_OR_NULL(segs)) {
		anp_drop(net, skb, ANP_MIB_DROP_UDP_HDR);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		__skb_pull(skb, skb_transport_offset(skb));
		rcv_one(net, skb);
	}
}

/* UDP_GRO: may @skb, several datagrams of one flow, stay whole for the one who takes them? */
static bool stays_whole(struct net *net, struct sk_buff *skb)
{
	const struct udphdr *uh = udp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);
	const struct sock *sk;

	if (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST || !skb_csum_unnecessary(skb))
		return false;
	sk = anp_udp_lookup(net, iph->saddr, uh->source, iph->daddr, uh->dest, skb->dev->ifindex,
			    skb);
	return sk && READ_ONCE(anp_udp_sk(sk)->gro) && !for_all(skb, sk);
}

void anp_udp_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);

	skb_reset_transport_header(skb);
	/* Of a fragmentation offload (SKB_GSO_UDP) the whole datagram is here: nothing to cut. */
	if (skb_is_gso(skb) && (skb_shinfo(skb)->gso_type & (SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST)) &&
	    !stays_whole(net, skb))
		rcv_segments(net, skb);
	else
		rcv_one(net, skb);
}

void anp_udp_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct udphdr *uh = (const struct udphdr *)(skb->data + iph->ihl * 4);
	struct sock *sk;

	/* Only the first fragment has the ports. */
	if (iph->frag_off & htons(IP_OFFSET))
		return;

	/* What we sent is in there, so the source is us. */
	sk = anp_udp_lookup(dev_net(skb->dev), iph->daddr, uh->dest, iph->saddr, uh->source,
			    skb->dev->ifindex, NULL);
	if (sk)
		anp_udp_icmp_error(sk, skb, type, code, info, err, hard,
				   iph->ihl * 4 + sizeof(*uh), uh->dest);
}
