// SPDX-License-Identifier: GPL-2.0
/*
 * SEGMENT ARRIVES, as a table: RFC 9293 3.10.7 with RFC 5961's answers.  A row is a set of states,
 * a segment, the reply, and the state it leads to.
 */
#include <stdio.h>
#include "unit.h"

#define F ANP_TCP_FIN
#define S ANP_TCP_SYN
#define R ANP_TCP_RST
#define P ANP_TCP_PSH
#define A ANP_TCP_ACK
#define U ANP_TCP_URG

/* Sequence numbers, relative to what is expected. */
enum where {
	AT,		/* RCV.NXT */
	BEFORE,		/* one byte before it: a keepalive, a FIN sent again */
	OLD,		/* all of it was received */
	INSIDE,		/* in the window, not at its left edge */
	BEYOND,		/* right of the window */
};

enum ack {
	NOTHING,	/* SND.UNA: nothing new */
	ALL,		/* SND.NXT: all that was sent */
	STALE,		/* just below SND.UNA */
	ANCIENT,	/* far below: RFC 5961 5.2 */
	FUTURE,		/* above SND.NXT */
};

#define STAY 0		/* as state: no change */
#define SYNCED (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT | \
		TCPF_CLOSING | TCPF_LAST_ACK)
#define TAKES_DATA (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2)
#define HAS_FIN (TCPF_CLOSE_WAIT | TCPF_CLOSING | TCPF_LAST_ACK)

struct row {
	const char *what;
	u32 states;
	u8 flags;
	enum where where;
	enum ack ack;
	u32 len;
	u8 reply;	/* flags; 0: silence */
	u8 state;	/* afterwards; TCP_TIME_WAIT: a small object is made */
};

static const struct row rows[] = {
	/* step 1: sequence number */
	{ "data right of the window", SYNCED, A, BEYOND, NOTHING, 10, A, STAY },
	{ "old data", SYNCED, A, OLD, NOTHING, 10, A, STAY },
	{ "keepalive", SYNCED, A, BEFORE, NOTHING, 0, A, STAY },
	{ "RST right of the window", SYNCED, R, BEYOND, NOTHING, 0, 0, STAY },
	{ "old RST", SYNCED, R, OLD, NOTHING, 0, 0, STAY },
	{ "SYN right of the window", SYNCED, S, BEYOND, NOTHING, 0, A, STAY },
	{ "old SYN", SYNCED, S, OLD, NOTHING, 0, A, STAY },
	{ "old FIN", HAS_FIN, F | A, BEFORE, NOTHING, 0, A, STAY },
	/* step 2: RST */
	{ "RST where it is expected", SYNCED, R, AT, NOTHING, 0, 0, TCP_CLOSE },
	{ "RST with ACK", SYNCED, R | A, AT, ALL, 0, 0, TCP_CLOSE },
	{ "RST in the window", SYNCED, R, INSIDE, NOTHING, 0, A, STAY },
	/* step 4: SYN */
	{ "SYN where data is expected", SYNCED, S, AT, NOTHING, 0, A, STAY },
	{ "SYN in the window", SYNCED, S | A, INSIDE, NOTHING, 0, A, STAY },
	/* step 5: ACK */
	{ "no ACK", SYNCED, P, AT, NOTHING, 10, 0, STAY },
	{ "no flags", SYNCED, 0, AT, NOTHING, 0, 0, STAY },
	{ "FIN without ACK", SYNCED, F, AT, NOTHING, 0, 0, STAY },
	{ "ACK of nothing new", SYNCED, A, AT, NOTHING, 0, 0, STAY },
	{ "stale ACK", SYNCED, A, AT, STALE, 0, 0, STAY },
	{ "ancient ACK", SYNCED, A, AT, ANCIENT, 0, A, STAY },
	{ "ACK of what was not sent", SYNCED, A, AT, FUTURE, 0, A, STAY },
	{ "ACK of the FIN", TCPF_FIN_WAIT1, A, AT, ALL, 0, 0, TCP_FIN_WAIT2 },
	{ "ACK of the FIN", TCPF_CLOSING, A, AT, ALL, 0, 0, TCP_TIME_WAIT },
	{ "ACK of the FIN", TCPF_LAST_ACK, A, AT, ALL, 0, 0, TCP_CLOSE },
	/* step 6: URG is treated as data */
	{ "URG", TAKES_DATA, A | U, AT, NOTHING, 10, A, STAY },
	/* step 7: data */
	{ "data", TAKES_DATA, A, AT, NOTHING, 10, A, STAY },
	{ "data with a gap", TAKES_DATA, A, INSIDE, NOTHING, 10, A, STAY },
	{ "data behind the FIN", HAS_FIN, A, AT, NOTHING, 10, 0, STAY },
	/* step 8: FIN */
	{ "FIN", TCPF_ESTABLISHED, F | A, AT, NOTHING, 0, A, TCP_CLOSE_WAIT },
	{ "FIN with data", TCPF_ESTABLISHED, F | A, AT, NOTHING, 10, A, TCP_CLOSE_WAIT },
	{ "FIN with a gap", TCPF_ESTABLISHED, F | A, INSIDE, NOTHING, 0, A, STAY },
	{ "FIN of both", TCPF_FIN_WAIT1, F | A, AT, NOTHING, 0, A, TCP_CLOSING },
	{ "FIN with ACK of ours", TCPF_FIN_WAIT1, F | A, AT, ALL, 0, A, TCP_TIME_WAIT },
	{ "FIN", TCPF_FIN_WAIT2, F | A, AT, NOTHING, 0, A, TCP_TIME_WAIT },
	{ "FIN with data", TCPF_FIN_WAIT2, F | A, AT, NOTHING, 10, A, TCP_TIME_WAIT },

	/* SYN-SENT; numbers are LAB_IRS and LAB_ISS + 1 */
	{ "SYN-ACK", TCPF_SYN_SENT, S | A, AT, ALL, 0, A, TCP_ESTABLISHED },
	{ "SYN", TCPF_SYN_SENT, S, AT, NOTHING, 0, S | A, TCP_SYN_RECV },
	{ "SYN-ACK of another SYN", TCPF_SYN_SENT, S | A, AT, FUTURE, 0, R, STAY },
	{ "SYN-ACK of an old SYN", TCPF_SYN_SENT, S | A, AT, STALE, 0, R, STAY },
	{ "ACK of another connection", TCPF_SYN_SENT, A, AT, STALE, 0, R, STAY },
	{ "ACK alone", TCPF_SYN_SENT, A, AT, ALL, 0, 0, STAY },
	{ "RST with ACK", TCPF_SYN_SENT, R | A, AT, ALL, 0, 0, TCP_CLOSE },
	{ "RST with a wrong ACK", TCPF_SYN_SENT, R | A, AT, FUTURE, 0, 0, STAY },
	{ "RST alone", TCPF_SYN_SENT, R, AT, NOTHING, 0, 0, STAY },
	{ "FIN", TCPF_SYN_SENT, F, AT, NOTHING, 0, 0, STAY },
	{ "no flags", TCPF_SYN_SENT, 0, AT, NOTHING, 0, 0, STAY },

	/* SYN-RECEIVED, passive */
	{ "ACK of the SYN-ACK", TCPF_SYN_RECV, A, AT, ALL, 0, 0, TCP_ESTABLISHED },
	{ "ACK and data", TCPF_SYN_RECV, A | P, AT, ALL, 10, A, TCP_ESTABLISHED },
	{ "ACK and FIN", TCPF_SYN_RECV, A | F, AT, ALL, 0, A, TCP_CLOSE_WAIT },
	{ "wrong ACK", TCPF_SYN_RECV, A, AT, FUTURE, 0, R, STAY },
	{ "stale ACK", TCPF_SYN_RECV, A, AT, NOTHING, 0, R, STAY },
	{ "RST", TCPF_SYN_RECV, R, AT, NOTHING, 0, 0, TCP_CLOSE },
	{ "RST in the window", TCPF_SYN_RECV, R, INSIDE, NOTHING, 0, A, STAY },
	{ "the SYN again", TCPF_SYN_RECV, S, BEFORE, NOTHING, 0, A, STAY },
	{ "another SYN", TCPF_SYN_RECV, S, INSIDE, NOTHING, 0, A, STAY },
	{ "data right of the window", TCPF_SYN_RECV, A, BEYOND, ALL, 10, A, STAY },
};

static u32 seq_of(const struct row *r)
{
	u32 nxt = lab.t.state == TCP_SYN_SENT ? LAB_IRS : lab.t.rcv_nxt;

	switch (r->where) {
	case AT:
		return nxt;
	case BEFORE:
		return nxt - 1;
	case OLD:
		return nxt - 100;
	case INSIDE:
		return nxt + 100;
	case BEYOND:
		return nxt + LAB_WND + 100;
	}
	return 0;
}

static u32 ack_of(const struct row *r)
{
	if (!(r->flags & A))
		return 0;
	switch (r->ack) {
	case NOTHING:
		return lab.t.snd_una;
	case ALL:
		return lab.t.snd_nxt;
	case STALE:
		return lab.t.snd_una - 1;
	case ANCIENT:
		return lab.t.snd_una - lab.t.max_wnd - 1;
	case FUTURE:
		return lab.t.snd_nxt + 1;
	}
	return 0;
}

/* The reply of @r, if it has one, and nothing else. */
static void check_reply(const struct row *r, const struct seg *in, u8 from)
{
	struct seg out;

	if (!r->reply) {
		if (!lab_silent()) {
			out = lab_sent();
			unit_fail(__FILE__, __LINE__, "%s in %s is answered with flags %#x",
				  r->what, lab_state_name(from), out.flags);
		}
		return;
	}
	if (lab_silent())
		unit_fail(__FILE__, __LINE__, "%s in %s is not answered", r->what,
			  lab_state_name(from));
	out = lab_sent();
	if (out.flags != r->reply || !lab_silent())
		unit_fail(__FILE__, __LINE__,
			  "%s in %s is answered with flags %#x, not %#x, or twice", r->what,
			  lab_state_name(from), out.flags, r->reply);
	if (out.flags & R)
		EXPECT_EQ(out.seq, in->ack);
	else
		EXPECT_EQ(out.ack, lab.t.rcv_nxt);
}

static void check_row(const struct row *r, u8 state)
{
	struct seg in = { .flags = r->flags, .wnd = LAB_WND, .len = r->len };
	u8 want = r->state == STAY ? state : r->state == TCP_TIME_WAIT ? TCP_CLOSE : r->state;

	lab_to(state);
	in.seq = seq_of(r);
	in.ack = ack_of(r);
	lab_rcv(&in);
	if (lab.t.state != want)
		unit_fail(__FILE__, __LINE__, "%s takes %s to %s, not to %s", r->what,
			  lab_state_name(state), lab_state_name(lab.t.state), lab_state_name(want));
	check_reply(r, &in, state);
	EXPECT_EQ(lab.tw_made, r->state == TCP_TIME_WAIT);
	if (lab.t.state == TCP_CLOSE)
		EXPECT_EQ(anp_tcp_deadline(&lab.t), 0);
}

TEST(states__rfc9293_table)
{
	u32 i;
	u8 s;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (s = TCP_ESTABLISHED; s < TCP_MAX_STATES; s++) {
			if (!(rows[i].states & 1u << s))
				continue;
			lab_clear();
			lab_reset();
			check_row(&rows[i], s);
		}
	}
}

TEST(simultaneous_open__window_of_the_syn_ack_is_not_scaled)
{
	static const u8 opts[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255, 1, 3, 3, 4 };

	lab.p.no_wscale = false;
	lab_to(TCP_SYN_SENT);
	RCV_RAW(.flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = 8000, .opts = opts, .optlen = 8);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN | ANP_TCP_ACK);
	/* RFC 7323 2.2 */
	RCV_RAW(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1, .wnd = 8000,
		.opts = opts, .optlen = 8);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(lab.t.snd_wnd, 8000);
	EXPECT_EQ(lab.t.max_wnd, 8000);
}
