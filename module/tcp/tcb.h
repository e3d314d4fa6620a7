/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a TCP connection: the transmission control block (RFC 9293's TCB), the small objects
 * that stand for a connection before (SYN queue) and after (TIME-WAIT) it has one, and what the
 * engine keeps in skb->cb.
 *
 * Fields carry the RFCs' names.  All of a tcb is protected by its host's lock (the socket lock); a
 * field that is read without it says so.
 */
#ifndef ANP_TCP_TCB_H
#define ANP_TCP_TCB_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/rbtree.h>
#include <net/tcp_states.h>
#include "cong.h"
#include "conf.h"

/* TCP header flags, as in byte 13 of the header. */
#define ANP_TCP_FIN	0x01
#define ANP_TCP_SYN	0x02
#define ANP_TCP_RST	0x04
#define ANP_TCP_PSH	0x08
#define ANP_TCP_ACK	0x10
#define ANP_TCP_URG	0x20
#define ANP_TCP_ECE	0x40
#define ANP_TCP_CWR	0x80

/*
 * What was known of the path when a segment was sent: the per-packet state of
 * draft-ietf-ccwg-bbr 4.1.2.1.2.  Bytes; times are the low 32 bits of us.
 */
struct anp_tcp_rate_snap {
	u32	delivered;
	u32	delivered_at;
	u32	first_sent_at;
	u32	tx_in_flight;		/* with it */
	u32	lost;
};

/*
 * struct anp_tcp_cb - a segment, in skb->cb
 *
 * Received: filled by anp_tcp_seg_parse().  To send: filled when the segment is queued; the payload
 * is all in page frags, the header is built in the headroom of a clone.
 */
struct anp_tcp_cb {
	u32	seq;
	u32	end_seq;	/* seq + payload + one for SYN + one for FIN */
	union {
		struct {
			u32	ack_seq;
			u32	tsval;
			u32	tsecr;
			u16	wnd;		/* unscaled, as in the header */
			u8	has_ts : 1;
			u8	sack_at;	/* of the SACK option in the header, 0: none */
		} rx;
		struct {
			u64	sent_at;	/* us; last (re)transmission */
			u16	gso_size;	/* mss it was cut by when sent; 0: one segment */
			u8	lost : 1,
				retrans : 1,	/* retransmitted since marked lost */
				ever_retrans : 1,
				sacked : 1,	/* in sackq */
				app_limited : 1,
				eor : 1,	/* the end of a record: nothing joins it */
				tstamp_ack : 1;	/* the host's: SOF_TIMESTAMPING_TX_ACK */
			struct anp_tcp_rate_snap rate;	/* when it was last sent */
		} tx;
	};
	u8	flags;			/* ANP_TCP_* of the header */
	u8	hdrlen;			/* received: length of the TCP header */
	u8	ecn;			/* ECN field of the IP header: received, or to be sent */
};

#define ANP_TCP_CB(skb) ((struct anp_tcp_cb *)&(skb)->cb[0])

/* RFC 3168 5: the ECN field of the IP header. */
#define ANP_TCP_ECT1	1
#define ANP_TCP_ECT0	2
#define ANP_TCP_CE	3

/* Whether ECN is negotiated; 0 to 2 as net.ipv4.tcp_ecn of Linux. */
enum anp_tcp_ecn_mode {
	ANP_TCP_ECN_OFF,
	ANP_TCP_ECN_ON,			/* offered and accepted */
	ANP_TCP_ECN_PASSIVE,		/* accepted */
	ANP_TCP_ECN_NEEDED,		/* as ON: the congestion control asks for it */
};

/* A Fast Open cookie (RFC 7413 4.1.1). */
#define ANP_TCP_FOC_MIN		4
#define ANP_TCP_FOC_MAX		16
#define ANP_TCP_FOC_LEN		8	/* of those we make */
#define ANP_TCP_FOC_NONE	0xff	/* as a length: there is no option */

struct anp_tcp_foc {
	u8	len;			/* bytes of val; 0: one is asked for */
	u8	val[ANP_TCP_FOC_MAX];
};

/* Options of a SYN, as wanted or as agreed. */
struct anp_tcp_opts {
	u16	mss;			/* 0: absent */
	u8	wscale;			/* valid if wscale_ok; 0..14 */
	u8	wscale_ok : 1,
		sack_ok : 1,
		ts_ok : 1,
		foc_ok : 1;		/* foc is valid */
	struct anp_tcp_foc foc;
	u32	tsval;
	u32	tsecr;
};

/* A block of bytes that have arrived, as in the SACK option; [start, end). */
struct anp_tcp_sack {
	u32	start;
	u32	end;
};

#define ANP_TCP_SACKS_MAX	4	/* what the options have room for */

/* Congestion control phases (RFC 5681, 6582): names as `ss -i` users know them. */
enum anp_tcp_ca_state {
	ANP_TCP_CA_OPEN,		/* no loss known */
	ANP_TCP_CA_DISORDER,		/* duplicate ACKs or SACKs, nothing lost yet */
	ANP_TCP_CA_CWR,			/* a mark or a full queue of ours: cwnd goes down by PRR, likewise */
	ANP_TCP_CA_RECOVERY,		/* fast recovery until `recover` is acknowledged */
	ANP_TCP_CA_LOSS,		/* after a retransmission timeout, likewise */
};

/* What a sender is busy with, for TCP_INFO: nothing, sending, or waiting for whom. */
enum anp_tcp_chrono {
	ANP_TCP_CHRONO_IDLE,
	ANP_TCP_CHRONO_BUSY,
	ANP_TCP_CHRONO_RWND,		/* the peer's window holds it back */
	ANP_TCP_CHRONO_SNDBUF,		/* the program has more, our send buffer has no room */
	ANP_TCP_CHRONO_SUMS = ANP_TCP_CHRONO_SNDBUF,
};

/* Urgent data of the peer: where its byte is. */
enum anp_tcp_urg {
	ANP_TCP_URG_NONE,		/* no mark, or the program has read past it */
	ANP_TCP_URG_NOTYET,		/* announced, not arrived */
	ANP_TCP_URG_VALID,		/* in urg_byte */
	ANP_TCP_URG_READ,		/* the program has taken it; the mark stays */
};

struct anp_tcp_req;

/* Parameters a host gives to a new tcb; all have been range-checked by the host. */
struct anp_tcp_params {
	__be16	sport;
	__be16	dport;
	u32	iss;
	u32	ts_off;			/* added to the timestamp clock, RFC 7323 5.4 */
	u16	mss;			/* largest payload we can send and take (MTU - 40) */
	u16	advmss;			/* of the route: what we tell the peer at most; 0: mss */
	u16	mss_peer;		/* the peer's MSS of an earlier connection; 0: not known */
	u32	gso_max;		/* largest payload of one skb to send, bytes */
	u32	rcv_wnd_max;		/* largest window ever, chooses the scale */
	u32	rcv_wnd_init;		/* window offered at first */
	enum anp_tcp_ecn_mode ecn;
	bool	no_ts;
	bool	no_wscale;
	bool	no_sack;
};

struct anp_tcb {
	/* Receive sequence space; what is read and written for each segment comes first. */
	u32	rcv_nxt;		/* next byte expected */
	u32	rcv_wup;		/* rcv_nxt when the window was last sent */
	u32	rcv_wnd;		/* window last sent, from rcv_wup */
	u32	copied_seq;		/* next byte the program will read; moved by the host */

	/* Send sequence space. */
	u32	snd_una;		/* oldest unacknowledged byte */
	u32	snd_nxt;		/* next byte to send */
	u32	write_seq;		/* end of what the program has written (+1 with FIN) */
	u32	snd_wnd;		/* window of the peer, scaled, bytes from snd_una */
	u32	snd_wl1;		/* seq of the segment that set snd_wnd */
	u32	snd_wl2;		/* ack of it */
	u32	max_wnd;		/* largest snd_wnd seen */
	u32	snd_up;			/* behind the last urgent byte, if urg_out */
	u32	urg_seq;		/* the urgent byte of the peer, if urg_state */
	u32	snd_sml;		/* end of the last short segment sent (Nagle) */

	u8	state;			/* TCP_*; read without the lock by the host's poll */
	u8	snd_wscale;
	u8	rcv_wscale;
	u8	ca_state;		/* enum anp_tcp_ca_state */
	u8	ts_ok : 1,
		wscale_ok : 1,
		sack_ok : 1,
		fin_queued : 1,		/* a FIN stands at the end of the send queue */
		fin_rcvd : 1,
		nodelay : 1,
		cork : 1,
		keepalive : 1;
	u8	shut_rcv : 1,		/* the program will read no more */
		orphan : 1,		/* no program owns it any more */
		passive : 1,		/* opened by a listener */
		ack_now : 1,
		no_ts : 1,		/* do not offer timestamps */
		no_wscale : 1,
		more : 1;		/* MSG_MORE: hold a short segment back */
	u8	no_sack : 1,
		mtup_on : 1,		/* probing: mtup_low counts */
		dsack_due : 1,		/* the next ACK tells of dsack */
		cong_ready : 1,		/* cong->init() was called */
		pingpong : 1,		/* the ACK of a question rides on the answer */
		chrono : 2,		/* enum anp_tcp_chrono */
		urg_out : 1;		/* urgent mode: snd_up is not acknowledged */
	u8	urg_state;		/* enum anp_tcp_urg; changed by the host where the program reads */
	u8	urg_byte;
	u8	ecn_syn : 1,		/* our SYN offers ECN */
		ecn_ok : 1,		/* both ends use it */
		ecn_echo : 1,		/* ACKs carry ECE */
		ecn_seen : 1,		/* the peer has sent something ECN-capable */
		cwr : 1,		/* a mark has cut cwnd; none does until cwr_seq is passed */
		cwr_due : 1,		/* the next new data carries CWR */
		ack_pushed : 2;		/* short segments since the last ACK, 2: or more (delack.c) */
	u8	sack_n;			/* blocks in sack[] */
	u8	rcv_ratio;		/* payload in 256 bytes of receive buffer */
	u8	quickack;		/* segments still to be acknowledged at once */
	u8	dupacks;

	u16	mss;			/* payload of a full segment with the options in use */
	u16	mss_clamp;		/* the peer's MSS option, or the default */
	u16	mss_local;		/* what our MTU allows, without options */
	u16	advmss;			/* the largest to be told in a SYN */
	u16	user_mss;		/* TCP_MAXSEG, 0: not set */
	/* Path MTU probing, mtup.c; payload without options taken off. */
	u16	mtup_low;		/* has passed */
	u16	mtup_high;		/* what lies above cannot */
	u16	probe_size;		/* of the probe in flight, 0: none */
	u32	probe_seq;		/* its first byte */
	u32	window_clamp;		/* TCP_WINDOW_CLAMP, bytes; 0: not set */
	u16	rcv_mss;		/* estimate of the peer's segment size */
	u16	rcv_mss_last;		/* size of the last segment, if it was smaller; 0: it was not */
	u16	ato;			/* ms; how long the ACK of what comes next may wait */
	__be16	sport;
	__be16	dport;
	u16	hdr_opts;		/* bytes of options on every segment (12 with timestamps) */

	/* Timestamps (RFC 7323). */
	u32	ts_recent;
	u32	ts_off;
	u64	ts_recent_at;		/* us */
	u32	last_ack_sent;		/* rcv_nxt in the last ACK sent: RFC 7323 4.3 */

	/* Congestion control; bytes. */
	u32	cwnd;
	u32	ssthresh;
	u32	cwnd_acked;		/* bytes counted towards the next increase */
	u32	recover;		/* snd_nxt when recovery began (RFC 6582) */
	u32	prr_delivered;		/* PRR (RFC 9937): bytes since recovery began */
	u32	prr_out;		/* likewise sent */
	u32	recover_fs;		/* flight when it began */
	u32	undo_marker;		/* snd_una when it began; valid if undo_on */
	u32	undo_retrans;		/* bytes sent again since, less what came twice */
	u32	retrans_stamp;		/* timestamp of the first retransmission since, 0: none */
	u32	tlp_end_seq;		/* snd_nxt at the loss probe; valid if tlp_on */
	u32	sacked_out;		/* bytes known to have left the network */
	u32	lost_out;		/* bytes thought lost */
	u32	retrans_out;		/* bytes of those sent again and not yet acknowledged */
	u32	cwr_seq;		/* snd_nxt when a mark cut cwnd */
	u32	prior_cwnd;		/* before the last reduction, for its undoing */
	u32	prior_ssthresh;
	/* Windows that are not used (cwv.c): by RFC 2861, */
	u32	cwnd_used;		/* the most of cwnd that was in flight */
	u32	cwnd_used_at;		/* ms; since then, 0: not known */
	/* and by RFC 7661. */
	u32	pipeack[2];		/* bytes; what was acknowledged in a round trip, the most, */
	u32	pipeack_at;		/* ms; since then, and in the time before */
	u32	pipeack_una;		/* snd_una and */
	u32	pipeack_end;		/* snd_nxt when a round trip began; valid if pipeack_on */
	u32	nvp_at;			/* ms; the window is not validated since, 0: it is */
	u32	cwv_loss;		/* what was used of it when it proved too large; 0: all */
	u32	cwv_retrans;		/* bytes_retrans then */
	/* Delivery rate (rate.c); bytes ever, wrapping, and the low 32 bits of us. */
	u32	delivered;
	u32	delivered_at;		/* when that last grew */
	u32	first_sent_at;		/* sending of what was last delivered: a flight begins */
	u32	lost;
	u32	app_limited;		/* `delivered` at which the bubble is out; 0: there is none */
	u32	rate_bytes;		/* the last rate sample that counts, */
	u32	rate_us;		/* over this time; 0: there is none */
	const struct anp_tcp_cong_ops *cong;	/* its module is pinned by the host */
	u64	cong_priv[ANP_TCP_CONG_PRIV];

	/* RACK (RFC 8985 5.3): of the segment sent last of those that have arrived. */
	u64	rack_xmit_at;		/* us */
	u32	rack_end_seq;
	u32	rack_rtt;		/* us */
	u32	rack_fack;		/* highest end_seq that has arrived */
	u32	dsack_round;		/* snd_nxt at the last growth of reo_wnd_mult */
	u32	reord_seen;		/* segments that arrived late, sent once */
	u16	reordering;		/* the largest distance seen, segments; 3 at first */
	u8	reo_wnd_mult;
	u8	reo_wnd_persist;
	u8	dsack_round_on : 1,
		undo_on : 1,		/* a reduction can be undone */
		frto : 1,		/* the last timeout may have been spurious (RFC 5682) */
		frto_new : 1,		/* new data goes before what is lost */
		tlp_on : 1,		/* a loss probe is not answered yet */
		tlp_retrans : 1,	/* it was no new data */
		rate_app_limited : 1,	/* the program held the last rate sample down */
		pace_wait : 1;		/* something is to be sent at next_send_ns */
	const struct anp_tcp_conf *conf;

	/* Round trip time (RFC 6298); us. */
	u32	srtt;
	u32	rttvar;
	u32	rto;
	u32	rtt_min;
	u8	backoff;		/* doublings of the RTO in force */
	u8	retransmits;		/* timeouts since the last progress */
	u8	probes;			/* zero window probes or keepalives unanswered */
	/* Options of the program; where it has set none, 0, conf says. */
	u8	syn_retries;		/* TCP_SYNCNT */
	u8	keep_cnt;		/* TCP_KEEPCNT */
	u8	synacked_rexmit : 1,	/* the SYN was sent more than once: IW 1 (RFC 6298 5.7) */
		cwnd_blocks : 1,	/* when we last sent, cwnd held the next back */
		/* Fast Open (fastopen.c). */
		fo_asked : 1,		/* our SYN had the option */
		fo_data : 1,		/* our SYN had data */
		fo_acked : 1,		/* data came through with a SYN, ours or the peer's */
		fo_child : 1,		/* a listener has taken it at its SYN */
		fo_fail : 2;		/* enum tcp_fastopen_client_fail */
	u8	pipeack_on : 1,		/* a round trip is being measured */
		pipeack_undef : 1;	/* none has been */

	/* The clock of this call, and deadlines; us, 0: not armed.  See timers.c. */
	u64	now;
	u64	t_rtx;			/* retransmission, or probe of a zero window */
	u64	t_pto;			/* tail loss probe */
	u64	t_reo;			/* RACK: what is late counts as lost */
	u64	t_delack;
	u64	t_keep;
	u64	rcvd_at;		/* last segment from the peer */
	u64	sent_at;		/* last data segment sent (RFC 5681 4.1 restart) */
	u64	stalled_at;		/* first timeout without progress: user timeout, R2 */
	u64	challenge_at;		/* last challenge ACK (RFC 5961 7) */
	u64	mtup_at;		/* the search began */
	u64	next_send_ns;		/* pacing: no data before; ns of the same clock */
	u32	keep_idle;		/* ms */
	u32	keep_intvl;		/* ms */
	u32	user_timeout;		/* ms, 0: by number of retries */
	s32	linger2;		/* ms in FIN-WAIT-2 as an orphan; -1: none */

	/* Queues.  Payload is in sndq (never sent), rtxq or sackq (sent; see rtxq.c). */
	struct sk_buff_head sndq;
	struct rb_root	rtxq;
	struct rb_root	sackq;
	struct list_head tsorted;
	struct list_head lostq;
	struct rb_root	ooq;		/* received out of order, by seq, no overlap removed */
	u32	ooq_bytes;		/* truesize in ooq */
	struct anp_tcp_sack sack[ANP_TCP_SACKS_MAX];	/* of ooq, the latest first */
	struct anp_tcp_sack dsack;	/* came twice (RFC 2883) */
	/* Receive buffer tuning (rcvbuf.c); us are the low 32 bits of the clock. */
	u32	rcv_rtt;		/* us; round trip as the receiver sees it, 0: unknown */
	u32	rcv_rtt_seq;		/* last tsecr looked at; without timestamps, end of a window */
	u32	rcv_rtt_at;		/* us; when that window began */
	u32	rcvq_space;		/* the most that was read in a round trip, bytes */
	u32	rcvq_seq;		/* copied_seq when this round trip began */
	u32	rcvq_at;		/* us; when it began */
	u32	gso_max;
	u32	rcv_wnd_max;

	u32	iss;
	u32	irs;
	int	err;			/* soft error to report if the connection fails */

	/* Statistics for TCP_INFO. */
	u64	bytes_acked;
	u64	bytes_received;
	u64	bytes_sent;
	u64	bytes_retrans;
	u32	segs_in;
	u32	segs_out;
	u32	data_segs_in;
	u32	data_segs_out;
	u32	total_retrans;
	u32	delivered_segs;		/* acknowledged, but for those that are only sacked */
	u32	delivered_ce;		/* acknowledged, in any way, with an echo of a mark */
	u32	dsack_dups;
	u32	rcv_ooopack;		/* segments that came out of order */
	u32	lsndtime;		/* ticks; last data sent, */
	u32	lrcvtime;		/* received, */
	u32	rcv_tstamp;		/* and last ACK received */
	u32	chrono_start;		/* ticks; since when `chrono` */
	u32	chrono_sum[ANP_TCP_CHRONO_SUMS];	/* ticks; how long each was so */
};

/* Addresses and ports of a connection. */
struct anp_tcp_flow {
	__be32	faddr, laddr;
	__be16	fport, lport;
};

/*
 * struct anp_tcp_req - a connection in SYN-RECEIVED that a listener has not handed over yet
 *
 * Lock: the listener's socket lock, or the host's own for it; the engine does not care.
 */
struct anp_tcp_req {
	u32	irs;
	u32	iss;
	u32	ts_recent;
	u32	ts_off;
	u32	rcv_wnd;		/* offered in the SYN-ACK */
	u16	mss_peer;		/* the peer's MSS option, or 536 */
	u16	mss_local;
	u16	advmss;			/* told in the SYN-ACK */
	u16	snd_wnd;		/* unscaled, of the SYN */
	__be16	sport;
	__be16	dport;
	u8	snd_wscale;
	u8	rcv_wscale;
	u8	ts_ok : 1,
		wscale_ok : 1,
		sack_ok : 1,
		ecn_ok : 1,
		acked : 1,		/* a valid ACK came, but made no connection yet */
		cookie : 1;		/* iss is a SYN cookie */
	u8	rexmits;
	u64	sent_at;		/* us; last SYN-ACK */
	u64	challenge_at;		/* us; last ACK of what was not acceptable */
	u64	deadline;		/* us; next call of anp_tcp_req_timer() */
};

/*
 * struct anp_tcp_tw - TIME-WAIT, or an orphan in FIN-WAIT-2, as a small object
 */
struct anp_tcp_tw {
	u32	rcv_nxt;
	u32	rcv_wnd;
	u32	snd_nxt;
	u32	ts_recent;
	u32	ts_off;
	u64	ts_recent_at;		/* us */
	u64	deadline;		/* us; the object dies then */
	u64	challenge_at;		/* us; out-of-window ACKs are rate-limited */
	__be16	sport;
	__be16	dport;
	u8	substate;		/* TCP_TIME_WAIT or TCP_FIN_WAIT2 */
	u8	rcv_wscale;
	u8	ts_ok : 1;
};

/*
 * What of a tcb is worth keeping while nothing is under way, in a quarter of its size: fields of the
 * same names (park_fields.h copies them), and a few that are put shorter.
 */
struct anp_tcp_parked {
	u64	rcvd_at;
	u64	bytes_acked;
	u64	bytes_received;
	const struct anp_tcp_cong_ops *cong;
	u32	rcv_nxt;
	u32	rcv_wnd;
	u32	rcv_wnd_max;
	u32	snd_una;
	u32	snd_wnd;
	u32	snd_wl1;
	u32	max_wnd;
	u32	iss;
	u32	irs;
	u32	ts_recent;
	u32	ts_off;
	u32	cwnd;
	u32	ssthresh;
	u32	cwnd_acked;
	u32	srtt;
	u32	rttvar;
	u32	rtt_min;
	u32	rcv_rtt;
	u32	rcv_rtt_seq;
	u32	rcvq_space;
	u32	gso_max;
	u32	rate_bytes;
	u32	rate_us;
	u32	segs_in;
	u32	segs_out;
	u32	data_segs_in;
	u32	data_segs_out;
	u32	delivered_segs;
	u32	lsndtime;
	u32	lrcvtime;
	u32	rcv_tstamp;
	u16	mss_clamp;
	u16	mss_local;
	u16	advmss;
	u16	rcv_mss;
	u16	ato;
	__be16	sport;
	__be16	dport;
	u8	state;
	u8	snd_wscale;
	u8	rcv_wscale;
	u8	rcv_ratio;
	u8	quickack;
	u8	ts_ok : 1,
		wscale_ok : 1,
		sack_ok : 1,
		fin_rcvd : 1,
		nodelay : 1,
		cork : 1,
		keepalive : 1,
		shut_rcv : 1;
	u8	passive : 1,
		pingpong : 1,
		cong_ready : 1,
		ecn_ok : 1,
		ecn_seen : 1,
		rate_app_limited : 1,
		fo_asked : 1,
		fo_data : 1;
	u8	fo_acked : 1,
		fo_child : 1,
		pipeack_undef : 1;
	u32	ts_age;			/* us that ts_recent_at lies before rcvd_at */
	u32	sent_age;		/* us that sent_at does, plus 1; 0: sent_at is 0 */
	u32	busy;			/* ticks; chrono_sum of ANP_TCP_CHRONO_BUSY */
};

#endif /* ANP_TCP_TCB_H */
