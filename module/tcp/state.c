// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a connection changes here and nowhere else.
 */
#include "engine.h"

/* RFC 9293 figure 5: for each state, those it may go to; CLOSE can be reached from all (RST, abort). */
static const u32 transitions[] = {
	[TCP_ESTABLISHED]	= TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT,
	[TCP_SYN_SENT]		= TCPF_SYN_RECV | TCPF_ESTABLISHED,
	[TCP_SYN_RECV]		= TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT,
	[TCP_FIN_WAIT1]		= TCPF_FIN_WAIT2 | TCPF_CLOSING | TCPF_TIME_WAIT,
	[TCP_FIN_WAIT2]		= TCPF_TIME_WAIT,
	[TCP_TIME_WAIT]		= 0,
	[TCP_CLOSE]		= TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_LISTEN,
	[TCP_CLOSE_WAIT]	= TCPF_LAST_ACK,
	[TCP_LAST_ACK]		= 0,
	[TCP_LISTEN]		= 0,
	[TCP_CLOSING]		= TCPF_TIME_WAIT,
};

void anp_tcp_set_state(struct anp_tcb *t, u8 state)
{
	u8 old = t->state;

	if (old == state)
		return;
	WARN_ON_ONCE(old >= ARRAY_SIZE(transitions) ||
		     !((transitions[old] | TCPF_CLOSE) & (1u << state)));
	if (state == TCP_CLOSE) {
		if (old == TCP_SYN_SENT || old == TCP_SYN_RECV)
			anp_tcp_host_count(t, ANP_MIB_TCP_ATTEMPT_FAILS);
	}
	/* The host's poll reads the state without the lock. */
	WRITE_ONCE(t->state, state);
	anp_tcp_host_state(t, old);
}

void anp_tcp_done(struct anp_tcb *t)
{
	if (unlikely(t->fo_asked || t->fo_data))
		anp_tcp_fo_end(t);
	t->t_rtx = 0;
	t->t_reo = 0;
	t->t_pto = 0;
	t->t_delack = 0;
	t->t_keep = 0;
	t->pace_wait = 0;
	anp_tcp_chrono_set(t, ANP_TCP_CHRONO_IDLE);
	anp_tcp_destroy(t);
	anp_tcp_set_state(t, TCP_CLOSE);
	anp_tcp_host_event(t, ANP_TCP_EV_HUP | ANP_TCP_EV_WRITABLE | ANP_TCP_EV_READABLE);
}

void anp_tcp_fail(struct anp_tcb *t, int err)
{
	anp_tcp_host_error(t, err);
	anp_tcp_done(t);
	anp_tcp_host_event(t, ANP_TCP_EV_ERROR);
}

static void send_queue_free(struct anp_tcb *t, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		anp_tcp_host_snd_free(t, skb);
}

void anp_tcp_destroy(struct anp_tcb *t)
{
	anp_tcp_cong_stop(t);
	send_queue_free(t, &t->sndq);
	anp_tcp_rtx_purge(t);
	anp_tcp_ooq_purge(t);
}
