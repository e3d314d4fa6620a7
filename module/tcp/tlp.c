// SPDX-License-Identifier: GPL-2.0
/*
 * Tail loss probes (RFC 8985 7): when the last segments of a flight are lost nothing comes back that
 * would tell.  Two round trips after the last news one more segment is sent, whose SACK starts
 * RACK; a timeout with its window of one segment is spared.
 */
#include "engine.h"

#define PTO_MIN	10000u	/* us: below, the peer's and our own timers are too coarse */

void anp_tcp_tlp_arm(struct anp_tcb *t)
{
	u32 pto;

	t->t_pto = 0;
	/* RFC 8985 7.2: once a flight, while nothing is known to be wrong. */
	if ((t->ca_state != ANP_TCP_CA_OPEN && t->ca_state != ANP_TCP_CA_CWR) || !t->sack_ok ||
	    t->tlp_on || !t->srtt || !anp_tcp_flight(t))
		return;
	pto = max(2 * t->srtt, PTO_MIN);
	/* The peer may hold back the ACK of a lone segment. */
	if (anp_tcp_flight(t) <= t->mss)
		pto += ANP_TCP_DELACK_MAX;
	t->t_pto = t->now + pto;
	if (t->t_rtx)
		t->t_pto = min(t->t_pto, t->t_rtx);
}

/* Sends the last segment again.  False: no memory. */
static bool probe_again(struct anp_tcb *t)
{
	struct sk_buff *skb = skb_rb_last(&t->rtxq);

	if (skb)
		skb = anp_tcp_rtx_trim(t, skb);
	if (!skb)
		return !anp_tcp_retransmit_head(t);
	if (skb->len > t->mss) {
		skb = anp_tcp_rtx_split(t, skb, rounddown(skb->len - 1, t->mss));
		if (!skb)
			return false;
	}
	return anp_tcp_retransmit(t, skb, t->mss) != -ENOMEM;
}

void anp_tcp_tlp_timeout(struct anp_tcb *t)
{
	const struct sk_buff *tail = skb_rb_last(&t->rtxq);
	u32 before = t->snd_nxt;

	t->t_pto = 0;
	if (!anp_tcp_flight(t))
		return;
	/* It has not left this host: no wonder that nothing has come back. */
	if (tail && anp_tcp_still_below(t, tail)) {
		anp_tcp_rtx_arm(t);
		return;
	}
	/* RFC 8985 7.3: new data is better, and cwnd does not count. */
	anp_tcp_output_one(t);
	t->tlp_retrans = t->snd_nxt == before;
	if (t->tlp_retrans && !probe_again(t))
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_LOSS_PROBES);
	t->tlp_on = 1;
	t->tlp_end_seq = t->snd_nxt;
	t->t_pto = 0;
	anp_tcp_rtx_arm(t);
}

/* The probe itself repaired a loss that nobody else will see: it has to count. */
static void probe_recovered(struct anp_tcb *t)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_LOSS_PROBE_RECOVERY);
	if (t->ca_state >= ANP_TCP_CA_RECOVERY)
		return;
	anp_tcp_cong_reduce(t, false);
	if (!t->cong->cong_control)
		t->cwnd = min(t->cwnd, t->ssthresh);
	anp_tcp_cong_event(t, ANP_TCP_CONG_RECOVERED);
}

void anp_tcp_tlp_ack(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	if (seq_lt(t->snd_una, t->tlp_end_seq))
		return;
	/* RFC 8985 7.4.2 */
	if (!t->tlp_retrans || a->dsack_tlp) {
		t->tlp_on = 0;
	} else if (seq_gt(t->snd_una, t->tlp_end_seq)) {
		t->tlp_on = 0;
		probe_recovered(t);
	} else if (a->dupack && !a->sacked) {
		t->tlp_on = 0;
	}
}
