// SPDX-License-Identifier: GPL-2.0
/*
 * DCTCP (RFC 8257): the sender's estimate, the receiver's exact echo (dctcp.c, ecn.c).
 */
#include <linux/inet_diag.h>
#include <math.h>
#include "unit.h"

#define DATA(field) RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, \
			.len = 100, .ecn = (field))

static const u8 mss_opt[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255 };

static struct anp_tcb *begin(void)
{
	anp_tcp_set_cong(&lab.t, &anp_tcp_dctcp, lab.now);
	lab.p.ecn = ANP_TCP_ECN_NEEDED;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN | ANP_TCP_ECE | ANP_TCP_CWR);
	lab_pass(1000);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_ECE, .seq = LAB_IRS, .ack = LAB_ISS + 1,
	    .opts = mss_opt, .optlen = 4);
	lab_sent();
	EXPECT(lab.t.ecn_ok);
	return &lab.t;
}

static double alpha(const struct anp_tcb *t)
{
	union tcp_cc_info info;

	EXPECT_EQ(t->cong->get_info(t, &info), sizeof(info.dctcp));
	EXPECT_EQ(info.dctcp.dctcp_enabled, 1);
	return info.dctcp.dctcp_alpha / 1024.0;
}

/* A window of twenty ACKs, @marked of them with ECE. */
static void window(struct anp_tcb *t, u32 marked)
{
	u32 i;

	t->snd_nxt = t->snd_una + 20 * LAB_MSS;
	for (i = 0; i < 20; i++) {
		struct anp_tcp_ack_sample s = { .acked = LAB_MSS, .ece = i < marked };

		t->snd_una += LAB_MSS;
		t->cong->acked(t, &s);
	}
}

/* RFC 8257 3.3 and RFC 8257 4.2 */
TEST(dctcp__alpha_is_the_average_of_what_was_marked)
{
	static const u8 marked[] = { 20, 0, 0, 10, 10, 10, 5, 1, 0, 0, 20, 3 };
	struct anp_tcb *t = begin();
	double want = 1;
	u32 i, round;

	EXPECT_EQ(alpha(t), 1);
	window(t, 0);
	for (round = 0; round < 40; round++) {
		for (i = 0; i < ARRAY_SIZE(marked); i++) {
			/* RFC 8257 3.3 step 6; a window ends with the first ACK behind it. */
			double before = alpha(t), after;

			window(t, marked[i]);
			after = alpha(t);
			want = before * 15 / 16;
			EXPECT(after >= want - 0.01 && after <= want + 1 / 16.0 + 0.01);
		}
	}
	for (i = 0; i < 200; i++)
		window(t, 5);
	EXPECT(fabs(alpha(t) - 0.25) < 0.02);
	for (i = 0; i < 200; i++)
		window(t, 0);
	EXPECT(alpha(t) < 0.002);
	t->cwnd = 100 * LAB_MSS;
	EXPECT_EQ(t->cong->ssthresh_ecn(t) / LAB_MSS, 99);
}

TEST(dctcp__cuts_by_half_of_alpha)
{
	struct anp_tcb *t = begin();
	u32 i;

	t->cwnd = 100 * LAB_MSS;
	EXPECT_EQ(t->cong->ssthresh_ecn(t), 50 * LAB_MSS);
	for (i = 0; i < 300; i++)
		window(t, 10);
	EXPECT(fabs((double)t->cong->ssthresh_ecn(t) / LAB_MSS - 75) < 1);
	/* RFC 8257 3.4: a loss is no mark. */
	t->snd_nxt = t->snd_una + 100 * LAB_MSS;
	EXPECT_EQ(t->cong->ssthresh(t), 50 * LAB_MSS);
	t->snd_nxt = t->snd_una;
}

/* RFC 8257 3.2 */
TEST(dctcp__each_ack_says_what_it_acknowledges)
{
	begin();
	lab.t.quickack = 0;
	lab.t.rcv_mss = LAB_MSS;
	DATA(ANP_TCP_ECT0);
	EXPECT(lab_silent());
	/* The ACK held back is for what came unmarked; it goes before the mark is told of. */
	DATA(ANP_TCP_CE);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
	lab.t.quickack = 0;
	DATA(ANP_TCP_CE);
	EXPECT(lab_silent());
	lab_pass(lab_until());
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
	DATA(ANP_TCP_CE);
	EXPECT(lab_silent());
	DATA(ANP_TCP_ECT0);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
	/* CWR means nothing here. */
	DATA(ANP_TCP_CE);
	lab_sent();
	lab.t.quickack = 10;
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_CWR, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 100,
	    .ecn = ANP_TCP_CE);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK | ANP_TCP_ECE);
}

TEST(dctcp__all_it_sends_is_capable)
{
	u32 first, i;

	begin();
	first = LAB_SND_NXT;
	lab.t.gso_max = LAB_MSS;
	for (i = 0; i < 10; i++) {
		lab_write(LAB_MSS);
		EXPECT_EQ(lab_sent().ecn, ANP_TCP_ECT0);
	}
	for (i = 0; i < 3; i++)
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = first);
	EXPECT_EQ(lab_sent().ecn, ANP_TCP_ECT0);
	lab.t.quickack = 10;
	DATA(ANP_TCP_ECT0);
	EXPECT_EQ(lab_sent().ecn, ANP_TCP_ECT0);
}

TEST(dctcp__without_ecn_it_is_reno)
{
	union tcp_cc_info info;

	anp_tcp_set_cong(&lab.t, &anp_tcp_dctcp, lab.now);
	lab_to(TCP_ESTABLISHED);
	EXPECT(!lab.t.ecn_ok);
	EXPECT_EQ(lab.t.cong->get_info(&lab.t, &info), sizeof(info.dctcp));
	EXPECT_EQ(info.dctcp.dctcp_enabled, 0);
	lab_write(LAB_MSS);
	EXPECT_EQ(lab_sent().ecn, 0);
}
