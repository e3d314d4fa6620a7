// SPDX-License-Identifier: GPL-2.0
/*
 * Surgery on segments under way: what a network card, GRO or a driver would make of an skb.
 * Allocations here never fail: they are the network's, not the host's.
 */
#include <asm/unaligned.h>
#include "sim.h"

static struct sk_buff *must_skb(unsigned int size)
{
	u32 ppm = shim.fail_ppm;
	struct sk_buff *skb;

	shim.fail_ppm = 0;
	skb = alloc_skb(size, GFP_ATOMIC);
	shim.fail_ppm = ppm;
	return skb;
}

static struct page *must_page(unsigned int size)
{
	u32 ppm = shim.fail_ppm;
	struct page *page;

	shim.fail_ppm = 0;
	page = shim_page_alloc(size);
	shim.fail_ppm = ppm;
	return page;
}

/* Length of the TCP header of a segment at skb->data, as it says itself, 20..60. */
u32 wire_hdrlen(struct sk_buff *skb)
{
	u8 head[20];

	if (skb_copy_bits(skb, 0, head, sizeof(head)))
		return skb->len;
	return clamp((u32)(head[12] >> 4) * 4, 20u, skb->len);
}

/* Payload [@off, @off + @len) of @skb as a segment of its own; @skb stays. */
struct sk_buff *wire_segment(struct sk_buff *skb, u32 off, u32 len, bool last)
{
	u32 hdrlen = wire_hdrlen(skb);
	struct sk_buff *n = must_skb(SIM_HEADROOM + hdrlen + len);
	u8 *head;

	skb_reserve(n, SIM_HEADROOM);
	head = skb_put(n, hdrlen + len);
	skb_copy_bits(skb, 0, head, hdrlen);
	skb_copy_bits(skb, hdrlen + off, head + hdrlen, len);
	put_unaligned_be32(get_unaligned_be32(head + 4) + off, head + 4);
	ANP_TCP_CB(n)->ecn = ANP_TCP_CB(skb)->ecn;
	/* CWR is for the first only (SKB_GSO_TCP_ECN). */
	if (off)
		head[13] &= ~ANP_TCP_CWR;
	if (!last)
		head[13] &= ~(ANP_TCP_FIN | ANP_TCP_PSH);
	skb_reset_transport_header(n);
	return n;
}

static void add_page(struct sk_buff *to, struct sk_buff *from, u32 off, u32 len)
{
	struct page *page = must_page(len);

	skb_copy_bits(from, off, page->data, len);
	skb_fill_page_desc(to, skb_shinfo(to)->nr_frags, page, 0, len);
	to->len += len;
	to->data_len += len;
	to->truesize += len;
}

/* A copy of @skb laid out as one driver or another would; @skb stays. */
struct sk_buff *wire_copy(struct sk_buff *skb, enum wire_layout layout)
{
	u32 linear = skb->len, at, step;
	struct sk_buff *n;

	if (layout == WIRE_PAGE || layout == WIRE_CRUMBS)
		linear = min(wire_hdrlen(skb), skb->len);
	else if (layout == WIRE_BARE_HEADER)
		linear = min(20u, skb->len);
	n = must_skb(SIM_HEADROOM + linear);
	/* Up to the very end where that is aligned: ASan sees who reads on. */
	skb_reserve(n, linear % 4 ? SIM_HEADROOM : n->end - linear);
	skb_copy_bits(skb, 0, skb_put(n, linear), linear);
	step = layout == WIRE_CRUMBS ? DIV_ROUND_UP(skb->len - linear, 7) : skb->len - linear;
	for (at = linear; at < skb->len; at += step)
		add_page(n, skb, at, min(step, skb->len - at));
	skb_shinfo(n)->gso_size = skb_shinfo(skb)->gso_size;
	skb_shinfo(n)->gso_segs = skb_shinfo(skb)->gso_segs;
	skb_shinfo(n)->gso_type = skb_shinfo(skb)->gso_type;
	ANP_TCP_CB(n)->ecn = ANP_TCP_CB(skb)->ecn;
	skb_reset_transport_header(n);
	return n;
}

/* May the segment with header @b, @blen bytes of payload, go behind that of @a? */
static bool joinable(const u8 *a, const u8 *b, u32 hdrlen, u32 alen)
{
	const u8 end = ANP_TCP_FIN | ANP_TCP_PSH;

	return (a[13] & ~ANP_TCP_ECE) == ANP_TCP_ACK && (b[13] & ~end) == a[13] &&
	       !memcmp(a, b, 4) &&
	       get_unaligned_be32(b + 4) == get_unaligned_be32(a + 4) + alen &&
	       !memcmp(a + 8, b + 8, 5) && !memcmp(a + 14, b + 14, hdrlen - 14);
}

/* Joins @skb to @to as GRO does and frees it, if they belong together. */
bool wire_join(struct sk_buff *to, struct sk_buff *skb)
{
	u32 hdrlen = wire_hdrlen(to), alen, blen, mss;
	struct skb_shared_info *si = skb_shinfo(to);
	u8 a[60], b[60];

	if (to->len < 20 || skb->len < 20 || skb_cloned(to) || wire_hdrlen(skb) != hdrlen ||
	    ANP_TCP_CB(to)->ecn != ANP_TCP_CB(skb)->ecn)
		return false;
	skb_copy_bits(to, 0, a, hdrlen);
	skb_copy_bits(skb, 0, b, hdrlen);
	alen = to->len - hdrlen;
	blen = skb->len - hdrlen;
	mss = si->gso_size ? si->gso_size : alen;
	/* The checksum field may differ: it has been checked. */
	put_unaligned_be16(get_unaligned_be16(a + 16), b + 16);
	if (!alen || !blen || blen > mss || alen % mss || to->len + blen > 65000 ||
	    si->nr_frags == MAX_SKB_FRAGS || skb_shinfo(skb)->gso_size ||
	    skb_headlen(to) < hdrlen || !joinable(a, b, hdrlen, alen))
		return false;
	add_page(to, skb, hdrlen, blen);
	to->data[13] |= b[13];
	si->gso_size = mss;
	si->gso_segs = DIV_ROUND_UP(alen + blen, mss);
	si->gso_type = SKB_GSO_TCPV4;
	kfree_skb(skb);
	return true;
}

/* RFC 9293 3.1, with zeros for the pseudo header; of a right segment it is 0. */
u16 wire_checksum(struct sk_buff *skb)
{
	u32 sum = skb->len, off, n, i;
	u8 buf[2048];

	for (off = 0; off < skb->len; off += n) {
		n = min_t(u32, sizeof(buf), skb->len - off);
		skb_copy_bits(skb, off, buf, n);
		if (n % 2) /* the last */
			buf[n] = 0;
		for (i = 0; i < n; i += 2)
			sum += get_unaligned_be16(buf + i);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
