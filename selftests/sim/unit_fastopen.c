// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open (fastopen.c), both ends: what the SYN carries, what becomes of its data.
 */
#include "unit.h"

static const struct anp_tcp_fo_keys keys = { .key = { { { 1, 2 } }, { { 3, 4 } } }, .n = 2 };
static const struct anp_tcp_flow flow = { 1, 2, 3, 4 };
static struct anp_tcp_foc none = { .len = ANP_TCP_FOC_NONE };

#define COOKIE 34, 10, 1, 2, 3, 4, 5, 6, 7, 8
static const struct anp_tcp_foc cookie = { .len = 8, .val = { 1, 2, 3, 4, 5, 6, 7, 8 } };

/* ---- the client ---- */

/* SYN-SENT: the SYN has gone with @foc and, if it may, @len bytes. */
static struct seg open_with(const struct anp_tcp_foc *foc, u32 len)
{
	anp_tcp_open_defer(&lab.t, &lab.p, lab.now);
	EXPECT(anp_tcp_deferred(&lab.t));
	EXPECT(!lab_until());
	if (len)
		lab_write(len);
	EXPECT(lab_silent());
	EXPECT_EQ(anp_tcp_open_send(&lab.t, foc, lab.now), 0);
	EXPECT(!anp_tcp_deferred(&lab.t));
	EXPECT_EQ(lab.t.state, TCP_SYN_SENT);
	return lab_sent();
}

static void synack(u32 ack, const u8 *opts, u8 optlen)
{
	lab.now += 1000;
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = ack, .opts = opts,
	    .optlen = optlen);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
}

/* RFC 7413 4.1.1 */
TEST(fastopen__asks_for_a_cookie)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4, COOKIE, 1, 1 };
	struct anp_tcp_foc ask = {};
	struct seg s = open_with(&ask, 0);

	EXPECT(s.syn.foc_ok);
	EXPECT_EQ(s.syn.foc.len, 0);
	EXPECT_EQ(s.len, 0);
	synack(LAB_ISS + 1, opts, sizeof(opts));
	EXPECT(lab.fo_learnt && !lab.fo_syn_lost);
	EXPECT_EQ(lab.foc.len, 8);
	EXPECT(!memcmp(lab.foc.val, cookie.val, 8));
	EXPECT(!lab.t.fo_acked);
}

/* RFC 7413 4.2.2 */
TEST(fastopen__data_on_the_syn)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	struct seg s = open_with(&cookie, 100);

	EXPECT_EQ(s.flags, ANP_TCP_SYN);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT_EQ(s.len, 100);
	EXPECT(s.syn.foc_ok && s.syn.foc.len == 8 && !memcmp(s.syn.foc.val, cookie.val, 8));
	synack(LAB_ISS + 101, opts, sizeof(opts));
	EXPECT(lab.t.fo_acked);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_ACTIVE], 1);
	EXPECT_EQ(lab.wmem, 0);
	EXPECT_EQ(lab.t.bytes_acked, 101);
	s = lab_sent();
	EXPECT_EQ(s.seq, LAB_ISS + 101);
	EXPECT(lab_silent());
	EXPECT(lab.fo_learnt);
	EXPECT_EQ(lab.foc.len, 0);
	EXPECT_EQ(lab.t.srtt, 1000);
}

TEST(fastopen__no_cookie_no_option)
{
	struct seg s = open_with(&none, 100);

	EXPECT(!s.syn.foc_ok);
	EXPECT_EQ(s.len, 100);
}

/* The rest waits for the handshake; the MSS is that of an earlier connection. */
TEST(fastopen__no_more_than_fits)
{
	struct seg s;

	lab.p.mss_peer = 500;
	anp_tcp_open_defer(&lab.t, &lab.p, lab.now);
	EXPECT_EQ(anp_tcp_fo_room(&lab.t), 460);
	lab_write(460);
	lab_write(200);
	EXPECT_EQ(anp_tcp_open_send(&lab.t, &cookie, lab.now), 0);
	EXPECT_EQ(lab_sent().len, 460);
	synack(LAB_ISS + 461, NULL, 0);
	s = lab_sent();
	EXPECT_EQ(s.len, 200);
	EXPECT_EQ(s.seq, LAB_ISS + 461);
}

/* The path has become narrower between connect() and the first write. */
TEST(fastopen__narrower_path)
{
	anp_tcp_open_defer(&lab.t, &lab.p, lab.now);
	anp_tcp_mss_changed(&lab.t, 300, lab.now);
	EXPECT_EQ(anp_tcp_fo_room(&lab.t), 260);
}

/* RFC 7413 4.2.2 */
TEST(fastopen__refused_data_goes_again_at_once)
{
	u32 cwnd;
	struct seg s;

	open_with(&cookie, 100);
	synack(LAB_ISS + 1, NULL, 0);
	s = lab_sent();
	EXPECT_EQ(s.seq, LAB_ISS + 1);
	EXPECT_EQ(s.len, 100);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_ACTIVE_FAIL], 1);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_RETRANS_SEGS], 1);
	EXPECT_EQ(lab.t.fo_fail, TFO_DATA_NOT_ACKED);
	EXPECT(!lab.fo_syn_lost);
	EXPECT(lab_until());
	cwnd = lab.t.cwnd;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 101);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT(lab.t.cwnd >= cwnd);
	EXPECT_EQ(lab.wmem, 0);
}

TEST(fastopen__refused_in_part)
{
	struct seg s;

	open_with(&cookie, 100);
	synack(LAB_ISS + 41, NULL, 0);
	s = lab_sent();
	EXPECT_EQ(s.seq, LAB_ISS + 41);
	EXPECT_EQ(s.len, 60);
}

/* RFC 7413 4.1.3.1: the path may not like it; the SYN goes again without. */
TEST(fastopen__lost_syn_goes_again_bare)
{
	struct seg s;

	open_with(&cookie, 100);
	lab_pass(ANP_TCP_RTO_INIT);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN);
	EXPECT_EQ(s.len, 0);
	EXPECT(!s.syn.foc_ok);
	synack(LAB_ISS + 1, NULL, 0);
	EXPECT(lab.fo_syn_lost);
	EXPECT_EQ(lab.t.fo_fail, TFO_SYN_RETRANSMITTED);
	EXPECT_EQ(lab_sent().len, 100);
}

TEST(fastopen__late_synack_still_acks_the_data)
{
	open_with(&cookie, 100);
	lab_pass(ANP_TCP_RTO_INIT);
	lab_sent();
	synack(LAB_ISS + 101, NULL, 0);
	EXPECT(!lab.fo_syn_lost);
	EXPECT(lab.t.fo_acked);
}

TEST(fastopen__cookie_nobody_asked_for)
{
	static const u8 opts[] = { COOKIE, 1, 1 };

	open_with(NULL, 0);
	synack(LAB_ISS + 1, opts, sizeof(opts));
	EXPECT(!lab.fo_learnt);
}

TEST(fastopen__cookies_of_wrong_length)
{
	static const u8 odd[] = { 34, 9, 1, 2, 3, 4, 5, 6, 7, 1, 1, 1 };
	static const u8 small[] = { 34, 4, 1, 2 };
	static const u8 large[] = { 34, 20, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2 };
	struct anp_tcp_foc ask = {};

	open_with(&ask, 0);
	synack(LAB_ISS + 1, odd, sizeof(odd));
	EXPECT_EQ(lab.foc.len, 0);
	lab_clear();
	lab_reset();
	open_with(&ask, 0);
	synack(LAB_ISS + 1, small, sizeof(small));
	EXPECT_EQ(lab.foc.len, 0);
	lab_clear();
	lab_reset();
	open_with(&ask, 0);
	synack(LAB_ISS + 1, large, sizeof(large));
	EXPECT_EQ(lab.foc.len, 0);
}

TEST(fastopen__longest_cookie)
{
	struct anp_tcp_foc sixteen = { .len = 16, .val = { 9, 8, 7, 6, 5, 4, 3, 2, 1 } };
	struct seg s;

	lab.p.no_ts = false;
	lab.p.no_wscale = false;
	s = open_with(&sixteen, 10);
	EXPECT_EQ(s.syn.foc.len, 16);
	EXPECT(!memcmp(s.syn.foc.val, sixteen.val, 16));
	EXPECT(s.syn.ts_ok && s.syn.wscale_ok && s.syn.sack_ok);
}

TEST(fastopen__no_memory_for_the_data)
{
	struct anp_tcp_foc foc = cookie;
	struct seg s;

	anp_tcp_open_defer(&lab.t, &lab.p, lab.now);
	lab_write(100);
	/* The copy of the data fails, the SYN's own skb does not. */
	shim.fail_nth = 1;
	EXPECT_EQ(anp_tcp_open_send(&lab.t, &foc, lab.now), 0);
	s = lab_sent();
	EXPECT_EQ(s.len, 0);
	synack(LAB_ISS + 1, NULL, 0);
	EXPECT_EQ(lab_sent().len, 100);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_ACTIVE_FAIL], 0);
}

/* The other end opens at once: its SYN says nothing of our data, its ACK does. */
TEST(fastopen__simultaneous_open)
{
	struct seg s;

	open_with(&cookie, 100);
	RCV(.flags = ANP_TCP_SYN, .seq = LAB_IRS);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT_EQ(s.len, 0);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	s = lab_sent();
	EXPECT_EQ(s.seq, LAB_ISS + 1);
	EXPECT_EQ(s.len, 100);
}

TEST(fastopen__deferred_meets_a_syn)
{
	anp_tcp_open_defer(&lab.t, &lab.p, lab.now);
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_RST);
	EXPECT_EQ(lab.t.state, TCP_SYN_SENT);
	RCV(.flags = ANP_TCP_SYN, .seq = LAB_IRS);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	EXPECT_EQ(lab_sent().seq, LAB_ISS);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
}

TEST(fastopen__path_that_swallows)
{
	open_with(&cookie, 100);
	lab_pass(7 * ANP_TCP_RTO_INIT - 1);
	EXPECT_EQ(lab.fo_swallowed, 0);
	lab_pass(1);
	EXPECT_EQ(lab.fo_swallowed, 1);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_ACTIVE_FAIL], 1);
	/* Nor does more of the same tell more. */
	lab_pass(30 * ANP_TCP_RTO_INIT);
	EXPECT_EQ(lab.fo_swallowed, 1);
	lab_clear();
	/* An ordinary connection tells nothing. */
	lab_reset();
	open_with(NULL, 0);
	lab_pass(30 * ANP_TCP_RTO_INIT);
	EXPECT_EQ(lab.fo_swallowed, 0);
}

/* Only the end comes through: what was before it was swallowed. */
TEST(fastopen__path_that_lets_only_the_fin_through)
{
	open_with(&cookie, 100);
	synack(LAB_ISS + 101, NULL, 0);
	RCV(.flags = ANP_TCP_FIN | ANP_TCP_ACK, .seq = LAB_IRS + 500, .ack = LAB_ISS + 101);
	anp_tcp_abort(&lab.t, lab.now);
	EXPECT_EQ(lab.fo_swallowed, 1);
	lab_clear();
	lab_reset();
	open_with(&cookie, 100);
	synack(LAB_ISS + 101, NULL, 0);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 101, .len = 5);
	anp_tcp_abort(&lab.t, lab.now);
	EXPECT_EQ(lab.fo_swallowed, 0);
	EXPECT_EQ(lab.fo_passed, 1);
}

/* ---- the server ---- */

static struct sk_buff *syn_with(const struct anp_tcp_foc *foc, u32 len)
{
	u8 opts[24] = { 2, 4, 5, 0xb4, 34, 2 };
	struct seg s = { .flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = LAB_WND, .len = len,
			 .opts = opts, .optlen = 4 };

	if (foc) {
		opts[5] += foc->len;
		memcpy(opts + 6, foc->val, foc->len);
		memset(opts + 6 + foc->len, 1, 2);
		s.optlen = ALIGN(6 + foc->len, 4);
	}
	return lab_skb(&s);
}

static enum anp_tcp_fo_verdict listen(const struct anp_tcp_foc *foc, u32 len, bool open,
				      struct anp_tcp_foc *give)
{
	struct sk_buff *skb = syn_with(foc, len);
	enum anp_tcp_fo_verdict v = anp_tcp_fo_listen(skb, &keys, &flow, open, give);

	kfree_skb(skb);
	return v;
}

/* RFC 7413 4.1.2 */
TEST(fastopen__listener_gives_and_checks_cookies)
{
	struct anp_tcp_foc ask = {}, give, again, backup, wrong;
	struct anp_tcp_flow other = { 9, 2, 3, 4 };

	EXPECT_EQ(listen(NULL, 100, false, &give), ANP_TCP_FO_REQ);
	EXPECT_EQ(give.len, ANP_TCP_FOC_NONE);
	EXPECT_EQ(listen(&ask, 0, false, &give), ANP_TCP_FO_REQ);
	EXPECT_EQ(give.len, ANP_TCP_FOC_LEN);
	/* The ports do not matter. */
	anp_tcp_foc_make(&again, &keys.key[0], &(struct anp_tcp_flow){ 1, 2, 77, 78 });
	EXPECT(!memcmp(again.val, give.val, 8));
	EXPECT_EQ(listen(&give, 100, false, &again), ANP_TCP_FO_CHILD);
	EXPECT_EQ(again.len, ANP_TCP_FOC_NONE);
	EXPECT_EQ(listen(&give, 0, false, &again), ANP_TCP_FO_CHILD);
	/* Made with the key that goes out of use: good, and replaced. */
	anp_tcp_foc_make(&backup, &keys.key[1], &flow);
	EXPECT_EQ(listen(&backup, 100, false, &again), ANP_TCP_FO_CHILD);
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_PASSIVE_ALT_KEY], 1);
	EXPECT(!memcmp(again.val, give.val, 8));
	/* Another host's, or a guess. */
	anp_tcp_foc_make(&wrong, &keys.key[0], &other);
	EXPECT_EQ(listen(&wrong, 100, false, &again), ANP_TCP_FO_REQ);
	EXPECT(!memcmp(again.val, give.val, 8));
	EXPECT_EQ(lab.mib[ANP_MIB_TCP_FO_PASSIVE_FAIL], 1);
	give.len = 4;
	EXPECT_EQ(listen(&give, 100, false, &again), ANP_TCP_FO_REQ);
}

TEST(fastopen__listener_that_needs_no_cookie)
{
	struct anp_tcp_foc give;

	EXPECT_EQ(listen(NULL, 100, true, &give), ANP_TCP_FO_CHILD);
	EXPECT_EQ(listen(NULL, 0, true, &give), ANP_TCP_FO_REQ);
	EXPECT_EQ(listen(&cookie, 0, true, &give), ANP_TCP_FO_CHILD);
	EXPECT_EQ(give.len, ANP_TCP_FOC_NONE);
}

/* A child in SYN-RECEIVED with @len bytes of the SYN; its SYN-ACK. */
static struct seg child(u32 len, const struct anp_tcp_foc *foc)
{
	struct sk_buff *skb = syn_with(&cookie, len);
	struct anp_tcp_req req;
	struct seg s;

	anp_tcp_req_init(&req, skb, &lab.p, lab.now);
	anp_tcp_open_fast(&lab.t, &req, &lab.p, skb, foc, lab.now);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS);
	EXPECT(lab_silent());
	lab.now += 1000;
	return s;
}

/* RFC 7413 4.2.2 */
TEST(fastopen__child_takes_the_data)
{
	struct seg s = child(100, &cookie);

	EXPECT_EQ(s.ack, LAB_IRS + 101);
	EXPECT_EQ(s.wnd, LAB_WND - 100);
	EXPECT_EQ(s.syn.foc.len, 8);
	EXPECT_EQ(lab.rmem, 100);
	EXPECT(lab.events & ANP_TCP_EV_READABLE);
	EXPECT(lab.t.fo_acked);
	lab_read(100);
	/* The answer need not wait for the handshake. */
	lab_write(50);
	s = lab_sent();
	EXPECT_EQ(s.flags & ~ANP_TCP_PSH, ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS + 1);
	EXPECT_EQ(s.ack, LAB_IRS + 101);
	lab.now += 1000;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 101, .ack = LAB_ISS + 51);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT(lab.events & ANP_TCP_EV_CONNECTED);
	EXPECT_EQ(lab.wmem, 0);
	EXPECT_EQ(lab.t.srtt, 1000);
	EXPECT_EQ(lab.t.rto, 1000 + ANP_TCP_RTO_MIN);
}

TEST(fastopen__ack_of_the_synack_alone)
{
	u32 cwnd;

	child(100, NULL);
	lab_write(50);
	EXPECT_EQ(lab_sent().len, 50);
	cwnd = lab.t.cwnd;
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 101, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	/* No duplicate, no sign of loss, and what was sent has its timer. */
	EXPECT_EQ(lab.t.dupacks, 0);
	EXPECT_EQ(lab.t.ca_state, ANP_TCP_CA_OPEN);
	EXPECT_EQ(lab.t.cwnd, cwnd);
	EXPECT(lab.t.t_rtx);
	EXPECT(lab_silent());
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 101, .ack = LAB_ISS + 51);
	EXPECT_EQ(lab.wmem, 0);
}

TEST(fastopen__syn_again)
{
	struct seg s;

	child(100, NULL);
	lab_rcv(&(struct seg){ .flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = LAB_WND });
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT_EQ(s.ack, LAB_IRS + 101);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	EXPECT_EQ(lab.rmem, 100);
}

/* RFC 6298 5.7: only the SYN-ACK is sent again, and the window begins anew. */
TEST(fastopen__synack_lost)
{
	struct seg s;

	child(0, NULL);
	lab_write(3000);
	EXPECT_EQ(lab_sent().len, 3000);
	lab_pass(ANP_TCP_RTO_INIT);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_SYN | ANP_TCP_ACK);
	EXPECT(lab_silent());
	EXPECT_EQ(lab.t.cwnd, lab.t.mss);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 1, .ack = LAB_ISS + 1);
	EXPECT_EQ(lab.t.state, TCP_ESTABLISHED);
	EXPECT_EQ(lab.t.srtt, 0);
	/* The data may be lost as well: its timer runs. */
	EXPECT(lab.t.t_rtx);
}

TEST(fastopen__nobody_acknowledges)
{
	child(100, NULL);
	lab_pass(300 * 1000000ull);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ETIMEDOUT);
}

TEST(fastopen__child_is_reset)
{
	child(100, NULL);
	RCV(.flags = ANP_TCP_RST, .seq = LAB_IRS + 101);
	EXPECT_EQ(lab.t.state, TCP_CLOSE);
	EXPECT_EQ(lab.error, ECONNRESET);
}

/* The program answers and closes at once. */
TEST(fastopen__answer_and_close)
{
	struct seg s;

	child(100, NULL);
	lab_read(100);
	lab_write(50);
	EXPECT_EQ(lab_sent().len, 50);
	anp_tcp_shutdown(&lab.t, lab.now);
	s = lab_sent();
	EXPECT_EQ(s.flags, ANP_TCP_FIN | ANP_TCP_ACK);
	EXPECT_EQ(s.seq, LAB_ISS + 51);
	EXPECT_EQ(lab.t.state, TCP_SYN_RECV);
	RCV(.flags = ANP_TCP_ACK, .seq = LAB_IRS + 101, .ack = LAB_ISS + 52);
	EXPECT_EQ(lab.t.state, TCP_FIN_WAIT2);
}

TEST(fastopen__data_too_large_is_left)
{
	struct seg s;

	lab.p.rcv_wnd_init = 99;
	s = child(100, NULL);
	EXPECT_EQ(s.ack, LAB_IRS + 1);
	EXPECT_EQ(lab.rmem, 0);
	EXPECT(!lab.t.fo_acked);
}
