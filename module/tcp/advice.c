// SPDX-License-Identifier: GPL-2.0
/*
 * What the network and the program say beside the data: path MTU, ICMP errors, options.
 */
#include "engine.h"

void anp_tcp_mss_changed(struct anp_tcb *t, u16 mss, u64 now)
{
	u16 before = t->mss;

	t->now = now;
	t->mss_local = max_t(u16, mss, ANP_TCP_MSS_MIN);
	if (anp_tcp_in(t, TCPF_CLOSE | TCPF_LISTEN))
		return;
	/* What the SYN may carry, if it is still to be sent; of the peer nothing is known yet. */
	if (t->state == TCP_SYN_SENT) {
		anp_tcp_mss_set(t);
		return;
	}
	anp_tcp_mtup_bounds(t);
	anp_tcp_mss_set(t);
	if (t->mss < before)
		anp_tcp_recovery_mtu(t);
}

void anp_tcp_icmp_error(struct anp_tcb *t, u32 seq, int err, u64 now)
{
	t->now = now;
	/* RFC 5927 4.1: about something that is in flight. */
	if (!anp_tcp_in_flight(t, seq))
		return;
	/* RFC 5461: an established connection outlives it; one that is being made does not. */
	if (anp_tcp_in(t, TCPF_SYN_SENT | TCPF_SYN_RECV))
		anp_tcp_fail(t, err);
	else
		t->err = err;
}

void anp_tcp_set_quickack(struct anp_tcb *t, int val, u64 now)
{
	t->now = now;
	t->pingpong = !val;
	if (!val)
		return;
	if (anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) && t->t_delack) {
		anp_tcp_send_ack(t);
		/* As Linux: an even value wants this one ACK and no more. */
		t->pingpong = !(val & 1);
	}
}
