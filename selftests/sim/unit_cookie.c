// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (cookie.c): what they carry, how long they are good, and that nobody guesses one.
 */
#include "unit.h"

#define MINUTE 60000000ull

static const struct anp_tcp_cookie_key key = { { { { 1, 2 } }, { { 3, 4 } } } };
static struct anp_tcp_flow flow;

static void make_syn(struct anp_tcp_req *req, const u8 *opts, u8 optlen)
{
	struct seg syn = { .flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = 1000, .opts = opts,
			   .optlen = optlen };
	struct sk_buff *skb = lab_skb(&syn);

	flow = (struct anp_tcp_flow){ 1, 2, 3, 4 };
	lab.p.no_ts = false;
	lab.p.no_wscale = false;
	lab.p.ts_off = 12345678;
	lab.p.rcv_wnd_max = 1 << 20;
	anp_tcp_req_init(req, skb, &lab.p, lab.now);
	kfree_skb(skb);
	anp_tcp_cookie_make(req, &key, &flow, lab.now);
}

/* The ACK of @cookie with the timestamp echo @tsecr, 0: without timestamps. */
static bool rcv(struct anp_tcp_req *req, u32 irs, u32 cookie, u32 tsecr, u8 flags)
{
	u8 ts[12] = { 1, 1, 8, 10, 0, 0, 0, 77, tsecr >> 24, tsecr >> 16, tsecr >> 8, tsecr };
	struct seg s = { .flags = flags, .seq = irs + 1, .ack = cookie + 1, .wnd = 900,
			 .opts = ts, .optlen = tsecr ? 12 : 0 };
	struct sk_buff *skb = lab_skb(&s);
	bool ok = anp_tcp_cookie_rcv(req, skb, &key, &flow, &lab.p, lab.now);

	kfree_skb(skb);
	return ok;
}

static u16 mss_of(u16 mss)
{
	const u8 opts[] = { 2, 4, mss >> 8, mss & 255 };
	struct anp_tcp_req req, back;

	make_syn(&req, opts, sizeof(opts));
	EXPECT(rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	EXPECT_EQ(back.irs, LAB_IRS);
	EXPECT_EQ(back.iss, req.iss);
	EXPECT(!back.ts_ok && !back.wscale_ok && !back.sack_ok);
	return back.mss_peer;
}

TEST(cookie__mss)
{
	EXPECT_EQ(mss_of(1460), 1460);
	EXPECT_EQ(mss_of(9000), 1460);
	EXPECT_EQ(mss_of(1459), 1440);
	EXPECT_EQ(mss_of(1300), 1300);
	EXPECT_EQ(mss_of(600), 536);
	EXPECT_EQ(mss_of(100), 536);
}

static void options(u8 wscale, bool sack)
{
	const u8 opts[] = { 2, 4, 5, 0xb4, sack ? 4 : 1, sack ? 2 : 1, 8, 10, 0, 0, 0, 50, 0, 0, 0,
			    0, wscale < 15 ? 3 : 1, wscale < 15 ? 3 : 1, wscale < 15 ? wscale : 1,
			    1 };
	struct anp_tcp_req req, back;
	struct seg s;

	make_syn(&req, opts, sizeof(opts));
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	EXPECT(s.syn.ts_ok);
	EXPECT_EQ(s.syn.sack_ok, sack);
	EXPECT_EQ(s.syn.wscale_ok, wscale < 15);
	/* Not later than the clock, or the next segment would be an old one (RFC 7323 5.3). */
	EXPECT(seq_leq(s.syn.tsval, anp_tcp_ts_clock(lab.now, lab.p.ts_off)));
	EXPECT(seq_gt(s.syn.tsval + 64, anp_tcp_ts_clock(lab.now, lab.p.ts_off)));
	lab.now += MINUTE / 2;
	EXPECT(rcv(&back, LAB_IRS, s.seq, s.syn.tsval, ANP_TCP_ACK));
	EXPECT(back.ts_ok);
	EXPECT_EQ(back.ts_recent, 77);
	EXPECT_EQ(back.sack_ok, sack);
	EXPECT_EQ(back.wscale_ok, wscale < 15);
	EXPECT_EQ(back.snd_wscale, wscale < 15 ? wscale : 0);
	EXPECT_EQ(back.rcv_wscale, req.rcv_wscale);
	EXPECT_EQ(back.rcv_wnd, req.rcv_wnd);
}

TEST(cookie__options_in_the_timestamp)
{
	u8 wscale;

	for (wscale = 0; wscale <= 15; wscale++) {
		options(wscale, false);
		options(wscale, true);
		lab.now += 37001;
	}
}

/* RFC 3168 6.1.1: what the SYN-ACK has agreed to is kept, if there are timestamps to keep it in. */
TEST(cookie__ecn)
{
	static const u8 opts[] = { 1, 1, 8, 10, 0, 0, 0, 50, 0, 0, 0, 0 };
	struct anp_tcp_req req, back;
	u32 tsval;

	make_syn(&req, opts, sizeof(opts));
	req.ecn_ok = 1;
	anp_tcp_cookie_make(&req, &key, &flow, lab.now);
	EXPECT(req.ecn_ok);
	tsval = lab_look(anp_tcp_req_synack(&req, NULL, lab.now)).syn.tsval;
	lab.p.ecn = ANP_TCP_ECN_PASSIVE;
	EXPECT(rcv(&back, LAB_IRS, req.iss, tsval, ANP_TCP_ACK));
	EXPECT(back.ecn_ok);
	lab.p.ecn = ANP_TCP_ECN_OFF;
	EXPECT(rcv(&back, LAB_IRS, req.iss, tsval, ANP_TCP_ACK));
	EXPECT(!back.ecn_ok);
	req.ts_ok = 0;
	anp_tcp_cookie_make(&req, &key, &flow, lab.now);
	EXPECT(!req.ecn_ok);
}

TEST(cookie__nothing_without_timestamps)
{
	static const u8 opts[] = { 4, 2, 3, 3, 7, 1, 1, 1 };
	struct anp_tcp_req req;
	struct seg s;

	make_syn(&req, opts, sizeof(opts));
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	EXPECT(!s.syn.sack_ok && !s.syn.wscale_ok && !s.syn.ts_ok);
}

TEST(cookie__grows_old)
{
	struct anp_tcp_req req, back;

	lab.now = 100 * MINUTE;
	make_syn(&req, NULL, 0);
	lab.now += 2 * MINUTE - 1;
	EXPECT(rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	lab.now++;
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	/* The count has 8 bits. */
	lab.now = 356 * MINUTE;
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
}

TEST(cookie__of_another_connection)
{
	struct anp_tcp_req req, back;

	make_syn(&req, NULL, 0);
	EXPECT(!rcv(&back, LAB_IRS + 1, req.iss, 0, ANP_TCP_ACK));
	EXPECT(!rcv(&back, LAB_IRS + 2, req.iss, 0, ANP_TCP_ACK));
	EXPECT(!rcv(&back, LAB_IRS, req.iss + 1, 0, ANP_TCP_ACK) || back.mss_peer != 536);
	flow.fport++;
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	flow.fport--;
	flow.faddr++;
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	flow.faddr--;
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK | ANP_TCP_SYN));
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK | ANP_TCP_RST));
	EXPECT(!rcv(&back, LAB_IRS, req.iss, 0, 0));
	EXPECT(rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK | ANP_TCP_FIN | ANP_TCP_PSH));
}

TEST(cookie__options_that_are_off_by_now)
{
	static const u8 opts[] = { 4, 2, 8, 10, 0, 0, 0, 50, 0, 0, 0, 0, 1, 3, 3, 7 };
	struct anp_tcp_req req, back;
	struct seg s;

	make_syn(&req, opts, sizeof(opts));
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	lab.p.no_sack = true;
	EXPECT(!rcv(&back, LAB_IRS, s.seq, s.syn.tsval, ANP_TCP_ACK));
	lab.p.no_sack = false;
	lab.p.no_wscale = true;
	EXPECT(!rcv(&back, LAB_IRS, s.seq, s.syn.tsval, ANP_TCP_ACK));
	lab.p.no_wscale = false;
	lab.p.no_ts = true;
	EXPECT(!rcv(&back, LAB_IRS, s.seq, s.syn.tsval, ANP_TCP_ACK));
	lab.p.no_ts = false;
	EXPECT(rcv(&back, LAB_IRS, s.seq, s.syn.tsval, ANP_TCP_ACK));
}

/* Of the largest index there are others below: what follows on the ACK must not pass for them. */
TEST(cookie__of_a_later_segment)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	struct anp_tcp_req req, back;
	u32 i;

	make_syn(&req, opts, sizeof(opts));
	EXPECT(rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	for (i = 1; i < 5; i++)
		EXPECT(!rcv(&back, LAB_IRS + i, req.iss, 0, ANP_TCP_ACK));
}

TEST(cookie__guesses)
{
	struct anp_tcp_req req, back;
	u32 i, guess = 1, hits = 0;

	make_syn(&req, NULL, 0);
	for (i = 0; i < 200000; i++) {
		guess = guess * 1664525 + 1013904223;
		hits += rcv(&back, LAB_IRS + guess % 7, guess, i % 3 ? guess : 0, ANP_TCP_ACK);
	}
	/* One in two millions is. */
	EXPECT(hits <= 3);
}

TEST(cookie__child_takes_no_sample)
{
	struct anp_tcp_req req, back;

	make_syn(&req, NULL, 0);
	lab.now += 40 * 1000000;
	EXPECT(rcv(&back, LAB_IRS, req.iss, 0, ANP_TCP_ACK));
	anp_tcp_open_passive(&lab.t, &back, &lab.p, lab.now);
	EXPECT_EQ(lab.t.srtt, 0);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = back.iss + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(lab.t.rto, ANP_TCP_RTO_INIT);
}
