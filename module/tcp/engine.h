/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the engine's files share among themselves and nobody else sees.  All take a locked tcb whose
 * t->now is the time of the call in progress.
 */
#ifndef ANP_TCP_ENGINE_H
#define ANP_TCP_ENGINE_H

#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include "tcp.h"

/* ---- state.c ---- */

/* The only writer of t->state; warns of a transition that is not in RFC 9293 figure 5. */
void anp_tcp_set_state(struct anp_tcb *t, u8 state);

/* The connection failed: reports @err > 0 and goes to CLOSED without sending. */
void anp_tcp_fail(struct anp_tcb *t, int err);

/* No more to come: stops all timers, frees the queues, CLOSED. */
void anp_tcp_done(struct anp_tcb *t);

static inline bool anp_tcp_in(const struct anp_tcb *t, u32 statemask)
{
	return (1u << t->state) & statemask;
}

/* States in which data may be sent. */
#define ANP_TCPF_SENDING (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | TCPF_CLOSING | \
			  TCPF_LAST_ACK)

/* ---- options.c ---- */

/* Parses the options of a SYN; only looks.  A malformed list ends at the fault. */
void anp_tcp_syn_parse(const struct sk_buff *skb, struct anp_tcp_opts *o);

#define ANP_TCP_OPT_NOP		1
#define ANP_TCP_OPT_SACK	5

/* Reads the SACK blocks of @skb, whose cb has rx.sack_at, to @b, as they came.  Returns how many. */
unsigned int anp_tcp_sack_read(const struct sk_buff *skb, struct anp_tcp_sack *b);

/* Length of the options that anp_tcp_syn_write() writes for @o. */
unsigned int anp_tcp_syn_optlen(const struct anp_tcp_opts *o);
void anp_tcp_syn_write(__be32 *p, const struct anp_tcp_opts *o);
void anp_tcp_ts_write(__be32 *p, u32 tsval, u32 tsecr);

/* The timestamp clock: 1 kHz (RFC 7323 5.4). */
static inline u32 anp_tcp_ts_clock(u64 now, u32 off)
{
	return (u32)div_u64(now, 1000) + off;
}

/* ---- sack.c ---- */

/* Length of the SACK option that the next ACK should have; 0: there is nothing to tell. */
unsigned int anp_tcp_sack_optlen(const struct anp_tcb *t);

/* Writes that option, @optlen bytes as anp_tcp_sack_optlen() said.  A duplicate is then told of. */
void anp_tcp_sack_write(struct anp_tcb *t, __be32 *p, unsigned int optlen);

/* [@start, @end) has come again: the next ACK says so (RFC 2883). */
void anp_tcp_dsack_note(struct anp_tcb *t, u32 start, u32 end);

/* [@start, @end) has come out of order and is kept. */
void anp_tcp_sack_add(struct anp_tcb *t, u32 start, u32 end);

/* rcv_nxt has moved, or the out-of-order queue was emptied. */
void anp_tcp_sack_advance(struct anp_tcb *t);

/* ---- info.c ---- */

/*
 * A coarse clock for ages and sums: ticks of 1024 us, which wrap after 50 days.  Sums of its
 * differences do not add up the rounding.
 */
static inline u32 anp_tcp_tick(u64 now)
{
	return (u32)(now >> 10);
}

/* From now on @t is busy with @what (enum anp_tcp_chrono). */
void anp_tcp_chrono_switch(struct anp_tcb *t, u8 what);

static inline void anp_tcp_chrono_set(struct anp_tcb *t, u8 what)
{
	if (t->chrono != what)
		anp_tcp_chrono_switch(t, what);
}

/* ---- window.c ---- */

/* Smallest scale by which @space fits in 16 bits. */
u8 anp_tcp_wscale(u32 space);

/* The window to advertise now; sets rcv_wnd and rcv_wup.  Returns the header's 16 bits. */
u16 anp_tcp_window_select(struct anp_tcb *t);

/* Would an ACK now offer a window no smaller than the last one did? */
bool anp_tcp_window_moves(const struct anp_tcb *t);

/* Bytes of the window last sent that are still open. */
static inline u32 anp_tcp_rcv_wnd_left(const struct anp_tcb *t)
{
	s32 left = (s32)(t->rcv_wup + t->rcv_wnd - t->rcv_nxt);

	return left > 0 ? left : 0;
}

/* ---- listen.c, cookie.c ---- */

/* What @req agrees on if the peer has said @o; irs and snd_wnd are left to the caller. */
void anp_tcp_req_fill(struct anp_tcp_req *req, const struct anp_tcp_opts *o,
		      const struct anp_tcp_params *p, u64 now);

/* The timestamp of a SYN-ACK whose iss is a cookie. */
u32 anp_tcp_cookie_tsval(const struct anp_tcp_req *req, u64 now);

/* ---- segment.c ---- */

/* A header of a segment without payload for no tcb: req, tw, reset. */
struct anp_tcp_bare {
	__be16	sport, dport;
	u32	seq, ack;
	u16	wnd;
	u8	flags;
	bool	ts;
	u32	tsval, tsecr;
};

struct sk_buff *anp_tcp_bare_build(const struct anp_tcp_bare *b);

/* Sends a segment without payload: ACK, RST, probe.  Not queued. */
int anp_tcp_send_bare(struct anp_tcb *t, u8 flags, u32 seq);
void anp_tcp_send_ack(struct anp_tcb *t);
void anp_tcp_send_reset(struct anp_tcb *t);

/*
 * SYN or, in SYN-RECEIVED, SYN-ACK: with the cookie @foc if that is not NULL, and the payload of
 * @skb, likewise; consumes @skb.
 */
int anp_tcp_send_syn(struct anp_tcb *t, struct sk_buff *skb, const struct anp_tcp_foc *foc);

/*
 * A copy of @skb that may be given away: the links of the queue that it is in are not inherited.
 * NULL: no memory.
 */
struct sk_buff *anp_tcp_queued_clone(struct sk_buff *skb);

/*
 * Is it too soon for one more ACK of what was not acceptable (RFC 5961 7)?  @last: when the last one was
 * sent, us, 0: never; @skipped is counted if so.  @t as for anp_tcp_host_count().
 */
bool anp_tcp_oow_limited(struct anp_tcb *t, const struct anp_tcp_conf *conf, u64 *last,
			 enum anp_mib_item skipped, u64 now);

/* An ACK for a segment that is not acceptable, or @skipped is counted. */
void anp_tcp_send_challenge(struct anp_tcb *t, enum anp_mib_item skipped);

/* Builds the header on a clone of the queued @skb and sends it. */
int anp_tcp_transmit(struct anp_tcb *t, struct sk_buff *skb);

/* ---- output.c ---- */

/* Sends new data as far as windows allow; @nonagle: short segments too. */
void anp_tcp_output(struct anp_tcb *t, bool nonagle);

/* Sends again what is marked lost as far as cwnd allows, then new data, then a due ACK. */
void anp_tcp_send_all(struct anp_tcb *t);

/* Sends one segment of new data if the peer's window takes it, whatever cwnd says. */
void anp_tcp_output_one(struct anp_tcb *t);

/* Sends @skb of rtxq again, at most @room bytes of it, at least a segment.  0 or negative errno. */
int anp_tcp_retransmit(struct anp_tcb *t, struct sk_buff *skb, u32 room);

/* Sends the first unacknowledged segment again, whatever cwnd says. */
int anp_tcp_retransmit_head(struct anp_tcb *t);

/* Cuts @skb of a send queue behind @len bytes.  Returns the rest, in no queue, or NULL: no memory. */
struct sk_buff *anp_tcp_split(struct anp_tcb *t, struct sk_buff *skb, u32 len);

static inline u32 anp_tcp_flight(const struct anp_tcb *t)
{
	return t->snd_nxt - t->snd_una;
}

/* Bytes thought to be in the network (RFC 6675 4 "pipe"). */
static inline u32 anp_tcp_pipe(const struct anp_tcb *t)
{
	s32 pipe = anp_tcp_flight(t) + t->retrans_out - t->lost_out - t->sacked_out;

	/* A head that could not be trimmed for want of memory is lost whole, in flight in part. */
	return max(pipe, 0);
}

/* ---- rtxq.c ---- */

/* @skb has been sent for the first time. */
void anp_tcp_rtx_add(struct anp_tcb *t, struct sk_buff *skb);

/* First skb of @root, rtxq or sackq, that ends behind @seq; NULL: none. */
struct sk_buff *anp_tcp_rtx_find(const struct rb_root *root, u32 seq);

/* Takes @skb off its queue and frees it. */
void anp_tcp_rtx_free(struct anp_tcb *t, struct sk_buff *skb);
void anp_tcp_rtx_purge(struct anp_tcb *t);

/* As anp_tcp_split(); the rest is in the queue. */
struct sk_buff *anp_tcp_rtx_split(struct anp_tcb *t, struct sk_buff *skb, u32 len);

/* Joins to the lost @skb those behind it, lost too, that fit into one segment with it. */
void anp_tcp_rtx_merge(struct anp_tcb *t, struct sk_buff *skb);

/*
 * Cuts what is acknowledged off @skb, the first of rtxq.  Returns what is left; @skb when there was
 * nothing to cut, or no memory: then it is sent again whole, which is harmless; NULL: nothing is
 * left but a FIN.
 */
struct sk_buff *anp_tcp_rtx_trim(struct anp_tcb *t, struct sk_buff *skb);

/* The first of rtxq that is not acknowledged in full, trimmed; NULL: there is none. */
struct sk_buff *anp_tcp_rtx_head(struct anp_tcb *t);

/* @skb of rtxq is lost, or lost again; no effect if that is known.  May free the head of @skb. */
void anp_tcp_mark_lost(struct anp_tcb *t, struct sk_buff *skb);
/* @skb of rtxq has been sent again. */
void anp_tcp_mark_retransmitted(struct anp_tcb *t, struct sk_buff *skb);
/* @skb of rtxq has arrived. */
void anp_tcp_mark_sacked(struct anp_tcb *t, struct sk_buff *skb);
/* @skb of sackq has not. */
void anp_tcp_mark_unsacked(struct anp_tcb *t, struct sk_buff *skb);
/* Nothing is lost: it was only late. */
void anp_tcp_forget_lost(struct anp_tcb *t);

/* ---- ack.c ---- */

/* What one ACK has said so far; bytes, us. */
struct anp_tcp_acked {
	u32	acked;		/* cumulatively */
	u32	sacked;		/* newly, selectively */
	u32	delivered;	/* both, without what was known */
	u32	tsecr;		/* 0: none */
	u32	rtt;		/* of what was acknowledged cumulatively; 0: none to be had (Karn) */
	u32	sent_once_rtt;	/* of the last that was delivered and sent only once */
	u32	dsack_end;	/* valid if dsack */
	u32	dsack_bytes;
	struct {		/* of what was sent last of all that was delivered */
		u64	sent_at;	/* 0: there is nothing */
		u32	end_seq;
		u32	send_elapsed;	/* us, low 32 bits, as both times in snap */
		bool	app_limited;
		struct anp_tcp_rate_snap snap;
	} newest;
	bool	dupack;		/* a duplicate as RFC 5681 2 has it */
	bool	dsack;		/* something came twice (RFC 2883) */
	bool	dsack_tlp;	/* namely the probe of tlp.c */
	bool	original;	/* delivered: sent before `recover`, and only once */
	bool	loss;		/* something more is lost */
};

/* Data up to @ack, sent with our SYN, is acknowledged by the SYN-ACK. */
void anp_tcp_ack_syn_data(struct anp_tcb *t, u32 ack);

/* Step 5 for synchronised states; false: the segment is not acceptable and was answered. */
bool anp_tcp_ack_rcv(struct anp_tcb *t, const struct sk_buff *skb, bool has_data);

/* ---- rate.c ---- */

/* @cb, which has data, is about to be sent at t->now. */
void anp_tcp_rate_sent(struct anp_tcb *t, struct anp_tcp_cb *cb);
/* @cb has been delivered, or its first part. */
void anp_tcp_rate_delivered(struct anp_tcb *t, struct anp_tcp_acked *a, const struct anp_tcp_cb *cb);
/* An ACK has been taken in: what it says of the path's rate goes to @s. */
void anp_tcp_rate_sample(struct anp_tcb *t, const struct anp_tcp_acked *a,
			 struct anp_tcp_ack_sample *s);
/* Data is about to be queued or sent again: has the sender run dry before? */
void anp_tcp_rate_check_app_limited(struct anp_tcb *t);

#define ANP_TCP_BURST_SHIFT 10	/* 1/1024 s; as Linux' sk_pacing_shift */

/* ---- pacing.c ---- */

/* Bytes a second in force, or, unpaced, those that the window would be paced at. */
u64 anp_tcp_pacing_rate(const struct anp_tcb *t);
/* The windows have changed, and anp_tcp_host_rate_wanted(). */
void anp_tcp_pacing_update(struct anp_tcb *t);
/* How many bytes to give the layer below at once, at least two segments. */
u32 anp_tcp_burst(const struct anp_tcb *t);
/* Is it too soon to send?  Then a deadline is set. */
bool anp_tcp_paced(struct anp_tcb *t);
/* @len bytes of data were sent, and anp_tcp_host_paces(). */
void anp_tcp_pacing_sent(struct anp_tcb *t, u32 len);
/* us; valid if t->pace_wait. */
u64 anp_tcp_pacing_deadline(const struct anp_tcb *t);
void anp_tcp_pacing_timeout(struct anp_tcb *t);

/* ---- smallq.c ---- */

/*
 * Do the layers below hold enough of @t?  Then @weight bytes (truesize) more, data sent @again or for the
 * first time, wait for anp_tcp_drained().
 */
bool anp_tcp_smallq_exceeds(struct anp_tcb *t, u32 weight, bool again);

static inline bool anp_tcp_smallq_full(struct anp_tcb *t, u32 weight, bool again)
{
	return unlikely(anp_tcp_host_below(t) > weight) && anp_tcp_smallq_exceeds(t, weight, again);
}

/* With something in flight: is a short tail of the send queue better off waiting while they hold anything? */
bool anp_tcp_autocorks(struct anp_tcb *t);

/* Has @skb not left this host yet?  Then it is not sent again before anp_tcp_drained(). */
bool anp_tcp_still_below(struct anp_tcb *t, const struct sk_buff *skb);

/* ---- scoreboard.c ---- */

/* Takes in the SACK blocks of @skb, whose cumulative ACK has been taken in. */
void anp_tcp_sack_rcv(struct anp_tcb *t, const struct sk_buff *skb, struct anp_tcp_acked *a);
/* Has the peer thrown away what it had acknowledged selectively? */
bool anp_tcp_sack_reneged(const struct anp_tcb *t);
void anp_tcp_sack_forget(struct anp_tcb *t);

/* ---- rack.c ---- */

/* @skb has been delivered; its marks tell of before. */
void anp_tcp_rack_delivered(struct anp_tcb *t, struct anp_tcp_acked *a, const struct sk_buff *skb);
/* What was sent as @cb has been delivered up to @end_seq (RFC 8985 6.2 step 2). */
void anp_tcp_rack_update(struct anp_tcb *t, struct anp_tcp_acked *a, const struct anp_tcp_cb *cb,
			 u32 end_seq);
/* An ACK has come, with a D-SACK or without. */
void anp_tcp_rack_dsack(struct anp_tcb *t, bool dsack);
/* Marks what is lost by now, sets t_reo for what may be soon.  True: something was marked. */
bool anp_tcp_rack_detect(struct anp_tcb *t);
void anp_tcp_rack_timeout(struct anp_tcb *t);
/* The segment at @seq was overtaken on its way. */
void anp_tcp_rack_overtaken(struct anp_tcb *t, u32 seq);
/* What counted as lost has arrived, @rtt us after it was sent for the first time. */
void anp_tcp_rack_late(struct anp_tcb *t, u32 rtt);
/* A recovery has ended. */
void anp_tcp_rack_recovered(struct anp_tcb *t);

/* ---- dupack.c ---- */

/* An ACK of a peer without SACK. */
void anp_tcp_dupack_rcv(struct anp_tcb *t, struct anp_tcp_acked *a);
/* The first segment is lost. */
void anp_tcp_mark_head_lost(struct anp_tcb *t);

/* ---- congestion.c ---- */

/* Initial window; the control begins.  And its end, in any state. */
void anp_tcp_cong_start(struct anp_tcb *t);
void anp_tcp_cong_stop(struct anp_tcb *t);

void anp_tcp_cong_event(struct anp_tcb *t, enum anp_tcp_cong_event ev);

/* The first window of a connection, bytes. */
u32 anp_tcp_initial_window(const struct anp_tcb *t);

/* An ACK was taken in; @grow: no loss is being repaired, cwnd may grow.  Completes @s. */
void anp_tcp_cong_acked(struct anp_tcb *t, struct anp_tcp_ack_sample *s, bool grow);

/*
 * A sign of congestion, a loss or (@ecn) a mark, the first one of a window of data: sets ssthresh,
 * remembers what was.
 */
void anp_tcp_cong_reduce(struct anp_tcb *t, bool ecn);

/* The sign was wrong: windows as before anp_tcp_cong_reduce(). */
void anp_tcp_cong_undo(struct anp_tcb *t);

/* New data is about to be sent, nothing is in flight: what an idle time means to the window. */
void anp_tcp_cong_send(struct anp_tcb *t);

/* ---- cwv.c ---- */

/* t->cong begins. */
void anp_tcp_cwv_start(struct anp_tcb *t);
/* New data is about to be sent, nothing is in flight, and t->sent_at is set. */
void anp_tcp_cwv_idle(struct anp_tcb *t);
/* An ACK of new data; s->cwnd_limited is known.  May cwnd grow, if it is in use? */
bool anp_tcp_cwv_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s);
/* A sign of congestion: cwnd is taken down to what the control is to start from. */
void anp_tcp_cwv_reduce(struct anp_tcb *t);
/* What followed from it is over; @fast: without a timeout. */
void anp_tcp_cwv_recovered(struct anp_tcb *t, bool fast);
/* The connection is at rest, for a while: what that makes useless is 0 afterwards. */
void anp_tcp_cwv_park(struct anp_tcb *t);

/* ---- tlp.c ---- */

/* Something was sent, or acknowledged: sets t_pto. */
void anp_tcp_tlp_arm(struct anp_tcb *t);
/* t_pto is due. */
void anp_tcp_tlp_timeout(struct anp_tcb *t);
/* An ACK while a probe is on its way (t->tlp_on). */
void anp_tcp_tlp_ack(struct anp_tcb *t, const struct anp_tcp_acked *a);

/* ---- undo.c ---- */

/* The windows have just been reduced for a loss. */
void anp_tcp_undo_start(struct anp_tcb *t);
/* @len bytes have been sent again. */
void anp_tcp_undo_retransmitted(struct anp_tcb *t, u32 len);
void anp_tcp_undo_dsack(struct anp_tcb *t, const struct anp_tcp_acked *a);
/* Does the ACK say that the loss was none?  Then all is as before it, and the state OPEN. */
bool anp_tcp_undo_recovery(struct anp_tcb *t, const struct anp_tcp_acked *a);
bool anp_tcp_undo_timeout(struct anp_tcb *t, const struct anp_tcp_acked *a);
/* A timeout that may be spurious. */
void anp_tcp_frto_start(struct anp_tcb *t);

/* ---- recovery.c ---- */

/* An ACK that has to do with loss. */
void anp_tcp_recovery_ack(struct anp_tcb *t, struct anp_tcp_acked *a);
/*
 * A sign of congestion that is no loss, the first of a window: an echoed mark (@ecn) on the ACK @a, or
 * a full queue of this host (@a says nothing).  cwnd goes down with the ACKs (RFC 3168 6.1.2, RFC 9937).
 */
void anp_tcp_cwr_enter(struct anp_tcb *t, bool ecn, const struct anp_tcp_acked *a);
/* A queue of this host was full when data was sent. */
void anp_tcp_local_congestion(struct anp_tcb *t);

/* Does PRR set cwnd? */
static inline bool anp_tcp_reducing(const struct anp_tcb *t)
{
	return t->ca_state == ANP_TCP_CA_RECOVERY || t->ca_state == ANP_TCP_CA_CWR;
}

/* t_reo is due. */
void anp_tcp_reo_timeout(struct anp_tcb *t);
/* The retransmission timer is due. */
void anp_tcp_recovery_timeout(struct anp_tcb *t);
/* All that is in flight was not taken, with no sign of congestion: it goes again. */
void anp_tcp_recovery_refused(struct anp_tcb *t);
/* The mss has become smaller: what was sent larger is sent again. */
void anp_tcp_recovery_mtu(struct anp_tcb *t);

/* ---- ecn.c ---- */

/* ECE and CWR of a SYN or SYN-ACK that @t sends; what the peer's told. */
u8 anp_tcp_ecn_syn_flags(const struct anp_tcb *t);
void anp_tcp_ecn_take_syn(struct anp_tcb *t, const struct anp_tcp_cb *cb);

/* Does a listener in @mode agree to ECN for the SYN @cb? */
bool anp_tcp_ecn_accept(const struct anp_tcp_cb *cb, enum anp_tcp_ecn_mode mode);

/* ECE, if an ACK is to carry it. */
u8 anp_tcp_ecn_flags(const struct anp_tcb *t);

/* The segment @skb, header and gso fields complete, is about to be sent; @fresh: its data is new. */
void anp_tcp_ecn_send(struct anp_tcb *t, struct sk_buff *skb, bool fresh);

/* An acceptable ACK was taken in: may reduce cwnd. */
void anp_tcp_ecn_ack(struct anp_tcb *t, const struct anp_tcp_cb *cb,
		     const struct anp_tcp_acked *a);

/* New data has come, before it is taken in. */
void anp_tcp_ecn_data(struct anp_tcb *t, const struct anp_tcp_cb *cb);

/* ---- cubic.c ---- */

u32 anp_tcp_cubic_root(u64 a);

/* ---- rtt.c ---- */

void anp_tcp_rtt_sample(struct anp_tcb *t, u32 rtt_us);
void anp_tcp_rto_set(struct anp_tcb *t);

/* ---- data.c ---- */

/* Steps 7 and 8: payload and FIN of an acceptable segment.  Consumes @skb. */
void anp_tcp_data_rcv(struct anp_tcb *t, struct sk_buff *skb);

/* The payload of the SYN @skb, before anything was sent; it may not be taken.  Consumes @skb. */
void anp_tcp_syn_data_rcv(struct anp_tcb *t, struct sk_buff *skb);
void anp_tcp_ooq_purge(struct anp_tcb *t);

/* ---- mtup.c: path MTU probing (RFC 4821) ---- */

/* Begins a search if one is wanted from the start. */
void anp_tcp_mtup_established(struct anp_tcb *t);

/* mss_local or another limit has changed; the caller sets the mss. */
void anp_tcp_mtup_bounds(struct anp_tcb *t);

/* A retransmission timeout: perhaps the path swallows what is too large for it. */
void anp_tcp_mtup_timeout(struct anp_tcb *t);

/* How many bytes of @skb, the first of the send queue, are to be sent as a probe; 0: none. */
u32 anp_tcp_mtup_probe(struct anp_tcb *t, const struct sk_buff *skb);

/* The probe @skb is about to be sent. */
void anp_tcp_mtup_sent(struct anp_tcb *t, const struct sk_buff *skb);

/* snd_una has moved. */
void anp_tcp_mtup_acked(struct anp_tcb *t);

/* Something was found to be lost.  True: it was the probe alone, and it was too large. */
bool anp_tcp_mtup_lost(struct anp_tcb *t);

static inline bool anp_tcp_mtup_is_probe(const struct anp_tcb *t, u32 seq)
{
	return t->probe_size && seq == t->probe_seq;
}

/* ---- delack.c ---- */

#define ANP_TCP_QUICKACKS	16	/* segments */

/* rcv_mss before anything has come. */
void anp_tcp_rcv_mss_guess(struct anp_tcb *t);

/*
 * So many segments as slow start may need, and @max at most, are to be acknowledged at once; while the
 * program answers what it reads, that does not count.  And now it does.
 */
void anp_tcp_quickack_grow(struct anp_tcb *t, u8 max);
void anp_tcp_quickack_enter(struct anp_tcb *t, u8 max);

/* @skb is what comes next: learns from its size and time.  Before lrcvtime is set. */
void anp_tcp_delack_measure(struct anp_tcb *t, const struct sk_buff *skb);

/* An ACK is due, but may wait; sets ack_now where that would not be for long. */
void anp_tcp_delack_arm(struct anp_tcb *t);
void anp_tcp_delack_timeout(struct anp_tcb *t);

/* Now that the program has read, is the ACK that waits to go? */
bool anp_tcp_delack_read(const struct anp_tcb *t);

/* ---- rcvbuf.c ---- */

/* Before the payload of @skb is taken: segment size, round trip and weight as the receiver sees them. */
void anp_tcp_rcv_measure(struct anp_tcb *t, const struct sk_buff *skb);

/* Both SYNs are known: what the first round trip is compared with. */
void anp_tcp_rcv_space_start(struct anp_tcb *t);

/* The program has read: once a round trip, may the buffer be too small? */
void anp_tcp_rcv_space_adjust(struct anp_tcb *t);

/* ---- urgent.c ---- */

/* A segment from @seq is about to be sent in urgent mode: the mark goes into its header @th. */
void anp_tcp_urg_write(const struct anp_tcb *t, struct tcphdr *th, u32 seq);

/* The window is shut: tells the peer of the mark all the same (RFC 9293 3.8.6.1). */
void anp_tcp_urg_probe(struct anp_tcb *t);

/* Step 6: @skb has a mark, or the byte of an earlier one.  Only looks; before its payload is taken. */
void anp_tcp_urg_rcv(struct anp_tcb *t, const struct sk_buff *skb);

/* ---- timers.c ---- */

void anp_tcp_rtx_arm(struct anp_tcb *t);

/* us that an orphan waits for the peer's FIN. */
u64 anp_tcp_finwait2_time(const struct anp_tcb *t);

/* ---- open.c ---- */

/* Takes over what the peer's SYN offered. */
void anp_tcp_take_opts(struct anp_tcb *t, const struct anp_tcp_opts *o);
void anp_tcp_established(struct anp_tcb *t);
void anp_tcp_mss_set(struct anp_tcb *t);

/* The SYN's options that @t offers. */
void anp_tcp_offer(const struct anp_tcb *t, struct anp_tcp_opts *o);

/* ---- fastopen.c ---- */

/* Sends the SYN of @t with @foc and, with a cookie, what is first in the send queue. */
int anp_tcp_fo_syn(struct anp_tcb *t, const struct anp_tcp_foc *foc);

/* The SYN-ACK (@o: its options, NULL: it had none of its own) acknowledges up to @ack. */
void anp_tcp_fo_answered(struct anp_tcb *t, const struct anp_tcp_opts *o, u32 ack);

/* A timeout, before it counts; @expired: the last one. */
void anp_tcp_fo_timeout(struct anp_tcb *t, bool expired);

/* The connection ends: has the path shown what it does to such ones? */
void anp_tcp_fo_end(struct anp_tcb *t);

/* ---- close.c ---- */

/* Enters TIME-WAIT, or FIN-WAIT-2 of an orphan, by handing over to a small object. */
void anp_tcp_timewait(struct anp_tcb *t, u8 substate);

/* @t in FIN-WAIT-2 has no program any more: it goes on as a small object, or ends. */
void anp_tcp_orphan_finwait2(struct anp_tcb *t);

#endif /* ANP_TCP_ENGINE_H */
