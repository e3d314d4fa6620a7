// SPDX-License-Identifier: GPL-2.0
/*
 * Segments and ICMP errors from below: which object they are for, and its lock.
 */
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <net/busy_poll.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include "../tcp/tcp.h"
#include "stream.h"

/* What a socket's backlog may hold beyond its buffers while a program keeps the lock. */
#define BACKLOG_EXTRA	65536

void anp_tcp_reply(struct net *net, struct sk_buff *skb, __be32 saddr, __be32 daddr, int oif,
		   u8 tos)
{
	const struct anp_ip_opts o = { .proto = IPPROTO_TCP, .tos = tos, .df = true };
	const struct anp_flow fl = { .daddr = daddr, .saddr = saddr, .oif = oif, .tos = tos };
	struct anp_route rt;

	if (!skb)
		return;
	anp_count(net, ANP_MIB_TCP_OUT_SEGS);
	if (anp_route_get(net, &fl, &rt)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_NO_ROUTE);
		return;
	}
	anp_tcp_csum_prepare(skb, saddr, daddr);
	anp_ip_set_owner_ctl(net, skb);
	anp_ip_send(net, skb, &rt, &o);
}

void anp_tcp_no_socket(struct net *net, struct sk_buff *skb, enum anp_mib_item reason)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct sk_buff *rst;

	this_cpu_write(anp_tcp_cur_net, net);
	rst = anp_tcp_reply_reset(skb);
	if (rst) {
		anp_count(net, ANP_MIB_TCP_OUT_RSTS);
		anp_tcp_reply(net, rst, iph->daddr, iph->saddr, 0, 0);
	}
	anp_drop(net, skb, reason);
}

static void sk_rcv(struct sock *sk, struct sk_buff *skb, u32 iss)
{
	if (sk->sk_state == TCP_LISTEN) {
		anp_listen_rcv(sk, skb, iss);
	} else if (sk->sk_state == TCP_CLOSE) {
		/*
		 * It waited for the lock while the connection ended, and may be for the TIME-WAIT that
		 * has taken over.  Who has none will be told when it sends again.
		 */
		anp_drop(sock_net(sk), skb, ANP_MIB_DROP_TCP_CLOSED);
	} else if (!anp_tcp_try_wake(sk)) {
		anp_drop(sock_net(sk), skb, ANP_MIB_DROP_NOMEM);
	} else {
		anp_tcp_rcv(anp_tcb(sk), skb, anp_tcp_now());
		anp_tcp_settle(sk);
	}
}

void anp_tcp_sk_rcv(struct sock *sk, struct sk_buff *skb)
{
	sk_rcv(sk, skb, 0);
}

/* The program's filter may refuse @skb, or cut it short: then the header is read anew. */
static bool filtered(struct sock *sk, struct sk_buff *skb)
{
	unsigned int len = skb->len;

	if (sk_filter_trim_cap(sk, skb, ANP_TCP_CB(skb)->hdrlen))
		return true;
	return skb->len != len && anp_tcp_seg_parse(skb, ANP_TCP_CB(skb)->ecn);
}

/* Locks @sk, which may be a listener that makes a child under its own lock: hence nested. */
static void deliver(struct sock *sk, struct sk_buff *skb, u32 iss)
{
	struct net *net = sock_net(sk);
	unsigned int limit;

	if (filtered(sk, skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_SOCK_FILTER);
		return;
	}
	sk_mark_napi_id(sk, skb);
	bh_lock_sock_nested(sk);
	if (!sock_owned_by_user(sk)) {
		sk_rcv(sk, skb, iss);
	} else {
		limit = READ_ONCE(sk->sk_rcvbuf) + READ_ONCE(sk->sk_sndbuf) / 2 + BACKLOG_EXTRA;
		/* The device may be gone when the program gives the lock back. */
		skb->dev = NULL;
		if (sk_add_backlog(sk, skb, limit))
			anp_drop(net, skb, ANP_MIB_DROP_TCP_BACKLOG);
	}
	bh_unlock_sock(sk);
}

/* RFC 5082: a peer that is said to be near does not send through so many routers. */
static bool from_afar(const struct sock *sk, const struct iphdr *iph)
{
	return iph->ttl < READ_ONCE(anp_sk(sk)->min_ttl);
}

void anp_tcp_dispatch(struct net *net, struct sk_buff *skb, u32 iss)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);
	struct sock *sk, *owner;

	sk = anp_hash_lookup(net, iph->saddr, th->source, iph->daddr, th->dest, skb->skb_iif, skb);
	if (!sk) {
		anp_tcp_no_socket(net, skb, ANP_MIB_DROP_TCP_NO_SOCKET);
		return;
	}
	if (sk->sk_state == TCP_TIME_WAIT) {
		anp_tw_rcv(net, (struct anp_tw *)sk, skb);
		return;
	}
	owner = sk->sk_state == TCP_NEW_SYN_RECV ? ((struct anp_req *)sk)->listener : sk;
	if (from_afar(owner, iph))
		anp_drop(net, skb, ANP_MIB_DROP_TCP_MIN_TTL);
	else
		deliver(owner, skb, iss);
	anp_common_put(sk);
}

static bool csum_wrong(struct sk_buff *skb)
{
	if (skb_checksum_init(skb, IPPROTO_TCP, inet_compute_pseudo))
		return true;
	return !skb_csum_unnecessary(skb) && __skb_checksum_complete(skb);
}

static void tcp_rcv(struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);

	anp_lat_rx_mark(skb, ANP_LAT_RX_IP);
	anp_count(net, ANP_MIB_TCP_IN_SEGS);
	/* From here on it is ours, whoever sent it through this very host. */
	skb_orphan(skb);
	skb_reset_transport_header(skb);
	/* The lower device is nothing to a socket that is bound to ours. */
	skb->skb_iif = skb->dev->ifindex;
	/* RFC 9293 3.9.2.3: no connection with more than one. */
	if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_MARTIAN);
		return;
	}
	if (csum_wrong(skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_CSUM);
		return;
	}
	if (anp_tcp_seg_parse(skb, ip_hdr(skb)->tos & INET_ECN_MASK)) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_HDR);
		return;
	}
	anp_tcp_dispatch(net, skb, 0);
}

/* The path's MTU has changed: the route knows by now, the engine is told. */
static void err_mtu(struct sock *sk)
{
	struct anp_route *rt = &anp_tcp_sk(sk)->conn->route;

	if (sock_owned_by_user(sk)) {
		set_bit(ANP_TCP_F_MTU, &anp_tcp_sk(sk)->flags);
		return;
	}
	anp_route_put(rt);
	if (!anp_sk_route(sk, rt))
		anp_tcp_settle(sk);
}

/* What an ICMP message says of a segment; as anp_ip_proto.err. */
struct icmp_error {
	u8	type, code;
	u32	info;
	int	err;
	bool	hard;
};

/*
 * As Linux: what ends an attempt to connect is put down in any case, and with IP_RECVERR any error of a
 * connection is told at once, without waiting whether the data arrives after all.
 */
static void err_told(struct sock *sk, const struct sk_buff *skb, const struct icmp_error *e)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct sock_extended_err ee = {
		.ee_errno = e->err,
		.ee_origin = SO_EE_ORIGIN_ICMP,
		.ee_type = e->type,
		.ee_code = e->code,
		.ee_info = e->info,
	};

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		anp_errqueue_icmp(sk, skb, &ee, iph->ihl * 4, inet_sk(sk)->inet_dport);
	} else if (READ_ONCE(anp_sk(sk)->recverr) && !sock_owned_by_user(sk)) {
		WRITE_ONCE(sk->sk_err, e->err);
		sk_error_report(sk);
	}
}

/* @mtu: what a router says the path takes; 0: it says something else. */
static void err_sk(struct sock *sk, const struct sk_buff *skb, u32 seq, u32 mtu,
		   const struct icmp_error *e)
{
	struct anp_tcb *t;

	bh_lock_sock(sk);
	/* One that is parked has nothing in flight. */
	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN || !anp_tcp_sk(sk)->conn)
		goto out;
	t = anp_tcb(sk);
	/* RFC 5927 4.1: about something in flight, or it is a guess of somebody off the path. */
	if (!anp_tcp_in_flight(t, seq))
		goto out;
	if (mtu) {
		anp_pmtu_update(sock_net(sk), sk->sk_daddr, mtu);
		err_mtu(sk);
		goto out;
	}
	err_told(sk, skb, e);
	if (!sock_owned_by_user(sk)) {
		anp_tcp_icmp_error(t, seq, e->err, anp_tcp_now());
		anp_tcp_settle(sk);
	}
out:
	bh_unlock_sock(sk);
}

static void err_req(struct anp_req *req, u32 seq, u32 mtu, bool hard)
{
	struct sock *sk = req->listener;

	bh_lock_sock(sk);
	if (mtu && seq == req->req.iss)
		anp_pmtu_update(sock_net(sk), req->common.skc_daddr, mtu);
	/* A soft error may pass; the SYN-ACK is sent again. */
	if (hard && seq == req->req.iss && !sock_owned_by_user(sk))
		anp_req_kill(sk, req);
	bh_unlock_sock(sk);
}

static void tcp_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	/* Only its first 8 bytes are sure to be there: the ports and the sequence number. */
	const struct tcphdr *th = (const struct tcphdr *)(skb->data + iph->ihl * 4);
	u32 mtu = type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED ? info : 0;
	const struct icmp_error e = { type, code, info, err, hard };
	u32 seq = ntohl(th->seq);
	struct sock *sk;

	sk = anp_hash_lookup(dev_net(skb->dev), iph->daddr, th->dest, iph->saddr, th->source,
			     skb->dev->ifindex, NULL);
	if (!sk)
		return;
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		err_req((struct anp_req *)sk, seq, mtu, hard);
	else if (sk->sk_state != TCP_TIME_WAIT)
		err_sk(sk, skb, seq, mtu, &e);
	anp_common_put(sk);
}

static const struct anp_ip_proto tcp_proto = {
	.proto	= IPPROTO_TCP,
	.hdrlen	= sizeof(struct tcphdr),
	.learns_mtu = true,
	.rcv	= tcp_rcv,
	.err	= tcp_err,
};

int anp_tcp_rcv_init(void)
{
	return anp_ip_register(&tcp_proto);
}

void anp_tcp_rcv_exit(void)
{
	anp_ip_unregister(&tcp_proto);
}
