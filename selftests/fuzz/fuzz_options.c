// SPDX-License-Identifier: GPL-2.0
/*
 * TCP options as raw bytes, on a SYN and on what follows it, behind a data offset that may lie: no
 * parser reads beyond them, and what they are taken for is written so that it reads the same.
 */
#include "fuzz.h"
#include "../../module/tcp/engine.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* What a SYN-ACK says that answers to @o, and the options that its parser finds. */
static void write_and_read(const struct anp_tcp_opts *o)
{
	unsigned int len = anp_tcp_syn_optlen(o);
	struct sk_buff *skb = alloc_skb(sizeof(struct tcphdr) + len, GFP_ATOMIC);
	struct tcphdr *th = skb_put(skb, sizeof(*th) + len);
	struct anp_tcp_opts back;

	/* Four ordinary options and the longest cookie are all that fits. */
	SIM_CHECK(len % 4 == 0 && len <= ANP_TCP_OPTS_MAX, "%u bytes of options", len);
	memset(th, 0, sizeof(*th));
	skb_reset_transport_header(skb);
	th->doff = (sizeof(*th) + len) / 4;
	th->syn = 1;
	anp_tcp_syn_write((__be32 *)(th + 1), o);
	SIM_CHECK(!anp_tcp_seg_parse(skb, 0), "our own header is refused");
	anp_tcp_syn_parse(skb, &back);
	SIM_CHECK(back.mss == o->mss && back.ts_ok == o->ts_ok && back.sack_ok == o->sack_ok &&
		  back.wscale_ok == o->wscale_ok && (!o->wscale_ok || back.wscale == o->wscale) &&
		  (!o->ts_ok || (back.tsval == o->tsval && back.tsecr == o->tsecr)) &&
		  back.foc_ok == o->foc_ok && (!o->foc_ok || (back.foc.len == o->foc.len &&
		  !memcmp(back.foc.val, o->foc.val, o->foc.len))), "options read otherwise");
	kfree_skb(skb);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	struct fuzz_seg s = { .flags = fuzz_u8(&in), .seq = 1, .ack = 1, .wnd = 1000 };
	struct anp_tcp_sack blocks[ANP_TCP_SACKS_MAX + 1];
	u8 doff = fuzz_u8(&in);
	struct anp_tcp_opts o;
	struct sk_buff *skb;
	unsigned int n;

	fuzz_begin();
	s.len = fuzz_below(&in, 50);
	s.layout = fuzz_below(&in, WIRE_KINDS);
	s.optlen = min_t(size_t, in.left, sizeof(s.opts));
	memcpy(s.opts, in.p, s.optlen);
	skb = fuzz_skb(&s);
	if (doff & 0x80)
		((u8 *)skb_transport_header(skb))[12] = doff << 4;
	if (!anp_tcp_seg_parse(skb, doff & 3)) {
		const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);

		SIM_CHECK(cb->hdrlen >= 20 && cb->hdrlen <= skb->len, "header of %u bytes",
			  cb->hdrlen);
		if (cb->rx.sack_at) {
			n = anp_tcp_sack_read(skb, blocks);
			SIM_CHECK(n && n <= ANP_TCP_SACKS_MAX, "%u SACK blocks", n);
		}
		anp_tcp_syn_parse(skb, &o);
		SIM_CHECK(!o.wscale_ok || o.wscale <= ANP_TCP_WSCALE_MAX, "scale %u", o.wscale);
		SIM_CHECK(!o.foc_ok || o.foc.len <= ANP_TCP_FOC_MAX, "cookie of %u", o.foc.len);
		write_and_read(&o);
	}
	kfree_skb(skb);
	fuzz_rcv(&s);
	s.flags = ANP_TCP_SYN;
	fuzz_rcv(&s);
	fuzz_end();
	return 0;
}
