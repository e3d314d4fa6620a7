// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies and Fast Open cookies: made, bent and brought back.  Only one that a key of ours has
 * made for these addresses, and not long ago, is believed.
 */
#include <stdlib.h>
#include "fuzz.h"
#include "../../module/tcp/engine.h"

#define MINUTE_US (60 * SEC)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static const struct anp_tcp_cookie_key syn_key = { { { { 1, 2 } }, { { 3, 4 } } } };
static const struct anp_tcp_fo_keys fo_keys = { .key = { { { 5, 6 } }, { { 7, 8 } } }, .n = 2 };

static struct anp_tcp_params params = {
	.mss = 1460, .gso_max = 65000, .rcv_wnd_max = 1 << 20, .rcv_wnd_init = 65535,
};

static struct anp_tcp_flow flow_of_bytes(struct fuzz_in *in)
{
	return (struct anp_tcp_flow){ fuzz_u8(in), fuzz_u8(in), fuzz_u8(in), fuzz_u8(in) };
}

/* A cookie for @f from a SYN with @mss, and its SYN-ACK's timestamp. */
static void make(struct anp_tcp_req *req, const struct anp_tcp_flow *f, u32 irs, u16 mss, u8 wscale,
		 u64 now)
{
	struct anp_tcp_opts o = { .mss = mss, .ts_ok = 1, .sack_ok = 1, .wscale_ok = wscale < 15,
				  .wscale = min_t(u8, wscale, 14), .tsval = 99 };

	anp_tcp_req_fill(req, &o, &params, now);
	req->irs = irs;
	anp_tcp_cookie_make(req, &syn_key, f, now);
}

static void syn_cookie(struct fuzz_in *in)
{
	struct anp_tcp_flow f = flow_of_bytes(in), g = flow_of_bytes(in);
	u64 made = SEC + fuzz_u32(in) * (u64)MSEC, now = made + fuzz_u32(in) * (u64)MSEC;
	struct fuzz_seg s = { .flags = ANP_TCP_ACK, .wnd = fuzz_u16(in) };
	u32 irs = fuzz_u32(in), bend = fuzz_u32(in), ts;
	struct anp_tcp_req req, back;
	struct sk_buff *skb;
	u8 how = fuzz_u8(in);
	bool ok;

	make(&req, &f, irs, fuzz_u16(in), fuzz_below(in, 16), made);
	ts = anp_tcp_cookie_tsval(&req, made) + (how & 8 ? fuzz_u32(in) : 0);
	s.seq = irs + 1 + (how & 1 ? bend : 0);
	s.ack = req.iss + 1 + (how & 2 ? bend : 0);
	if (how & 16)
		fuzz_opt_ts(&s, fuzz_u32(in), ts);
	skb = fuzz_skb(&s);
	if (anp_tcp_seg_parse(skb, 0))
		abort();
	ok = anp_tcp_cookie_rcv(&back, skb, &syn_key, how & 4 ? &g : &f, &params, now);
	SIM_CHECK(ok || (how & 7) || (how & 24) == 24 || now - made >= MINUTE_US,
		  "a good cookie is refused after %llu us", now - made);
	SIM_CHECK(!ok || (how & 7) || (back.iss == req.iss && back.irs == irs),
		  "a cookie comes back as another one");
	SIM_CHECK(!ok || back.snd_wscale <= ANP_TCP_WSCALE_MAX, "scale %u", back.snd_wscale);
	SIM_CHECK(!ok || how & 7 || now - made < 2 * MINUTE_US || now - made > 254 * MINUTE_US,
		  "an old cookie is believed after %llu us", now - made);
	kfree_skb(skb);
}

static void fo_cookie(struct fuzz_in *in)
{
	struct anp_tcp_flow f = flow_of_bytes(in), g = flow_of_bytes(in);
	struct fuzz_seg s = { .flags = ANP_TCP_SYN, .len = fuzz_u8(in), .layout = WIRE_LINEAR };
	struct anp_tcp_foc good[2], bent, give;
	enum anp_tcp_fo_verdict v;
	u8 how = fuzz_u8(in), i;
	struct sk_buff *skb;
	bool mine = false;

	for (i = 0; i < 2; i++)
		anp_tcp_foc_make(&good[i], &fo_keys.key[i], &g);
	bent = good[how & 1];
	if (how & 2)
		bent.val[fuzz_below(in, 8)] ^= fuzz_u8(in);
	if (how & 4)
		bent.len = fuzz_below(in, ANP_TCP_FOC_MAX + 1);
	fuzz_opt(&s, 34, bent.len, bent.val);
	skb = fuzz_skb(&s);
	if (anp_tcp_seg_parse(skb, 0))
		abort();
	v = anp_tcp_fo_listen(skb, &fo_keys, &f, how & 8, &give);
	for (i = 0; i < 2; i++) {
		anp_tcp_foc_make(&good[i], &fo_keys.key[i], &f);
		mine |= bent.len == good[i].len && !memcmp(bent.val, good[i].val, bent.len);
	}
	SIM_CHECK(how & 8 || (v == ANP_TCP_FO_CHILD) == mine, "cookie of %u bytes: %s", bent.len,
		  mine ? "ours is refused" : "another's is believed");
	SIM_CHECK(give.len == ANP_TCP_FOC_NONE || !memcmp(give.val, good[0].val, 8),
		  "the cookie given is not the key's");
	kfree_skb(skb);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };

	fuzz_begin();
	if (fuzz_u8(&in) & 1)
		syn_cookie(&in);
	else
		fo_cookie(&in);
	fuzz_end();
	return 0;
}
