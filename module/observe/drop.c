// SPDX-License-Identifier: GPL-2.0
/*
 * Dropping a packet: every reason is counted, in the namespace and at the device, traced, and told
 * to the kernel's own drop monitors in their words.
 */
#include "anp.h"
#include "link/link.h"
#include "observe/trace.h"

/* What drop_monitor, dropwatch and perf print; a reason without an entry is "not specified". */
static const enum skb_drop_reason core_reasons[ANP_MIB_COUNT - ANP_MIB_DROP_FIRST] = {
#define CORE(item, reason) \
	[ANP_MIB_DROP_##item - ANP_MIB_DROP_FIRST] = SKB_DROP_REASON_##reason
	CORE(LINK_DOWN, DEV_READY),
	CORE(LINK_OTHERHOST, OTHERHOST),
	CORE(LINK_PROTO, UNHANDLED_PROTO),
	CORE(LINK_RING, CPU_BACKLOG),
	CORE(SOCK_FILTER, SOCKET_FILTER),
	CORE(IP_HDR, IP_INHDR),
	CORE(IP_CSUM, IP_CSUM),
	CORE(IP_TRUNCATED, PKT_TOO_SMALL),
	CORE(IP_NOT_LOCAL, IP_INADDRERRORS),
	CORE(IP_PROTO, IP_NOPROTO),
	CORE(IP_NO_ROUTE, IP_OUTNOROUTES),
	CORE(NEIGH_FAILED, NEIGH_FAILED),
	CORE(NOMEM, NOMEM),
	CORE(ICMP_CSUM, ICMP_CSUM),
	CORE(ICMP_NO_SOCKET, NO_SOCKET),
	CORE(PING_RCVBUF, SOCKET_RCVBUFF),
	CORE(RAW_RCVBUF, SOCKET_RCVBUFF),
	CORE(UDP_HDR, PKT_TOO_SMALL),
	CORE(UDP_CSUM, UDP_CSUM),
	CORE(UDP_NO_PORT, NO_SOCKET),
	CORE(UDP_RCVBUF, SOCKET_RCVBUFF),
	CORE(UDP_MEM, PROTO_MEM),
	CORE(TCP_HDR, PKT_TOO_SMALL),
	CORE(TCP_CSUM, TCP_CSUM),
	CORE(TCP_NO_SOCKET, NO_SOCKET),
	CORE(TCP_BACKLOG, SOCKET_BACKLOG),
	CORE(TCP_PAWS, TCP_RFC7323_PAWS),
	CORE(TCP_OLD_DATA, TCP_OLD_DATA),
	CORE(TCP_WINDOW, TCP_OVERWINDOW),
	CORE(TCP_ACK, TCP_ACK_UNSENT_DATA),
	CORE(TCP_FLAGS, TCP_FLAGS),
	CORE(TCP_RST, TCP_RESET),
	CORE(TCP_CLOSED, TCP_CLOSE),
	CORE(TCP_RCVBUF, SOCKET_RCVBUFF),
	CORE(TCP_OFO, TCP_OFO_DROP),
	CORE(TCP_ZERO_WINDOW, TCP_ZEROWINDOW),
#undef CORE
};

void anp_drop(struct net *net, struct sk_buff *skb, enum anp_mib_item item)
{
	enum skb_drop_reason reason = SKB_DROP_REASON_NOT_SPECIFIED;

	anp_count(net, item);
	anp_dev_count_drop(net, skb, item);
	trace_anp_drop(net, skb, item);

	if (item >= ANP_MIB_DROP_FIRST && core_reasons[item - ANP_MIB_DROP_FIRST])
		reason = core_reasons[item - ANP_MIB_DROP_FIRST];
	kfree_skb_reason(skb, reason);
}
