// SPDX-License-Identifier: GPL-2.0
/*
 * Connections at rest.  Most of a tcb serves what is under way: queues, timers, the repair of losses.
 * While nothing is, what the rest says fits in a struct anp_tcp_parked, and the host may free the tcb
 * until there is something to do again.
 *
 * Nobody has to prove that a field is of no use at rest: what does not come back as it was is not
 * parked.  So a connection that has learnt something beyond the ordinary (a loss, reordering, options
 * of the program) keeps its tcb, and a field that is new to the engine keeps all tcbs, until it is
 * looked at here.
 */
#include "engine.h"

#define SENT_AGE_MAX	1000000000u	/* us, a quarter of an hour; RTOs are shorter */

/* Nothing is on its way, waits to be, or has to be read. */
static bool at_rest(const struct anp_tcb *t)
{
	return anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) &&
	       t->snd_una == t->write_seq && t->rcv_nxt - t->fin_rcvd == t->copied_seq &&
	       skb_queue_empty(&t->sndq) && RB_EMPTY_ROOT(&t->rtxq) && RB_EMPTY_ROOT(&t->sackq) &&
	       list_empty(&t->tsorted) && list_empty(&t->lostq) && RB_EMPTY_ROOT(&t->ooq);
}

/* Past recoveries and the handshake: at rest their numbers are compared with nothing any more. */
static void forget_flights(struct anp_tcb *t)
{
	t->snd_sml = t->snd_una;
	t->recover = t->snd_una;
	t->rack_fack = t->snd_una;
	t->rack_xmit_at = 0;
	t->rack_end_seq = 0;
	t->rack_rtt = 0;
	t->prr_delivered = 0;
	t->prr_out = 0;
	t->recover_fs = 0;
	/* Of these only differences count, between the sending of a segment and its end. */
	t->delivered = 0;
	t->delivered_at = 0;
	t->first_sent_at = 0;
	t->lost = 0;
	t->app_limited = 0;
	t->cwnd_blocks = 0;
	t->retrans_stamp = 0;
	if (!t->undo_on) {
		t->undo_marker = 0;
		t->undo_retrans = 0;
		t->prior_cwnd = 0;
		t->prior_ssthresh = 0;
	}
	if (!t->tlp_on) {
		t->tlp_end_seq = 0;
		t->tlp_retrans = 0;
	}
	if (!t->cwr)
		t->cwr_seq = 0;
	if (!t->dsack_round_on)
		t->dsack_round = 0;
	if (!t->probe_size)
		t->probe_seq = 0;
	anp_tcp_cwv_park(t);
	t->rcv_mss_last = 0;
	t->synacked_rexmit = 0;
	t->no_ts = 0;
	t->no_wscale = 0;
	t->no_sack = 0;
	t->ecn_syn = 0;
	t->more = 0;
}

/* What says when, or where in the stream, something was that is over. */
static void forget_times(struct anp_tcb *t)
{
	if (!t->urg_state) {
		t->urg_seq = 0;
		t->urg_byte = 0;
	}
	if (!t->urg_out)
		t->snd_up = 0;
	if (!t->dsack_due)
		memset(&t->dsack, 0, sizeof(t->dsack));
	if (!t->sack_n)
		memset(t->sack, 0, sizeof(t->sack));
	if (!t->chrono)
		t->chrono_start = 0;
	if (t->now - t->challenge_at >= READ_ONCE(t->conf->invalid_ratelimit) * 1000ull)
		t->challenge_at = 0;
	if (t->next_send_ns <= t->now * NSEC_PER_USEC)
		t->next_send_ns = 0;
	/* A round trip that is measured by windows begins anew. */
	if (!t->ts_ok) {
		t->rcv_rtt_at = 0;
		t->rcv_rtt_seq = 0;
	}
	t->rcvq_seq = t->copied_seq;
	t->rcvq_at = (u32)t->rcvd_at;
	/* Older is as good as so old: it is compared with timeouts. */
	if (t->sent_at && t->sent_at + SENT_AGE_MAX < t->rcvd_at)
		t->sent_at = t->rcvd_at - SENT_AGE_MAX;
}

/* All but what the congestion control keeps for itself. */
static void fill(struct anp_tcb *t, const struct anp_tcp_parked *p,
		 const struct anp_tcp_conf *conf)
{
	anp_tcp_init(t);
	t->conf = conf;
#define PARK_COPY(field) (t->field = p->field)
#include "park_fields.h"
#undef PARK_COPY
	t->rcv_wup = t->rcv_nxt;
	t->copied_seq = t->rcv_nxt - t->fin_rcvd;
	t->last_ack_sent = t->rcv_nxt;
	t->snd_nxt = t->snd_una;
	t->write_seq = t->snd_una;
	t->snd_wl2 = t->snd_una;
	/* As Linux, bytes_acked counts the SYN of who opened, bytes_sent does not. */
	t->bytes_sent = t->bytes_acked - !t->passive;
	t->ts_recent_at = t->ts_ok ? t->rcvd_at - p->ts_age : 0;
	t->sent_at = p->sent_age ? t->rcvd_at - (s32)(p->sent_age - 1) : 0;
	t->chrono_sum[ANP_TCP_CHRONO_BUSY - 1] = p->busy;
	t->now = t->rcvd_at;
	forget_flights(t);
	forget_times(t);
	anp_tcp_mss_set(t);
	anp_tcp_rto_set(t);
	anp_tcp_keepalive_changed(t, t->rcvd_at);
}

/* Is @t what @p says?  What differs by nature is made equal first. */
static bool says_all(const struct anp_tcb *t, const struct anp_tcp_parked *p)
{
	struct anp_tcb copy;

	fill(&copy, p, t->conf);
	copy.now = t->now;
	copy.sndq = t->sndq;
	copy.tsorted = t->tsorted;
	copy.lostq = t->lostq;
	return !memcmp(&copy, t, sizeof(copy));
}

/* The control said that what it had was as good as what it begins with. */
static void cong_again(struct anp_tcb *t)
{
	if (t->cong_ready && t->cong->at_rest)
		t->cong->init(t);
}

bool anp_tcp_park(struct anp_tcb *t, struct anp_tcp_parked *p)
{
	bool cong = t->cong_ready && t->cong->at_rest && t->cong->at_rest(t);

	if (!at_rest(t))
		return false;
	if (cong)
		memset(t->cong_priv, 0, sizeof(t->cong_priv));
	forget_flights(t);
	forget_times(t);
	memset(p, 0, sizeof(*p));
#define PARK_COPY(field) (p->field = t->field)
#include "park_fields.h"
#undef PARK_COPY
	p->ts_age = t->rcvd_at - t->ts_recent_at;
	p->sent_age = t->sent_at ? t->rcvd_at - t->sent_at + 1 : 0;
	p->busy = t->chrono_sum[ANP_TCP_CHRONO_BUSY - 1];
	if (says_all(t, p))
		return true;
	if (cong)
		cong_again(t);
	return false;
}

void anp_tcp_unpark(struct anp_tcb *t, const struct anp_tcp_parked *p,
		    const struct anp_tcp_conf *conf, u64 now)
{
	fill(t, p, conf);
	t->now = now;
	cong_again(t);
}
