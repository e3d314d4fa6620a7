/* SPDX-License-Identifier: GPL-2.0 */
/* The uapi's struct tcphdr and struct tcp_info, and the kernel's helpers around them. */
#ifndef ANP_SHIM_LINUX_TCP_H
#define ANP_SHIM_LINUX_TCP_H

#include_next <linux/tcp.h>
#include <linux/skbuff.h>

static inline struct tcphdr *tcp_hdr(const struct sk_buff *skb)
{
	return (struct tcphdr *)skb_transport_header(skb);
}

static inline unsigned int tcp_hdrlen(const struct sk_buff *skb)
{
	return tcp_hdr(skb)->doff * 4;
}

#endif
