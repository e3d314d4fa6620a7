/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames for the fuzzer of the wire: built right, then damaged field by field.
 */
#ifndef FUZZ_FRAMES_H
#define FUZZ_FRAMES_H

#include <arpa/inet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>

#include "fuzz_rng.h"

#define FRAME_MAX	66000
#define ADDR_ANP	0x0a000002u
#define ADDR_PEER	0x0a000001u

/* What is written to the tap device. @len counts from @eth. */
struct frame {
	int len;
	struct virtio_net_hdr vnet;
	struct ether_header eth;
	uint8_t ip[FRAME_MAX];
} __attribute__((packed));

#define FRAME_WIRE(f)	((uint8_t *)(f) + offsetof(struct frame, vnet))
#define FRAME_HEAD	(offsetof(struct frame, ip) - offsetof(struct frame, eth))

struct segment {
	uint32_t src, dst, seq, ack;
	uint16_t sport, dport, window, urg;
	uint8_t flags, opt_len;
	uint8_t opt[40];
	int data_len;
};

static uint8_t mac_anp[6], mac_peer[6] = { 2, 0, 0, 0, 0, 0x77 };
static uint16_t next_ip_id;

static inline uint32_t sum_of(const uint8_t *p, int len, uint32_t sum)
{
	int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static inline void put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static inline uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static inline int ip_hlen(const struct frame *f)
{
	return (f->ip[0] & 15) * 4;
}

static inline int ip_room(const struct frame *f)
{
	return f->len - (int)FRAME_HEAD;
}

/* Make the IPv4 header's sum right, as far as there is a header. */
static inline void mend_ip(struct frame *f)
{
	int hlen = ip_hlen(f);

	if (hlen < 20 || hlen > ip_room(f))
		return;
	put16(f->ip + 10, 0);
	put16(f->ip + 10, ~sum_of(f->ip, hlen, 0));
}

/* And that of what the packet carries; of a whole packet only. */
static inline void mend_payload(struct frame *f)
{
	static const uint8_t at[256] = { [1] = 2, [2] = 2, [6] = 16, [17] = 6 };
	int hlen = ip_hlen(f), len = ip_room(f) - hlen, proto = f->ip[9];
	uint8_t *p = f->ip + hlen;
	uint32_t sum = 0;

	if (hlen < 20 || !at[proto] || len < at[proto] + 2 || f->vnet.flags)
		return;
	if (proto == 6 || proto == 17)
		sum = sum_of(f->ip + 12, 8, proto + len);
	put16(p + at[proto], 0);
	put16(p + at[proto], ~sum_of(p, len, sum));
}

/* The payload has been put behind where the header will be. */
static inline void build_ip(struct frame *f, uint8_t proto, uint32_t src, uint32_t dst, int len)
{
	memset(&f->vnet, 0, sizeof(f->vnet));
	memcpy(f->eth.ether_dhost, mac_anp, 6);
	memcpy(f->eth.ether_shost, mac_peer, 6);
	f->eth.ether_type = htons(ETHERTYPE_IP);
	memset(f->ip, 0, 20);
	f->ip[0] = 0x45;
	put16(f->ip + 2, 20 + len);
	put16(f->ip + 4, next_ip_id++);
	f->ip[8] = 64;
	f->ip[9] = proto;
	put32(f->ip + 12, src);
	put32(f->ip + 16, dst);
	f->len = FRAME_HEAD + 20 + len;
	mend_ip(f);
	mend_payload(f);
}

static inline void fill(uint8_t *p, int len)
{
	int i;

	for (i = 0; i < len; i++)
		p[i] = i * 7;
}

static inline void build_tcp(struct frame *f, const struct segment *s)
{
	uint8_t *p = f->ip + 20;
	int hlen = 20 + ((s->opt_len + 3) & ~3);

	memset(p, 0, hlen);
	put16(p, s->sport);
	put16(p + 2, s->dport);
	put32(p + 4, s->seq);
	put32(p + 8, s->ack);
	p[12] = hlen / 4 << 4;
	p[13] = s->flags;
	put16(p + 14, s->window);
	put16(p + 18, s->urg);
	memcpy(p + 20, s->opt, s->opt_len);
	fill(p + hlen, s->data_len);
	build_ip(f, IPPROTO_TCP, s->src, s->dst, hlen + s->data_len);
}

static inline void build_udp(struct frame *f, uint16_t sport, uint16_t dport, int len)
{
	uint8_t *p = f->ip + 20;

	put16(p, sport);
	put16(p + 2, dport);
	put16(p + 4, 8 + len);
	put16(p + 6, 0);
	fill(p + 8, len);
	build_ip(f, IPPROTO_UDP, ADDR_PEER, ADDR_ANP, 8 + len);
}

static inline void build_echo(struct frame *f, uint8_t type, int len)
{
	uint8_t *p = f->ip + 20;

	memset(p, 0, 8);
	p[0] = type;
	put16(p + 4, 1);
	put16(p + 6, 1);
	fill(p + 8, len);
	build_ip(f, IPPROTO_ICMP, ADDR_PEER, ADDR_ANP, 8 + len);
}

/* An ICMP error about @quoted, a packet of ANP's. */
static inline void build_error(struct frame *f, const uint8_t *quoted, int len)
{
	static const uint8_t types[] = { 3, 3, 3, 3, 4, 5, 11, 12 };
	uint8_t *p = f->ip + 20;

	memmove(p + 8, quoted, len);
	memset(p, 0, 8);
	p[0] = pick(types);
	p[1] = p[0] == 3 ? (one_in(2) ? 4 : rnd(16)) : rnd(3);
	if (p[0] == 3 && p[1] == 4)
		put16(p + 6, one_in(2) ? 500 + rnd(1000) : odd_number());
	build_ip(f, IPPROTO_ICMP, ADDR_PEER, ADDR_ANP, 8 + len);
}

static inline void build_igmp(struct frame *f)
{
	static const uint8_t types[] = { 0x11, 0x12, 0x16, 0x17, 0x22 };
	uint8_t *p = f->ip + 20;
	int len = one_in(2) ? 8 : 12 + 4 * rnd(20);

	memset(p, 0, len);
	p[0] = pick(types);
	p[1] = rnd32();
	put32(p + 4, one_in(2) ? 0 : 0xe0000100 + rnd(4));
	if (len >= 12)
		put16(p + 10, one_in(4) ? odd_number() : (len - 12) / 4u);
	build_ip(f, IPPROTO_IGMP, ADDR_PEER, 0xe0000001, len);
}

static inline void build_arp(struct frame *f)
{
	uint8_t *p = f->ip;

	memset(&f->vnet, 0, sizeof(f->vnet));
	memset(f->eth.ether_dhost, 0xff, 6);
	memcpy(f->eth.ether_shost, mac_peer, 6);
	f->eth.ether_type = htons(ETHERTYPE_ARP);
	put16(p, 1);
	put16(p + 2, ETHERTYPE_IP);
	p[4] = 6;
	p[5] = 4;
	put16(p + 6, 1 + rnd(2));
	memcpy(p + 8, mac_peer, 6);
	put32(p + 14, one_in(3) ? ADDR_PEER + 2 + rnd(200) : ADDR_PEER);
	memcpy(p + 18, mac_anp, 6);
	put32(p + 24, ADDR_ANP);
	f->len = FRAME_HEAD + 28;
}

/* --- damage ---------------------------------------------------------------- */

static inline uint32_t odd_address(void)
{
	static const uint32_t addresses[] = {
		0, 0xffffffff, 0x7f000001, 0xe0000001, 0xe00000fb, 0xf0000001, ADDR_ANP, ADDR_PEER,
		0x0a0000ff, 0x0a000000, 0xa9fe0101, 0x0a000005, 0xc0000201,
	};

	return pick(addresses);
}

/* Options put into the IPv4 header: honest ones and such as lie about their lengths. */
static inline void damage_options(struct frame *f)
{
	static const uint8_t kinds[] = { 0, 1, 7, 68, 131, 137, 148, 130, 82, 94, 222 };
	int len = 4 + 4 * rnd(10), have = ip_room(f) - 20, i;

	if (ip_hlen(f) != 20 || have < 0 || have + 20 + len > FRAME_MAX)
		return;
	memmove(f->ip + 20 + len, f->ip + 20, have);
	memset(f->ip + 20, 1, len);
	for (i = 0; i < len; i += 1 + rnd(8)) {
		f->ip[20 + i] = pick(kinds);
		if (i + 2 < len) {
			f->ip[20 + i + 1] = one_in(3) ? rnd(256) : (uint32_t)len - i;
			f->ip[20 + i + 2] = one_in(2) ? 4 : rnd(256);
		}
	}
	f->ip[0] = 0x40 | (5 + len / 4);
	f->len += len;
	put16(f->ip + 2, ip_room(f));
}

static inline void damage_ip(struct frame *f)
{
	switch (rnd(11)) {
	case 0:
		f->ip[0] = one_in(2) ? 0x40 | rnd(16) : rnd(256);
		break;
	case 1:
		f->ip[1] = rnd(256);
		break;
	case 2:
		put16(f->ip + 2, one_in(2) ? ip_room(f) + rnd(17) - 8 : odd_number());
		break;
	case 3:
		put16(f->ip + 4, odd_number());
		break;
	case 4:
		put16(f->ip + 6, one_in(2) ? rnd(8) << 13 : odd_number());
		break;
	case 5:
		f->ip[8] = rnd(3);
		break;
	case 6:
		f->ip[9] = one_in(2) ? rnd(20) : rnd(256);
		break;
	case 7:
		put32(f->ip + 12, odd_address());
		break;
	case 8:
		put32(f->ip + 16, odd_address());
		break;
	default:
		damage_options(f);
	}
}

static inline void damage_payload(struct frame *f)
{
	int hlen = ip_hlen(f), len = ip_room(f) - hlen, i, n = 1 + rnd(4);
	uint8_t *p = f->ip + hlen;

	if (hlen < 20 || len < 1)
		return;
	for (i = 0; i < n; i++) {
		int at = rnd(len < 60 ? len : 60);

		switch (rnd(3)) {
		case 0:
			p[at] ^= 1 << rnd(8);
			break;
		case 1:
			p[at] = rnd(256);
			break;
		default:
			if (at + 4 <= len)
				put32(p + at, odd_number());
		}
	}
}

static inline void damage_length(struct frame *f)
{
	int room = ip_room(f);

	if (one_in(2) && room > 1)
		f->len -= rnd(room);
	else if (room < FRAME_MAX - 2000)
		f->len += rnd(2000);
	if (one_in(2) && ip_room(f) >= 20)
		put16(f->ip + 2, ip_room(f));
}

static inline void damage_ether(struct frame *f)
{
	static const uint16_t types[] = { 0x8100, 0x88a8, 0x0806, 0x86dd, 0x8847, 0x0000, 0x05dc };
	int tags = 1 + rnd(3), room = ip_room(f);

	switch (rnd(4)) {
	case 0:
		memset(f->eth.ether_dhost, one_in(2) ? 0xff : 0x33, 6);
		break;
	case 1:
		f->eth.ether_type = htons(one_in(2) ? pick(types) : rnd(65536));
		break;
	case 2:
		memcpy(f->eth.ether_shost, mac_anp, 6);
		break;
	default:
		/* Tags before the packet; a VID of 0 is only a priority. */
		while (tags-- && room + 4 <= FRAME_MAX) {
			memmove(f->ip + 4, f->ip, room);
			put16(f->ip, one_in(2) ? rnd(8) << 13 : rnd(65536));
			memcpy(f->ip + 2, &f->eth.ether_type, 2);
			f->eth.ether_type = htons(one_in(2) ? 0x8100 : 0x88a8);
			room += 4;
			f->len += 4;
		}
	}
}

/* What the virtio header claims, whatever the packet is. */
static inline void damage_vnet(struct frame *f)
{
	static const uint8_t gso[] = {
		VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_UDP,
		VIRTIO_NET_HDR_GSO_TCPV6, 5, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	};

	f->vnet.gso_type = pick(gso);
	f->vnet.gso_size = one_in(2) ? 1 + rnd(1500) : odd_number();
	f->vnet.hdr_len = one_in(2) ? 54 : odd_number();
	f->vnet.flags = one_in(2) ? VIRTIO_NET_HDR_F_NEEDS_CSUM : rnd(8);
	f->vnet.csum_start = one_in(2) ? 34 : odd_number();
	f->vnet.csum_offset = one_in(2) ? 16 : odd_number() & 0xff;
}

static inline void damage(struct frame *f)
{
	int ip = f->eth.ether_type == htons(ETHERTYPE_IP), mend = !one_in(12);

	switch (rnd(8)) {
	case 0: case 1:
		damage_ip(f);
		break;
	case 2:
		damage_length(f);
		break;
	case 3:
		damage_ether(f);
		return;
	case 4:
		damage_vnet(f);
		break;
	default:
		damage_payload(f);
	}
	if (ip && mend) {
		mend_ip(f);
		mend_payload(f);
	}
}

#endif
