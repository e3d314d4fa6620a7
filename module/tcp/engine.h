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

/* ---- window.c ---- */

/* Smallest scale by which @space fits in 16 bits. */
u8 anp_tcp_wscale(u32 space);

/* The window to advertise now; sets rcv_wnd and rcv_wup.  Returns the header's 16 bits. */
u16 anp_tcp_window_select(struct anp_tcb *t);

/* Bytes of the window last sent that are still open. */
static inline u32 anp_tcp_rcv_wnd_left(const struct anp_tcb *t)
{
	s32 left = (s32)(t->rcv_wup + t->rcv_wnd - t->rcv_nxt);

	return left > 0 ? left : 0;
}

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
int anp_tcp_send_syn(struct anp_tcb *t);

/* An ACK for a segment that is not acceptable, at most one each ANP_TCP_CHALLENGE_GAP. */
void anp_tcp_send_challenge(struct anp_tcb *t);

/* Builds the header on a clone of the queued @skb and sends it. */
int anp_tcp_transmit(struct anp_tcb *t, struct sk_buff *skb);

/* ---- output.c ---- */

/* Sends new data as far as windows allow; @nonagle: short segments too. */
void anp_tcp_output(struct anp_tcb *t, bool nonagle);

/* Sends again what is marked lost as far as cwnd allows, then new data, then a due ACK. */
void anp_tcp_send_all(struct anp_tcb *t);

/* Sends the first unacknowledged segment again, whatever cwnd says. */
int anp_tcp_retransmit_head(struct anp_tcb *t);

/* Splits queued @skb of @list at @len bytes.  0 or -ENOMEM. */
int anp_tcp_split(struct anp_tcb *t, struct sk_buff_head *list, struct sk_buff *skb, u32 len);

static inline u32 anp_tcp_flight(const struct anp_tcb *t)
{
	return t->snd_nxt - t->snd_una;
}

/* Bytes thought to be in the network (RFC 6675 4 "pipe"). */
static inline u32 anp_tcp_pipe(const struct anp_tcb *t)
{
	s32 pipe = anp_tcp_flight(t) + t->retrans_out - t->lost_out - t->sacked_out;

	/* A head that could not be trimmed for want of memory is lost as a whole, in flight in part. */
	return max(pipe, 0);
}

/* ---- ack.c, recovery.c ---- */

/* Step 5 for synchronised states; false: the segment is not acceptable and was answered. */
bool anp_tcp_ack_rcv(struct anp_tcb *t, const struct sk_buff *skb, bool has_data);

void anp_tcp_recovery_dupack(struct anp_tcb *t);
void anp_tcp_recovery_acked(struct anp_tcb *t, u32 acked);
void anp_tcp_recovery_timeout(struct anp_tcb *t);
void anp_tcp_mark_head_lost(struct anp_tcb *t);

/* ---- congestion.c ---- */

/* Initial window; the control begins.  And its end, in any state. */
void anp_tcp_cong_start(struct anp_tcb *t);
void anp_tcp_cong_stop(struct anp_tcb *t);

void anp_tcp_cong_event(struct anp_tcb *t, enum anp_tcp_cong_event ev);

/* New data was acknowledged; @grow: no loss is being repaired, cwnd may grow. */
void anp_tcp_cong_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s, bool grow);

/* A sign of congestion, the first one of a window of data: sets ssthresh, remembers what was. */
void anp_tcp_cong_reduce(struct anp_tcb *t);

/* The sign was wrong: windows as before anp_tcp_cong_reduce(). */
void anp_tcp_cong_undo(struct anp_tcb *t);

/* New data is about to be sent, nothing is in flight: what an idle time means to the window. */
void anp_tcp_cong_send(struct anp_tcb *t);

/* ---- rtt.c ---- */

void anp_tcp_rtt_sample(struct anp_tcb *t, u32 rtt_us);
void anp_tcp_rto_set(struct anp_tcb *t);

/* ---- data.c ---- */

/* Steps 7 and 8: payload and FIN of an acceptable segment.  Consumes @skb. */
void anp_tcp_data_rcv(struct anp_tcb *t, struct sk_buff *skb);
void anp_tcp_ooq_purge(struct anp_tcb *t);

/* ---- timers.c ---- */

void anp_tcp_rtx_arm(struct anp_tcb *t);
void anp_tcp_delack_arm(struct anp_tcb *t);

/* ---- open.c ---- */

/* Takes over what the peer's SYN offered. */
void anp_tcp_take_opts(struct anp_tcb *t, const struct anp_tcp_opts *o);
void anp_tcp_established(struct anp_tcb *t);
void anp_tcp_mss_set(struct anp_tcb *t);

/* The SYN's options that @t offers. */
void anp_tcp_offer(const struct anp_tcb *t, struct anp_tcp_opts *o);

/* ---- close.c ---- */

/* Enters TIME-WAIT, or FIN-WAIT-2 of an orphan, by handing over to a small object. */
void anp_tcp_timewait(struct anp_tcb *t, u8 substate);

#endif /* ANP_TCP_ENGINE_H */
