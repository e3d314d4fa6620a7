// SPDX-License-Identifier: GPL-2.0
/*
 * What TCP_INFO tells (info.c).
 */
#include "unit.h"

static struct tcp_info look(void)
{
	struct tcp_info info;

	anp_tcp_get_info(&lab.t, false, &info, lab.now);
	return info;
}

TEST(info__idle_is_not_busy)
{
	lab_to(TCP_ESTABLISHED);
	lab_pass(5 * 1000000);
	EXPECT_EQ(look().tcpi_busy_time, 0);
	EXPECT_EQ(look().tcpi_rwnd_limited, 0);
}

TEST(info__busy_while_unacknowledged)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab.now += 64 * 1024;
	EXPECT_EQ(look().tcpi_busy_time, 64 * 1024);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab.now += 64 * 1024;
	EXPECT_EQ(look().tcpi_busy_time, 64 * 1024);
	EXPECT_EQ(look().tcpi_rwnd_limited, 0);
	EXPECT_EQ(look().tcpi_bytes_acked, 101);
}

TEST(info__window_limited)
{
	lab_to(TCP_ESTABLISHED);
	RCV_RAW(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .wnd = 0);
	/* The window came from the handshake; a newer segment takes it back. */
	lab.t.snd_wnd = 1000;
	lab_write(5000);
	lab.now += 32 * 1024;
	EXPECT_EQ(look().tcpi_rwnd_limited, 32 * 1024);
	EXPECT_EQ(look().tcpi_busy_time, 32 * 1024);
	EXPECT(look().tcpi_notsent_bytes >= 4000);
	/* The window opens: what follows is the network's time. */
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	lab.now += 16 * 1024;
	EXPECT_EQ(look().tcpi_rwnd_limited, 32 * 1024);
	EXPECT_EQ(look().tcpi_busy_time, 48 * 1024);
}

TEST(info__buffer_limited)
{
	lab_to(TCP_ESTABLISHED);
	lab.snd_short = true;
	lab_write(1000);
	lab.now += 8 * 1024;
	EXPECT_EQ(look().tcpi_sndbuf_limited, 8 * 1024);
	EXPECT_EQ(look().tcpi_busy_time, 8 * 1024);
}

TEST(info__what_was_delivered)
{
	u32 una, i;

	lab_to(TCP_SYN_SENT);
	EXPECT_EQ(look().tcpi_delivered, 0);
	lab_reset();
	lab_to_sack(false);
	EXPECT_EQ(look().tcpi_delivered, 1);
	una = lab.t.snd_una;
	for (i = 0; i < 3; i++) {
		lab_write(4 * LAB_MSS);
		while (!lab_silent())
			lab_sent();
	}
	/* In order and not, each once; of a super-packet each segment. */
	SACK(una, { una + 5 * LAB_MSS, una + 7 * LAB_MSS });
	EXPECT_EQ(look().tcpi_delivered, 3);
	SACK(una + LAB_MSS, { una + 5 * LAB_MSS, una + 7 * LAB_MSS });
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = una + 8 * LAB_MSS);
	EXPECT_EQ(look().tcpi_delivered, 9);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	while (!lab_silent())
		lab_sent();
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab.t.snd_una, una + 12 * LAB_MSS);
	EXPECT_EQ(look().tcpi_delivered, 13);
	EXPECT_EQ(look().tcpi_delivered_ce, 0);
	/* What is short counts as much. */
	lab_write(10);
	lab_sent();
	lab.t.ecn_ok = 1;
	RCV(.flags = ANP_TCP_ACK | ANP_TCP_ECE, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(look().tcpi_delivered, 14);
	EXPECT_EQ(look().tcpi_delivered_ce, 1);
}

TEST(info__ages)
{
	lab_to(TCP_ESTABLISHED);
	lab_write(100);
	lab.now += 2048000;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	lab.now += 1024000;
	EXPECT_EQ(look().tcpi_last_data_sent, 3072);
	EXPECT_EQ(look().tcpi_last_data_recv, 1024);
	EXPECT_EQ(look().tcpi_last_ack_recv, 1024);
}

TEST(info__out_of_order_is_counted)
{
	lab_to(TCP_ESTABLISHED);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT + 100, .ack = LAB_SND_NXT, .len = 10);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 10);
	EXPECT_EQ(look().tcpi_rcv_ooopack, 1);
	EXPECT_EQ(look().tcpi_data_segs_in, 2);
}

TEST(info__listener)
{
	struct tcp_info info;

	lab_reset();
	anp_tcp_get_info(&lab.t, true, &info, lab.now);
	EXPECT_EQ(info.tcpi_state, TCP_LISTEN);
	EXPECT_EQ(info.tcpi_rto, 0);
	EXPECT_EQ(info.tcpi_snd_cwnd, 10);
}

TEST(window__clamp)
{
	lab_to(TCP_ESTABLISHED);
	/* What was offered is never taken back; beyond it the clamp counts. */
	lab.t.window_clamp = 5000;
	lab.t.quickack = 16;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = LAB_MSS);
	EXPECT_EQ(lab_sent().wnd, LAB_WND - LAB_MSS);
	while (lab.t.rcv_wup + lab.t.rcv_wnd - LAB_RCV_NXT > 5000) {
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = LAB_MSS);
		lab_read(LAB_MSS);
		while (!lab_silent())
			lab_sent();
	}
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = LAB_MSS);
	lab_read(LAB_MSS);
	EXPECT(lab.t.rcv_wup + lab.t.rcv_wnd - LAB_RCV_NXT <= 5000);
}
