// SPDX-License-Identifier: GPL-2.0
/*
 * Was it a loss at all?  A recovery or a timeout turns out to have been for nothing when an ACK
 * answers the original (Eifel, RFC 3522, by timestamps), when all that was sent again came twice
 * (D-SACK, RFC 3708), or when after a timeout something arrives that was not sent again (F-RTO,
 * RFC 5682).  Then the windows are as before (RFC 4015).
 */
#include "engine.h"

void anp_tcp_undo_start(struct anp_tcb *t)
{
	t->undo_on = 1;
	t->undo_marker = t->snd_una;
	t->undo_retrans = 0;
	t->retrans_stamp = 0;
}

void anp_tcp_undo_retransmitted(struct anp_tcb *t, u32 len)
{
	if (!t->undo_on)
		return;
	t->undo_retrans += len;
	if (!t->retrans_stamp)
		t->retrans_stamp = anp_tcp_ts_clock(t->now, t->ts_off) ?: 1;
}

void anp_tcp_undo_dsack(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	if (t->undo_on && seq_gt(a->dsack_end, t->undo_marker))
		t->undo_retrans -= min(t->undo_retrans, a->dsack_bytes);
}

/* RFC 3522 3.2 step 4: older than the first retransmission. */
static bool answers_original(const struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	return a->acked && a->tsecr && seq_lt(a->tsecr, t->retrans_stamp);
}

static bool all_came_twice(const struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	return a->dsack && !t->undo_retrans;
}

static void undo(struct anp_tcb *t, enum anp_mib_item item)
{
	anp_tcp_host_count(t, item);
	anp_tcp_forget_lost(t);
	anp_tcp_cong_undo(t);
	t->undo_on = 0;
	t->frto = 0;
	t->ca_state = ANP_TCP_CA_OPEN;
	t->dupacks = 0;
	if (!t->sack_ok)
		t->sacked_out = 0;
}

bool anp_tcp_undo_recovery(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	bool original;

	if (!t->undo_on || !t->retrans_stamp)
		return false;
	original = answers_original(t, a);
	if (!original && !all_came_twice(t, a))
		return false;
	/* What was taken for lost had been overtaken. */
	anp_tcp_rack_overtaken(t, t->undo_marker);
	if (original)
		anp_tcp_rack_late(t, 1000 * (anp_tcp_ts_clock(t->now, t->ts_off) - a->tsecr));
	undo(t, !original ? ANP_MIB_TCP_DSACK_UNDO : seq_geq(t->snd_una, t->recover) ?
	     ANP_MIB_TCP_FULL_UNDO : ANP_MIB_TCP_PARTIAL_UNDO);
	return true;
}

void anp_tcp_frto_start(struct anp_tcb *t)
{
	t->frto = 1;
	t->frto_new = 0;
}

/* RFC 5682 2.1 and 3.1; true: the timeout was spurious. */
static bool frto_ack(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	bool step3 = seq_gt(t->snd_nxt, t->recover);

	/*
	 * Step 3b: something that was sent before the timeout and not again has arrived.  Without
	 * SACK the first ACK may mean what came before the timeout, behind the gap that is closed now.
	 */
	if (a->original && (t->sack_ok || step3))
		return true;
	if (step3) {
		/* Step 3a */
		if (a->sacked || a->dupack)
			t->frto = 0;
	} else if (a->acked && seq_lt(t->snd_una, t->recover)) {
		/* Step 2b: new data instead of what counts as lost, if there is any. */
		if (!skb_queue_empty(&t->sndq) && seq_lt(t->snd_nxt, t->snd_una + t->snd_wnd))
			t->frto_new = 1;
		else
			t->frto = 0;
	}
	return false;
}

bool anp_tcp_undo_timeout(struct anp_tcb *t, const struct anp_tcp_acked *a)
{
	t->frto_new = 0;
	if (t->undo_on && t->retrans_stamp && (answers_original(t, a) || all_came_twice(t, a))) {
		undo(t, ANP_MIB_TCP_LOSS_UNDO);
		return true;
	}
	if (t->frto && t->undo_on && frto_ack(t, a)) {
		anp_tcp_host_count(t, ANP_MIB_TCP_SPURIOUS_RTOS);
		undo(t, ANP_MIB_TCP_LOSS_UNDO);
		return true;
	}
	return false;
}
