// SPDX-License-Identifier: GPL-2.0
/*
 * How the receive buffer follows what the program reads in a round trip (rcvbuf.c).
 */
#include "unit.h"

#define RTT 20000

/* A round trip: @n segments arrive, the program reads them, the ACKs are looked at. */
static void trip(u32 n)
{
	lab.now += RTT;
	while (n--) {
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = LAB_MSS);
		lab_read(LAB_MSS);
	}
	while (!lab_silent())
		lab_sent();
}

static void start(void)
{
	lab_to(TCP_ESTABLISHED);
	lab.t.rcv_wnd_max = 1 << 20;
}

TEST(rcvbuf__follows_slow_start)
{
	u32 n;

	start();
	for (n = 10; n <= 80; n *= 2)
		trip(n);
	/* Room for what was read, twice for loss and twice for growth. */
	EXPECT(lab.grown >= 4 * 40 * LAB_MSS);
	EXPECT(lab.t.rcvq_space >= 40 * LAB_MSS);
}

TEST(rcvbuf__is_left_alone_by_a_steady_rate)
{
	int i;

	start();
	/* Known from elsewhere: a window of this rate would take five of these trips. */
	lab.t.rcv_rtt = RTT;
	for (i = 0; i < 50; i++)
		trip(5);
	EXPECT_EQ(lab.grown, 0);
}

TEST(rcvbuf__round_trip_by_the_window)
{
	int i;

	start();
	EXPECT_EQ(lab.t.rcv_rtt, 0);
	for (i = 0; i < 20; i++)
		trip(10);
	/* A window's worth is two of these trips, or a little more. */
	EXPECT(lab.t.rcv_rtt >= RTT && lab.t.rcv_rtt <= 3 * RTT);
}

TEST(rcvbuf__round_trip_by_timestamps)
{
	u32 tsval = 100;
	u8 opts[12] = { 1, 1, 8, 10 };
	int i;

	start();
	lab.t.ts_ok = 1;
	lab.t.ts_recent = tsval;
	lab.t.rcv_mss = 500;
	for (i = 0; i < 50; i++) {
		u32 echo = anp_tcp_ts_clock(lab.now, lab.t.ts_off);

		lab.now += RTT;
		opts[7] = ++tsval;
		opts[8] = echo >> 24;
		opts[9] = echo >> 16;
		opts[10] = echo >> 8;
		opts[11] = echo;
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = LAB_MSS,
		    .opts = opts, .optlen = 12);
		lab_read(LAB_MSS);
	}
	EXPECT(lab.t.rcv_rtt >= RTT - 2000 && lab.t.rcv_rtt <= RTT + 2000);
}

TEST(rcvbuf__never_more_than_the_scale_allows)
{
	u32 n;

	start();
	lab.t.rcv_wnd_max = 100000;
	for (n = 10; n <= 320; n *= 2)
		trip(n);
	EXPECT_EQ(lab.grown, 100000);
}

TEST(rcvbuf__weight_of_small_packets)
{
	int i;

	start();
	EXPECT_EQ(lab.t.rcv_ratio, ANP_TCP_RCV_RATIO);
	for (i = 0; i < 100; i++) {
		lab.now += 2000;
		RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT, .len = 1);
	}
	EXPECT(lab.t.rcv_ratio < 40);
}
