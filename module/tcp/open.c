// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection begins: OPEN, what the two SYNs agree on, ESTABLISHED.
 */
#include "engine.h"

void anp_tcp_init(struct anp_tcb *t)
{
	memset(t, 0, sizeof(*t));
	t->state = TCP_CLOSE;
	t->mss = ANP_TCP_MSS_DEFAULT;
	t->mss_clamp = ANP_TCP_MSS_DEFAULT;
	t->mss_local = ANP_TCP_MSS_DEFAULT;
	t->advmss = ANP_TCP_MSS_DEFAULT;
	t->rcv_mss = ANP_TCP_MSS_DEFAULT;
	t->rto = ANP_TCP_RTO_INIT;
	t->conf = &anp_tcp_conf_default;
	t->ato = ANP_TCP_DELACK_MIN / 1000;
	t->gso_max = ANP_TCP_MSS_DEFAULT;
	t->rcv_ratio = ANP_TCP_RCV_RATIO;
	t->ssthresh = U32_MAX;
	t->cong = &anp_tcp_newreno;
	__skb_queue_head_init(&t->sndq);
	t->rtxq = RB_ROOT;
	t->sackq = RB_ROOT;
	INIT_LIST_HEAD(&t->tsorted);
	INIT_LIST_HEAD(&t->lostq);
	t->reordering = 3;
	t->reo_wnd_mult = 1;
	t->ooq = RB_ROOT;
}

void anp_tcp_mss_set(struct anp_tcb *t)
{
	u16 mss = min(t->mss_clamp, t->mss_local);

	if (t->user_mss)
		mss = min(mss, t->user_mss);
	if (t->mtup_on)
		mss = min(mss, t->mtup_low);
	/* RFC 6691: the MSS option does not count options, so they come off every segment. */
	mss = max_t(u16, mss, ANP_TCP_MSS_MIN);
	t->hdr_opts = t->ts_ok ? 12 : 0;
	t->mss = mss - t->hdr_opts;
}

void anp_tcp_offer(const struct anp_tcb *t, struct anp_tcp_opts *o)
{
	bool synack = t->state == TCP_SYN_RECV;

	memset(o, 0, sizeof(*o));
	/* RFC 9293 3.7.1: what we can take, the route and the program may wish for less. */
	o->mss = min(t->advmss, t->mss_local);
	if (t->user_mss)
		o->mss = min(o->mss, t->user_mss);
	/* RFC 7323 1.3: a SYN-ACK has only what the SYN had. */
	o->ts_ok = synack ? t->ts_ok : !t->no_ts;
	o->sack_ok = synack ? t->sack_ok : !t->no_sack;
	o->wscale_ok = synack ? t->wscale_ok : !t->no_wscale;
	o->wscale = t->rcv_wscale;
	o->tsval = anp_tcp_ts_clock(t->now, t->ts_off);
	o->tsecr = synack ? t->ts_recent : 0;
}

void anp_tcp_take_opts(struct anp_tcb *t, const struct anp_tcp_opts *o)
{
	t->mss_clamp = o->mss ? max_t(u16, o->mss, ANP_TCP_MSS_MIN) : ANP_TCP_MSS_DEFAULT;
	t->ts_ok = o->ts_ok && !t->no_ts;
	if (t->ts_ok) {
		t->ts_recent = o->tsval;
		t->ts_recent_at = t->now;
	}
	t->wscale_ok = o->wscale_ok && !t->no_wscale;
	t->snd_wscale = t->wscale_ok ? o->wscale : 0;
	if (!t->wscale_ok)
		t->rcv_wscale = 0;
	t->sack_ok = o->sack_ok && !t->no_sack;
	anp_tcp_mss_set(t);
	anp_tcp_rcv_mss_guess(t);
}

static void take_params(struct anp_tcb *t, const struct anp_tcp_params *p)
{
	t->sport = p->sport;
	t->dport = p->dport;
	t->iss = p->iss;
	t->snd_una = p->iss;
	t->snd_nxt = p->iss + 1;
	t->write_seq = p->iss + 1;
	t->snd_sml = p->iss;
	t->recover = p->iss;
	t->rack_fack = p->iss;
	t->ts_off = p->ts_off;
	t->mss_local = max_t(u16, p->mss, ANP_TCP_MSS_MIN);
	if (p->mss_peer)
		t->mss_clamp = max_t(u16, p->mss_peer, ANP_TCP_MSS_MIN);
	t->advmss = p->advmss ? max_t(u16, p->advmss, ANP_TCP_MSS_MIN) : t->mss_local;
	t->gso_max = p->gso_max;
	t->rcv_wnd_max = p->rcv_wnd_max;
	t->rcv_wscale = p->no_wscale ? 0 : anp_tcp_wscale(p->rcv_wnd_max);
	t->no_ts = p->no_ts;
	t->no_wscale = p->no_wscale;
	t->ecn_syn = p->ecn == ANP_TCP_ECN_ON || p->ecn == ANP_TCP_ECN_NEEDED;
	t->no_sack = p->no_sack;
	/* RFC 7323 2.2: a SYN cannot offer more. */
	t->rcv_wnd = min(p->rcv_wnd_init, 65535u);
}

void anp_tcp_open_defer(struct anp_tcb *t, const struct anp_tcp_params *p, u64 now)
{
	t->now = now;
	take_params(t, p);
	t->snd_nxt = p->iss;
	anp_tcp_mss_set(t);
	t->rcvd_at = now;
	anp_tcp_set_state(t, TCP_SYN_SENT);
}

int anp_tcp_open_send(struct anp_tcb *t, const struct anp_tcp_foc *foc, u64 now)
{
	int err;

	t->now = now;
	t->sent_at = now;
	err = foc ? anp_tcp_fo_syn(t, foc) : anp_tcp_send_syn(t, NULL, NULL);
	if (err == -ENOMEM) {
		anp_tcp_destroy(t);
		anp_tcp_set_state(t, TCP_CLOSE);
		return err;
	}
	anp_tcp_host_count(t, ANP_MIB_TCP_ACTIVE_OPENS);
	/* The layers below may have refused it for good while it was sent. */
	if (t->state == TCP_SYN_SENT)
		anp_tcp_rtx_arm(t);
	return 0;
}

int anp_tcp_open(struct anp_tcb *t, const struct anp_tcp_params *p, u64 now)
{
	anp_tcp_open_defer(t, p, now);
	return anp_tcp_open_send(t, NULL, now);
}

static void open_req(struct anp_tcb *t, const struct anp_tcp_req *req,
		     const struct anp_tcp_params *p, u64 now)
{
	t->now = now;
	take_params(t, p);
	t->passive = 1;
	t->irs = req->irs;
	t->iss = req->iss;
	t->snd_una = req->iss;
	t->snd_nxt = req->iss + 1;
	t->write_seq = req->iss + 1;
	t->snd_sml = req->iss;
	t->recover = req->iss;
	t->rack_fack = req->iss;
	t->ts_off = req->ts_off;
	t->rcv_nxt = req->irs + 1;
	t->rcv_wup = t->rcv_nxt;
	t->copied_seq = t->rcv_nxt;
	t->last_ack_sent = t->rcv_nxt;
	t->rcv_wnd = req->rcv_wnd;
	t->ts_ok = req->ts_ok;
	t->ts_recent = req->ts_recent;
	t->ts_recent_at = now;
	t->wscale_ok = req->wscale_ok;
	t->snd_wscale = req->snd_wscale;
	t->rcv_wscale = req->rcv_wscale;
	t->sack_ok = req->sack_ok;
	t->ecn_ok = req->ecn_ok;
	t->mss_local = req->mss_local;
	t->mss_clamp = req->mss_peer;
	t->snd_wnd = req->snd_wnd;
	t->max_wnd = req->snd_wnd;
	t->snd_wl1 = req->irs;
	t->snd_wl2 = req->iss;
	t->rcvd_at = now;
	anp_tcp_mss_set(t);
	anp_tcp_rcv_mss_guess(t);
}

void anp_tcp_open_passive(struct anp_tcb *t, const struct anp_tcp_req *req,
			  const struct anp_tcp_params *p, u64 now)
{
	open_req(t, req, p, now);
	/* RFC 6298 5.7 */
	t->synacked_rexmit = req->rexmits > 0;
	if (!req->rexmits && !req->cookie)
		anp_tcp_rtt_sample(t, min_t(u64, max_t(u64, now - req->sent_at, 1), U32_MAX));
	anp_tcp_set_state(t, TCP_SYN_RECV);
	/* The segment that made it may yet be found unacceptable. */
	anp_tcp_rtx_arm(t);
}

/* What can be sent and received starts from here. */
static void transfer_start(struct anp_tcb *t)
{
	anp_tcp_mtup_established(t);
	anp_tcp_cong_start(t);
	t->lsndtime = anp_tcp_tick(t->now);
	t->lrcvtime = t->lsndtime;
	t->rcv_tstamp = t->lsndtime;
	anp_tcp_rcv_space_start(t);
	/* Linux: a sender in slow start should not wait for our delayed ACKs. */
	anp_tcp_quickack_grow(t, ANP_TCP_QUICKACKS);
}

void anp_tcp_open_fast(struct anp_tcb *t, const struct anp_tcp_req *req,
		       const struct anp_tcp_params *p, struct sk_buff *skb,
		       const struct anp_tcp_foc *foc, u64 now)
{
	open_req(t, req, p, now);
	anp_tcp_set_state(t, TCP_SYN_RECV);
	t->fo_child = 1;
	transfer_start(t);
	anp_tcp_syn_data_rcv(t, skb);
	t->sent_at = now;
	/* Without memory it is sent when the timer says that it was lost. */
	anp_tcp_send_syn(t, NULL, foc);
	if (t->state == TCP_SYN_RECV)
		anp_tcp_rtx_arm(t);
}

void anp_tcp_established(struct anp_tcb *t)
{
	t->t_rtx = 0;
	t->backoff = 0;
	t->retransmits = 0;
	t->stalled_at = 0;
	t->err = 0;
	t->sent_at = 0;
	/* RFC 6298 5.7: the SYN was lost and nothing measured since. */
	if (!t->srtt && t->synacked_rexmit)
		t->rto = 3 * ANP_TCP_RTO_INIT;
	else
		anp_tcp_rto_set(t);
	if (!t->fo_child)
		transfer_start(t);
	if (anp_tcp_host_rate_wanted(t))
		anp_tcp_pacing_update(t);
	anp_tcp_set_state(t, TCP_ESTABLISHED);
	anp_tcp_host_event(t, ANP_TCP_EV_CONNECTED | ANP_TCP_EV_WRITABLE);
}
