// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data (RFC 9293 3.8.5, RFC 6093).  What the wire has is a mark in the stream, one behind the
 * last urgent byte; what programs know is that byte, as Linux and BSD give it.
 */
#include "engine.h"

void anp_tcp_urgent(struct anp_tcb *t)
{
	t->urg_out = 1;
	t->snd_up = t->write_seq;
}

void anp_tcp_urg_write(const struct anp_tcb *t, struct tcphdr *th, u32 seq)
{
	if (!seq_lt(seq, t->snd_up))
		return;
	/* Farther off than the field can tell: that there is more to come. */
	th->urg_ptr = cpu_to_be16(min(t->snd_up - seq, 0xffffu));
	th->urg = 1;
}

void anp_tcp_urg_probe(struct anp_tcb *t)
{
	if (seq_between(t->snd_up, t->snd_una + 1, t->snd_una + 0xffff))
		anp_tcp_send_bare(t, ANP_TCP_ACK, t->snd_una);
}

/* The mark of @skb, if it is one that the program has not come to yet. */
static void mark_rcv(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	u32 ptr = be16_to_cpu(th->urg_ptr);
	u32 up = be32_to_cpu(th->seq) + (ptr ? ptr - 1 : 0);

	if (seq_lt(up, t->copied_seq) || seq_lt(up, t->rcv_nxt))
		return;
	/* Only a newer one counts. */
	if (t->urg_state != ANP_TCP_URG_NONE && seq_leq(up, t->urg_seq))
		return;
	anp_tcp_host_event(t, ANP_TCP_EV_URGENT);
	WRITE_ONCE(t->urg_seq, up);
	WRITE_ONCE(t->urg_state, ANP_TCP_URG_NOTYET);
}

void anp_tcp_urg_rcv(struct anp_tcb *t, const struct sk_buff *skb)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	u32 at;

	if (cb->flags & ANP_TCP_URG)
		mark_rcv(t, skb);
	if (t->urg_state != ANP_TCP_URG_NOTYET)
		return;
	at = t->urg_seq - cb->seq;
	if (at >= skb->len - cb->hdrlen)
		return;
	if (skb_copy_bits(skb, cb->hdrlen + at, &t->urg_byte, 1))
		return;
	WRITE_ONCE(t->urg_state, ANP_TCP_URG_VALID);
	anp_tcp_host_event(t, ANP_TCP_EV_PRIORITY);
}
