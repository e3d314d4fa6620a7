// SPDX-License-Identifier: GPL-2.0
/*
 * Explicit congestion notification (RFC 3168), both ends, and the exact echo of DCTCP (RFC 8257).
 *
 * In a segment's cb, ecn is the ECN field of the IP header: the host has put it there for what was
 * received, and sends what the engine has put there.
 */
#include "engine.h"

#define ECN_QUICKACKS	2	/* as Linux: the sender of what is marked may have a tiny window */

static bool exact_echo(const struct anp_tcb *t)
{
	return t->cong->flags & ANP_TCP_CONG_NEEDS_ECN;
}

/* ---- negotiation, RFC 3168 6.1.1 ---- */

u8 anp_tcp_ecn_syn_flags(const struct anp_tcb *t)
{
	/* The SYN-ACK of a simultaneous open. */
	if (t->state == TCP_SYN_RECV)
		return t->ecn_ok ? ANP_TCP_ECE : 0;
	return t->ecn_syn ? ANP_TCP_ECE | ANP_TCP_CWR : 0;
}

/* The peer's SYN or SYN-ACK in SYN-SENT, or its SYN-ACK after a SYN. */
void anp_tcp_ecn_take_syn(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	u8 both = ANP_TCP_ECE | ANP_TCP_CWR;

	/*
	 * A SYN-ACK with both flags is one of somebody who copies flags that he does not know:
	 * RFC 3168 6.1.1 takes it for a no.
	 */
	t->ecn_ok = t->ecn_syn &&
		    (cb->flags & both) == (cb->flags & ANP_TCP_ACK ? ANP_TCP_ECE : both);
}

bool anp_tcp_ecn_accept(const struct anp_tcp_cb *cb, enum anp_tcp_ecn_mode mode)
{
	u8 both = ANP_TCP_ECE | ANP_TCP_CWR;

	if (mode == ANP_TCP_ECN_OFF || (cb->flags & both) != both)
		return false;
	/*
	 * RFC 3168 6.1.1: a SYN is not ECN-capable.  One that comes marked so has a sender or a
	 * path that plays with these bits; only a DCTCP network does so on purpose.
	 */
	return !cb->ecn || mode == ANP_TCP_ECN_NEEDED;
}

/* ---- the sender of data ---- */

u8 anp_tcp_ecn_flags(const struct anp_tcb *t)
{
	return t->ecn_ok && t->ecn_echo ? ANP_TCP_ECE : 0;
}

void anp_tcp_ecn_send(struct anp_tcb *t, struct sk_buff *skb, bool fresh)
{
	if (!t->ecn_ok)
		return;
	/* RFC 3168 6.1.4, 6.1.5, 6.1.6: only new data; DCTCP's queues drop what they cannot mark. */
	if (fresh || exact_echo(t))
		ANP_TCP_CB(skb)->ecn = ANP_TCP_ECT0;
	if (!fresh || !t->cwr_due)
		return;
	/* RFC 3168 6.1.2: on the first new data behind the reduction; of a super-packet, on its first. */
	t->cwr_due = 0;
	tcp_hdr(skb)->cwr = 1;
	if (skb_shinfo(skb)->gso_size)
		skb_shinfo(skb)->gso_type |= SKB_GSO_TCP_ECN;
}

void anp_tcp_ecn_ack(struct anp_tcb *t, const struct anp_tcp_cb *cb,
		     const struct anp_tcp_acked *a)
{
	/* Not before something behind the reduction has come: it took CWR along. */
	if (t->cwr && seq_gt(t->snd_una, t->cwr_seq)) {
		t->cwr = 0;
		anp_tcp_cong_event(t, ANP_TCP_CONG_RECOVERED);
	}
	if (!t->ecn_ok || !(cb->flags & ANP_TCP_ECE) || (cb->flags & ANP_TCP_SYN))
		return;
	/*
	 * RFC 3168 6.1.2: once for a window of data, whatever the sign was.  As long as no new data
	 * has taken CWR along, the peer repeats what has been answered.
	 */
	if (t->cwr || t->cwr_due || t->ca_state == ANP_TCP_CA_RECOVERY || t->ca_state == ANP_TCP_CA_LOSS)
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_ECN_REDUCTIONS);
	anp_tcp_cwr_enter(t, true, a);
}

/* ---- the receiver of data ---- */

/* RFC 8257 3.2: every ACK says what it acknowledges, so a change ends what one may cover. */
static void echo_exactly(struct anp_tcb *t, bool ce)
{
	if (ce == t->ecn_echo)
		return;
	if (t->rcv_nxt != t->last_ack_sent)
		anp_tcp_send_ack(t);
	t->ecn_echo = ce;
	t->ack_now = 1;
}

void anp_tcp_ecn_data(struct anp_tcb *t, const struct anp_tcp_cb *cb)
{
	bool ce = cb->ecn == ANP_TCP_CE;

	if (!t->ecn_ok)
		return;
	/* What was sent again is not capable: the window is small, and waits for every ACK. */
	if (cb->ecn)
		t->ecn_seen = 1;
	else if (t->ecn_seen && cb->end_seq - cb->seq > !!(cb->flags & ANP_TCP_FIN))
		anp_tcp_quickack_enter(t, ECN_QUICKACKS);
	if (ce)
		anp_tcp_host_count(t, ANP_MIB_TCP_IN_CE);
	if (exact_echo(t)) {
		echo_exactly(t, ce);
		return;
	}
	/* RFC 3168 6.1.3: the sender has heard; a mark on the very same segment is news. */
	if (cb->flags & ANP_TCP_CWR)
		t->ecn_echo = 0;
	if (ce && !t->ecn_echo) {
		t->ecn_echo = 1;
		t->ack_now = 1;
		anp_tcp_quickack_enter(t, ECN_QUICKACKS);
	}
}
