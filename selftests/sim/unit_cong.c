// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine asks of a congestion control, and when (congestion.c, newreno.c).
 */
#include "unit.h"

#define ACK_TO(n) RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = (n))

/* A control that notes what it is asked. */
struct noted {
	u32 magic;
	u32 acked;
};

static struct {
	u32 inits, releases, reductions, grown, undone;
	u32 events[8];
	struct anp_tcp_ack_sample last;
} seen;

static void note_init(struct anp_tcb *t)
{
	struct noted *n = anp_tcp_cong_priv(t, struct noted);

	EXPECT_EQ(n->magic, 0);
	n->magic = 77;
	seen.inits++;
}

static void note_release(struct anp_tcb *t)
{
	EXPECT_EQ(anp_tcp_cong_priv(t, struct noted)->magic, 77);
	seen.releases++;
}

static u32 note_ssthresh(struct anp_tcb *t)
{
	seen.reductions++;
	return 7 * t->mss;
}

static void note_avoid(struct anp_tcb *t, u32 acked)
{
	anp_tcp_cong_priv(t, struct noted)->acked += acked;
	seen.grown += acked;
}

static u32 note_undo(struct anp_tcb *t)
{
	seen.undone++;
	return t->prior_cwnd;
}

static void note_event(struct anp_tcb *t, enum anp_tcp_cong_event ev)
{
	seen.events[ev]++;
}

static void note_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	seen.last = *s;
}

static const struct anp_tcp_cong_ops note_all = {
	.name		= "note",
	.init		= note_init,
	.release	= note_release,
	.ssthresh	= note_ssthresh,
	.cong_avoid	= note_avoid,
	.undo		= note_undo,
	.event		= note_event,
	.acked		= note_acked,
};

static void write_segs(u32 n)
{
	lab.t.gso_max = LAB_MSS;
	while (n--) {
		lab_write(LAB_MSS);
		EXPECT_EQ(lab_sent().len, LAB_MSS);
	}
}

static void begin(void)
{
	memset(&seen, 0, sizeof(seen));
	anp_tcp_set_cong(&lab.t, &note_all, lab.now);
	EXPECT_EQ(seen.inits, 0);
	lab_to(TCP_ESTABLISHED);
	EXPECT_EQ(seen.inits, 1);
}

TEST(cong__lives_as_long_as_the_connection)
{
	begin();
	anp_tcp_abort(&lab.t, lab.now);
	lab_sent();
	EXPECT_EQ(seen.releases, 1);
	anp_tcp_destroy(&lab.t);
	EXPECT_EQ(seen.releases, 1);
}

/* A part of cwnd is free, and a super-packet waits until more of it is. */
TEST(cong__waiting_for_a_super_packet_is_using_the_window)
{
	u32 una;

	begin();
	lab.t.cwnd = 18 * LAB_MSS;
	lab.t.ssthresh = 10 * LAB_MSS;
	lab.t.gso_max = 13 * LAB_MSS;
	una = lab.t.snd_una;
	lab_write(13 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 13 * LAB_MSS);
	/* It was not the first of its flight. */
	lab.t.delivered++;
	lab_write(13 * LAB_MSS);
	EXPECT(lab_silent());
	/* The flight is far from cwnd. */
	ACK_TO(una + LAB_MSS);
	EXPECT(seen.last.cwnd_limited);
	EXPECT_EQ(lab_sent().len, 6 * LAB_MSS);
	ACK_TO(una + 13 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 7 * LAB_MSS);
	/* Nothing is left to send: nothing is held back. */
	ACK_TO(una + 14 * LAB_MSS);
	EXPECT(!seen.last.cwnd_limited);
}

/* The ACK of a flight that has just begun is far: all that the window allows goes. */
TEST(cong__no_super_packet_waits_for_a_far_ack)
{
	u32 una;

	begin();
	lab.t.cwnd = 18 * LAB_MSS;
	lab.t.ssthresh = 10 * LAB_MSS;
	lab.t.gso_max = 13 * LAB_MSS;
	una = lab.t.snd_una;
	lab_write(13 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 13 * LAB_MSS);
	lab_write(13 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 5 * LAB_MSS);
	/* Now there are ACKs to wait for. */
	ACK_TO(una + 2 * LAB_MSS);
	EXPECT(lab_silent());
	ACK_TO(una + 8 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 8 * LAB_MSS);
}

TEST(cong__can_be_changed_under_way)
{
	u32 cwnd;

	begin();
	write_segs(10);
	ACK_TO(LAB_SND_NXT);
	cwnd = lab.t.cwnd;
	anp_tcp_set_cong(&lab.t, &anp_tcp_newreno, lab.now);
	EXPECT_EQ(seen.releases, 1);
	EXPECT_EQ(lab.t.cong_priv[0], 0);
	EXPECT_EQ(lab.t.cwnd, cwnd);
	anp_tcp_set_cong(&lab.t, &note_all, lab.now);
	EXPECT_EQ(seen.inits, 2);
}

TEST(cong__hears_of_acks)
{
	u32 first;

	begin();
	first = LAB_SND_NXT;
	write_segs(10);
	lab_pass(5000);
	ACK_TO(first + 2 * LAB_MSS);
	EXPECT_EQ(seen.last.acked, 2 * LAB_MSS);
	EXPECT_EQ(seen.last.prior_flight, 10 * LAB_MSS);
	EXPECT_EQ(seen.last.rtt, 5000);
	EXPECT_EQ(seen.grown, 2 * LAB_MSS);
}

TEST(cong__does_not_grow_what_is_not_used)
{
	begin();
	write_segs(2);
	ACK_TO(LAB_SND_NXT);
	EXPECT_EQ(seen.last.acked, 2 * LAB_MSS);
	EXPECT_EQ(seen.grown, 0);
}

TEST(cong__is_asked_once_for_a_loss)
{
	u32 first, i;

	begin();
	first = LAB_SND_NXT;
	write_segs(10);
	for (i = 0; i < 3; i++)
		ACK_TO(first);
	EXPECT_EQ(seen.reductions, 1);
	EXPECT_EQ(lab.t.ssthresh, 7 * LAB_MSS);
	EXPECT_EQ(lab.t.prior_cwnd, 10 * LAB_MSS);
	ACK_TO(first + 4 * LAB_MSS);
	EXPECT_EQ(seen.reductions, 1);
	EXPECT_EQ(seen.grown, 0);
	ACK_TO(first + 10 * LAB_MSS);
	EXPECT_EQ(seen.events[ANP_TCP_CONG_RECOVERED], 1);
}

TEST(cong__undo_goes_back)
{
	begin();
	lab.t.cwnd = 20 * LAB_MSS;
	anp_tcp_cong_reduce(&lab.t, false);
	lab.t.cwnd = lab.t.ssthresh;
	anp_tcp_cong_undo(&lab.t);
	EXPECT_EQ(seen.undone, 1);
	EXPECT_EQ(lab.t.cwnd, 20 * LAB_MSS);
	EXPECT_EQ(lab.t.ssthresh, U32_MAX);
}

TEST(cong__hears_of_timeouts)
{
	begin();
	write_segs(3);
	lab_pass(lab_until());
	EXPECT_EQ(seen.events[ANP_TCP_CONG_TIMEOUT], 1);
	EXPECT_EQ(seen.reductions, 1);
	lab_pass(lab_until());
	/* RFC 5681 3.1: the same window of data. */
	EXPECT_EQ(seen.reductions, 1);
}

/* RFC 2861: half for each RTO, down to the restart window; ssthresh keeps three quarters. */
TEST(cong__idle_halves_the_window)
{
	begin();
	write_segs(3);
	ACK_TO(LAB_SND_NXT);
	lab.t.cwnd = 80 * LAB_MSS;
	lab.t.ssthresh = 20 * LAB_MSS;
	EXPECT_EQ(seen.events[ANP_TCP_CONG_TX_START], 0);
	lab_pass(2 * lab.t.rto + 10000);
	write_segs(1);
	EXPECT_EQ(lab.t.cwnd, 20 * LAB_MSS);
	EXPECT_EQ(lab.t.ssthresh, 60 * LAB_MSS);
	EXPECT_EQ(seen.events[ANP_TCP_CONG_RESTART], 1);
	EXPECT_EQ(seen.events[ANP_TCP_CONG_TX_START], 1);
}

TEST(cong__a_closed_window_is_no_idle_time)
{
	begin();
	write_segs(3);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 0);
	lab.t.cwnd = 80 * LAB_MSS;
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.cwnd, 80 * LAB_MSS);
	EXPECT_EQ(seen.events[ANP_TCP_CONG_TX_START], 0);
}

TEST(reno__slow_start_then_a_segment_a_window)
{
	struct anp_tcb *t = &lab.t;
	u32 i, before;

	lab_to(TCP_ESTABLISHED);
	t->ssthresh = 12 * LAB_MSS;
	anp_tcp_reno_cong_avoid(t, 2 * LAB_MSS);
	EXPECT_EQ(t->cwnd, 12 * LAB_MSS);
	/* RFC 5681 3.1: no more than a segment for a window of bytes, however they are acknowledged. */
	for (i = 0; i < 12; i++) {
		EXPECT_EQ(t->cwnd, 12 * LAB_MSS);
		anp_tcp_reno_cong_avoid(t, LAB_MSS);
	}
	EXPECT_EQ(t->cwnd, 13 * LAB_MSS);
	before = t->cwnd;
	anp_tcp_reno_cong_avoid(t, before);
	EXPECT_EQ(t->cwnd, before + LAB_MSS);
	/* What slow start does not need counts on. */
	t->cwnd = 10 * LAB_MSS;
	t->cwnd_acked = 0;
	anp_tcp_reno_cong_avoid(t, 8 * LAB_MSS);
	EXPECT_EQ(t->cwnd, 12 * LAB_MSS);
	EXPECT_EQ(t->cwnd_acked, 6 * LAB_MSS);
}
