// SPDX-License-Identifier: GPL-2.0
/*
 * Sending: windows, Nagle and cork, super-segments, loss recovery (output.c, ack.c, recovery.c).
 */
#include "unit.h"

#define ACK_ALL() RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT)
#define ACK_TO(n) RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = (n))

/* ESTABLISHED with @segs full segments in flight, looked at. */
static u32 in_flight(u32 segs)
{
	u32 first;

	lab_to(TCP_ESTABLISHED);
	first = LAB_SND_NXT;
	lab.t.gso_max = LAB_MSS;
	while (segs--) {
		lab_write(LAB_MSS);
		EXPECT_EQ(lab_sent().len, LAB_MSS);
	}
	EXPECT(lab_silent());
	return first;
}

/* RFC 9293 3.10.1, RFC 6691 */
TEST(open__syn_offers_what_the_host_wants)
{
	struct seg s;

	lab.p.no_ts = false;
	lab.p.no_wscale = false;
	lab.p.rcv_wnd_max = 1 << 20;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT_EQ(s.ack, 0);
	EXPECT_EQ(s.syn.mss, LAB_MSS);
	EXPECT(s.syn.ts_ok && s.syn.wscale_ok);
	EXPECT_EQ(s.syn.wscale, 5);
	EXPECT_EQ(s.syn.tsecr, 0);
	EXPECT_EQ(s.wnd, LAB_WND);
}

TEST(open__no_memory_leaves_it_closed)
{
	shim.fail_ppm = 1000000;
	shim.rng = 1;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), -ENOMEM);
	shim.fail_ppm = 0;
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(anp_tcp_deadline(&lab.t), 0);
}

TEST(send__one_super_segment_with_psh)
{
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	lab_write(5 * LAB_MSS + 100);
	s = lab_sent();
	EXPECT_EQ(s.len, 5 * LAB_MSS + 100);
	EXPECT_EQ(s.gso_size, LAB_MSS);
	EXPECT_EQ(s.flags, ANP_TCP_ACK | ANP_TCP_PSH);
	EXPECT_EQ(s.seq, LAB_ISS + 1);
	EXPECT(lab_silent());
}

/* A receiver that acknowledges each two segments stays in step with what is sent at once. */
TEST(send__a_burst_ends_in_psh)
{
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	lab.t.gso_max = 2 * LAB_MSS;
	lab.t.cwnd = 5 * LAB_MSS;
	lab_write(20 * LAB_MSS);
	s = lab_sent();
	EXPECT_EQ(s.len, 2 * LAB_MSS);
	EXPECT_EQ(s.flags, ANP_TCP_ACK | ANP_TCP_PSH);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_PSH);
	/* A lone one is not: the ACK of the next tells of it, too. */
	s = lab_sent();
	EXPECT_EQ(s.len, LAB_MSS);
	EXPECT_EQ(s.flags, ANP_TCP_ACK);
	EXPECT(lab_silent());
	/* Nor is it when it goes again. */
	lab_pass(lab_until());
	s = lab_sent();
	EXPECT_EQ(s.seq, LAB_ISS + 1);
	EXPECT_EQ(s.len, LAB_MSS);
	EXPECT_EQ(s.flags, ANP_TCP_ACK);
}

TEST(send__end_of_record_takes_no_more)
{
	struct anp_tcp_cb *cb;
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	lab.t.cork = 1;
	lab.t.gso_max = 4 * LAB_MSS;
	lab_write(100);
	EXPECT(lab_silent());
	cb = ANP_TCP_CB(anp_tcp_tail(&lab.t));
	cb->tx.eor = 1;
	EXPECT(!anp_tcp_tail(&lab.t));
	/* Of one that is cut the end is still the end. */
	lab_write(2 * LAB_MSS + 50);
	cb = ANP_TCP_CB(anp_tcp_tail(&lab.t));
	cb->tx.eor = 1;
	EXPECT_EQ(lab_sent().len, 100);
	s = lab_sent();
	EXPECT_EQ(s.len, 2 * LAB_MSS);
	EXPECT(!anp_tcp_tail(&lab.t));
	EXPECT_EQ(ANP_TCP_CB(skb_peek_tail(&lab.t.sndq))->end_seq, lab.t.write_seq);
}

/* RFC 6928 2 */
TEST(send__initial_window_is_ten)
{
	u32 sent = 0;

	lab_to(TCP_ESTABLISHED);
	lab_write(40 * LAB_MSS);
	while (!lab_silent())
		sent += lab_sent().len;
	EXPECT_EQ(sent, 10 * LAB_MSS);
}

/* RFC 6298 5.7 */
TEST(send__initial_window_is_one_after_a_lost_syn)
{
	static const u8 mss[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255 };
	u32 sent = 0;

	lab_to(TCP_SYN_SENT);
	lab_pass(1500000);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1, .opts = mss,
	    .optlen = 4);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	EXPECT_EQ(lab.t.mss, LAB_MSS);
	lab_write(10 * LAB_MSS);
	while (!lab_silent())
		sent += lab_sent().len;
	EXPECT_EQ(sent, LAB_MSS);
}

TEST(send__not_beyond_the_peers_window)
{
	u32 sent = 0;

	lab_to(TCP_ESTABLISHED);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 3000);
	/* A smaller window with the same numbers is not news; with data behind it is. */
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 3000,
		.len = 1);
	lab_sent();
	lab_write(10 * LAB_MSS);
	while (!lab_silent())
		sent += lab_sent().len;
	EXPECT(sent == 2 * LAB_MSS || sent == 3000);
}

TEST(send__not_into_a_window_that_was_taken_back)
{
	u32 first = in_flight(3);

	/* RFC 9293 3.8.6: strongly discouraged, and to be survived. */
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = first + LAB_MSS, .wnd = 100);
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	/* What was sent is sent again all the same. */
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, first + LAB_MSS);
}

/* RFC 9293 3.7.4 */
TEST(nagle__second_short_segment_waits)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	lab_write(20);
	EXPECT(lab_silent());
	ACK_ALL();
	EXPECT_EQ(lab_sent().len, 20);
}

TEST(nagle__a_full_segment_does_not_wait)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
}

TEST(nagle__short_behind_full_goes)
{
	/* Minshall: only a short one in flight holds the next back. */
	lab_to(TCP_ESTABLISHED);
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().len, LAB_MSS);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
}

TEST(nagle__nodelay_turns_it_off)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.nodelay = 1;
	lab_write(10);
	lab_write(10);
	EXPECT_EQ(lab_sent().len, 10);
	EXPECT_EQ(lab_sent().len, 10);
}

TEST(nagle__fin_is_not_held)
{
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	lab_write(10);
	lab_sent();
	lab_write(10);
	EXPECT(lab_silent());
	anp_tcp_shutdown(&lab.t, lab.now);
	s = lab_sent();
	EXPECT_EQ(s.len, 10);
	EXPECT(s.flags & ANP_TCP_FIN);
}

TEST(cork__holds_all_but_full_segments)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.cork = 1;
	lab_write(100);
	EXPECT(lab_silent());
	lab.t.cork = 0;
	anp_tcp_push(&lab.t, false, lab.now);
	EXPECT_EQ(lab_sent().len, 100);
}

TEST(cork__does_not_hold_for_ever)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.cork = 1;
	lab_write(100);
	EXPECT(lab_silent());
	EXPECT(lab_until());
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().len, 100);
}

/* RFC 5681 3.1, RFC 3465 2.1 */
TEST(ack__frees_and_grows_the_window)
{
	u32 first = in_flight(10), before = lab.t.cwnd;

	ACK_TO(first + 2 * LAB_MSS);
	EXPECT_EQ(lab.t.snd_una, first + 2 * LAB_MSS);
	EXPECT_EQ(lab.t.cwnd, before + 2 * LAB_MSS);
	EXPECT_EQ(ANP_TCP_CB(skb_rb_first(&lab.t.rtxq))->seq, first + 2 * LAB_MSS);
	EXPECT(lab.events & ANP_TCP_EV_WRITABLE);
}

TEST(ack__in_the_middle_of_a_segment)
{
	u32 first = in_flight(2);

	ACK_TO(first + 100);
	/* Cut only when it has to be sent again. */
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, first + 100);
}

TEST(ack__of_data_but_not_of_its_fin)
{
	struct seg s;
	u32 first;

	lab_to(TCP_ESTABLISHED);
	lab.t.cork = 1;
	first = LAB_SND_NXT;
	lab_write(100);
	anp_tcp_shutdown(&lab.t, lab.now);
	s = lab_sent();
	EXPECT_EQ(s.len, 100);
	EXPECT(s.flags & ANP_TCP_FIN);
	ACK_TO(first + 100);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT1);
	lab_pass(lab_until());
	s = lab_sent();
	EXPECT_EQ(s.seq, first + 100);
	EXPECT_EQ(s.len, 0);
	EXPECT(s.flags & ANP_TCP_FIN);
	ACK_TO(first + 101);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT2);
}

/* RFC 5681 2, RFC 5681 3.2 */
TEST(recovery__three_duplicates_send_again)
{
	u32 first = in_flight(10), flight = 10 * LAB_MSS, i;
	struct seg s;

	for (i = 0; i < 2; i++)
		ACK_TO(first);
	while (!lab_silent())
		EXPECT(lab_sent().seq != first);
	ACK_TO(first);
	s = lab_sent();
	EXPECT_EQ(s.seq, first);
	EXPECT_EQ(s.len, LAB_MSS);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	/* RFC 5681 equation 4 */
	EXPECT_EQ(lab.t.ssthresh, flight / 2);
}

/* What could not be trimmed for want of memory may be in pieces when it can. */
TEST(recovery__pieces_below_the_acknowledged_are_dropped)
{
	u32 first, i;
	struct seg s;

	lab_to(TCP_ESTABLISHED);
	first = LAB_SND_NXT;
	lab.t.cwnd = 4 * LAB_MSS;
	lab_write(4 * LAB_MSS);
	EXPECT_EQ(lab_sent().len, 4 * LAB_MSS);
	ACK_TO(first + 3 * LAB_MSS);
	EXPECT(anp_tcp_rtx_split(&lab.t, skb_rb_first(&lab.t.rtxq), LAB_MSS));
	for (i = 0; i < 3; i++)
		ACK_TO(first + 3 * LAB_MSS);
	s = lab_sent();
	EXPECT_EQ(s.seq, first + 3 * LAB_MSS);
	EXPECT_EQ(s.len, LAB_MSS);
}

TEST(recovery__limited_transmit)
{
	u32 first = in_flight(10), i;

	/* RFC 3042: each of the first two duplicates lets a new segment out. */
	for (i = 0; i < 2; i++)
		lab_write(LAB_MSS);
	EXPECT(lab_silent());
	ACK_TO(first);
	EXPECT_EQ(lab_sent().seq, first + 10 * LAB_MSS);
	EXPECT(lab_silent());
	ACK_TO(first);
	EXPECT_EQ(lab_sent().seq, first + 11 * LAB_MSS);
}

TEST(recovery__partial_ack_sends_the_next_hole)
{
	u32 first = in_flight(10), i;

	for (i = 0; i < 3; i++)
		ACK_TO(first);
	EXPECT_EQ(lab_sent().seq, first);
	/* RFC 6582 3.2 step 3 */
	ACK_TO(first + 3 * LAB_MSS);
	EXPECT_EQ(lab_sent().seq, first + 3 * LAB_MSS);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	ACK_TO(first + 10 * LAB_MSS);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, lab.t.ssthresh);
}

/* RFC 5681 2 */
TEST(recovery__a_window_update_is_no_duplicate)
{
	u32 first = in_flight(10), i;

	for (i = 1; i <= 5; i++)
		RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = first, .wnd = LAB_WND + i);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
}

/* RFC 5681 3.1 */
TEST(recovery__timeout_starts_over)
{
	u32 first = in_flight(10);

	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().seq, first);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.cwnd, LAB_MSS);
	EXPECT_EQ(lab.t.ssthresh, 5 * LAB_MSS);
	/* Slow start from one segment, over what is marked lost. */
	ACK_TO(first + LAB_MSS);
	EXPECT_EQ(lab_sent().seq, first + LAB_MSS);
	EXPECT_EQ(lab_sent().seq, first + 2 * LAB_MSS);
	EXPECT(lab_silent());
}

/* RFC 6298 3 */
TEST(recovery__karn_takes_no_sample)
{
	u32 first = in_flight(2), srtt = lab.t.srtt;

	lab_pass(lab_until());
	lab_sent();
	lab_pass(50000);
	ACK_TO(first + 2 * LAB_MSS);
	EXPECT_EQ(lab.t.srtt, srtt);
}

TEST(recovery__backoff_stays_until_a_sample)
{
	u32 first = in_flight(2);

	lab_pass(lab_until());
	lab_sent();
	EXPECT_EQ(lab.t.backoff, 1);
	/* RFC 6298 5: or a path slower than the RTO would time out for ever. */
	ACK_TO(first + LAB_MSS);
	EXPECT_EQ(lab.t.backoff, 1);
	lab_sent();
	ACK_TO(first + 2 * LAB_MSS);
	EXPECT_EQ(lab.t.backoff, 1);
	lab_write(LAB_MSS);
	lab_sent();
	ACK_ALL();
	EXPECT_EQ(lab.t.backoff, 0);
}

/* RFC 5681 4.1 */
TEST(idle__restarts_from_the_initial_window)
{
	u32 sent = 0;

	in_flight(10);
	ACK_ALL();
	lab.t.cwnd = 100 * LAB_MSS;
	lab_pass(5000000);
	lab.t.gso_max = 65000;
	lab_write(15 * LAB_MSS);
	while (!lab_silent())
		sent += lab_sent().len;
	EXPECT_EQ(sent, 10 * LAB_MSS);
}

TEST(mtu__what_was_too_big_goes_again_smaller)
{
	u32 first = in_flight(3), len = 0;

	anp_tcp_mss_changed(&lab.t, 1000, lab.now);
	EXPECT_EQ(lab.t.mss, 1000);
	while (!lab_silent()) {
		struct seg s = lab_sent();

		EXPECT_EQ(s.seq, first + len);
		EXPECT((s.gso_size ?: s.len) <= 1000);
		len += s.len;
	}
	EXPECT(len >= 1000);
	/* No sign of congestion: RFC 1191 6.5. */
	EXPECT(lab.t.ssthresh > 10 * LAB_MSS);
}

TEST(mtu__a_lie_does_not_make_crumbs)
{
	in_flight(1);
	anp_tcp_mss_changed(&lab.t, 1, lab.now);
	EXPECT_EQ(lab.t.mss, ANP_TCP_MSS_MIN);
	while (!lab_silent()) {
		struct seg s = lab_sent();

		EXPECT((s.gso_size ?: s.len) <= ANP_TCP_MSS_MIN);
	}
}
