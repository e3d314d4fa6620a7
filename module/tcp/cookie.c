// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (RFC 4987 3.6): all that a listener has to remember of a SYN is put in the sequence
 * number of the SYN-ACK, and comes back with the ACK.  32 bits hold, each under a hash of the
 * addresses with a secret, a count of minutes (8 bits) and an index of MSS values (24 bits, nearly
 * all of them the proof); window scale, SACK and ECN go in the low bits of the timestamp, so without
 * timestamps they are not agreed on.
 */
#include "engine.h"

#define COOKIE_MINUTE	60000000u	/* us */
#define COOKIE_AGE	2		/* good in the minute it was made and in the next */
#define COOKIE_BITS	24
#define COOKIE_MASK	((1u << COOKIE_BITS) - 1)

/* Low bits of the timestamp. */
#define TS_BITS		6
#define TS_WSCALE	0x0f		/* the peer's; all ones: none */
#define TS_SACK		0x10
#define TS_ECN		0x20

/* What peers announce most; 536 is what all can take. */
static const u16 mss_table[] = { 536, 1300, 1440, 1460 };

static u32 cookie_hash(const siphash_key_t *key, const struct anp_tcp_flow *f, u32 count)
{
	return siphash_4u32((__force u32)f->faddr, (__force u32)f->laddr,
			    (__force u32)f->fport << 16 | (__force u32)f->lport, count, key);
}

static u32 cookie_count(u64 now)
{
	return div_u64(now, COOKIE_MINUTE);
}

static u32 cookie_make(const struct anp_tcp_cookie_key *key, const struct anp_tcp_flow *f, u32 irs,
		       u32 index, u64 now)
{
	u32 count = cookie_count(now);

	return cookie_hash(&key->secret[0], f, 0) + irs + (count << COOKIE_BITS) +
	       ((cookie_hash(&key->secret[1], f, count + irs) + index) & COOKIE_MASK);
}

/* The index that @cookie carries, or -1: it is none of ours, or too old. */
static int cookie_check(const struct anp_tcp_cookie_key *key, const struct anp_tcp_flow *f, u32 irs,
			u32 cookie, u64 now)
{
	u32 count = cookie_count(now), index;
	u8 age;

	cookie -= cookie_hash(&key->secret[0], f, 0) + irs;
	age = count - (cookie >> COOKIE_BITS);
	if (age >= COOKIE_AGE)
		return -1;
	/* Under the hash too, or a segment one byte behind the ACK would pass for another index. */
	index = (cookie - cookie_hash(&key->secret[1], f, count - age + irs)) & COOKIE_MASK;
	return index < ARRAY_SIZE(mss_table) ? (int)index : -1;
}

void anp_tcp_cookie_make(struct anp_tcp_req *req, const struct anp_tcp_cookie_key *key,
			 const struct anp_tcp_flow *f, u64 now)
{
	u32 i = ARRAY_SIZE(mss_table) - 1;

	while (i && mss_table[i] > req->mss_peer)
		i--;
	req->iss = cookie_make(key, f, req->irs, i, now);
	req->cookie = 1;
	if (!req->ts_ok) {
		req->ecn_ok = 0;
		req->wscale_ok = 0;
		req->snd_wscale = 0;
		req->rcv_wscale = 0;
		req->sack_ok = 0;
	}
}

u32 anp_tcp_cookie_tsval(const struct anp_tcp_req *req, u64 now)
{
	u32 clock = anp_tcp_ts_clock(now, 0);
	u32 bits = (req->wscale_ok ? req->snd_wscale : TS_WSCALE) | (req->sack_ok ? TS_SACK : 0) |
		   (req->ecn_ok ? TS_ECN : 0);
	u32 ts = (clock & ~((1u << TS_BITS) - 1)) | bits;

	/* Never later than the clock, or the next segment's would be older. */
	if (ts > clock)
		ts -= 1u << TS_BITS;
	return ts + req->ts_off;
}

bool anp_tcp_cookie_rcv(struct anp_tcp_req *req, const struct sk_buff *skb,
			const struct anp_tcp_cookie_key *key, const struct anp_tcp_flow *f,
			const struct anp_tcp_params *p, u64 now)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	struct anp_tcp_opts o = { 0 };
	u32 bits = 0;
	int index;

	if ((cb->flags & (ANP_TCP_SYN | ANP_TCP_ACK | ANP_TCP_RST)) != ANP_TCP_ACK)
		return false;
	index = cookie_check(key, f, cb->seq - 1, cb->rx.ack_seq - 1, now);
	if (index < 0)
		return false;
	o.mss = mss_table[index];
	if (cb->rx.has_ts) {
		/* Options that were switched off meanwhile cannot be honoured. */
		if (p->no_ts)
			return false;
		bits = cb->rx.tsecr - p->ts_off;
		o.ts_ok = 1;
		o.tsval = cb->rx.tsval;
		o.sack_ok = !!(bits & TS_SACK);
		o.wscale_ok = (bits & TS_WSCALE) != TS_WSCALE;
		o.wscale = o.wscale_ok ? bits & TS_WSCALE : 0;
		if ((o.sack_ok && p->no_sack) || (o.wscale_ok && p->no_wscale))
			return false;
	}
	anp_tcp_req_fill(req, &o, p, now);
	req->irs = cb->seq - 1;
	req->iss = cb->rx.ack_seq - 1;
	req->snd_wnd = cb->rx.wnd;
	req->cookie = 1;
	/* Where it was switched off meanwhile it is not used: that harms nobody. */
	req->ecn_ok = (bits & TS_ECN) && p->ecn != ANP_TCP_ECN_OFF;
	return true;
}
