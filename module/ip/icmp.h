/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ping sockets take from ICMP: echo replies, and errors about echo requests they sent.
 */
#ifndef ANP_IP_ICMP_H
#define ANP_IP_ICMP_H

#include <linux/types.h>

struct net;
struct sk_buff;

typedef void (*anp_icmp_reply_t)(struct sk_buff *skb);
typedef void (*anp_icmp_err_t)(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);

/*
 * Registers the one receiver of echo replies: called in softirq under RCU, skb->data at the
 * checked ICMP header (8 bytes linear), consumes the skb.  NULL unregisters and waits for callers;
 * may sleep.  Returns 0 or -EBUSY.
 */
int anp_icmp_register_reply(anp_icmp_reply_t rcv);

/*
 * Registers the receiver of errors about echo requests: as anp_ip_proto.err, so skb->data is at
 * the IPv4 header of the request inside the message.  NULL unregisters and waits; may sleep.
 * Returns 0 or -EBUSY.
 */
int anp_icmp_register_err(anp_icmp_err_t err);

/* Counts an ICMP message about to be sent. */
void anp_icmp_count_out(const struct net *net, u8 type);

#endif /* ANP_IP_ICMP_H */
