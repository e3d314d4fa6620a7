// SPDX-License-Identifier: GPL-2.0
/*
 * Requests and the listener: SYN-RECEIVED on a small object (listen.c).
 */
#include "unit.h"

static u8 defer;

static const u8 syn_opts[] = { 2, 4, 4, 0, 4, 2, 8, 10, 0, 0, 0, 50, 0, 0, 0, 0, 1, 3, 3, 5 };
static const u8 ts_49[] = { 1, 1, 8, 10, 0, 0, 0, 49, 0, 0, 0, 1 };
static const u8 ts_60[] = { 1, 1, 8, 10, 0, 0, 0, 60, 0, 0, 0, 1 };

static void make(struct anp_tcp_req *req, const u8 *opts, u8 optlen)
{
	struct seg syn = { .flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = 1000, .opts = opts,
			   .optlen = optlen };
	struct sk_buff *skb = lab_skb(&syn);

	lab.p.no_ts = false;
	lab.p.no_wscale = false;
	anp_tcp_req_init(req, skb, &lab.p, lab.now);
	kfree_skb(skb);
}

static enum anp_tcp_verdict rcv(struct anp_tcp_req *req, u8 flags, u32 seq, u32 ack, u32 len,
				const u8 *ts)
{
	struct seg s = { .flags = flags, .seq = seq, .ack = ack, .len = len, .wnd = 1000,
			 .opts = ts, .optlen = ts ? 12 : 0 };
	struct sk_buff *skb = lab_skb(&s);
	enum anp_tcp_verdict v = anp_tcp_req_rcv(req, skb, defer, &anp_tcp_conf_default, lab.now);

	kfree_skb(skb);
	return v;
}

static enum anp_tcp_verdict listen(u8 flags)
{
	struct seg s = { .flags = flags, .seq = 1, .ack = 2 };
	struct sk_buff *skb = lab_skb(&s);
	enum anp_tcp_verdict v = anp_tcp_listen_rcv(skb);

	kfree_skb(skb);
	return v;
}

/* RFC 9293 3.10.7.2 */
TEST(listen__rfc9293_3_10_7_2)
{
	EXPECT_EQ(listen(ANP_TCP_SYN), ANP_TCP_V_SYNACK);
	EXPECT_EQ(listen(ANP_TCP_SYN | ANP_TCP_PSH | ANP_TCP_URG), ANP_TCP_V_SYNACK);
	EXPECT_EQ(listen(ANP_TCP_RST), ANP_TCP_V_DROP);
	EXPECT_EQ(listen(ANP_TCP_RST | ANP_TCP_SYN), ANP_TCP_V_DROP);
	EXPECT_EQ(listen(ANP_TCP_RST | ANP_TCP_ACK), ANP_TCP_V_DROP);
	EXPECT_EQ(listen(ANP_TCP_ACK), ANP_TCP_V_RESET);
	EXPECT_EQ(listen(ANP_TCP_SYN | ANP_TCP_ACK), ANP_TCP_V_RESET);
	EXPECT_EQ(listen(ANP_TCP_FIN | ANP_TCP_ACK), ANP_TCP_V_RESET);
	EXPECT_EQ(listen(ANP_TCP_FIN), ANP_TCP_V_DROP);
	EXPECT_EQ(listen(0), ANP_TCP_V_DROP);
}

/* RFC 7323 1.3, RFC 7323 2.2 */
TEST(req__takes_what_both_offer)
{
	struct anp_tcp_req req;
	struct seg s;

	make(&req, syn_opts, sizeof(syn_opts));
	EXPECT_EQ(req.mss_peer, 1024);
	EXPECT(req.ts_ok && req.wscale_ok);
	EXPECT_EQ(req.snd_wscale, 5);
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT_EQ(s.ack, LAB_IRS + 1);
	EXPECT_EQ(s.syn.mss, LAB_MSS);
	EXPECT(s.syn.ts_ok && s.syn.wscale_ok);
	EXPECT_EQ(s.syn.tsecr, 50);
}

TEST(req__route_tells_less)
{
	struct anp_tcp_req req;
	struct seg s;

	lab.p.advmss = 700;
	make(&req, syn_opts, sizeof(syn_opts));
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	EXPECT_EQ(s.syn.mss, 700);
	/* It says nothing of what we send. */
	anp_tcp_open_passive(&lab.t, &req, &lab.p, lab.now);
	EXPECT_EQ(lab.t.mss, 1024 - 12);
}

TEST(req__active_open_tells_less)
{
	struct seg s;

	lab.p.advmss = 700;
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	s = lab_sent();
	EXPECT_EQ(s.syn.mss, 700);
}

TEST(req__offers_nothing_the_syn_had_not)
{
	struct anp_tcp_req req;
	struct seg s;

	make(&req, NULL, 0);
	/* RFC 9293 3.7.1 */
	EXPECT_EQ(req.mss_peer, 536);
	s = lab_look(anp_tcp_req_synack(&req, NULL, lab.now));
	EXPECT_EQ(s.syn.mss, LAB_MSS);
	EXPECT(!s.syn.ts_ok && !s.syn.wscale_ok && !s.syn.sack_ok);
}

TEST(req__tiny_mss_is_raised)
{
	static const u8 tiny[] = { 2, 4, 0, 1 };
	struct anp_tcp_req req;

	make(&req, tiny, sizeof(tiny));
	EXPECT_EQ(req.mss_peer, ANP_TCP_MSS_MIN);
}

TEST(req__duplicate_syn)
{
	struct anp_tcp_req req;

	make(&req, syn_opts, sizeof(syn_opts));
	EXPECT_EQ(rcv(&req, ANP_TCP_SYN, LAB_IRS, 0, 0, NULL), ANP_TCP_V_SYNACK);
	/* Another SYN is another connection's: RFC 5961 4.2. */
	EXPECT_EQ(rcv(&req, ANP_TCP_SYN, LAB_IRS + 5, 0, 0, NULL), ANP_TCP_V_ACK);
}

TEST(req__the_handshake_completes)
{
	struct anp_tcp_req req;

	make(&req, syn_opts, sizeof(syn_opts));
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 1, 0, ts_60), ANP_TCP_V_CREATE);
	make(&req, syn_opts, sizeof(syn_opts));
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK | ANP_TCP_FIN, LAB_IRS + 1, LAB_ISS + 1, 100, ts_60),
		  ANP_TCP_V_CREATE);
}

TEST(req__wrong_ack_is_reset)
{
	struct anp_tcp_req req;

	make(&req, NULL, 0);
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS, 0, NULL), ANP_TCP_V_RESET);
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 2, 0, NULL), ANP_TCP_V_RESET);
	EXPECT_EQ(rcv(&req, 0, LAB_IRS + 1, LAB_ISS + 1, 0, NULL), ANP_TCP_V_DROP);
}

TEST(req__outside_the_window)
{
	struct anp_tcp_req req;

	make(&req, NULL, 0);
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 2 + LAB_WND, LAB_ISS + 1, 0, NULL),
		  ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(&req, ANP_TCP_RST, LAB_IRS + 2 + LAB_WND, 0, 0, NULL), ANP_TCP_V_DROP);
	/* RFC 5961 7: no more of these before half a second is over. */
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS, LAB_ISS + 1, 0, NULL), ANP_TCP_V_DROP);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_ACK_SKIPPED_SYN_RECV], 1);
	lab.now += 500000;
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS, LAB_ISS + 1, 0, NULL), ANP_TCP_V_ACK);
}

/* RFC 5961 3.2 */
TEST(req__rst)
{
	struct anp_tcp_req req;

	make(&req, NULL, 0);
	EXPECT_EQ(rcv(&req, ANP_TCP_RST, LAB_IRS + 9, 0, 0, NULL), ANP_TCP_V_ACK);
	EXPECT_EQ(rcv(&req, ANP_TCP_RST, LAB_IRS + 1, 0, 0, NULL), ANP_TCP_V_KILL);
}

TEST(req__old_timestamp)
{
	struct anp_tcp_req req;

	make(&req, syn_opts, sizeof(syn_opts));
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 1, 0, ts_49), ANP_TCP_V_ACK);
}

TEST(req__gives_up)
{
	struct anp_tcp_req req;
	u32 sent = 0;

	make(&req, NULL, 0);
	for (;;) {
		enum anp_tcp_verdict v = anp_tcp_req_timer(&req, 3, 0, ANP_TCP_RTO_MAX, req.deadline - 1);

		EXPECT_EQ(v, ANP_TCP_V_DROP);
		lab.now = req.deadline;
		v = anp_tcp_req_timer(&req, 3, 0, ANP_TCP_RTO_MAX, lab.now);
		if (v == ANP_TCP_V_KILL)
			break;
		EXPECT_EQ(v, ANP_TCP_V_SYNACK);
		EXPECT(req.deadline > lab.now);
		sent++;
	}
	EXPECT_EQ(sent, 3);
}

TEST(req__waits_no_longer_than_is_configured)
{
	struct anp_tcp_req req;
	u32 i;

	make(&req, NULL, 0);
	for (i = 0; i < 5; i++) {
		lab.now = req.deadline;
		EXPECT_EQ(anp_tcp_req_timer(&req, 5, 0, 3000000, lab.now), ANP_TCP_V_SYNACK);
		EXPECT_EQ(req.deadline - lab.now, min_t(u64, 2000000 << i, 3000000));
	}
}

TEST(req__defer_accept_waits_for_data)
{
	struct anp_tcp_req req;

	make(&req, NULL, 0);
	defer = 2;
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 1, 0, NULL), ANP_TCP_V_DROP);
	/* It has acknowledged and need not be asked again ... */
	lab.now = req.deadline;
	EXPECT_EQ(anp_tcp_req_timer(&req, 0, defer, ANP_TCP_RTO_MAX, lab.now), ANP_TCP_V_DROP);
	EXPECT(req.deadline > lab.now);
	/* ... until the time is over: then once, and its ACK makes the connection. */
	lab.now = req.deadline;
	EXPECT_EQ(anp_tcp_req_timer(&req, 0, defer, ANP_TCP_RTO_MAX, lab.now), ANP_TCP_V_SYNACK);
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 1, 0, NULL), ANP_TCP_V_CREATE);
	lab.now = req.deadline;
	EXPECT_EQ(anp_tcp_req_timer(&req, 0, defer, ANP_TCP_RTO_MAX, lab.now), ANP_TCP_V_KILL);

	make(&req, NULL, 0);
	EXPECT_EQ(rcv(&req, ANP_TCP_ACK, LAB_IRS + 1, LAB_ISS + 1, 5, NULL), ANP_TCP_V_CREATE);
	defer = 0;
}

TEST(req__child_goes_on_from_it)
{
	struct anp_tcp_req req;

	make(&req, syn_opts, sizeof(syn_opts));
	anp_tcp_open_passive(&lab.t, &req, &lab.p, lab.now + 5000);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	EXPECT_EQ(lab.t.rcv_nxt, LAB_IRS + 1);
	EXPECT_EQ(lab.t.snd_nxt, LAB_ISS + 1);
	EXPECT_EQ(lab.t.snd_una, LAB_ISS);
	EXPECT_EQ(lab.t.mss, 1024 - 12);
	EXPECT_EQ(lab.t.srtt, 5000);
	EXPECT(lab_until());
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 1, .opts = ts_60,
	    .optlen = 12);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(lab.t.snd_wnd, LAB_WND << 5);
	EXPECT(lab.events & ANP_TCP_EV_CONNECTED);
}
