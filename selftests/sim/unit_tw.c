// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT and orphans in FIN-WAIT-2 on the small object (timewait.c).
 */
#include "unit.h"

static u32 iss;

static enum anp_tcp_verdict rcv(u8 flags, u32 seq, u32 ack, u32 len, u32 tsval)
{
	u8 ts[12] = { 1, 1, 8, 10, tsval >> 24, tsval >> 16, tsval >> 8, tsval, 0, 0, 0, 1 };
	struct seg s = { .flags = flags, .seq = seq, .ack = ack, .len = len, .wnd = 1000,
			 .opts = ts, .optlen = tsval ? 12 : 0 };
	struct sk_buff *skb = lab_skb(&s);
	enum anp_tcp_verdict v = anp_tcp_tw_rcv(&lab.tw, skb, &iss, &anp_tcp_conf_default, lab.now);

	kfree_skb(skb);
	return v;
}

static void make(u8 substate, bool ts)
{
	lab.tw = (struct anp_tcp_tw){
		.rcv_nxt = LAB_IRS, .rcv_wnd = 10000, .snd_nxt = LAB_ISS, .ts_ok = ts,
		.ts_recent = ts ? 500 : 0, .ts_recent_at = lab.now, .substate = substate,
		.deadline = lab.now + ANP_TCP_TIMEWAIT_LEN,
		.sport = cpu_to_be16(LAB_SPORT), .dport = cpu_to_be16(LAB_DPORT),
	};
	lab.now += 10000000;
}

TEST(tw__made_of_the_connection)
{
	u64 before;

	lab_to(TCP_FIN_WAIT2);
	before = lab.now;
	RCV(.flags = ANP_TCP_FIN | ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT(lab.tw_made);
	EXPECT_EQ(lab.tw.substate, TCP_TIME_WAIT);
	EXPECT_EQ(lab.tw.rcv_nxt, LAB_IRS + 2);
	EXPECT_EQ(lab.tw.snd_nxt, LAB_ISS + 2);
	EXPECT_EQ(lab.tw.deadline, before + ANP_TCP_TIMEWAIT_LEN);
	EXPECT_EQ(lab_sent().ack, LAB_IRS + 2);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
}

/* RFC 9293 3.10.7.4 */
TEST(tw__fin_again_is_acked_and_starts_over)
{
	struct seg s;

	make(TCP_TIME_WAIT, false);
	EXPECT_EQ(rcv(ANP_TCP_FIN | ANP_TCP_ACK, LAB_IRS - 1, LAB_ISS, 0, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.deadline, lab.now + ANP_TCP_TIMEWAIT_LEN);
	s = lab_look(anp_tcp_tw_ack(&lab.tw, lab.now));
	EXPECT_EQ(s.flags, ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT_EQ(s.ack, LAB_IRS);
}

TEST(tw__rst_does_not_end_it)
{
	/* RFC 1337 */
	make(TCP_TIME_WAIT, false);
	EXPECT_EQ(rcv(ANP_TCP_RST, LAB_IRS, 0, 0, 0), ANP_TCP_V_DROP);
	EXPECT_EQ(rcv(ANP_TCP_RST | ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 0), ANP_TCP_V_DROP);
}

TEST(tw__bare_ack_is_dropped)
{
	u64 deadline;

	make(TCP_TIME_WAIT, false);
	deadline = lab.tw.deadline;
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 0), ANP_TCP_V_DROP);
	EXPECT_EQ(lab.tw.deadline, deadline);
}

TEST(tw__data_is_acked_but_rarely)
{
	make(TCP_TIME_WAIT, false);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 100, LAB_ISS, 100, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 100, LAB_ISS, 100, 0), ANP_TCP_V_DROP);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ACK_SKIPPED_TIME_WAIT], 1);
	lab.now += anp_tcp_conf_default.invalid_ratelimit * 1000;
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 100, LAB_ISS, 100, 0), ANP_TCP_V_ACK);
}

/* RFC 6191 2 */
TEST(tw__rfc6191_reuse_by_sequence)
{
	make(TCP_TIME_WAIT, false);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS - 10, 0, 0, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS + 1, 0, 0, 0), ANP_TCP_V_SYN);
	/* The new one starts beyond all that the old one sent. */
	EXPECT(seq_gt(iss, LAB_ISS + 65535));
}

/* RFC 6191 2 */
TEST(tw__rfc6191_reuse_by_timestamp)
{
	make(TCP_TIME_WAIT, true);
	/* A later timestamp is enough, an earlier one is not, whatever the number. */
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS - 100000, 0, 0, 501), ANP_TCP_V_SYN);
	make(TCP_TIME_WAIT, true);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS + 100, 0, 0, 499), ANP_TCP_V_ACK);
	make(TCP_TIME_WAIT, true);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS + 100, 0, 0, 500), ANP_TCP_V_SYN);
	make(TCP_TIME_WAIT, true);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS, 0, 0, 500), ANP_TCP_V_ACK);
}

TEST(tw__syn_ack_reuses_nothing)
{
	make(TCP_TIME_WAIT, false);
	EXPECT_EQ(rcv(ANP_TCP_SYN | ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS, 0, 0), ANP_TCP_V_ACK);
}

TEST(tw__old_timestamp_is_challenged)
{
	make(TCP_TIME_WAIT, true);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 400), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.ts_recent, 500);
}

TEST(tw__finwait2_takes_the_fin)
{
	make(TCP_FIN_WAIT2, false);
	EXPECT_EQ(rcv(ANP_TCP_FIN | ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.substate, TCP_TIME_WAIT);
	EXPECT_EQ(lab.tw.rcv_nxt, LAB_IRS + 1);
	EXPECT_EQ(lab.tw.deadline, lab.now + ANP_TCP_TIMEWAIT_LEN);
}

/* RFC 9293 3.6.1 */
TEST(tw__finwait2_resets_data)
{
	make(TCP_FIN_WAIT2, false);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS, LAB_ISS, 10, 0), ANP_TCP_V_RESET);
	EXPECT_EQ(rcv(ANP_TCP_FIN | ANP_TCP_ACK, LAB_IRS, LAB_ISS, 10, 0), ANP_TCP_V_RESET);
}

/* RFC 9293 3.8.4: a keepalive is answered; data that was taken as well. */
TEST(tw__finwait2_answers_what_is_old)
{
	make(TCP_FIN_WAIT2, false);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 1, LAB_ISS, 0, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 10, LAB_ISS, 10, 0), ANP_TCP_V_DROP);
	lab.now += anp_tcp_conf_default.invalid_ratelimit * 1000;
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS - 10, LAB_ISS, 10, 0), ANP_TCP_V_ACK);
	/* A bare ACK of now is not. */
	lab.now += anp_tcp_conf_default.invalid_ratelimit * 1000;
	EXPECT_EQ(rcv(ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 0), ANP_TCP_V_DROP);
	/* Nor does anything here keep it alive. */
	EXPECT(lab.tw.deadline < lab.now + ANP_TCP_TIMEWAIT_LEN - 10000000);
}

/* RFC 5961 4.2 */
TEST(tw__finwait2_syn)
{
	make(TCP_FIN_WAIT2, true);
	EXPECT_EQ(rcv(ANP_TCP_SYN, LAB_IRS + 100, 0, 0, 600), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.substate, TCP_FIN_WAIT2);
	EXPECT_EQ(lab.tw.ts_recent, 500);
}

TEST(tw__finwait2_old_timestamp)
{
	make(TCP_FIN_WAIT2, true);
	EXPECT_EQ(rcv(ANP_TCP_FIN | ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 499), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.substate, TCP_FIN_WAIT2);
	EXPECT_EQ(rcv(ANP_TCP_FIN | ANP_TCP_ACK, LAB_IRS, LAB_ISS, 0, 501), ANP_TCP_V_ACK);
	EXPECT_EQ(lab.tw.substate, TCP_TIME_WAIT);
	EXPECT_EQ(lab.tw.ts_recent, 501);
}

TEST(tw__finwait2_rst)
{
	make(TCP_FIN_WAIT2, false);
	EXPECT_EQ(rcv(ANP_TCP_RST, LAB_IRS - 1, 0, 0, 0), ANP_TCP_V_DROP);
	/* RFC 5961 3.2 */
	EXPECT_EQ(rcv(ANP_TCP_RST, LAB_IRS + 5, 0, 0, 0), ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(ANP_TCP_RST, LAB_IRS, 0, 0, 0), ANP_TCP_V_KILL);
}
