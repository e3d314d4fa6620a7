// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT (RFC 9293 3.10.7.4) and orphans in FIN-WAIT-2, on a small object.
 */
#include "engine.h"

void anp_tcp_tw_init(struct anp_tcp_tw *tw, const struct anp_tcb *t, u8 substate, u64 now)
{
	memset(tw, 0, sizeof(*tw));
	tw->rcv_nxt = t->rcv_nxt;
	tw->rcv_wnd = anp_tcp_rcv_wnd_left(t);
	tw->snd_nxt = t->snd_nxt;
	tw->ts_ok = t->ts_ok;
	tw->ts_recent = t->ts_recent;
	tw->ts_recent_at = t->ts_recent_at;
	tw->ts_off = t->ts_off;
	tw->sport = t->sport;
	tw->dport = t->dport;
	tw->rcv_wscale = t->rcv_wscale;
	tw->substate = substate;
	tw->deadline = now + (substate == TCP_TIME_WAIT ? ANP_TCP_TIMEWAIT_LEN :
							  anp_tcp_finwait2_time(t));
}

struct sk_buff *anp_tcp_tw_ack(const struct anp_tcp_tw *tw, u64 now)
{
	struct anp_tcp_bare b = {
		.sport = tw->sport,
		.dport = tw->dport,
		.seq = tw->snd_nxt,
		.ack = tw->rcv_nxt,
		.wnd = tw->rcv_wnd >> tw->rcv_wscale,
		.flags = ANP_TCP_ACK,
		.ts = tw->ts_ok,
		.tsval = anp_tcp_ts_clock(now, tw->ts_off),
		.tsecr = tw->ts_recent,
	};

	return anp_tcp_bare_build(&b);
}

/* RFC 6191: may this SYN open the connection anew?  Its number or its timestamp must be later. */
static bool reusable(const struct anp_tcp_tw *tw, const struct anp_tcp_cb *cb)
{
	if ((cb->flags & (ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_RST)) != ANP_TCP_SYN)
		return false;
	if (tw->ts_ok && cb->rx.has_ts)
		return seq_gt(cb->rx.tsval, tw->ts_recent) ||
		       (cb->rx.tsval == tw->ts_recent && seq_gt(cb->seq, tw->rcv_nxt));
	return seq_gt(cb->seq, tw->rcv_nxt);
}

static enum anp_tcp_verdict challenge(struct anp_tcp_tw *tw, const struct anp_tcp_conf *conf,
				      u64 now)
{
	enum anp_mib_item skipped = tw->substate == TCP_TIME_WAIT ?
				    ANP_MIB_TCP_ACK_SKIPPED_TIME_WAIT :
				    ANP_MIB_TCP_ACK_SKIPPED_FIN_WAIT2;

	return anp_tcp_oow_limited(NULL, conf, &tw->challenge_at, skipped, now) ?
	       ANP_TCP_V_DROP : ANP_TCP_V_ACK;
}

/* RFC 9293 3.4 */
static bool in_window(const struct anp_tcp_tw *tw, const struct anp_tcp_cb *cb)
{
	u32 end = tw->rcv_nxt + tw->rcv_wnd;

	if (cb->seq == cb->end_seq)
		return seq_geq(cb->seq, tw->rcv_nxt) && seq_leq(cb->seq, end);
	return seq_gt(cb->end_seq, tw->rcv_nxt) &&
	       (tw->rcv_wnd ? seq_lt(cb->seq, end) : cb->seq == tw->rcv_nxt);
}

static void ts_recent_update(struct anp_tcp_tw *tw, const struct anp_tcp_cb *cb, u64 now)
{
	if (!tw->ts_ok || !cb->rx.has_ts || seq_gt(cb->seq, tw->rcv_nxt))
		return;
	tw->ts_recent = cb->rx.tsval;
	tw->ts_recent_at = now;
}

/* The steps of RFC 9293 3.10.7.4 for a connection that has nothing to send and nobody to read. */
static enum anp_tcp_verdict finwait2_rcv(struct anp_tcp_tw *tw, const struct anp_tcp_cb *cb,
					 bool old, const struct anp_tcp_conf *conf, u64 now)
{
	u32 fin = !!(cb->flags & ANP_TCP_FIN);

	/* Keepalives and data sent twice are told where we are. */
	if (!in_window(tw, cb) || (old && !(cb->flags & ANP_TCP_RST)))
		return cb->flags & ANP_TCP_RST ? ANP_TCP_V_DROP : challenge(tw, conf, now);
	/* RFC 5961 3.2 */
	if (cb->flags & ANP_TCP_RST)
		return cb->seq == tw->rcv_nxt ? ANP_TCP_V_KILL : challenge(tw, conf, now);
	/* RFC 5961 4.2 */
	if (cb->flags & ANP_TCP_SYN)
		return challenge(tw, conf, now);
	ts_recent_update(tw, cb, now);
	if (!(cb->flags & ANP_TCP_ACK))
		return ANP_TCP_V_DROP;
	/* Data after close (RFC 9293 3.6.1): nobody is there to read it. */
	if (seq_gt(cb->end_seq - fin, tw->rcv_nxt))
		return ANP_TCP_V_RESET;
	if (!fin || cb->end_seq != tw->rcv_nxt + 1)
		return ANP_TCP_V_DROP;
	tw->rcv_nxt++;
	tw->substate = TCP_TIME_WAIT;
	tw->deadline = now + ANP_TCP_TIMEWAIT_LEN;
	return ANP_TCP_V_ACK;
}

enum anp_tcp_verdict anp_tcp_tw_rcv(struct anp_tcp_tw *tw, const struct sk_buff *skb, u32 *iss,
				    const struct anp_tcp_conf *conf, u64 now)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool old = tw->ts_ok && cb->rx.has_ts && seq_lt(cb->rx.tsval, tw->ts_recent);

	if (tw->substate == TCP_FIN_WAIT2)
		return finwait2_rcv(tw, cb, old, conf, now);
	if (reusable(tw, cb)) {
		/* Beyond all that this connection has sent: RFC 9293 3.4.3. */
		*iss = tw->snd_nxt + 65537;
		return ANP_TCP_V_SYN;
	}
	/* RFC 1337: a RST does not end TIME-WAIT. */
	if (cb->flags & ANP_TCP_RST)
		return ANP_TCP_V_DROP;
	if (old || (cb->flags & ANP_TCP_SYN) || seq_gt(cb->seq, tw->rcv_nxt + tw->rcv_wnd))
		return challenge(tw, conf, now);
	ts_recent_update(tw, cb, now);
	/* The FIN again: its ACK was lost.  RFC 9293 3.10.7.4 step 8: 2 MSL from now. */
	if (cb->flags & ANP_TCP_FIN) {
		tw->deadline = now + ANP_TCP_TIMEWAIT_LEN;
		return ANP_TCP_V_ACK;
	}
	return cb->seq != cb->end_seq ? challenge(tw, conf, now) : ANP_TCP_V_DROP;
}
