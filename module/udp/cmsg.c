// SPDX-License-Identifier: GPL-2.0
/*
 * SOL_IP control messages of datagram sockets: what recvmsg() tells of a datagram, and what
 * sendmsg() is told for one.
 */
#include <linux/in.h>
#include <net/ipv6.h>
#include "udp.h"

/*
 * The IP options of a datagram.  Source routes are dropped by IP, so the options to answer with
 * (IP_RETOPTS) are those that came.
 */
static void put_options(struct msghdr *msg, const struct sk_buff *skb, int type)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int len = iph->ihl * 4 - sizeof(*iph);

	if (len)
		put_cmsg(msg, SOL_IP, type, len, (void *)(iph + 1));
}

/* The address and port it was sent to; as Linux, of IPv4 also where the socket's is IPv6. */
static void put_origdst(struct msghdr *msg, const struct sock *sk, const struct sk_buff *skb)
{
	struct sockaddr_in sin = {
		.sin_family = anp_mapped(sk) ? AF_INET : READ_ONCE(anp_sk(sk)->addr_family),
		.sin_port = inet_sk(sk)->inet_sport,
		.sin_addr.s_addr = ip_hdr(skb)->daddr,
	};

	put_cmsg(msg, SOL_IP, IP_ORIGDSTADDR, sizeof(sin), &sin);
}

/* IP_PKTINFO as a program of AF_INET6 knows it. */
static void put_mapped_pktinfo(struct msghdr *msg, struct sk_buff *skb)
{
	struct in6_pktinfo info = { .ipi6_ifindex = anp_rx_cb(skb)->ifindex };

	ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, &info.ipi6_addr);
	put_cmsg(msg, SOL_IPV6, IPV6_PKTINFO, sizeof(info), &info);
}

/* Adds the control messages that @sk wants of @skb, its network header at the IPv4 header. */
void anp_udp_recv_cmsgs(struct msghdr *msg, struct sock *sk, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	u8 flags = READ_ONCE(anp_udp_sk(sk)->cmsg_flags);

	if ((skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4) && READ_ONCE(anp_udp_sk(sk)->gro)) {
		int size = skb_shinfo(skb)->gso_size;

		put_cmsg(msg, SOL_UDP, UDP_GRO, sizeof(size), &size);
	}
	if (anp_wants_mapped_pktinfo(sk))
		put_mapped_pktinfo(msg, skb);
	if (likely(!flags))
		return;

	if (flags & ANP_CMSG_PKTINFO) {
		struct in_pktinfo info = {
			.ipi_ifindex = anp_rx_cb(skb)->ifindex,
			.ipi_spec_dst.s_addr = anp_rx_cb(skb)->spec_dst,
			.ipi_addr.s_addr = iph->daddr,
		};

		put_cmsg(msg, SOL_IP, IP_PKTINFO, sizeof(info), &info);
	}
	if (flags & ANP_CMSG_TTL) {
		int ttl = iph->ttl;

		put_cmsg(msg, SOL_IP, IP_TTL, sizeof(ttl), &ttl);
	}
	if (flags & ANP_CMSG_TOS) {
		u8 tos = iph->tos;

		put_cmsg(msg, SOL_IP, IP_TOS, sizeof(tos), &tos);
	}
	if (flags & ANP_CMSG_RECVOPTS)
		put_options(msg, skb, IP_RECVOPTS);
	if (flags & ANP_CMSG_RETOPTS)
		put_options(msg, skb, IP_RETOPTS);
	if (flags & ANP_CMSG_ORIGDSTADDR)
		put_origdst(msg, sk, skb);
}

/* An int or a byte; -1, which no option takes, for other lengths. */
static int cmsg_number(const struct cmsghdr *cmsg)
{
	if (cmsg->cmsg_len == CMSG_LEN(sizeof(int)))
		return *(int *)CMSG_DATA(cmsg);
	if (cmsg->cmsg_len == CMSG_LEN(sizeof(u8)))
		return *(u8 *)CMSG_DATA(cmsg);
	return -1;
}

static int send_cmsg(struct cmsghdr *cmsg, struct anp_udp_dest *d)
{
	struct in_pktinfo *info;
	int val;

	switch (cmsg->cmsg_type) {
	case IP_PKTINFO:
		if (cmsg->cmsg_len != CMSG_LEN(sizeof(*info)))
			return -EINVAL;
		info = (struct in_pktinfo *)CMSG_DATA(cmsg);
		if (info->ipi_ifindex)
			d->flow.oif = info->ipi_ifindex;
		if (info->ipi_spec_dst.s_addr)
			d->flow.saddr = info->ipi_spec_dst.s_addr;
		d->to_peer = false;
		return 0;
	case IP_TTL:
		val = cmsg_number(cmsg);
		if (val < 1 || val > 255)
			return -EINVAL;
		d->ttl = val;
		return 0;
	case IP_TOS:
		val = cmsg_number(cmsg);
		if (val < 0 || val > 255)
			return -EINVAL;
		d->flow.tos = val;
		d->to_peer = false;
		return 0;
	default:
		return -EINVAL;
	}
}

/* As a program of AF_INET6 says it; -1 is the default there, which nothing was said against. */
static int send_mapped(struct cmsghdr *cmsg, struct anp_udp_dest *d)
{
	struct in6_pktinfo *info;
	int val;

	if (cmsg->cmsg_type == IPV6_PKTINFO) {
		if (cmsg->cmsg_len < CMSG_LEN(sizeof(*info)))
			return -EINVAL;
		info = (struct in6_pktinfo *)CMSG_DATA(cmsg);
		if (info->ipi6_ifindex)
			d->flow.oif = info->ipi6_ifindex;
		if (ipv6_addr_v4mapped(&info->ipi6_addr))
			d->flow.saddr = info->ipi6_addr.s6_addr32[3];
		else if (!ipv6_addr_any(&info->ipi6_addr))
			return -EINVAL;
		d->to_peer = false;
		return 0;
	}
	if (cmsg->cmsg_len != CMSG_LEN(sizeof(val)))
		return -EINVAL;
	val = *(int *)CMSG_DATA(cmsg);
	if (val < -1 || val > 255)
		return -EINVAL;
	switch (cmsg->cmsg_type) {
	case IPV6_HOPLIMIT:
		if (!val)
			return -EINVAL;
		d->ttl = val;
		return 0;
	case IPV6_TCLASS:
		if (val < 0)
			return 0;
		d->flow.tos = val;
		d->to_peer = false;
		return 0;
	}
	return -EINVAL;
}

/* UDP_SEGMENT; whatever else is left is not known. */
static int send_segment(const struct sock *sk, struct cmsghdr *cmsg, struct anp_udp_dest *d)
{
	if (!anp_is_udp(sk) || cmsg->cmsg_level != SOL_UDP ||
	    cmsg->cmsg_type != UDP_SEGMENT || cmsg->cmsg_len != CMSG_LEN(sizeof(u16)))
		return -EINVAL;
	d->gso_size = *(u16 *)CMSG_DATA(cmsg);
	return 0;
}

/* Takes the control messages of a sendmsg() into @d.  -EINVAL for what it does not know. */
int anp_udp_send_cmsgs(struct sock *sk, struct msghdr *msg, struct anp_udp_dest *d)
{
	struct cmsghdr *cmsg;
	int err;

	for_each_cmsghdr(cmsg, msg) {
		if (!CMSG_OK(msg, cmsg))
			return -EINVAL;
		if (cmsg->cmsg_level == SOL_SOCKET)
			err = anp_sock_cmsg_send(sk, msg, cmsg, &d->sockc);
		else if (cmsg->cmsg_level == SOL_IP)
			err = send_cmsg(cmsg, d);
		else if (cmsg->cmsg_level == SOL_IPV6 && anp_mapped(sk))
			err = send_mapped(cmsg, d);
		else
			err = send_segment(sk, cmsg, d);
		if (err)
			return err;
	}
	return 0;
}
