// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data, both directions (urgent.c).
 */
#include "unit.h"

#define U (ANP_TCP_ACK | ANP_TCP_URG)

/* A segment with an urgent pointer, in the field's own meaning: one behind the byte. */
static void urg(u32 at, u32 len, u16 ptr)
{
	struct seg s = { .flags = U, .seq = at, .ack = LAB_SND_NXT, .wnd = LAB_WND, .len = len };
	struct sk_buff *skb = lab_skb(&s);
	u32 i;

	tcp_hdr(skb)->urg_ptr = cpu_to_be16(ptr);
	for (i = 0; i < len; i++)
		((u8 *)tcp_hdr(skb))[20 + i] = 'a' + i;
	anp_tcp_rcv(&lab.t, skb, lab.now);
	while (!lab_silent())
		lab_sent();
}

static u32 start(void)
{
	lab_to(TCP_ESTABLISHED);
	lab.events = 0;
	return LAB_RCV_NXT;
}

/* RFC 6093 6, RFC 9293 3.8.5 */
TEST(urgent__byte_is_found)
{
	u32 at = start();

	urg(at, 5, 3);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_VALID);
	EXPECT_EQ(lab.t.urg_byte, 'c');
	EXPECT_EQ(lab.t.urg_seq, at + 2);
	EXPECT(lab.events & ANP_TCP_EV_URGENT);
	EXPECT(lab.events & ANP_TCP_EV_PRIORITY);
	/* It stays in the stream: what a read leaves out is for the host to say. */
	EXPECT_EQ(LAB_RCV_NXT, at + 5);
}

TEST(urgent__announced_before_it_comes)
{
	u32 at = start();

	urg(at, 0, 4);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_NOTYET);
	EXPECT(lab.events & ANP_TCP_EV_URGENT);
	EXPECT(!(lab.events & ANP_TCP_EV_PRIORITY));
	urg(at, 2, 4);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_NOTYET);
	RCV(.flags = ANP_TCP_ACK, .seq = at + 2, .ack = LAB_SND_NXT, .len = 3);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_VALID);
	EXPECT_EQ(lab.t.urg_seq, at + 3);
	EXPECT(lab.events & ANP_TCP_EV_PRIORITY);
}

TEST(urgent__old_mark_is_ignored)
{
	u32 at = start();

	RCV(.flags = ANP_TCP_ACK, .seq = at, .ack = LAB_SND_NXT, .len = 10);
	urg(at + 10, 0, 0);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_NOTYET);
	lab.t.urg_state = ANP_TCP_URG_NONE;
	/* Points back, to what has come already. */
	urg(at + 5, 6, 2);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_NONE);
}

TEST(urgent__only_a_newer_mark_counts)
{
	u32 at = start();

	urg(at, 5, 3);
	lab.t.urg_state = ANP_TCP_URG_READ;
	lab.events = 0;
	urg(at, 5, 3);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_READ);
	EXPECT(!(lab.events & ANP_TCP_EV_URGENT));
	urg(at + 5, 5, 1);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_VALID);
	EXPECT_EQ(lab.t.urg_seq, at + 5);
}

TEST(urgent__pointer_far_beyond)
{
	u32 at = start();

	urg(at, 1, 65535);
	EXPECT_EQ(lab.t.urg_seq, at + 65534);
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_NOTYET);
}

TEST(urgent__out_of_order)
{
	u32 at = start();

	urg(at + 10, 5, 2);
	EXPECT_EQ(lab.t.urg_byte, 'b');
	EXPECT_EQ(lab.t.urg_state, ANP_TCP_URG_VALID);
	EXPECT_EQ(LAB_RCV_NXT, at);
}

static u16 sent_urg(u8 *flags)
{
	struct sk_buff *skb = __skb_dequeue(&lab.sent);
	u16 ptr;

	EXPECT(skb);
	ptr = be16_to_cpu(tcp_hdr(skb)->urg_ptr);
	*flags = ((u8 *)tcp_hdr(skb))[13];
	kfree_skb(skb);
	return ptr;
}

static void queue_urgent(u32 len)
{
	u32 wnd = lab.t.snd_wnd;

	/* Held back until it is known to be urgent. */
	lab.t.snd_wnd = 0;
	lab_write(len);
	lab.t.snd_wnd = wnd;
	anp_tcp_urgent(&lab.t);
	anp_tcp_push(&lab.t, false, lab.now);
}

TEST(urgent__sent_until_acknowledged)
{
	u8 flags;

	start();
	queue_urgent(5);
	EXPECT_EQ(sent_urg(&flags), 5);
	EXPECT(flags & ANP_TCP_URG);
	/* Nagle does not hold back what is urgent. */
	queue_urgent(1);
	EXPECT_EQ(sent_urg(&flags), 1);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_RCV_NXT, .ack = LAB_SND_NXT);
	EXPECT_EQ(lab.t.urg_out, 0);
	lab_write(10);
	EXPECT_EQ(sent_urg(&flags), 0);
	EXPECT(!(flags & ANP_TCP_URG));
}

TEST(urgent__no_super_packets)
{
	u8 flags;

	start();
	lab_write(100);
	lab_sent();
	queue_urgent(3 * LAB_MSS);
	EXPECT_EQ(sent_urg(&flags), 3 * LAB_MSS);
	EXPECT_EQ(sent_urg(&flags), 2 * LAB_MSS);
	EXPECT_EQ(sent_urg(&flags), LAB_MSS);
}

TEST(urgent__told_through_a_shut_window)
{
	u8 flags;

	start();
	lab.t.snd_wnd = 0;
	queue_urgent(5);
	EXPECT(lab_silent());
	lab_pass(1000000);
	EXPECT_EQ(sent_urg(&flags), 5);
	EXPECT(flags & ANP_TCP_URG);
}
