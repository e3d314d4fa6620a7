// SPDX-License-Identifier: GPL-2.0
/*
 * The laboratory: a host of one connection that keeps what the engine sends and says.
 */
#include <asm/unaligned.h>
#include "unit.h"

#define ROOM 128

struct lab lab;

/* ---- what the engine asks of its host ---- */

void anp_tcp_host_count(struct anp_tcb *t, enum anp_mib_item item)
{
	lab.mib[item]++;
}

bool anp_tcp_host_challenge(struct anp_tcb *t)
{
	return anp_tcp_challenge_take(&lab.challenge, lab.challenge_limit ?: INT_MAX, 1u << 31,
				      lab.now);
}

void anp_tcp_host_drop(struct anp_tcb *t, struct sk_buff *skb, enum anp_mib_item item)
{
	lab.mib[item]++;
	kfree_skb(skb);
}

struct sk_buff *anp_tcp_host_alloc(struct anp_tcb *t, unsigned int hdrlen)
{
	struct sk_buff *skb = alloc_skb(ROOM + hdrlen, GFP_ATOMIC);

	if (skb) {
		skb_reserve(skb, ROOM);
		skb_put(skb, hdrlen);
	}
	return skb;
}

u32 anp_tcp_host_rcv_free(const struct anp_tcb *t)
{
	return lab.rmem < lab.rcvbuf ? lab.rcvbuf - lab.rmem : 0;
}

u32 anp_tcp_host_rcv_full(const struct anp_tcb *t)
{
	return lab.rcvbuf;
}

void anp_tcp_host_rcv_grow(struct anp_tcb *t, u32 window)
{
	lab.grown = window;
}

static void uncharge(struct sk_buff *skb)
{
	lab.rmem -= skb->len;
}

/* Payload only is charged: the tests' sums stay simple. */
bool anp_tcp_host_rcv_charge(struct anp_tcb *t, struct sk_buff *skb)
{
	if (lab.rmem + skb->len > lab.rcvbuf)
		return false;
	lab.rmem += skb->len;
	skb->destructor = uncharge;
	return true;
}

void anp_tcp_host_snd_free(struct anp_tcb *t, struct sk_buff *skb)
{
	lab.wmem -= skb->truesize;
	kfree_skb(skb);
}

void anp_tcp_host_snd_split(struct anp_tcb *t, struct sk_buff *from, struct sk_buff *to)
{
	lab.wmem += to->truesize;
}

bool anp_tcp_host_snd_split_ok(const struct anp_tcb *t)
{
	return !lab.split_no;
}

bool anp_tcp_host_orphan_dear(const struct anp_tcb *t, unsigned int shift)
{
	return lab.orphan_dear && shift >= lab.orphan_shift;
}

bool anp_tcp_host_snd_short(const struct anp_tcb *t)
{
	return lab.snd_short;
}

u32 anp_tcp_host_below(const struct anp_tcb *t)
{
	return lab.below;
}

bool anp_tcp_host_below_has(const struct anp_tcb *t, const struct sk_buff *skb)
{
	return lab.below_has && ANP_TCP_CB(skb)->seq == lab.below_seq;
}

bool anp_tcp_host_below_wait(struct anp_tcb *t, u32 limit)
{
	lab.below_waits = true;
	return lab.below > limit;
}

bool anp_tcp_host_paces(const struct anp_tcb *t)
{
	return lab.paces;
}

bool anp_tcp_host_rate_wanted(const struct anp_tcb *t)
{
	return lab.paces;
}

void anp_tcp_host_pace(struct anp_tcb *t)
{
	lab.paces = true;
}

u64 anp_tcp_host_rate(const struct anp_tcb *t)
{
	return lab.pacing_rate;
}

void anp_tcp_host_rate_set(struct anp_tcb *t, u64 rate)
{
	lab.pacing_rate = lab.pacing_max ? min(rate, lab.pacing_max) : rate;
}

struct sk_buff *anp_tcp_host_snd_alloc(struct anp_tcb *t)
{
	struct sk_buff *skb = alloc_skb(ROOM + 60, GFP_ATOMIC);

	if (skb)
		skb_reserve(skb, ROOM + 60);
	return skb;
}

int anp_tcp_host_xmit(struct anp_tcb *t, struct sk_buff *skb)
{
	if (lab.refuse) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	__skb_queue_tail(&lab.sent, skb);
	return lab.full;
}

void anp_tcp_host_deliver(struct anp_tcb *t, struct sk_buff *skb)
{
	__skb_queue_tail(&lab.rcvq, skb);
}

/* Segments stay apart where tests count them. */
bool anp_tcp_host_rcv_join(struct anp_tcb *t, struct sk_buff *to, struct sk_buff *skb)
{
	struct page *page;

	if (!lab.join || skb_shinfo(to)->nr_frags == MAX_SKB_FRAGS)
		return false;
	page = shim_page_alloc(skb->len);
	skb_copy_bits(skb, 0, page->data, skb->len);
	skb_fill_page_desc(to, skb_shinfo(to)->nr_frags, page, 0, skb->len);
	to->len += skb->len;
	to->data_len += skb->len;
	lab.rmem += skb->len;
	ANP_TCP_CB(to)->end_seq = ANP_TCP_CB(skb)->end_seq;
	ANP_TCP_CB(to)->flags |= ANP_TCP_CB(skb)->flags;
	kfree_skb(skb);
	return true;
}

void anp_tcp_host_state(struct anp_tcb *t, u8 old)
{
}

void anp_tcp_host_error(struct anp_tcb *t, int err)
{
	lab.error = err;
}

void anp_tcp_host_event(struct anp_tcb *t, unsigned int events)
{
	lab.events |= events;
}

void anp_tcp_host_timewait(struct anp_tcb *t, u8 substate, u64 now)
{
	lab.tw_made = true;
	anp_tcp_tw_init(&lab.tw, t, substate, now);
}

void anp_tcp_host_fo_learn(struct anp_tcb *t, const struct anp_tcp_foc *foc, bool syn_lost)
{
	lab.fo_learnt = true;
	lab.fo_syn_lost = syn_lost;
	memset(&lab.foc, 0, sizeof(lab.foc));
	if (foc)
		lab.foc = *foc;
}

void anp_tcp_host_fo_path(struct anp_tcb *t, bool ok)
{
	if (ok)
		lab.fo_passed++;
	else
		lab.fo_swallowed++;
}

void anp_tcp_host_trace_rtx(struct anp_tcb *t, const struct sk_buff *skb)
{
}

/* ---- the laboratory ---- */

void lab_reset(void)
{
	memset(&lab, 0, sizeof(lab));
	lab.now = 100 * 1000000ull;
	__skb_queue_head_init(&lab.sent);
	__skb_queue_head_init(&lab.rcvq);
	lab.rcvbuf = LAB_WND;
	anp_tcp_init(&lab.t);
	lab.p = (struct anp_tcp_params){
		.sport = cpu_to_be16(LAB_SPORT),
		.dport = cpu_to_be16(LAB_DPORT),
		.iss = LAB_ISS,
		.mss = LAB_MSS,
		.gso_max = 65000,
		.rcv_wnd_max = LAB_WND,
		.rcv_wnd_init = LAB_WND,
		.no_ts = true,
		.no_wscale = true,
	};
}

void lab_clear(void)
{
	anp_tcp_destroy(&lab.t);
	__skb_queue_purge(&lab.sent);
	__skb_queue_purge(&lab.rcvq);
}

const char *lab_state_name(u8 state)
{
	static const char * const names[] = {
#define X(name, nr) [TCP_##name] = #name,
		ANP_SHIM_STATES(X)
#undef X
	};

	return state < ARRAY_SIZE(names) && names[state] ? names[state] : "?";
}

/* @s as it would come from the peer, parsed. */
struct sk_buff *lab_skb(const struct seg *s)
{
	u32 hdrlen = sizeof(struct tcphdr) + s->optlen;
	struct sk_buff *skb = alloc_skb(ROOM + hdrlen + s->len, GFP_ATOMIC);
	struct tcphdr *th;

	/* Up to the very end where that is aligned: ASan sees who reads on. */
	skb_reserve(skb, s->len % 4 ? ROOM : skb->end - hdrlen - s->len);
	th = skb_put(skb, hdrlen + s->len);
	memset(th, 0, hdrlen + s->len);
	skb_reset_transport_header(skb);
	th->source = cpu_to_be16(LAB_DPORT);
	th->dest = cpu_to_be16(LAB_SPORT);
	th->seq = cpu_to_be32(s->seq);
	th->ack_seq = cpu_to_be32(s->ack);
	th->doff = hdrlen / 4;
	th->window = cpu_to_be16(s->wnd);
	((u8 *)th)[13] = s->flags;
	if (s->optlen)
		memcpy(th + 1, s->opts, s->optlen);
	if (anp_tcp_seg_parse(skb, s->ecn))
		unit_fail(__FILE__, __LINE__, "a good header was refused");
	return skb;
}

void lab_rcv(const struct seg *s)
{
	anp_tcp_rcv(&lab.t, lab_skb(s), lab.now);
}

void lab_sack(u32 ack, u32 n, const struct anp_tcp_sack *b)
{
	u8 opts[40] = { 1, 1, 5, 2 + 8 * n }, *p = opts + 4;
	u32 i;

	for (i = 0; i < n; i++, p += 8) {
		put_unaligned_be32(b[i].start, p);
		put_unaligned_be32(b[i].end, p + 4);
	}
	RCV(.flags = ANP_TCP_ACK, .seq = lab.t.rcv_nxt, .ack = ack, .opts = opts,
	    .optlen = 4 + 8 * n);
}

/* What a segment sent says; consumes @skb. */
struct seg lab_look(struct sk_buff *skb)
{
	const struct tcphdr *th;
	struct seg s = {};

	EXPECT(skb);
	s.ecn = ANP_TCP_CB(skb)->ecn;
	EXPECT_EQ(anp_tcp_seg_parse(skb, s.ecn), 0);
	th = tcp_hdr(skb);
	s.flags = ANP_TCP_CB(skb)->flags;
	s.seq = be32_to_cpu(th->seq);
	s.ack = be32_to_cpu(th->ack_seq);
	s.wnd = be16_to_cpu(th->window);
	s.len = skb->len - th->doff * 4;
	s.gso_size = skb_shinfo(skb)->gso_size;
	s.has_ts = ANP_TCP_CB(skb)->rx.has_ts;
	s.tsval = ANP_TCP_CB(skb)->rx.tsval;
	s.tsecr = ANP_TCP_CB(skb)->rx.tsecr;
	if (ANP_TCP_CB(skb)->rx.sack_at)
		s.sacks = anp_tcp_sack_read(skb, s.sack);
	anp_tcp_syn_parse(skb, &s.syn);
	EXPECT_EQ(be16_to_cpu(th->source), LAB_SPORT);
	EXPECT_EQ(be16_to_cpu(th->dest), LAB_DPORT);
	kfree_skb(skb);
	return s;
}

struct seg lab_sent(void)
{
	struct sk_buff *skb = __skb_dequeue(&lab.sent);

	if (!skb)
		unit_fail(__FILE__, __LINE__, "nothing was sent");
	return lab_look(skb);
}

bool lab_silent(void)
{
	return skb_queue_empty(&lab.sent);
}

/* The program writes @len bytes at once. */
void lab_write(u32 len)
{
	struct sk_buff *skb = anp_tcp_host_snd_alloc(&lab.t);
	struct page *page = shim_page_alloc(len);

	skb_fill_page_desc(skb, 0, page, 0, len);
	skb->len = len;
	skb->data_len = len;
	lab.wmem += skb->truesize;
	anp_tcp_queue(&lab.t, skb);
	anp_tcp_push(&lab.t, false, lab.now);
}

bool lab_rest(u64 us)
{
	const struct anp_tcp_conf *conf = lab.t.conf;
	struct anp_tcp_parked parked;

	if (!anp_tcp_park(&lab.t, &parked))
		return false;
	memset(&lab.t, 0x5a, sizeof(lab.t));
	lab.now += us;
	anp_tcp_unpark(&lab.t, &parked, conf, lab.now);
	return true;
}

/* The program reads @len bytes, whole skbs. */
void lab_read(u32 len)
{
	while (len) {
		struct sk_buff *skb = __skb_dequeue(&lab.rcvq);

		EXPECT(skb && skb->len <= len);
		len -= skb->len;
		lab.t.copied_seq += skb->len;
		kfree_skb(skb);
	}
	anp_tcp_data_read(&lab.t, lab.now);
}

u64 lab_until(void)
{
	u64 at = anp_tcp_deadline(&lab.t);

	return at ? at - lab.now : 0;
}

void lab_pass(u64 us)
{
	u64 end = lab.now + us, at;

	while ((at = anp_tcp_deadline(&lab.t)) && at <= end) {
		lab.now = max(lab.now, at);
		anp_tcp_timer(&lab.t, lab.now);
	}
	lab.now = end;
}

/* The handshake, answered with @opts. */
static void shake_hands(const u8 *opts, u8 optlen)
{
	EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN);
	lab.now += 1000;
	RCV(.flags = ANP_TCP_SYN | ANP_TCP_ACK, .seq = LAB_IRS, .ack = LAB_ISS + 1, .opts = opts,
	    .optlen = optlen);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
}

static void to_established(void)
{
	static const u8 opts[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255 };

	shake_hands(opts, sizeof(opts));
}

void lab_to_sack(bool ts)
{
	static const u8 opts[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255, 4, 2, 8, 10, 0, 0, 0, 1,
				   0, 0, 0, 0 };
	static const u8 bare[] = { 2, 4, LAB_MSS >> 8, LAB_MSS & 255, 1, 1, 4, 2 };

	lab.p.no_ts = !ts;
	if (ts)
		shake_hands(opts, sizeof(opts));
	else
		shake_hands(bare, sizeof(bare));
	EXPECT(lab.t.sack_ok);
	EXPECT_EQ(lab.t.ts_ok, ts);
	lab.t.quickack = 0;
	lab.now += 1000;
}

static void to_syn_recv(void)
{
	struct seg syn = { .flags = ANP_TCP_SYN, .seq = LAB_IRS, .wnd = LAB_WND };
	struct sk_buff *skb = lab_skb(&syn);
	struct anp_tcp_req req;

	anp_tcp_req_init(&req, skb, &lab.p, lab.now);
	kfree_skb(skb);
	anp_tcp_open_passive(&lab.t, &req, &lab.p, lab.now);
}

static void fin_in(void)
{
	RCV(.flags = ANP_TCP_FIN | ANP_TCP_ACK, .seq = lab.t.rcv_nxt, .ack = lab.t.snd_una);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_ACK);
}

static void fin_out(void)
{
	anp_tcp_shutdown(&lab.t, lab.now);
	EXPECT_EQ(lab_sent().flags, ANP_TCP_FIN | ANP_TCP_ACK);
}

void lab_to(u8 state)
{
	switch (state) {
	case TCP_SYN_SENT:
		EXPECT_EQ(anp_tcp_open(&lab.t, &lab.p, lab.now), 0);
		EXPECT_EQ(lab_sent().flags, ANP_TCP_SYN);
		break;
	case TCP_SYN_RECV:
		to_syn_recv();
		break;
	case TCP_ESTABLISHED:
		to_established();
		break;
	case TCP_FIN_WAIT1:
		to_established();
		fin_out();
		break;
	case TCP_FIN_WAIT2:
		lab_to(TCP_FIN_WAIT1);
		RCV(.flags = ANP_TCP_ACK, .seq = lab.t.rcv_nxt, .ack = lab.t.snd_nxt);
		break;
	case TCP_CLOSE_WAIT:
		to_established();
		fin_in();
		break;
	case TCP_CLOSING:
		lab_to(TCP_FIN_WAIT1);
		fin_in();
		break;
	case TCP_LAST_ACK:
		lab_to(TCP_CLOSE_WAIT);
		fin_out();
		break;
	}
	EXPECT_EQ(lab.t.state, state);
	EXPECT(lab_silent());
	/* Past the limit of challenge ACKs. */
	lab.now += 1000;
}
