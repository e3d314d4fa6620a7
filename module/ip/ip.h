/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private to module/ip/: what its files give each other.
 */
#ifndef ANP_IP_IP_H
#define ANP_IP_IP_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/types.h>
#include "anp.h"

/* RFC 791: what the length field can say. */
#define ANP_IPV4_MAX_LEN	65535

/* RFC 6890: 0.0.0.0/8, this host on this network; never a destination. */
static inline bool anp_ip_is_this_net(__be32 addr)
{
	return !(addr & htonl(IN_CLASSA_NET));
}

/* ---- arp.c ---- */
int anp_arp_init(void);
void anp_arp_exit(void);
void anp_arp_rcv(struct sk_buff *skb);

/*
 * Sends an ARP packet by @dev, @dst_hw NULL: to all, @tha NULL: unknown.  Counts it.  Any context,
 * under RCU.
 */
void anp_arp_send(struct net_device *dev, u16 op, __be32 sip, __be32 tip, const u8 *dst_hw,
		  const u8 *tha);

/* ---- pmtu.c ---- */
int anp_pmtu_net_init(struct anp_net *anet);
void anp_pmtu_net_exit(struct anp_net *anet);

/* What the path to @daddr takes, at most @mtu.  Any context. */
u32 anp_pmtu_get(struct net *net, __be32 daddr, u32 mtu);

/* RFC 1191 7.1: the plateau below @len, for routers that do not tell the MTU. */
u32 anp_pmtu_plateau(u32 len);

/* ---- route.c ---- */
int anp_route_init(void);
void anp_route_exit(void);
int anp_route_net_init(struct anp_net *anet);
void anp_route_net_exit(struct anp_net *anet);

/*
 * Has the table lately said on this CPU that @iph comes from somebody else's unicast address and is
 * for one of ours?  If not, *@gen is for anp_addr_pair_note(), once it has said so.  Softirq.
 */
bool anp_addr_pair_seen(struct net *net, const struct iphdr *iph, int *gen);
void anp_addr_pair_note(struct net *net, const struct iphdr *iph, int gen);

/* ---- input.c ---- */
void anp_ip_rcv(struct sk_buff *skb);

/* Who handles @proto, or NULL.  Under RCU. */
const struct anp_ip_proto *anp_ip_proto_get(u8 proto);

/* anp_ip_raw.err, if there are raw sockets. */
bool anp_ip_raw_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);

/* ---- reasm.c ---- */
int anp_reasm_init(void);
void anp_reasm_exit(void);
int anp_reasm_net_init(struct anp_net *anet);
void anp_reasm_net_exit(struct anp_net *anet);

/*
 * Takes the fragment @skb, skb->data at its checked IPv4 header.  Returns the whole datagram in
 * the same form once this one completes it, else NULL; consumes @skb then.  Softirq, under RCU.
 */
struct sk_buff *anp_reasm(struct net *net, struct sk_buff *skb);

/* ---- output.c ---- */
int anp_output_net_init(struct anp_net *anet);
void anp_output_net_exit(struct anp_net *anet);

/* The Identification of a packet that may be fragmented. */
u16 anp_ip_id(struct net *net, const struct iphdr *iph);

/*
 * Passes @skb, skb->data at its finished IPv4 header, to the device of @rt.  Under RCU, @rt valid.
 * Consumes @skb.
 */
int anp_ip_xmit(struct net *net, struct sk_buff *skb, const struct anp_route *rt);

/* ---- fragment.c ---- */
/* Sends @skb, its IPv4 header as for anp_ip_xmit(), in pieces of the path's MTU.  Consumes it. */
int anp_ip_fragment(struct net *net, struct sk_buff *skb, const struct anp_route *rt);

/* ---- icmp.c ---- */
int anp_icmp_init(void);
void anp_icmp_exit(void);
void anp_icmp_net_init(struct anp_net *anet);

/* ---- icmp_err.c ---- */
/* An ICMP error for us, skb->data at the checked ICMP header.  Consumes @skb. */
void anp_icmp_rcv_error(struct sk_buff *skb);

/* anp_ip_proto.err of ICMP. */
void anp_icmp_echo_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);

#endif /* ANP_IP_IP_H */
