// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold of every segment that a host puts on the wire, whoever made it: a connection, a
 * request, TIME-WAIT or a reset out of nowhere.  Nothing of the engine is looked at, only what the
 * wire has seen before.
 */
#include <asm/unaligned.h>
#include "sim.h"

#define MSS_DEFAULT	536u	/* RFC 9293 3.7.1 */

enum kind {
	KIND_END, KIND_NOP, KIND_MSS, KIND_WSCALE, KIND_SACK_OK, KIND_SACK, KIND_TS = 8,
	KIND_FASTOPEN = 34,
};

struct header {
	u8 bytes[60];
	u32 len, payload;
	u8 flags;
	u32 seq, ack;
	struct wire_syn syn;	/* what its options say */
	bool sack, ts;
	u32 tsval, tsecr;
	u32 segment;		/* payload of the largest of its segments */
};

#define WIRE_CHECK(p, side, cond, fmt, ...) \
	SIM_CHECK(cond, "on the wire from %c.%u: " fmt, 'A' + (side), (p)->port[side], ##__VA_ARGS__)

static void option(const struct pair *p, u8 side, struct header *h, const u8 *o)
{
	static const u8 lens[] = { [KIND_MSS] = 4, [KIND_WSCALE] = 3, [KIND_SACK_OK] = 2,
				   [KIND_TS] = 10 };
	bool syn = h->flags & ANP_TCP_SYN;

	switch (o[0]) {
	case KIND_MSS:
		h->syn.mss = get_unaligned_be16(o + 2);
		break;
	case KIND_WSCALE:
		h->syn.wscale = true;
		WIRE_CHECK(p, side, o[2] <= 14, "window scale %u", o[2]);
		break;
	case KIND_SACK_OK:
		h->syn.sack_ok = true;
		break;
	case KIND_SACK:
		h->sack = true;
		WIRE_CHECK(p, side, !syn && o[1] >= 10 && o[1] % 8 == 2, "SACK option of %u bytes", o[1]);
		return;
	case KIND_TS:
		h->syn.ts = true;
		h->ts = true;
		h->tsval = get_unaligned_be32(o + 2);
		h->tsecr = get_unaligned_be32(o + 6);
		break;
	case KIND_FASTOPEN:
		WIRE_CHECK(p, side, syn, "Fast Open beside no SYN");
		return;
	default:
		WIRE_CHECK(p, side, false, "option %u", o[0]);
	}
	WIRE_CHECK(p, side, o[1] == lens[o[0]], "option %u is %u bytes long", o[0], o[1]);
	WIRE_CHECK(p, side, syn || o[0] == KIND_TS, "option %u beside no SYN", o[0]);
}

/* RFC 9293 3.2: every option ends inside the header, and the rest is filled. */
static void options(const struct pair *p, u8 side, struct header *h)
{
	u32 i = 20;

	while (i < h->len && h->bytes[i] != KIND_END) {
		if (h->bytes[i] == KIND_NOP) {
			i++;
			continue;
		}
		WIRE_CHECK(p, side, i + 1 < h->len && h->bytes[i + 1] >= 2 &&
			   i + h->bytes[i + 1] <= h->len, "option %u leaves the header", h->bytes[i]);
		option(p, side, h, h->bytes + i);
		i += h->bytes[i + 1];
	}
	for (; i < h->len; i++)
		WIRE_CHECK(p, side, !h->bytes[i], "no zeros behind the options");
}

/* A SYN-ACK answers what was offered; nothing else may be agreed. */
static void check_syn(struct pair *p, u8 side, struct header *h)
{
	const struct wire_syn *offer = &p->syn[!side];

	WIRE_CHECK(p, side, !(h->flags & (ANP_TCP_FIN | ANP_TCP_RST)), "SYN with FIN or RST");
	if (h->flags & ANP_TCP_ACK && !p->both) {
		/* RFC 7323 2.2 and 3.2, RFC 2018 2 */
		WIRE_CHECK(p, side, !h->syn.wscale || offer->wscale, "window scale was not offered");
		WIRE_CHECK(p, side, !h->syn.ts || offer->ts, "timestamps were not offered");
		WIRE_CHECK(p, side, !h->syn.sack_ok || offer->sack_ok, "SACK was not offered");
	}
	/* A SYN-ACK that is sent again may tell less, and who has the first does not know yet. */
	h->syn.mss = max(h->syn.mss, p->syn[side].mss);
	p->syn[side] = h->syn;
	p->syn[side].seen = true;
}

static void check_timestamps(struct pair *p, u8 side, const struct header *h)
{
	const struct wire_syn *mine = &p->syn[side], *yours = &p->syn[!side];

	/* RFC 7323 3.2: in every segment if both SYNs had it, and else in none. */
	if (!(h->flags & (ANP_TCP_SYN | ANP_TCP_RST)))
		WIRE_CHECK(p, side, h->ts == (mine->ts && yours->ts), "timestamps %s",
			   h->ts ? "that are not agreed" : "are missing");
	if (!h->ts)
		return;
	/* RFC 7323 3.2 */
	WIRE_CHECK(p, side, h->flags & ANP_TCP_ACK || !h->tsecr, "an echo without an ACK");
	/* RFC 7323 5.4: the clock does not go back; a cookie's timestamp is no clock's. */
	if (sim.host[side].cookies)
		return;
	WIRE_CHECK(p, side, !p->ts_seen[side] || seq_geq(h->tsval, p->tsval[side]),
		   "the timestamps' clock goes back");
	p->ts_seen[side] = true;
	p->tsval[side] = h->tsval;
}

static void read_header(struct sk_buff *skb, struct header *h)
{
	memset(h, 0, sizeof(*h));
	SIM_CHECK(!skb_copy_bits(skb, 0, h->bytes, 20), "a segment of %u bytes", skb->len);
	h->len = (h->bytes[12] >> 4) * 4;
	SIM_CHECK(h->len >= 20 && !skb_copy_bits(skb, 0, h->bytes, h->len),
		  "a header of %u bytes in a segment of %u", h->len, skb->len);
	h->payload = skb->len - h->len;
	h->segment = skb_shinfo(skb)->gso_size ?: h->payload;
	h->flags = h->bytes[13];
	h->seq = get_unaligned_be32(h->bytes + 4);
	h->ack = get_unaligned_be32(h->bytes + 8);
}

void check_wire(const struct host *from, struct sk_buff *skb)
{
	struct header h;
	u8 side = from->id;
	struct pair *p;
	u32 most;

	read_header(skb, &h);
	p = pair_of_ports(from, get_unaligned_be16(h.bytes), get_unaligned_be16(h.bytes + 2));
	/* A garbled segment is answered by ports that nobody has, and by what it said. */
	if (!p || sim.hostile)
		return;
	options(p, side, &h);
	/* RFC 9293 3.1 */
	WIRE_CHECK(p, side, !(h.bytes[12] & 0x0f), "reserved bits are set");
	WIRE_CHECK(p, side, h.flags & (ANP_TCP_ACK | ANP_TCP_SYN | ANP_TCP_RST), "flags %#x", h.flags);
	WIRE_CHECK(p, side, h.flags & ANP_TCP_ACK || !h.ack, "ACK number %u without an ACK", h.ack);
	/* Where ports are used again, what the wire has seen may be of another connection. */
	if (sim.iss_clock)
		return;
	if (h.flags & ANP_TCP_RST) {
		WIRE_CHECK(p, side, !h.payload, "a reset with payload");
		return;
	}
	if (h.flags & ANP_TCP_SYN)
		check_syn(p, side, &h);
	else
		WIRE_CHECK(p, side, p->syn[side].seen, "a segment before the SYN");
	check_timestamps(p, side, &h);
	/* RFC 2018 3 */
	WIRE_CHECK(p, side, !h.sack || p->syn[!side].sack_ok, "SACK is not permitted");
	/* RFC 9293 3.7.1: options count in what the peer says it can take. */
	most = p->syn[!side].mss ?: MSS_DEFAULT;
	/* A cookie has no room for less. */
	if (sim.host[side].cookies)
		most = max(most, MSS_DEFAULT);
	WIRE_CHECK(p, side, !h.payload || !p->syn[!side].seen || h.segment + h.len - 20 <= most,
		   "%u bytes with %u of options, the peer takes %u", h.segment, h.len - 20, most);
}
