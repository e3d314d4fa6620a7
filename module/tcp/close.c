// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection ends: CLOSE, ABORT, the way to TIME-WAIT.
 */
#include "engine.h"

/* Puts the FIN behind the data: on the last segment if that is still here (output.c). */
static void queue_fin(struct anp_tcb *t)
{
	struct sk_buff *skb = skb_peek_tail(&t->sndq);

	if (t->fin_queued)
		return;
	t->fin_queued = 1;
	t->write_seq++;
	if (skb) {
		ANP_TCP_CB(skb)->flags |= ANP_TCP_FIN;
		ANP_TCP_CB(skb)->end_seq++;
	}
}

void anp_tcp_shutdown(struct anp_tcb *t, u64 now)
{
	t->now = now;
	t->more = 0;
	switch (t->state) {
	case TCP_SYN_SENT:
		anp_tcp_done(t);
		return;
	case TCP_SYN_RECV:
		/* RFC 9293 3.10.4: queued until ESTABLISHED, or sent now if nothing is to be sent. */
		queue_fin(t);
		if (!anp_tcp_fo_open(t))
			return;
		break;
	case TCP_ESTABLISHED:
		queue_fin(t);
		anp_tcp_set_state(t, TCP_FIN_WAIT1);
		break;
	case TCP_CLOSE_WAIT:
		queue_fin(t);
		anp_tcp_set_state(t, TCP_LAST_ACK);
		break;
	default:
		return;
	}
	t->cork = 0;
	anp_tcp_output(t, false);
}

void anp_tcp_timewait(struct anp_tcb *t, u8 substate)
{
	if (substate == TCP_TIME_WAIT && t->state != TCP_TIME_WAIT)
		anp_tcp_set_state(t, TCP_TIME_WAIT);
	anp_tcp_host_timewait(t, substate, t->now);
	anp_tcp_done(t);
}

void anp_tcp_orphan_finwait2(struct anp_tcb *t)
{
	/* TCP_LINGER2: not at all. */
	if (t->linger2 < 0) {
		anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_LINGER);
		anp_tcp_send_reset(t);
		anp_tcp_done(t);
		return;
	}
	/* The small object acknowledges only what comes from now on. */
	if (t->t_delack)
		anp_tcp_send_ack(t);
	if (t->state == TCP_FIN_WAIT2)
		anp_tcp_timewait(t, TCP_FIN_WAIT2);
}

void anp_tcp_close(struct anp_tcb *t, bool unread, u64 now)
{
	t->now = now;
	t->orphan = 1;
	t->shut_rcv = 1;
	if (anp_tcp_in(t, TCPF_CLOSE | TCPF_LISTEN))
		return;
	if (unread && anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 |
				 TCPF_FIN_WAIT2 | TCPF_SYN_RECV)) {
		/* RFC 2525 2.17: the peer has to learn that its data was not read. */
		anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_CLOSE);
		anp_tcp_send_reset(t);
		anp_tcp_done(t);
		return;
	}
	if (t->state == TCP_FIN_WAIT2)
		anp_tcp_orphan_finwait2(t);
	else
		anp_tcp_shutdown(t, now);
}

void anp_tcp_abort(struct anp_tcb *t, u64 now)
{
	t->now = now;
	if (t->state == TCP_CLOSE)
		return;
	/* RFC 9293 3.10.5 */
	if (anp_tcp_in(t, TCPF_SYN_RECV | TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 |
		       TCPF_CLOSE_WAIT))
		anp_tcp_send_reset(t);
	anp_tcp_done(t);
}
