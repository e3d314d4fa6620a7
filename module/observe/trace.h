/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, /sys/kernel/tracing/events/anp/: every dropped packet with its reason, every change
 * of a TCP connection's state, every retransmission.  All carry the namespace's cookie, so that a
 * filter can pick one (SO_NETNS_COOKIE tells it).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM anp

#if !defined(ANP_OBSERVE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ANP_OBSERVE_TRACE_H

#include <linux/tracepoint.h>
#include <net/inet_sock.h>
#include <net/tcp_states.h>
#include "anp.h"

#ifndef ANP_OBSERVE_TRACE_FLOW
#define ANP_OBSERVE_TRACE_FLOW
/* What can be read of a packet's addresses; zero where unknown. */
struct anp_trace_flow {
	__be32	saddr;
	__be32	daddr;
	__be16	sport;
	__be16	dport;
	u8	proto;
};

void anp_trace_flow(const struct sk_buff *skb, struct anp_trace_flow *flow);
#endif

/* User space's trace parsers learn the numbers behind the names. */
TRACE_DEFINE_ENUM(TCP_ESTABLISHED);
TRACE_DEFINE_ENUM(TCP_SYN_SENT);
TRACE_DEFINE_ENUM(TCP_SYN_RECV);
TRACE_DEFINE_ENUM(TCP_FIN_WAIT1);
TRACE_DEFINE_ENUM(TCP_FIN_WAIT2);
TRACE_DEFINE_ENUM(TCP_TIME_WAIT);
TRACE_DEFINE_ENUM(TCP_CLOSE);
TRACE_DEFINE_ENUM(TCP_CLOSE_WAIT);
TRACE_DEFINE_ENUM(TCP_LAST_ACK);
TRACE_DEFINE_ENUM(TCP_LISTEN);
TRACE_DEFINE_ENUM(TCP_CLOSING);

#define anp_trace_state(val)				\
	__print_symbolic(val,				\
		{ TCP_ESTABLISHED, "ESTABLISHED" },	\
		{ TCP_SYN_SENT, "SYN_SENT" },		\
		{ TCP_SYN_RECV, "SYN_RECV" },		\
		{ TCP_FIN_WAIT1, "FIN_WAIT1" },		\
		{ TCP_FIN_WAIT2, "FIN_WAIT2" },		\
		{ TCP_TIME_WAIT, "TIME_WAIT" },		\
		{ TCP_CLOSE, "CLOSE" },			\
		{ TCP_CLOSE_WAIT, "CLOSE_WAIT" },	\
		{ TCP_LAST_ACK, "LAST_ACK" },		\
		{ TCP_LISTEN, "LISTEN" },		\
		{ TCP_CLOSING, "CLOSING" })

/* @item: enum anp_mib_item; recorded by name, so a filter says reason == "TcpInErrs". */
TRACE_EVENT(anp_drop,
	TP_PROTO(const struct net *net, const struct sk_buff *skb, unsigned int item),
	TP_ARGS(net, skb, item),
	TP_STRUCT__entry(
		__field(u64, netns_cookie)
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__field(int, iif)
		__field(u16, protocol)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, proto)
		__array(u8, saddr, 4)
		__array(u8, daddr, 4)
		__string(reason, anp_mib_names[item])
	),
	TP_fast_assign(
		struct anp_trace_flow flow;

		anp_trace_flow(skb, &flow);
		__entry->netns_cookie = net->net_cookie;
		__entry->skbaddr = skb;
		__entry->len = skb->len;
		__entry->iif = skb->skb_iif;
		__entry->protocol = ntohs(skb->protocol);
		__entry->proto = flow.proto;
		__entry->sport = ntohs(flow.sport);
		__entry->dport = ntohs(flow.dport);
		memcpy(__entry->saddr, &flow.saddr, 4);
		memcpy(__entry->daddr, &flow.daddr, 4);
		anp_assign_str(reason, anp_mib_names[item]);
	),
	TP_printk("reason=%s netns=%llu iif=%d skb=%p len=%u protocol=0x%04x proto=%u %pI4:%u -> %pI4:%u",
		  __get_str(reason), __entry->netns_cookie, __entry->iif, __entry->skbaddr,
		  __entry->len, __entry->protocol, __entry->proto, __entry->saddr,
		  __entry->sport, __entry->daddr, __entry->dport)
);

TRACE_EVENT(anp_tcp_state,
	TP_PROTO(const struct sock *sk, int oldstate, int newstate),
	TP_ARGS(sk, oldstate, newstate),
	TP_STRUCT__entry(
		__field(u64, netns_cookie)
		__field(const void *, skaddr)
		__field(int, oldstate)
		__field(int, newstate)
		__field(u16, sport)
		__field(u16, dport)
		__array(u8, saddr, 4)
		__array(u8, daddr, 4)
	),
	TP_fast_assign(
		const struct inet_sock *inet = inet_sk(sk);

		__entry->netns_cookie = sock_net(sk)->net_cookie;
		__entry->skaddr = sk;
		__entry->oldstate = oldstate;
		__entry->newstate = newstate;
		__entry->sport = inet->inet_num;
		__entry->dport = ntohs(inet->inet_dport);
		memcpy(__entry->saddr, &inet->inet_saddr, 4);
		memcpy(__entry->daddr, &inet->inet_daddr, 4);
	),
	TP_printk("netns=%llu sk=%p %pI4:%u -> %pI4:%u %s -> %s",
		  __entry->netns_cookie, __entry->skaddr, __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->dport, anp_trace_state(__entry->oldstate),
		  anp_trace_state(__entry->newstate))
);

/* The @len bytes from @seq on are sent again. */
TRACE_EVENT(anp_tcp_retransmit,
	TP_PROTO(const struct sock *sk, u32 seq, u32 len),
	TP_ARGS(sk, seq, len),
	TP_STRUCT__entry(
		__field(u64, netns_cookie)
		__field(const void *, skaddr)
		__field(int, state)
		__field(u32, seq)
		__field(u32, len)
		__field(u16, sport)
		__field(u16, dport)
		__array(u8, saddr, 4)
		__array(u8, daddr, 4)
	),
	TP_fast_assign(
		const struct inet_sock *inet = inet_sk(sk);

		__entry->netns_cookie = sock_net(sk)->net_cookie;
		__entry->skaddr = sk;
		__entry->state = READ_ONCE(sk->sk_state);
		__entry->seq = seq;
		__entry->len = len;
		__entry->sport = inet->inet_num;
		__entry->dport = ntohs(inet->inet_dport);
		memcpy(__entry->saddr, &inet->inet_saddr, 4);
		memcpy(__entry->daddr, &inet->inet_daddr, 4);
	),
	TP_printk("netns=%llu sk=%p %pI4:%u -> %pI4:%u state=%s seq=%u len=%u",
		  __entry->netns_cookie, __entry->skaddr, __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->dport, anp_trace_state(__entry->state),
		  __entry->seq, __entry->len)
);

/*
 * A receive queue, step by step: its virtual interrupt is raised for so many frames, its NAPI is
 * scheduled, polls (so many were taken), has completed (so many wait), and the interrupt is on again.
 */
DECLARE_EVENT_CLASS(anp_queue,
	TP_PROTO(const struct net_device *dev, unsigned int queue, unsigned int frames),
	TP_ARGS(dev, queue, frames),
	TP_STRUCT__entry(
		__field(u64, netns_cookie)
		__string(name, dev->name)
		__field(unsigned int, queue)
		__field(unsigned int, frames)
	),
	TP_fast_assign(
		__entry->netns_cookie = dev_net(dev)->net_cookie;
		anp_assign_str(name, dev->name);
		__entry->queue = queue;
		__entry->frames = frames;
	),
	TP_printk("netns=%llu dev=%s queue=%u frames=%u", __entry->netns_cookie,
		  __get_str(name), __entry->queue, __entry->frames)
);

#define ANP_QUEUE_EVENT(name)								\
DEFINE_EVENT(anp_queue, name,								\
	TP_PROTO(const struct net_device *dev, unsigned int queue, unsigned int frames),	\
	TP_ARGS(dev, queue, frames))

ANP_QUEUE_EVENT(anp_irq_raise);
ANP_QUEUE_EVENT(anp_napi_schedule);
ANP_QUEUE_EVENT(anp_napi_poll);
ANP_QUEUE_EVENT(anp_napi_complete);
ANP_QUEUE_EVENT(anp_irq_enable);

#endif /* ANP_OBSERVE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH observe
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
