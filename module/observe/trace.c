// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints' bodies, and finding a packet's addresses for them.
 */
#include <net/ip.h>
#include "anp.h"

#define CREATE_TRACE_POINTS
#include "observe/trace.h"

/*
 * A drop can happen before any header was checked and after some were pulled, so nothing is assumed
 * but that the network header's offset lies in the buffer; all reads are bounded.
 */
void anp_trace_flow(const struct sk_buff *skb, struct anp_trace_flow *flow)
{
	int off = skb_network_offset(skb);
	const struct iphdr *iph;
	const __be16 *ports;
	struct iphdr _iph;
	__be16 _ports[2];

	memset(flow, 0, sizeof(*flow));
	if (skb->protocol != htons(ETH_P_IP) || off < -(int)skb_headroom(skb))
		return;
	iph = skb_header_pointer(skb, off, sizeof(_iph), &_iph);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return;
	flow->saddr = iph->saddr;
	flow->daddr = iph->daddr;
	flow->proto = iph->protocol;
	if (iph->frag_off & htons(IP_OFFSET) ||
	    (iph->protocol != IPPROTO_TCP && iph->protocol != IPPROTO_UDP))
		return;
	ports = skb_header_pointer(skb, off + iph->ihl * 4, sizeof(_ports), _ports);
	if (!ports)
		return;
	flow->sport = ports[0];
	flow->dport = ports[1];
}
