/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCP engine: what its host calls, and what it asks of its host.
 *
 * The engine decides everything TCP decides and touches nothing else: no struct sock, no lock, no
 * timer, no net_device, no clock.  It is linked by two hosts: the module (module/socket/) and the
 * simulator (selftests/sim/).  Its host gives it a tcb, a segment and the time.
 *
 * Common to all calls: the host holds the lock that protects the tcb and has bottom halves off (or
 * calls from a softirq); the engine never sleeps; allocations are GFP_ATOMIC.  Times are in
 * microseconds of a clock that never goes back and is never 0.  After each call that takes @now the
 * host asks anp_tcp_deadline() and sees to it that anp_tcp_timer() is called then.
 *
 * Ownership of an skb: a function called ..._rcv() or given an skb to queue always consumes it; a
 * function that only looks says so.
 */
#ifndef ANP_TCP_TCP_H
#define ANP_TCP_TCP_H

#include <linux/tcp.h>
#include "tcb.h"
#include "seq.h"
#include "../observe/mib.h"

#define ANP_TCP_MSS_DEFAULT	536		/* RFC 9293 3.7.1 */
#define ANP_TCP_MSS_MIN		88		/* a smaller one is an attack on our CPU */
#define ANP_TCP_WSCALE_MAX	14		/* RFC 7323 2.3 */
#define ANP_TCP_RTO_INIT	1000000u	/* us; RFC 6298 2.1 */
#define ANP_TCP_RTO_MIN		200000u		/* us; DEVIATION from RFC 6298 2.4 (1 s), as Linux */
#define ANP_TCP_RTO_MAX		120000000u	/* us; at most, and where nothing is said */
#define ANP_TCP_DELACK_MIN	40000u		/* us */
#define ANP_TCP_DELACK_MAX	200000u		/* us; RFC 9293 3.8.6.3: below 500 ms */
#define ANP_TCP_TIMEWAIT_LEN	60000000u	/* us; 2 MSL with MSL = 30 s, as Linux */
#define ANP_TCP_ORPHAN_RETRIES	8		/* where conf->orphan_retries is 0 */
#define ANP_TCP_RCV_RATIO	128	/* of 256: payload in the receive buffer, before it is known */
#define ANP_TCP_OPTS_MAX	40
#define ANP_TCP_RATE_MAX	U64_MAX	/* bytes a second: no limit */

/* What the engine tells its host through anp_tcp_host_event(). */
#define ANP_TCP_EV_READABLE	0x01	/* data or FIN was delivered */
#define ANP_TCP_EV_WRITABLE	0x02	/* acknowledged data was freed */
#define ANP_TCP_EV_CONNECTED	0x04	/* ESTABLISHED was reached */
#define ANP_TCP_EV_HUP		0x08	/* the peer's FIN arrived, or the connection is over */
#define ANP_TCP_EV_ERROR	0x10	/* anp_tcp_host_error() was called */

#define ANP_TCP_EV_URGENT	0x20	/* the peer has urgent data; urg_seq is still the last mark */
#define ANP_TCP_EV_PRIORITY	0x40	/* the urgent byte itself is there */

/* What a host has to do for a segment that met a small object (req, tw) or nothing at all. */
enum anp_tcp_verdict {
	ANP_TCP_V_DROP,		/* nothing; the segment is to be freed */
	ANP_TCP_V_SYNACK,	/* send anp_tcp_req_synack() (again) */
	ANP_TCP_V_ACK,		/* send an ACK built by anp_tcp_req_ack() or anp_tcp_tw_ack() */
	ANP_TCP_V_RESET,	/* send anp_tcp_reply_reset() */
	ANP_TCP_V_CREATE,	/* req: the handshake is complete, make a child and feed it */
	ANP_TCP_V_KILL,		/* free the object, and the segment */
	ANP_TCP_V_SYN,		/* tw: free the object; the SYN may open a new connection */
};

/* What a SYN is to a listener with Fast Open. */
enum anp_tcp_fo_verdict {
	ANP_TCP_FO_REQ,		/* an ordinary one: make a request */
	ANP_TCP_FO_CHILD,	/* it has proved its address: anp_tcp_open_fast() */
};

/* ---- the host calls: a connection's life (tcb.c, open.c, close.c) ---- */

/*
 * Makes @t a closed connection with the engine's defaults; the host then fills options in, and
 * t->conf, which has to stay as long as @t.
 */
void anp_tcp_init(struct anp_tcb *t);

/*
 * Active OPEN (RFC 9293 3.10.1): CLOSED to SYN-SENT, sends the SYN.
 * Returns 0, or -ENOMEM and @t is as it was.
 */
int anp_tcp_open(struct anp_tcb *t, const struct anp_tcp_params *p, u64 now);

/*
 * As anp_tcp_open(), but the SYN waits for anp_tcp_open_send(): meanwhile the program's first data
 * may be queued, to go with it (RFC 7413 4.2.2).
 */
void anp_tcp_open_defer(struct anp_tcb *t, const struct anp_tcp_params *p, u64 now);

/* How many bytes the SYN of a deferred @t may carry. */
u32 anp_tcp_fo_room(const struct anp_tcb *t);

/*
 * Sends that SYN.  @foc: NULL for an ordinary one; length 0: it asks for a cookie; else it carries
 * the cookie (ANP_TCP_FOC_NONE: none) and with it the first skb queued, of anp_tcp_fo_room() bytes
 * at most.  Returns as anp_tcp_open(); with an error what was queued is freed.
 */
int anp_tcp_open_send(struct anp_tcb *t, const struct anp_tcp_foc *foc, u64 now);

/* Is the SYN of @t still to be sent? */
static inline bool anp_tcp_deferred(const struct anp_tcb *t)
{
	return t->state == TCP_SYN_SENT && t->snd_nxt == t->iss;
}

/*
 * Makes the freshly initialised @t the connection that @req stands for, in SYN-RECEIVED.  The host
 * then gives it the segment that completed the handshake with anp_tcp_rcv().
 */
void anp_tcp_open_passive(struct anp_tcb *t, const struct anp_tcp_req *req,
			  const struct anp_tcp_params *p, u64 now);

/*
 * As anp_tcp_open_passive(), for a SYN @skb with a valid cookie: @t takes its data, sends the SYN-ACK
 * (with the cookie @foc; NULL: none) and may send more, before the handshake is complete
 * (RFC 7413 4.2.2).  Consumes @skb.
 */
void anp_tcp_open_fast(struct anp_tcb *t, const struct anp_tcp_req *req,
		       const struct anp_tcp_params *p, struct sk_buff *skb,
		       const struct anp_tcp_foc *foc, u64 now);

/* May the program of @t send, or will what it writes wait for the handshake? */
static inline bool anp_tcp_fo_open(const struct anp_tcb *t)
{
	return t->fo_child && t->state == TCP_SYN_RECV;
}

/*
 * The program will send no more (shutdown(SHUT_WR), close()): a FIN is queued behind the data.
 * No effect in states in which a FIN was sent already.  SYN-SENT: the connection is deleted.
 */
void anp_tcp_shutdown(struct anp_tcb *t, u64 now);

/*
 * CLOSE (RFC 9293 3.10.4) by a program that lets go: @t becomes an orphan.  With @unread bytes in
 * the host's receive queue the connection is reset instead (RFC 2525 2.17).
 */
void anp_tcp_close(struct anp_tcb *t, bool unread, u64 now);

/* ABORT (RFC 9293 3.10.5): sends a RST where the state asks for one, ends in CLOSED. */
void anp_tcp_abort(struct anp_tcb *t, u64 now);

/* Frees what the queues of a CLOSED @t hold.  Sends nothing. */
void anp_tcp_destroy(struct anp_tcb *t);

/*
 * Nothing has happened for a while: puts what @t says into @p, if that is all.  True: the memory of
 * @t may be freed until anp_tcp_unpark(); of its deadlines only the one for keepalive was left.
 * Else @t goes on.
 */
bool anp_tcp_park(struct anp_tcb *t, struct anp_tcp_parked *p);

/* Makes @t, any memory, what was parked in @p. */
void anp_tcp_unpark(struct anp_tcb *t, const struct anp_tcp_parked *p,
		    const struct anp_tcp_conf *conf, u64 now);

/* ---- the host calls: segments and time (input.c, timers.c) ---- */

/*
 * Checks the header of @skb (data at the TCP header; the host has pulled at least 20 bytes and
 * checked the checksum) and fills ANP_TCP_CB(skb); @ecn is the ECN field of the IP header.  Pulls the
 * options, not the header.  Only looks.
 * Returns 0, or -EINVAL for a header that lies.
 */
int anp_tcp_seg_parse(struct sk_buff *skb, u8 ecn);

/* SEGMENT ARRIVES (RFC 9293 3.10.7) in any state but CLOSED and LISTEN.  Consumes @skb. */
void anp_tcp_rcv(struct anp_tcb *t, struct sk_buff *skb, u64 now);

/* Does what is due at @now; harmless when nothing is. */
void anp_tcp_timer(struct anp_tcb *t, u64 now);

/*
 * When anp_tcp_timer() is wanted next; 0: never.  Only looks.  While t->pace_wait is set a late timer
 * costs throughput: a millisecond matters.
 */
u64 anp_tcp_deadline(const struct anp_tcb *t);

/* What the program has set, or else the configuration; ms, ms, a number. */
u64 anp_tcp_keep_idle(const struct anp_tcb *t);
u64 anp_tcp_keep_intvl(const struct anp_tcb *t);
u32 anp_tcp_keep_cnt(const struct anp_tcb *t);

/* us that an orphan stays in FIN-WAIT-2, as the program or the configuration says; 0: not at all. */
u64 anp_tcp_fin_timeout(const struct anp_tcb *t);

/* ---- the host calls: data (output.c, data.c) ---- */

/*
 * Appends @skb (payload all in frags, len > 0, headroom for all headers) to the send queue; the
 * host has charged it to its send buffer.  Nothing is sent before anp_tcp_push().
 */
void anp_tcp_queue(struct anp_tcb *t, struct sk_buff *skb);

/* The host has appended @bytes to the frags of the last skb of the send queue. */
void anp_tcp_appended(struct anp_tcb *t, struct sk_buff *skb, u32 bytes);

/* Last skb of the send queue if more payload may be appended to it (never sent), else NULL. */
struct sk_buff *anp_tcp_tail(struct anp_tcb *t);

/* How many bytes the tail may grow to: a multiple of the mss up to gso_max. */
u32 anp_tcp_size_goal(const struct anp_tcb *t);

/* All that has been queued is urgent, up to its last byte (MSG_OOB).  anp_tcp_push() follows. */
void anp_tcp_urgent(struct anp_tcb *t);

/* Sends what windows, Nagle and cork allow.  @more: the program said MSG_MORE. */
void anp_tcp_push(struct anp_tcb *t, bool more, u64 now);

/* The layers below hold less of @t's than they did: what anp_tcp_host_below_wait() waited for. */
void anp_tcp_drained(struct anp_tcb *t, u64 now);

/* The program has read: copied_seq was moved by the host.  May send a window update. */
void anp_tcp_data_read(struct anp_tcb *t, u64 now);

/* False: anp_tcp_data_read() would do nothing, whenever it is called. */
bool anp_tcp_read_matters(const struct anp_tcb *t);

/* Data that can neither be sent nor be acknowledged yet: SIOCOUTQ. */
static inline u32 anp_tcp_outq(const struct anp_tcb *t)
{
	return t->write_seq - t->snd_una;
}

/* ---- the host calls: what the network says (mtu.c) ---- */

/* The path takes payloads of @mss bytes only (no options counted).  Data in flight is sent again. */
void anp_tcp_mss_changed(struct anp_tcb *t, u16 mss, u64 now);

/* Was @seq sent, and is it not acknowledged yet?  RFC 5927 4.1. */
static inline bool anp_tcp_in_flight(const struct anp_tcb *t, u32 seq)
{
	return seq_geq(seq, t->snd_una) && seq_lt(seq, t->snd_nxt);
}

/* ICMP said @err of segment @seq.  Hard in SYN-SENT, remembered otherwise (RFC 5461). */
void anp_tcp_icmp_error(struct anp_tcb *t, u32 seq, int err, u64 now);

/* TCP_QUICKACK: @val 0: ACKs may wait for answers; else one that is held back goes now. */
void anp_tcp_set_quickack(struct anp_tcb *t, int val, u64 now);

/* SO_KEEPALIVE, TCP_KEEPIDLE ... were changed in @t; t_keep is set anew. */
void anp_tcp_keepalive_changed(struct anp_tcb *t, u64 now);

/*
 * Fills @info from @t, of which a listener (@listening) has little; the host fills in what it alone
 * knows.  Only looks.
 */
void anp_tcp_get_info(const struct anp_tcb *t, bool listening, struct tcp_info *info, u64 now);

/* ---- the host calls: listeners and TIME-WAIT (listen.c, timewait.c) ---- */

/*
 * A SYN (checked: SYN set, ACK and RST clear) arrived for a listener: fills @req.
 * @p: iss, ts_off, mss, windows as for an active open.  Only looks at @skb.
 */
void anp_tcp_req_init(struct anp_tcp_req *req, const struct sk_buff *skb,
		      const struct anp_tcp_params *p, u64 now);

/* What to do with a segment to a listener that meets no other object.  Only looks at @skb. */
enum anp_tcp_verdict anp_tcp_listen_rcv(const struct sk_buff *skb);

/*
 * What to do with a segment for @req.  @defer: of how many SYN-ACKs a bare ACK makes no connection
 * yet (TCP_DEFER_ACCEPT).  Only looks at @skb.
 */
enum anp_tcp_verdict anp_tcp_req_rcv(struct anp_tcp_req *req, const struct sk_buff *skb, u8 defer,
				     const struct anp_tcp_conf *conf, u64 now);

/*
 * The longest time between two tries of anything, us (tcp_rto_max_ms).  DEVIATION from RFC 6298 2.5, as
 * Linux: less than a minute may be configured.
 */
static inline u32 anp_tcp_rto_max(const struct anp_tcb *t)
{
	return READ_ONCE(t->conf->rto_max_ms) * 1000u;
}

/*
 * At req->deadline: ANP_TCP_V_SYNACK, or _KILL when it was sent again @retries times already, or
 * _DROP (not yet due, or nothing to be sent); @defer as above, @rto_max: us between two tries at most.
 */
enum anp_tcp_verdict anp_tcp_req_timer(struct anp_tcp_req *req, u8 retries, u8 defer, u32 rto_max,
				       u64 now);

/*
 * Makes @req, from anp_tcp_req_init(), one that need not be kept: after its SYN-ACK was built it
 * may be forgotten (RFC 4987 3.6).
 */
void anp_tcp_cookie_make(struct anp_tcp_req *req, const struct anp_tcp_cookie_key *key,
			 const struct anp_tcp_flow *f, u64 now);

/*
 * Is @skb, for a listener, the answer to a SYN-ACK that carried a cookie, of this minute or the one
 * before?  Then @req is what it would be had it been kept.  @p as for anp_tcp_req_init(), iss does
 * not matter.  Only looks at @skb, of which nothing is trusted.
 */
bool anp_tcp_cookie_rcv(struct anp_tcp_req *req, const struct sk_buff *skb,
			const struct anp_tcp_cookie_key *key, const struct anp_tcp_flow *f,
			const struct anp_tcp_params *p, u64 now);

/*
 * What the SYN @skb from @f is to a listener whose cookies are made with @keys; @open: it asks for
 * none.  @give: the cookie that the SYN-ACK has to bring.  Only looks at @skb.
 */
enum anp_tcp_fo_verdict anp_tcp_fo_listen(const struct sk_buff *skb,
					  const struct anp_tcp_fo_keys *keys,
					  const struct anp_tcp_flow *f, bool open,
					  struct anp_tcp_foc *give);

/* Has the SYN @skb the Fast Open option?  Only looks. */
bool anp_tcp_fo_asks(const struct sk_buff *skb);

/* The cookie that @key makes for @f. */
void anp_tcp_foc_make(struct anp_tcp_foc *foc, const siphash_key_t *key,
		      const struct anp_tcp_flow *f);

/*
 * A SYN-ACK for @req, with the Fast Open cookie @foc if that is not NULL, header and options complete
 * but the checksum; NULL: no memory.
 */
struct sk_buff *anp_tcp_req_synack(struct anp_tcp_req *req, const struct anp_tcp_foc *foc, u64 now);

/* An ACK for @req (challenge, or out of window), likewise. */
struct sk_buff *anp_tcp_req_ack(const struct anp_tcp_req *req, u64 now);

/* Fills @tw from @t, which is in FIN-WAIT-2 or TIME-WAIT. */
void anp_tcp_tw_init(struct anp_tcp_tw *tw, const struct anp_tcb *t, u8 substate, u64 now);

/*
 * What to do with a segment for @tw; may move the deadline, which the host reads afterwards.
 * ANP_TCP_V_SYN: *@iss is what the new connection has to start from (RFC 6191).
 */
enum anp_tcp_verdict anp_tcp_tw_rcv(struct anp_tcp_tw *tw, const struct sk_buff *skb, u32 *iss,
				    const struct anp_tcp_conf *conf, u64 now);

/* An ACK for @tw, header complete but the checksum; NULL: no memory. */
struct sk_buff *anp_tcp_tw_ack(const struct anp_tcp_tw *tw, u64 now);

/*
 * The RST that answers @skb, which no connection wants (RFC 9293 3.10.7.1), complete but the
 * checksum; NULL: none is due (it was a RST), or no memory.  Only looks at @skb.
 */
struct sk_buff *anp_tcp_reply_reset(const struct sk_buff *skb);

/* ---- the host calls: congestion control (congestion.c and one file a control) ---- */

extern struct anp_tcp_cong_ops anp_tcp_newreno;
extern struct anp_tcp_cong_ops anp_tcp_cubic;
extern struct anp_tcp_cong_ops anp_tcp_dctcp;
extern struct anp_tcp_cong_ops anp_tcp_bbr;

/* All of the engine's own: what its host registers at the start.  Ends in NULL. */
extern struct anp_tcp_cong_ops * const anp_tcp_cong_own[];

/*
 * @t is controlled by @ops from now on; the host has pinned it, and gives the old t->cong back
 * afterwards.  In any state.
 */
void anp_tcp_set_cong(struct anp_tcb *t, const struct anp_tcp_cong_ops *ops, u64 now);

/*
 * May one more challenge ACK be sent in this second (RFC 5961 7), @limit of them being the mean?
 * @random: 32 random bits.
 */
bool anp_tcp_challenge_take(struct anp_tcp_challenge *c, int limit, u32 random, u64 now);

/*
 * ---- the engine asks its host; these are what a host must provide ----
 *
 * Those in anp_tcp_host.h are inline there (the module's is module/socket/anp_tcp_host.h, the
 * simulator has its own): counting, memory.  These are functions:
 */

/*
 * Sends @skb: data at a TCP header complete but the checksum, skb_shinfo's gso fields set when the
 * payload is to be cut, ANP_TCP_CB(skb)->ecn for the IP header.  Consumes @skb.  Returns 0, or a
 * negative errno when the layers below refused it (the segment then counts as lost on the way, but
 * -EHOSTUNREACH and such are remembered), or a positive number: a queue of this host is full, and
 * has dropped it or another.
 */
int anp_tcp_host_xmit(struct anp_tcb *t, struct sk_buff *skb);

/*
 * Takes in-order payload: @skb's bytes from t->rcv_nxt on are new (what lies before is a duplicate
 * that the reader skips by its cb's seq).  Consumes @skb, which has its TCP header pulled off and
 * has been charged by anp_tcp_host_rcv_charge().  The engine moves rcv_nxt after this.
 */
void anp_tcp_host_deliver(struct anp_tcb *t, struct sk_buff *skb);

/*
 * Joins the payload of @skb, whose numbers follow on those of @to, to it, both charged and in no
 * queue of the host's but @to.  True: @skb is gone, @to's cb covers both, its truesize may have
 * grown.  False: nothing is changed.
 */
bool anp_tcp_host_rcv_join(struct anp_tcb *t, struct sk_buff *to, struct sk_buff *skb);

/* @t's state went from @old to t->state.  Called by anp_tcp_set_state() alone. */
void anp_tcp_host_state(struct anp_tcb *t, u8 old);

/* The connection failed with @err > 0; CLOSED follows. */
void anp_tcp_host_error(struct anp_tcb *t, int err);

/* @events: ANP_TCP_EV_*.  Wake whoever waits. */
void anp_tcp_host_event(struct anp_tcb *t, unsigned int events);

/*
 * The connection has come to TIME-WAIT or, as an orphan, to FIN-WAIT-2: make the small object of
 * @substate from @t with anp_tcp_tw_init().  After the call @t is put in CLOSED by the engine.
 */
void anp_tcp_host_timewait(struct anp_tcb *t, u8 substate, u64 now);

/*
 * The SYN-ACK to a SYN with the Fast Open option has come, with the cookie @foc, NULL: none.
 * @syn_lost: the SYN with data seems not to have come through.  t->mss_clamp is the peer's MSS.
 */
void anp_tcp_host_fo_learn(struct anp_tcb *t, const struct anp_tcp_foc *foc, bool syn_lost);

/* Something on the path seems to swallow connections that use Fast Open; @ok: this one was none. */
void anp_tcp_host_fo_path(struct anp_tcb *t, bool ok);

/* Tracepoint: @skb is sent again.  Only looks. */
void anp_tcp_host_trace_rtx(struct anp_tcb *t, const struct sk_buff *skb);

#include "anp_tcp_host.h"

/*
 * anp_tcp_host.h provides, as static inline functions or macros:
 *
 *   void anp_tcp_host_count(struct anp_tcb *t, enum anp_mib_item item)
 *	counts; @t may be NULL in a listener's or TIME-WAIT's work (then the host counts elsewhere
 *	or in a global).
 *   bool anp_tcp_host_challenge(struct anp_tcb *t)
 *	may a challenge ACK be sent?  anp_tcp_challenge_take() of @t's namespace.
 *   void anp_tcp_host_drop(struct anp_tcb *t, struct sk_buff *skb, enum anp_mib_item item)
 *	counts, traces and frees a received segment.
 *   struct sk_buff *anp_tcp_host_alloc(struct anp_tcb *t, unsigned int hdrlen)
 *	an skb for a segment without payload: headroom for all lower headers, then @hdrlen bytes put.
 *	@t may be NULL.
 *   u32 anp_tcp_host_rcv_free(const struct anp_tcb *t)
 *	bytes of payload the receive buffer can still take, by t->rcv_ratio.
 *   u32 anp_tcp_host_rcv_full(const struct anp_tcb *t)
 *	bytes of payload an empty receive buffer can take.
 *   void anp_tcp_host_rcv_grow(struct anp_tcb *t, u32 window)
 *	the receive buffer should hold @window bytes of payload; the host may know better.
 *   bool anp_tcp_host_rcv_charge(struct anp_tcb *t, struct sk_buff *skb)
 *	charges @skb to the receive buffer (skb_set_owner_r()); false: no room, not charged.
 *   void anp_tcp_host_snd_free(struct anp_tcb *t, struct sk_buff *skb)
 *	uncharges and frees an skb of the send queues.
 *   void anp_tcp_host_snd_split(struct anp_tcb *t, struct sk_buff *from, struct sk_buff *to)
 *	@from has just been split in two; moves the charge of @to's truesize.
 *   bool anp_tcp_host_snd_split_ok(const struct anp_tcb *t)
 *	may what was sent be cut into more pieces?  False when the pieces weigh too much already.
 *   bool anp_tcp_host_orphan_dear(const struct anp_tcb *t, unsigned int shift)
 *	are there too many orphans, or is memory too short, to keep the orphan @t?  One that deserves
 *	less weighs as 1 << @shift.
 *   bool anp_tcp_host_snd_short(const struct anp_tcb *t)
 *	the program has more to send than the send buffer takes.
 *   bool anp_tcp_host_paces(const struct anp_tcb *t)
 *	is the engine to keep to the pacing rate?
 *   bool anp_tcp_host_rate_wanted(const struct anp_tcb *t)
 *	does anybody look at the pacing rate, the engine or a layer below?
 *   void anp_tcp_host_pace(struct anp_tcb *t)
 *	the congestion control wants pacing: both of the above are true from now on, unless a layer
 *	below paces.
 *   u64 anp_tcp_host_rate(const struct anp_tcb *t), void anp_tcp_host_rate_set(t, u64 rate)
 *	the pacing rate that is kept; bytes a second, not above the program's limit;
 *	ANP_TCP_RATE_MAX: none.
 *   u32 anp_tcp_host_below(const struct anp_tcb *t)
 *	bytes (truesize) of @t's segments with data that the layers below have not let go of yet.
 *   bool anp_tcp_host_below_has(const struct anp_tcb *t, const struct sk_buff *skb)
 *	is one of these a copy of @skb, of the send queue?
 *   bool anp_tcp_host_below_wait(struct anp_tcb *t, u32 limit)
 *	true: they hold more than @limit, and the host calls anp_tcp_drained() when one of these
 *	segments is gone, but not from within this call.
 *   struct sk_buff *anp_tcp_host_snd_alloc(struct anp_tcb *t)
 *	an empty skb like those of the send queue (headroom, no payload), not charged.
 */

#endif /* ANP_TCP_TCP_H */
