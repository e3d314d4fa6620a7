// SPDX-License-Identifier: GPL-2.0
/*
 * Time.  A connection has six deadlines and its host one timer, set to the earliest:
 *   t_rtx     retransmission of the SYN or of data (RFC 6298), or the probe of a zero window
 *             (RFC 9293 3.8.6.1); which, follows from the state
 *   t_reo     what may still be on its way counts as lost (RFC 8985 6.2)
 *   t_pto     a tail loss probe (RFC 8985 7); not later than t_rtx, which it puts off
 *   t_delack  an acknowledgment held back
 *   t_keep    keepalive (RFC 9293 3.8.4)
 * and the time of pacing's next departure (pacing.c) while something waits for it.
 */
#include "engine.h"

static u64 backed_off(const struct anp_tcb *t)
{
	return min_t(u64, (u64)t->rto << min_t(u8, t->backoff, 16), anp_tcp_rto_max(t));
}

/*
 * Has it been tried so often that waits that double have come to the longest there is?  That is counted
 * on where less is configured: a shorter wait is no reason to try less often.  DEVIATION from Linux.
 */
static bool worn_out(const struct anp_tcb *t)
{
	return (u64)t->rto << min_t(u8, t->backoff, 16) >= ANP_TCP_RTO_MAX;
}

/* When the program's patience is over; 0: it has not been tried yet, or is not bounded.  RFC 5482 */
static u64 user_deadline(const struct anp_tcb *t)
{
	return t->user_timeout && t->stalled_at ? t->stalled_at + t->user_timeout * 1000ull : 0;
}

void anp_tcp_rtx_arm(struct anp_tcb *t)
{
	u64 over = user_deadline(t);

	t->t_rtx = t->now + backed_off(t);
	/* As Linux: the program hears of it then, not when the next try would have been due. */
	if (unlikely(over))
		t->t_rtx = clamp(over, t->now + 1, t->t_rtx);
}

static u64 earlier(u64 a, u64 b)
{
	return !a ? b : !b ? a : min(a, b);
}

u64 anp_tcp_deadline(const struct anp_tcb *t)
{
	u64 rtx = earlier(earlier(t->t_rtx, t->t_pto), t->t_reo);

	if (unlikely(t->pace_wait))
		rtx = earlier(rtx, anp_tcp_pacing_deadline(t));
	return earlier(earlier(rtx, t->t_delack), t->t_keep);
}

static void timed_out(struct anp_tcb *t)
{
	anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_TIMEOUT);
	anp_tcp_fail(t, t->err ?: ETIMEDOUT);
}

u64 anp_tcp_keep_idle(const struct anp_tcb *t)
{
	return t->keep_idle ?: READ_ONCE(t->conf->keepalive_time) * 1000ull;
}

u64 anp_tcp_keep_intvl(const struct anp_tcb *t)
{
	return t->keep_intvl ?: READ_ONCE(t->conf->keepalive_intvl) * 1000ull;
}

u32 anp_tcp_keep_cnt(const struct anp_tcb *t)
{
	return t->keep_cnt ?: READ_ONCE(t->conf->keepalive_probes);
}

u64 anp_tcp_fin_timeout(const struct anp_tcb *t)
{
	if (t->linger2 < 0)
		return 0;
	return t->linger2 ? t->linger2 * 1000ull : READ_ONCE(t->conf->fin_timeout) * 1000000ull;
}

u64 anp_tcp_finwait2_time(const struct anp_tcb *t)
{
	/* As Linux: so that the peer's FIN may get lost twice. */
	return max(anp_tcp_fin_timeout(t), min(t->rto, anp_tcp_rto_max(t)) * 7ull / 2);
}

/* As Linux: who backs off to the limit, or has heard ICMP's complaints, is waited for no more. */
static u8 orphan_retries(const struct anp_tcb *t)
{
	bool alive = !worn_out(t);
	u8 retries = t->err && !alive ? 0 : READ_ONCE(t->conf->orphan_retries);

	return !retries && alive ? ANP_TCP_ORPHAN_RETRIES : retries;
}

/*
 * May the orphan @t, whose timer has expired, not be kept?  Then it is over.  As Linux: one that has
 * not sent for long, or heard complaints, is the first to go.
 */
static bool out_of_resources(struct anp_tcb *t)
{
	u64 idle = t->now - t->sent_at;
	bool old = idle > 2ull * anp_tcp_rto_max(t) || t->retransmits >= orphan_retries(t);
	unsigned int shift = old + !!t->err;

	if (likely(!t->orphan) || !anp_tcp_host_orphan_dear(t, shift))
		return false;
	anp_tcp_host_count(t, ANP_MIB_TCP_ABORT_ON_MEMORY);
	if (idle <= ANP_TCP_TIMEWAIT_LEN || (!t->snd_wnd && !anp_tcp_flight(t)))
		anp_tcp_send_reset(t);
	anp_tcp_done(t);
	return true;
}

/* RFC 9293 3.8.3: has it gone on for too long?  RFC 5482: as the program's timeout says. */
static bool give_up(const struct anp_tcb *t, u8 tries, u8 limit)
{
	u64 over = user_deadline(t);

	if (over)
		return t->now >= over;
	if (t->orphan)
		limit = min(limit, orphan_retries(t));
	return tries >= limit;
}

static u8 syn_retries(const struct anp_tcb *t)
{
	if (t->syn_retries)
		return t->syn_retries;
	return t->state == TCP_SYN_SENT ? READ_ONCE(t->conf->syn_retries) :
					  READ_ONCE(t->conf->synack_retries);
}

static void syn_timeout(struct anp_tcb *t)
{
	bool over = give_up(t, t->retransmits, syn_retries(t));

	if (unlikely(t->fo_asked || t->fo_data))
		anp_tcp_fo_timeout(t, over);
	if (over) {
		timed_out(t);
		return;
	}
	t->retransmits++;
	t->synacked_rexmit = 1;
	/* RFC 6298 5.7: the path is full. */
	if (t->fo_child)
		t->cwnd = t->mss;
	/* RFC 3168 6.1.1.1: there are paths that drop a SYN for its ECN flags. */
	t->ecn_syn = 0;
	anp_tcp_host_count(t, ANP_MIB_TCP_SYN_RETRANS);
	t->total_retrans++;
	/* RFC 7413 4.2.2: without the option and data, which the path may not let through. */
	anp_tcp_send_syn(t, NULL, NULL);
	if (t->state == TCP_CLOSE)
		return;
	t->backoff++;
	anp_tcp_rtx_arm(t);
}

/* RFC 6298 5.5 and 5.6 */
static void back_off(struct anp_tcb *t)
{
	if (t->retransmits < U8_MAX)
		t->retransmits++;
	if (t->backoff < 16)
		t->backoff++;
	anp_tcp_rtx_arm(t);
}

static void rtx_timeout(struct anp_tcb *t)
{
	const struct sk_buff *head = skb_rb_first(&t->rtxq);
	bool over = give_up(t, t->retransmits, READ_ONCE(t->conf->retries2));

	if (out_of_resources(t))
		return;
	if (unlikely(t->fo_asked || t->fo_data))
		anp_tcp_fo_timeout(t, over);
	if (over) {
		timed_out(t);
		return;
	}
	/* Of what has not left this host the path cannot have lost anything. */
	if (head && anp_tcp_still_below(t, head)) {
		back_off(t);
		return;
	}
	anp_tcp_host_count(t, ANP_MIB_TCP_TIMEOUTS);
	anp_tcp_recovery_timeout(t);
	anp_tcp_mtup_timeout(t);
	/* RFC 6298 5.4: the earliest one, whatever the windows say. */
	if (anp_tcp_retransmit_head(t) == -ENOMEM) {
		/* Our own shortage says nothing about the path: again soon, without backing off. */
		t->t_rtx = t->now + ANP_TCP_RTO_MIN;
		return;
	}
	back_off(t);
}

/* RFC 9293 3.8.6.1: data is waiting, nothing is in flight, the window is closed. */
static void probe_timeout(struct anp_tcb *t)
{
	/*
	 * RFC 9293 3.8.6.1: as long as it is answered a program may wait.  Of an orphan nobody does, so
	 * a peer that never opens its window does not hold it for ever: the backoff counts, which
	 * answers do not take back.
	 */
	bool tired = t->orphan && worn_out(t);

	if (out_of_resources(t))
		return;
	if (tired || give_up(t, t->probes, READ_ONCE(t->conf->retries2))) {
		timed_out(t);
		return;
	}
	/*
	 * It may have been memory, cork or a window of crumbs that kept the data back: these are
	 * overridden now (RFC 9293 3.8.6.2.1).
	 */
	anp_tcp_output(t, true);
	if (anp_tcp_flight(t))
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_WINPROBE);
	if (unlikely(t->urg_out))
		anp_tcp_urg_probe(t);
	/* An old byte that the peer has: it answers with its window, and takes nothing. */
	anp_tcp_send_bare(t, ANP_TCP_ACK, t->snd_una - 1);
	if (t->state == TCP_CLOSE)
		return;
	t->probes++;
	if (t->backoff < 16)
		t->backoff++;
	anp_tcp_rtx_arm(t);
}

static void rtx_due(struct anp_tcb *t)
{
	t->t_rtx = 0;
	if (!t->stalled_at)
		t->stalled_at = t->now;
	if (anp_tcp_in(t, TCPF_SYN_SENT | TCPF_SYN_RECV))
		syn_timeout(t);
	else if (anp_tcp_flight(t))
		rtx_timeout(t);
	else if (!skb_queue_empty(&t->sndq))
		probe_timeout(t);
}

static void keep_due(struct anp_tcb *t)
{
	u64 idle = t->now - t->rcvd_at;
	u64 limit = (u64)t->user_timeout * 1000;

	t->t_keep = 0;
	if (!t->keepalive || anp_tcp_in(t, TCPF_CLOSE | TCPF_SYN_SENT))
		return;
	/* Data in flight has its own timer. */
	if (anp_tcp_flight(t) || !skb_queue_empty(&t->sndq)) {
		t->t_keep = t->now + anp_tcp_keep_idle(t) * 1000;
		return;
	}
	if (idle < anp_tcp_keep_idle(t) * 1000) {
		t->probes = 0;
		anp_tcp_keepalive_changed(t, t->now);
		return;
	}
	if ((limit && t->probes && idle >= limit) || (!limit && t->probes >= anp_tcp_keep_cnt(t))) {
		anp_tcp_send_reset(t);
		timed_out(t);
		return;
	}
	anp_tcp_host_count(t, ANP_MIB_TCP_KEEPALIVE);
	anp_tcp_send_bare(t, ANP_TCP_ACK, t->snd_una - 1);
	if (t->state == TCP_CLOSE)
		return;
	t->probes++;
	t->t_keep = t->now + anp_tcp_keep_intvl(t) * 1000;
}

void anp_tcp_keepalive_changed(struct anp_tcb *t, u64 now)
{
	if (!t->keepalive || anp_tcp_in(t, TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT)) {
		t->t_keep = 0;
		return;
	}
	t->t_keep = max(now, t->rcvd_at + anp_tcp_keep_idle(t) * 1000);
}

void anp_tcp_timer(struct anp_tcb *t, u64 now)
{
	t->now = now;
	if (t->t_delack && now >= t->t_delack)
		anp_tcp_delack_timeout(t);
	if (t->t_pto && now >= t->t_pto)
		anp_tcp_tlp_timeout(t);
	if (t->t_reo && now >= t->t_reo)
		anp_tcp_reo_timeout(t);
	if (t->t_rtx && now >= t->t_rtx)
		rtx_due(t);
	if (unlikely(t->pace_wait) && now >= anp_tcp_pacing_deadline(t))
		anp_tcp_pacing_timeout(t);
	if (t->t_keep && now >= t->t_keep)
		keep_due(t);
}
