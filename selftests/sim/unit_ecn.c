// SPDX-License-Identifier: GPL-2.0
/*
 * Explicit congestion notification (ecn.c): negotiation, marks and their echo.
 */
#include "unit.h"

#define ACK_TO(n) RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = (n))
#define ECE_TO(n) RCV(.flags = ANP_TCP_ACK | ANP_TCP_ECE, .seq = LAB_RCV_NXT, .ack = (n))
#define DATA(field) RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, \
			.len = 100, .ecn = (field))
#define CWR_DATA(field) RCV(.flags = ANP_TCP_ACK | ANP_TCP_CWR, .seq = LAB_RCV_NXT, \
			    .ack = LAB_SND_NXT, .len = 100, .ecn = (field))
#define BOTH (ANP_TCP_ECE | ANP_TCP_CWR)

static const u8 mss_opt[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255 };

static void syn_out(enum anp_tcp_ecn_mode mode, u8 flags)
{
	struct seg s;

	lab.p.ecn = mode;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | flags);
	/* RFC 3168 6.1.1: a SYN is not ECN-capable. */
	EXPECT_EQ(s.ecn, 0);
}

static void synack_in(u8 flags)
{
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK | flags, .seq = LAB_IRS, .ack = LAB_ISS + 1,
	    .opts = mss_opt, .optlen = 4);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(lab_sent().ecn, 0);
}

/* ESTABLISHED with ECN in use, a round trip of 1 ms. */
static void ecn_on(void)
{
	syn_out(ANP_TCP_ECN_ON, BOTH);
	lab_pass(1000);
	synack_in(ANP_TCP_ECE);
	EXPECT(lab.t.ecn_ok);
	lab_pass(1000);
}

static void write_segs(u32 n)
{
	lab.t.gso_max = LAB_MSS;
	while (n--) {
		struct seg s;

		lab_write(LAB_MSS);
		s = lab_sent();
		EXPECT_EQ(s.len, LAB_MSS);
		EXPECT_EQ(s.ecn, ANP_TCP_ECT0);
	}
}

static void ask(enum anp_tcp_ecn_mode mode, u8 flags, u8 ecn, bool agreed)
{
	struct seg s = { .flags = ANP_TCP_SYN | flags, .seq = LAB_IRS, .ecn = ecn,
			 .opts = mss_opt, .optlen = 4, .wnd = LAB_WND };
	struct sk_buff *skb = lab_skb(&s);
	struct anp_tcp_req req;

	lab.p.ecn = mode;
	anp_tcp_req_init(&req, skb, &lab.p, lab.now);
	kfree_skb(skb);
	EXPECT_EQ(req.ecn_ok, agreed);
	skb = anp_tcp_req_synack(&req, NULL, lab.now);
	s = lab_look(skb);
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK | (agreed ? ANP_TCP_ECE : 0));
	EXPECT_EQ(s.ecn, 0);
}

TEST(ecn__a_listener_agrees_to_both_flags_only)
{
	static const u8 flags[] = { 0, ANP_TCP_ECE, ANP_TCP_CWR, BOTH };
	u32 i, ecn;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		for (ecn = 0; ecn < 4; ecn++) {
			bool both = flags[i] == BOTH;

			ask(ANP_TCP_ECN_OFF, flags[i], ecn, false);
			ask(ANP_TCP_ECN_PASSIVE, flags[i], ecn, both && !ecn);
			ask(ANP_TCP_ECN_ON, flags[i], ecn, both && !ecn);
			ask(ANP_TCP_ECN_NEEDED, flags[i], ecn, both);
		}
	}
}

TEST(ecn__is_not_offered_when_off_or_passive)
{
	syn_out(ANP_TCP_ECN_PASSIVE, 0);
	/* RFC 3168 6.1.1: nobody may agree to what was not offered. */
	synack_in(ANP_TCP_ECE);
	EXPECT(!lab.t.ecn_ok);
	lab_write(100);
	EXPECT_EQ(lab_sent().ecn, 0);
}

TEST(ecn__a_syn_ack_with_both_flags_is_a_no)
{
	syn_out(ANP_TCP_ECN_ON, BOTH);
	synack_in(BOTH);
	EXPECT(!lab.t.ecn_ok);
}

TEST(ecn__a_syn_ack_without_flags_is_a_no)
{
	syn_out(ANP_TCP_ECN_ON, BOTH);
	synack_in(0);
	EXPECT(!lab.t.ecn_ok);
}

/* RFC 3168 6.1.1.1 */
TEST(ecn__a_lost_syn_is_sent_again_without)
{
	syn_out(ANP_TCP_ECN_ON, BOTH);
	lab_pass(1500000);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN);
	/* Whichever of the two it answers. */
	synack_in(ANP_TCP_ECE);
	EXPECT(!lab.t.ecn_ok);
}

TEST(ecn__simultaneous_open_agrees_by_the_syns)
{
	struct seg s;

	syn_out(ANP_TCP_ECN_ON, BOTH);
	RCV(.flags = ANP_TCP_SYN | BOTH, .seq = LAB_IRS, .opts = mss_opt, .optlen = 4);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_ECE);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_ECE, .seq = LAB_IRS, .ack = LAB_ISS + 1,
	    .opts = mss_opt, .optlen = 4);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT(lab.t.ecn_ok);
	EXPECT(!lab.t.cwr);
}

/* RFC 3168 6.1.4 to 6.1.6 */
TEST(ecn__only_new_data_is_capable)
{
	u32 first, i;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(10);
	for (i = 0; i < 3; i++)
		ACK_TO(first);
	EXPECT_EQ(lab_sent().ecn, 0);
	/* A pure ACK. */
	DATA(0);
	DATA(0);
	EXPECT_EQ(lab_sent().ecn, 0);
	ACK_TO(LAB_SND_NXT);
	/* A probe of a closed window. */
	DATA(0);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 1);
	while (!lab_silent())
		lab_sent();
	lab_write(LAB_MSS);
	EXPECT(lab_silent());
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().ecn, 0);
}

/* RFC 3168 6.1.2 */
TEST(ecn__an_echo_cuts_the_window_once_a_round_trip)
{
	u32 first, i;
	struct seg s;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(10);
	for (i = 1; i <= 7; i++)
		ECE_TO(first + i * LAB_MSS);
	/* RFC 8511 3.1, of the nine in flight behind the first ACK. */
	EXPECT_EQ(lab.t.ssthresh, 4 * 9 * LAB_MSS / 5);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ECN_REDUCTIONS], 1);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_CWR);
	EXPECT(lab_silent());
	/* CWR on the first new data, and on no other. */
	lab_write(LAB_MSS);
	s = lab_sent();
	EXPECT(s.flags & ANP_TCP_CWR);
	EXPECT_EQ(s.ecn, ANP_TCP_ECT0);
	ACK_TO(first + 9 * LAB_MSS);
	lab_write(LAB_MSS);
	EXPECT(!(lab_sent().flags & ANP_TCP_CWR));
	/* What was sent before the cut says no more; what came behind it, and CWR, does. */
	ECE_TO(first + 10 * LAB_MSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ECN_REDUCTIONS], 1);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, 4 * 9 * LAB_MSS / 5);
	ECE_TO(first + 11 * LAB_MSS);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ECN_REDUCTIONS], 2);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_CWR);
}

/* RFC 9937 6.2: not a pause and then a burst, but four segments for each five that arrive. */
TEST(ecn__the_window_goes_down_with_the_acks)
{
	u32 first, i, sent = 0, last = 0;

	ecn_on();
	lab.t.cwnd = 20 * LAB_MSS;
	lab.t.snd_wnd = 60000;
	first = LAB_SND_NXT;
	write_segs(20);
	for (i = 0; i < 20; i++)
		lab_write(LAB_MSS);
	EXPECT(lab_silent());
	for (i = 1; i <= 20; i++) {
		if (i == 1)
			ECE_TO(first + i * LAB_MSS);
		else
			ACK_TO(first + i * LAB_MSS);
		for (last = 0; !lab_silent(); last++)
			EXPECT_EQ(lab_sent().len, LAB_MSS);
		EXPECT(last <= 1);
		sent += last;
	}
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, 4 * 19 * LAB_MSS / 5);
	EXPECT_EQ(sent, lab.t.cwnd / LAB_MSS);
}

/* A queue of this host that is full is a sign of congestion as good as another, once for a window. */
TEST(cwr__a_full_queue_of_our_own)
{
	lab_to_sack(false);
	lab.t.cwnd = 10 * LAB_MSS;
	lab.full = true;
	lab_write(4 * LAB_MSS);
	lab_write(4 * LAB_MSS);
	lab.full = false;
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_CWR);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_LOCAL_CONGESTION], 1);
	EXPECT(lab.t.ssthresh < 10 * LAB_MSS);
	ACK_TO(LAB_SND_NXT);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, lab.t.ssthresh);
	while (!lab_silent())
		lab_sent();
}

/* RFC 3168 6.1.2: a FIN is no new data, so it cannot have taken CWR to the peer. */
TEST(ecn__an_echo_on_the_ack_of_a_fin_is_no_news)
{
	u32 first;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(2);
	ECE_TO(first + 2 * LAB_MSS);
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
	ECE_TO(LAB_SND_NXT);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT2);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ECN_REDUCTIONS], 1);
}

TEST(ecn__cwr_is_not_sent_again)
{
	u32 first;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(3);
	ECE_TO(first + LAB_MSS);
	lab.t.cwnd = 10 * LAB_MSS;
	lab_write(LAB_MSS);
	EXPECT(lab_sent().flags & ANP_TCP_CWR);
	ACK_TO(first + 3 * LAB_MSS);
	lab_pass(lab_until());
	EXPECT(!(lab_sent().flags & ANP_TCP_CWR));
}

/* RFC 3168 6.1.2: a loss in a window that was cut does not cut it again, nor the other way round. */
TEST(ecn__mark_and_loss_in_one_window_count_once)
{
	u32 first, i, cut;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(10);
	ECE_TO(first + LAB_MSS);
	cut = lab.t.ssthresh;
	for (i = 0; i < 3; i++)
		ACK_TO(first + LAB_MSS);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_RECOVERY);
	EXPECT_EQ(lab.t.ssthresh, cut);
	EXPECT_EQ(lab_sent().seq, first + LAB_MSS);
	ECE_TO(first + 5 * LAB_MSS);
	EXPECT_EQ(lab.t.ssthresh, cut);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ECN_REDUCTIONS], 1);
}

TEST(ecn__a_loss_is_told_of_too)
{
	u32 first, i;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(10);
	for (i = 0; i < 3; i++)
		ACK_TO(first);
	EXPECT(!(lab_sent().flags & ANP_TCP_CWR));
	ACK_TO(first + 10 * LAB_MSS);
	lab_write(LAB_MSS);
	EXPECT(lab_sent().flags & ANP_TCP_CWR);
}

TEST(ecn__an_echo_without_agreement_means_nothing)
{
	u32 first, cwnd;

	lab_to(TCP_ESTABLISHED);
	first = LAB_SND_NXT;
	lab.t.gso_max = LAB_MSS;
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().ecn, 0);
	cwnd = lab.t.cwnd;
	ECE_TO(first + LAB_MSS);
	EXPECT(lab.t.cwnd >= cwnd);
	DATA(ANP_TCP_CE);
	lab_pass(300000);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
}

/* RFC 3168 6.1.3 */
TEST(ecn__a_mark_is_echoed_until_cwr)
{
	u32 i;

	ecn_on();
	lab.t.quickack = 100;
	DATA(ANP_TCP_ECT0);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	EXPECT(lab.t.ecn_seen);
	DATA(ANP_TCP_CE);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
		DATA(ANP_TCP_ECT0);
	}
	/* Data carries it like any other ACK. */
	lab_sent();
	lab_write(10);
	EXPECT(lab_sent().flags & ANP_TCP_ECE);
	lab.t.quickack = 100;
	lab.t.pingpong = 0;
	CWR_DATA(ANP_TCP_ECT0);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	/* A mark on the segment with CWR is a new one. */
	DATA(ANP_TCP_CE);
	lab_sent();
	CWR_DATA(ANP_TCP_CE);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
}

TEST(ecn__a_mark_out_of_the_window_is_not_believed)
{
	ecn_on();
	lab.t.quickack = 100;
	DATA(0);
	lab_sent();
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT - 100, .ack = LAB_SND_NXT, .len = 100,
	    .ecn = ANP_TCP_CE);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	EXPECT(!lab.t.ecn_echo);
}

TEST(ecn__a_super_packet_has_cwr_on_its_first_segment)
{
	u32 first;
	struct sk_buff *skb;

	ecn_on();
	first = LAB_SND_NXT;
	write_segs(8);
	ECE_TO(first + 8 * LAB_MSS);
	lab.t.gso_max = 65000;
	lab_write(3 * LAB_MSS);
	skb = skb_peek(&lab.sent);
	EXPECT(skb && tcp_hdr(skb)->cwr);
	EXPECT_EQ(skb_shinfo(skb)->gso_type, SKB_GSO_TCPV4 | SKB_GSO_TCP_ECN);
}
