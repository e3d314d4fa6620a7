// SPDX-License-Identifier: GPL-2.0
/*
 * What ICMP errors (RFC 1122 4.1.3.3) mean to a datagram socket.
 */
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include "udp.h"

void anp_udp_icmp_error(struct sock *sk, struct sk_buff *skb, u8 type, u8 code, u32 info,
			int err, bool hard, unsigned int off, __be16 port)
{
	struct sock_extended_err ee = {
		.ee_errno = err,
		.ee_origin = SO_EE_ORIGIN_ICMP,
		.ee_type = type,
		.ee_code = code,
		.ee_info = info,
	};

	/* RFC 1191 6.2: only who wants to discover the path's MTU wants to hear that. */
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED) {
		if (anp_sk(sk)->pmtudisc == IP_PMTUDISC_DONT)
			return;
		ee.ee_errno = EMSGSIZE;
		hard = true;
	}

	if (READ_ONCE(anp_sk(sk)->recverr)) {
		anp_errqueue_icmp(sk, skb, &ee, off, port);
	} else if (!hard || READ_ONCE(sk->sk_state) != TCP_ESTABLISHED) {
		/* One peer of many, and no way to say which: RFC 1122 4.1.3.3 is for connected. */
		return;
	}
	WRITE_ONCE(sk->sk_err, ee.ee_errno);
	sk_error_report(sk);
}
