// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that arrive: what they say about a packet of ours is checked and handed to the
 * protocol that sent it; fragmentation needed teaches the path MTU.
 */
#include <linux/icmp.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include "icmp.h"
#include "ip.h"

static anp_icmp_err_t echo_err __read_mostly;

struct unreach {
	int	err;
	bool	hard;		/* not transient: RFC 1122 3.2.2.1, 4.2.3.9 */
};

/* By code of destination unreachable, as Linux maps them. */
static const struct unreach unreach[] = {
	[ICMP_NET_UNREACH]	= { ENETUNREACH,	false },
	[ICMP_HOST_UNREACH]	= { EHOSTUNREACH,	false },
	[ICMP_PROT_UNREACH]	= { ENOPROTOOPT,	true },
	[ICMP_PORT_UNREACH]	= { ECONNREFUSED,	true },
	[ICMP_FRAG_NEEDED]	= { EMSGSIZE,		false },
	[ICMP_SR_FAILED]	= { EOPNOTSUPP,		false },
	[ICMP_NET_UNKNOWN]	= { ENETUNREACH,	true },
	[ICMP_HOST_UNKNOWN]	= { EHOSTDOWN,		true },
	[ICMP_HOST_ISOLATED]	= { ENONET,		true },
	[ICMP_NET_ANO]		= { ENETUNREACH,	true },
	[ICMP_HOST_ANO]		= { EHOSTUNREACH,	true },
	[ICMP_NET_UNR_TOS]	= { ENETUNREACH,	false },
	[ICMP_HOST_UNR_TOS]	= { EHOSTUNREACH,	false },
	[ICMP_PKT_FILTERED]	= { EHOSTUNREACH,	true },
	[ICMP_PREC_VIOLATION]	= { EHOSTUNREACH,	true },
	[ICMP_PREC_CUTOFF]	= { EHOSTUNREACH,	true },
};

int anp_icmp_register_err(anp_icmp_err_t err)
{
	if (err)
		return cmpxchg(&echo_err, NULL, err) ? -EBUSY : 0;
	WRITE_ONCE(echo_err, NULL);
	synchronize_net();
	return 0;
}

/* anp_ip_proto.err of ICMP: only echo requests are sent for somebody. */
void anp_icmp_echo_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct icmphdr *icmph = (const struct icmphdr *)(skb->data + iph->ihl * 4);
	anp_icmp_err_t fn = READ_ONCE(echo_err);

	if (fn && icmph->type == ICMP_ECHO)
		fn(skb, type, code, info, err, hard);
}

/*
 * Makes the quoted header and 8 bytes behind it linear and checks that it can be a packet of ours.
 * Returns 0 or the drop reason.
 */
static int check_quote(struct net *net, struct sk_buff *skb)
{
	const struct iphdr *iph;

	if (!pskb_may_pull(skb, sizeof(struct icmphdr) + sizeof(*iph)))
		return ANP_MIB_DROP_ICMP_HDR;
	iph = (const struct iphdr *)(skb->data + sizeof(struct icmphdr));
	if (iph->version != 4 || iph->ihl < 5)
		return ANP_MIB_DROP_ICMP_HDR;
	/* RFC 1122 3.2.2: at least 8 bytes of the datagram's data. */
	if (!pskb_may_pull(skb, sizeof(struct icmphdr) + iph->ihl * 4 + 8))
		return ANP_MIB_DROP_ICMP_HDR;
	iph = (const struct iphdr *)(skb->data + sizeof(struct icmphdr));
	/* No ports in it. */
	if (iph->frag_off & htons(IP_OFFSET))
		return ANP_MIB_DROP_ICMP_HDR;
	if (anp_addr_type(net, iph->saddr) != RTN_LOCAL)
		return ANP_MIB_DROP_ICMP_NO_SOCKET;
	/* RFC 1122 3.2.2: nobody may answer a broadcast with an error. */
	if (anp_addr_type(net, iph->daddr) == RTN_BROADCAST)
		return ANP_MIB_DROP_ICMP_BROADCAST;
	return 0;
}

/*
 * RFC 1191 4, 5.  A router that fragments says so only about packets that must not be and are too
 * large; RFC 5927 7: what does not fit that is not believed.  Returns the new MTU or 0.
 */
static u32 told_mtu(const struct icmphdr *icmph, const struct iphdr *iph)
{
	u32 mtu = ntohs(icmph->un.frag.mtu);
	u32 len = ntohs(iph->tot_len);

	if (!(iph->frag_off & htons(IP_DF)))
		return 0;
	if (!mtu)
		mtu = anp_pmtu_plateau(len);
	return mtu < len ? mtu : 0;
}

/* What the message means to a transport protocol; 0 or the drop reason. */
static int translate(const struct icmphdr *icmph, struct unreach *u)
{
	switch (icmph->type) {
	case ICMP_DEST_UNREACH:
		if (icmph->code >= ARRAY_SIZE(unreach))
			return ANP_MIB_DROP_ICMP_TYPE;
		*u = unreach[icmph->code];
		return 0;
	case ICMP_TIME_EXCEEDED:
		*u = (struct unreach){ EHOSTUNREACH, false };
		return 0;
	case ICMP_PARAMETERPROB:
		*u = (struct unreach){ EPROTO, true };
		return 0;
	}
	return ANP_MIB_DROP_ICMP_TYPE;
}

void anp_icmp_rcv_error(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);
	const struct anp_ip_proto *p;
	struct icmphdr hdr = *icmp_hdr(skb);
	const struct iphdr *iph;
	struct unreach u;
	bool heard = false;
	u32 info = 0;
	int reason;

	reason = translate(&hdr, &u);
	if (!reason)
		reason = check_quote(net, skb);
	if (reason)
		goto drop;
	__skb_pull(skb, sizeof(hdr));
	iph = (const struct iphdr *)skb->data;

	if (hdr.type == ICMP_DEST_UNREACH && hdr.code == ICMP_FRAG_NEEDED) {
		info = told_mtu(&hdr, iph);
		reason = ANP_MIB_DROP_ICMP_HDR;
		if (!info)
			goto drop;
	} else if (hdr.type == ICMP_PARAMETERPROB) {
		info = ntohl(hdr.un.gateway) >> 24;
	}

	p = anp_ip_proto_get(iph->protocol);
	/* A connection knows better whether it has sent that: RFC 5927 7.2. */
	if (info && hdr.type == ICMP_DEST_UNREACH && p && !p->learns_mtu)
		info = anp_pmtu_update(net, iph->daddr, info);
	if (static_branch_unlikely(&anp_ip_raw_used))
		heard = anp_ip_raw_err(skb, hdr.type, hdr.code, info, u.err, u.hard);
	reason = ANP_MIB_DROP_ICMP_NO_SOCKET;
	if (!heard && (!p || !p->err))
		goto drop;
	if (p && p->err)
		p->err(skb, hdr.type, hdr.code, info, u.err, u.hard);
	consume_skb(skb);
	return;

drop:
	anp_drop(net, skb, reason);
}
