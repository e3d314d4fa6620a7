// SPDX-License-Identifier: GPL-2.0
/*
 * Connections at rest (park.c).
 */
#include "unit.h"

#define SEC 1000000ull

/* Some questions and answers. */
static void talk(void)
{
	int i;

	for (i = 0; i < 20; i++) {
		lab_write(100);
		lab_sent();
		lab.now += 2000;
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 200);
		lab_read(200);
		lab_pass(300000);
		while (!lab_silent())
			lab_sent();
	}
}

static struct tcp_info look(void)
{
	struct tcp_info info;

	anp_tcp_get_info(&lab.t, false, &info, lab.now);
	return info;
}

TEST(park__a_quarter_of_its_size)
{
	EXPECT(sizeof(struct anp_tcp_parked) * 4 <= sizeof(struct anp_tcb));
}

TEST(park__what_has_just_begun)
{
	lab_to(TCP_ESTABLISHED);
	lab_pass(SEC);
	EXPECT(lab_rest(10 * SEC));
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	talk();
}

/* All that TCP_INFO tells is as it was, but for the ages. */
TEST(park__tells_the_same)
{
	struct tcp_info before, after;

	lab_to_sack(false);
	talk();
	before = look();
	EXPECT(lab_rest(0));
	after = look();
	EXPECT(!memcmp(&before, &after, sizeof(before)));
	EXPECT(before.tcpi_bytes_sent && before.tcpi_rtt && before.tcpi_snd_cwnd);
}

TEST(park__goes_on_where_it_was)
{
	struct seg s;
	u32 nxt;

	lab_to(TCP_ESTABLISHED);
	talk();
	nxt = LAB_SND_NXT;
	EXPECT(lab_rest(100 * SEC));
	EXPECT_EQ(lab_until(), 0);
	lab_write(10);
	s = lab_sent();
	EXPECT_EQ(s.seq, nxt);
	EXPECT_EQ(s.len, 10);
	EXPECT(lab_until() > 0);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 5);
	EXPECT_EQ(lab.t.snd_una, LAB_SND_NXT);
	EXPECT_EQ(lab.t.copied_seq + 5, LAB_RCV_NXT);
}

/* The window is still halved for each RTO of the time (RFC 5681 4.1). */
TEST(park__idle_time_counts)
{
	u32 cwnd;

	lab_to(TCP_ESTABLISHED);
	talk();
	lab.t.cwnd = 100 * LAB_MSS;
	EXPECT(lab_rest(3600 * SEC));
	EXPECT_EQ(lab.t.cwnd, 100 * LAB_MSS);
	lab_write(10);
	lab_sent();
	cwnd = lab.t.cwnd;
	EXPECT(cwnd <= 10 * LAB_MSS);
}

TEST(park__keepalive_is_due_when_it_was)
{
	u64 until;

	lab_to(TCP_ESTABLISHED);
	lab.t.keepalive = 1;
	anp_tcp_keepalive_changed(&lab.t, lab.now);
	talk();
	until = lab_until();
	EXPECT(until > 7000 * SEC);
	EXPECT(lab_rest(1000 * SEC));
	EXPECT_EQ(lab_until(), until - 1000 * SEC);
	lab_pass(until);
	EXPECT_EQ(lab_sent().len, 0);
}

TEST(park__not_with_something_under_way)
{
	lab_to(TCP_ESTABLISHED);
	lab_pass(SEC);
	/* in flight */
	lab_write(10);
	EXPECT(!lab_rest(0));
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab_pass(SEC);
	/* to be read */
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	lab_pass(SEC);
	EXPECT(!lab_rest(0));
	lab_read(10);
	/* out of order */
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT + 10, .ack = LAB_SND_NXT, .len = 10);
	EXPECT(!lab_rest(0));
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	lab_read(20);
	lab_pass(SEC);
	while (!lab_silent())
		lab_sent();
}

TEST(park__half_closed)
{
	lab_to(TCP_ESTABLISHED);
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_FIN, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab_sent();
	EXPECT(lab_rest(SEC));
	EXPECT_EQ(lab.t.state, TCP_CLOSE_WAIT);
	EXPECT_EQ(lab.t.copied_seq + 1, LAB_RCV_NXT);
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT(lab_sent().flags & ANP_TCP_FIN);
}

/* What has learnt more than there is room for keeps all of it. */
TEST(park__not_with_more_to_remember)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.keep_idle = 30000;
	EXPECT(!lab_rest(0));
	EXPECT_EQ(lab.t.keep_idle, 30000);
	lab.t.keep_idle = 0;
	lab.t.reord_seen = 1;
	EXPECT(!lab_rest(0));
	lab.t.reord_seen = 0;
	anp_tcp_set_cong(&lab.t, &anp_tcp_cubic, lab.now);
	EXPECT(lab_rest(SEC));
	/* A loss: W_max is worth keeping (RFC 9438 4.6). */
	lab.t.cong->ssthresh(&lab.t);
	EXPECT(!lab_rest(SEC));
}
