// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery: what follows when RACK (rack.c), three duplicates (dupack.c) or a timeout say that
 * something is lost.  What may be sent meanwhile is decided by proportional rate reduction
 * (RFC 9937), in bytes; a mark (ecn.c) or a full queue of this host reduces cwnd the same way.
 */
#include "engine.h"

/* RFC 9937 6: what was delivered before does not count towards the reduction. */
static void prr_start(struct anp_tcb *t, u32 delivered)
{
	t->prr_delivered = 0;
	t->prr_out = 0;
	t->recover_fs = max(anp_tcp_flight(t) - t->sacked_out + delivered, (u32)t->mss);
}

static void recovery_enter(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	anp_tcp_host_count(t, t->sack_ok ? ANP_MIB_TCP_SACK_RECOVERY : ANP_MIB_TCP_RENO_RECOVERY);
	anp_tcp_cong_reduce(t, false);
	anp_tcp_undo_start(t);
	t->tlp_on = 0;
	t->recover = t->snd_nxt;
	t->ca_state = ANP_TCP_CA_RECOVERY;
	prr_start(t, a->delivered);
}

/* RFC 9937 6.2: cwnd is what is in the network and what this ACK allows beside it. */
static void prr_update(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	u32 pipe = anp_tcp_pipe(t), send;

	if (!a->delivered && t->prr_out)
		return;
	t->prr_delivered += a->delivered;
	if (pipe > t->ssthresh) {
		u64 share = (u64)t->prr_delivered * t->ssthresh + t->recover_fs - 1;

		send = div_u64(share, t->recover_fs);
		send -= min(send, t->prr_out);
	} else {
		send = t->prr_delivered - min(t->prr_delivered, t->prr_out);
		send = max(send, a->delivered);
		/* An ACK that moves on and tells of no further loss is a safe one. */
		if (a->acked && !a->loss)
			send += t->mss;
		send = min(send, t->ssthresh - pipe);
	}
	/* The first retransmission is sent at once. */
	if (!t->prr_out)
		send = max_t(u32, send, t->mss);
	t->cwnd = pipe + send;
}

void anp_tcp_cwr_enter(struct anp_tcb *t, bool ecn, const struct anp_tcp_acked *a)
{
	anp_tcp_cong_reduce(t, ecn);
	t->cwr = 1;
	t->cwr_seq = t->snd_nxt;
	/* It is no loss that could turn out to be none. */
	t->undo_on = 0;
	if (t->cong->cong_control)
		return;
	/* Without a flight no ACKs would come to go down with. */
	if (!anp_tcp_flight(t)) {
		t->cwnd = min(t->cwnd, t->ssthresh);
		return;
	}
	t->ca_state = ANP_TCP_CA_CWR;
	prr_start(t, a->delivered);
	prr_update(t, a);
}

void anp_tcp_local_congestion(struct anp_tcb *t)
{
	struct anp_tcp_acked a = {};

	if (t->cwr || t->ca_state >= ANP_TCP_CA_CWR)
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_LOCAL_CONGESTION);
	anp_tcp_cwr_enter(t, false, &a);
}

static void recovery_done(struct anp_tcb *t)
{
	bool fast = t->ca_state == ANP_TCP_CA_RECOVERY;

	t->ca_state = ANP_TCP_CA_OPEN;
	if (fast && !t->cong->cong_control)
		t->cwnd = t->ssthresh;
	anp_tcp_cwv_recovered(t, fast);
	if (fast || t->cong->cong_control)
		anp_tcp_cong_event(t, ANP_TCP_CONG_RECOVERED);
	t->frto = 0;
	t->dupacks = 0;
	if (!t->sack_ok)
		t->sacked_out = 0;
	anp_tcp_rack_recovered(t);
}

/* Did the loss that is being repaired turn out to be none? */
static bool undone(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	if (t->ca_state == ANP_TCP_CA_RECOVERY)
		return anp_tcp_undo_recovery(t, a);
	if (t->ca_state == ANP_TCP_CA_LOSS)
		return anp_tcp_undo_timeout(t, a);
	/* What duplicates came of the last one is told a round trip after its end. */
	return a->dsack && anp_tcp_undo_recovery(t, a);
}

/* Lost, but not for want of room on the path: it goes again by the window there is. */
static void resend(struct anp_tcb *t)
{
	t->undo_on = 0;
	t->frto = 0;
	t->t_pto = 0;
	t->recover = t->snd_nxt;
	t->ca_state = ANP_TCP_CA_LOSS;
}

void anp_tcp_recovery_ack(struct anp_tcb *t, struct anp_tcp_acked *a)
{
	if (a->dsack)
		anp_tcp_undo_dsack(t, a);
	if (!undone(t, a) && !t->sack_ok)
		anp_tcp_dupack_rcv(t, a);
	if (t->sack_ok) {
		anp_tcp_rack_dsack(t, a->dsack && !a->dsack_tlp);
		a->loss = anp_tcp_rack_detect(t);
	}
	if (t->ca_state == ANP_TCP_CA_CWR && seq_geq(t->snd_una, t->cwr_seq)) {
		t->ca_state = ANP_TCP_CA_OPEN;
		t->cwnd = t->ssthresh;
		anp_tcp_cwv_recovered(t, true);
	}
	if (t->ca_state >= ANP_TCP_CA_RECOVERY && seq_geq(t->snd_una, t->recover))
		recovery_done(t);
	if (t->ca_state < ANP_TCP_CA_RECOVERY) {
		/* RFC 4821 7.6.2 */
		if (t->lost_out && anp_tcp_mtup_lost(t))
			resend(t);
		else if (t->lost_out)
			recovery_enter(t, a);
		else if (t->ca_state != ANP_TCP_CA_CWR)
			t->ca_state = t->sacked_out || t->dupacks ? ANP_TCP_CA_DISORDER :
								ANP_TCP_CA_OPEN;
	}
	if (anp_tcp_reducing(t) && !t->cong->cong_control)
		prr_update(t, a);
}

void anp_tcp_reo_timeout(struct anp_tcb *t)
{
	struct anp_tcp_acked a = {};

	anp_tcp_recovery_ack(t, &a);
	anp_tcp_tlp_arm(t);
	anp_tcp_send_all(t);
}

void anp_tcp_recovery_timeout(struct anp_tcb *t)
{
	struct sk_buff *skb, *next;

	if (t->sack_ok && anp_tcp_sack_reneged(t)) {
		anp_tcp_host_count(t, ANP_MIB_TCP_SACK_RENEGING);
		anp_tcp_sack_forget(t);
		/* All of it again: its times of sending say nothing any more. */
		list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor)
			anp_tcp_mark_lost(t, skb);
	}
	/* RFC 5681 3.1: ssthresh is set once for a window of data, not for each repeated timeout. */
	if (t->ca_state < ANP_TCP_CA_RECOVERY ||
	    (t->ca_state == ANP_TCP_CA_LOSS && !t->retransmits)) {
		anp_tcp_cong_reduce(t, false);
		anp_tcp_undo_start(t);
	}
	/* RFC 5682 2.1 step 1: not for what was being repaired already. */
	if (t->ca_state < ANP_TCP_CA_RECOVERY)
		anp_tcp_frto_start(t);
	else
		t->frto = 0;
	t->tlp_on = 0;
	t->t_pto = 0;
	t->cwnd = t->mss;
	t->cwnd_acked = 0;
	anp_tcp_cong_event(t, ANP_TCP_CONG_TIMEOUT);
	t->recover = t->snd_nxt;
	t->ca_state = ANP_TCP_CA_LOSS;
	t->dupacks = 0;
	if (t->sack_ok) {
		anp_tcp_rack_timeout(t);
		/* What RACK spares is still in flight. */
		if (t->cong->cong_control)
			t->cwnd = anp_tcp_pipe(t) + t->mss;
		return;
	}
	t->sacked_out = 0;
	list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor)
		anp_tcp_mark_lost(t, skb);
}

void anp_tcp_recovery_refused(struct anp_tcb *t)
{
	struct sk_buff *skb, *next;

	list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor)
		anp_tcp_mark_lost(t, skb);
	resend(t);
}

void anp_tcp_recovery_mtu(struct anp_tcb *t)
{
	struct sk_buff *skb, *next;

	list_for_each_entry_safe(skb, next, &t->tsorted, tcp_tsorted_anchor)
		if (min_t(u32, ANP_TCP_CB(skb)->tx.gso_size ?: skb->len, skb->len) > t->mss)
			anp_tcp_mark_lost(t, skb);
	if (!t->lost_out || t->ca_state == ANP_TCP_CA_LOSS)
		return;
	/* RFC 1191 6.5 */
	resend(t);
	anp_tcp_send_all(t);
}
