// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile wire: the peer of a program's conversations, which keeps to the protocols well enough
 * to get far into them, and then damages what it sends. It is the other side of a tap device below
 * an anp device, so that it also says what a network card would have said of each frame (virtio
 * header). One seed makes the same choices again; sequence numbers are those of the connections.
 *
 *	fuzz_wire SEED FRAMES
 *
 * The network namespace has to be empty. The last frame is an echo request, which has to be answered.
 */
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>

#include "fuzz_program.h"

#define FLOWS		64
#define OLD_FRAMES	32

/* What the peer knows of a connection. */
struct flow {
	uint16_t here, there;
	uint32_t snd_nxt, snd_una, rcv_nxt, acked, ts_recent;
	uint32_t wnd;
	uint8_t open, ts, sack, wscale, their_wscale;
};

static struct flow flows[FLOWS];
static struct frame frame, in;
static uint8_t heard[OLD_FRAMES][128];
static int heard_len[OLD_FRAMES];
static struct frame *old;
static int tap, echoed, done;
static unsigned long written, refused, damaged, fragmented, honest_gso, answers;

static void write_frame(const struct frame *f)
{
	int len = f->len < 15 ? 15 : f->len;

	if (write(tap, FRAME_WIRE(f), sizeof(f->vnet) + len) < 0) {
		if (errno != EINVAL && errno != ENOBUFS && errno != EIO) {
			perror("tap");
			exit(1);
		}
		refused++;
	}
	written++;
}

/* A packet in pieces, in whatever order, some of them twice, over each other or not at all. */
static void write_pieces(const struct frame *whole)
{
	static struct frame piece;
	int hlen = ip_hlen(whole), total = ip_room(whole) - hlen, step = 8 * (1 + rnd(150));
	int start, end, n = 0;

	if (hlen < 20 || total < 16) {
		write_frame(whole);
		return;
	}
	fragmented++;
	for (start = 0; start < total && n++ < 60; start += step) {
		int first = start, more;

		if (one_in(20))
			continue;
		if (one_in(20))
			first = start < 8 ? 8 : start - 8;
		end = start + step < total ? start + step : total;
		more = end < total;
		memset(&piece.vnet, 0, sizeof(piece.vnet));
		piece.eth = whole->eth;
		memcpy(piece.ip, whole->ip, hlen);
		memcpy(piece.ip + hlen, whole->ip + hlen + first, end > first ? end - first : 0);
		piece.len = FRAME_HEAD + hlen + (end > first ? end - first : 0);
		put16(piece.ip + 2, ip_room(&piece));
		put16(piece.ip + 6, first / 8 | (more ? 0x2000 : 0));
		if (one_in(40))
			damage_ip(&piece);
		mend_ip(&piece);
		write_frame(&piece);
		if (one_in(20))
			write_frame(&piece);
		if (one_in(30))
			start = -step + 8 * (int)rnd(total / 8);
	}
}

static void send_frame(struct frame *f, int may_damage)
{
	int n;

	if (one_in(8))
		memcpy(&old[rnd(OLD_FRAMES)], f, offsetof(struct frame, eth) + f->len);
	if (may_damage && one_in(2)) {
		damaged++;
		for (n = 1 + rnd(2); n > 0; n--)
			damage(f);
	}
	if (one_in(16) && f->eth.ether_type == htons(ETHERTYPE_IP))
		write_pieces(f);
	else
		write_frame(f);
}

/* --- TCP -------------------------------------------------------------------- */

static void syn_options(struct flow *w, struct segment *s)
{
	uint8_t *p = s->opt;

	*p++ = 2;
	*p++ = 4;
	put16(p, one_in(4) ? odd_number() : 1460);
	p += 2;
	if (w->sack) {
		*p++ = 4;
		*p++ = 2;
	}
	if (w->ts) {
		*p++ = 8;
		*p++ = 10;
		put32(p, time(NULL));
		put32(p + 4, w->ts_recent);
		p += 8;
	}
	if (w->wscale) {
		*p++ = 3;
		*p++ = 3;
		*p++ = w->wscale;
	}
	if (one_in(8)) {
		*p++ = one_in(2) ? 34 : rnd(256);
		*p = 2 + rnd(8);
		p += *p - 1;
	}
	s->opt_len = p - s->opt;
}

static void options(struct flow *w, struct segment *s)
{
	uint8_t *p = s->opt;
	uint32_t left;
	int n;

	if (w->ts) {
		*p++ = 1;
		*p++ = 1;
		*p++ = 8;
		*p++ = 10;
		put32(p, one_in(30) ? odd_number() : time(NULL));
		put32(p + 4, one_in(30) ? odd_number() : w->ts_recent);
		p += 8;
	}
	if (w->sack && one_in(3)) {
		n = 1 + rnd(3);
		*p++ = 5;
		*p++ = 2 + 8 * n;
		while (n-- > 0) {
			left = w->acked + rnd(w->rcv_nxt - w->acked + 2000);
			put32(p, one_in(20) ? odd_number() : left);
			put32(p + 4, left + 1 + rnd(3000));
			p += 8;
		}
	}
	s->opt_len = p - s->opt;
}

static struct segment segment_of(const struct flow *w)
{
	return (struct segment) {
		.src = ADDR_PEER, .dst = ADDR_ANP, .sport = w->here, .dport = w->there,
		.seq = w->snd_nxt, .ack = w->rcv_nxt, .flags = TH_ACK, .window = w->wnd,
	};
}

static void open_flow(struct flow *w)
{
	struct segment s;

	memset(w, 0, sizeof(*w));
	w->here = 10000 + rnd(20000);
	w->there = one_in(2) ? PORT_ECHO : PORT_SINK;
	w->snd_nxt = rnd32();
	w->snd_una = w->snd_nxt;
	w->wnd = one_in(8) ? rnd(100) : 20000 + rnd(40000);
	w->ts = rnd(2);
	w->sack = rnd(2);
	w->wscale = rnd(8);
	s = segment_of(w);
	s.flags = TH_SYN | (one_in(8) ? 0xc0 : 0);
	s.ack = 0;
	syn_options(w, &s);
	s.data_len = one_in(16) ? rnd(500) : 0;
	build_tcp(&frame, &s);
	send_frame(&frame, one_in(4));
	w->snd_nxt++;
}

/* A super-packet as a peer's segmentation offload makes it. */
static void claim_gso(struct frame *f)
{
	int hlen = 20 + (f->ip[32] >> 4) * 4;

	f->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	f->vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	f->vnet.gso_size = 536 + rnd(925);
	f->vnet.hdr_len = 14 + hlen;
	f->vnet.csum_start = 34;
	f->vnet.csum_offset = 16;
	put16(f->ip + 36, sum_of(f->ip + 12, 8, 6 + ip_room(f) - 20));
	honest_gso++;
}

/* What may follow in this connection: usually right, sometimes beside the window. */
static void next_segment(struct flow *w)
{
	struct segment s = segment_of(w);
	int forward = 0;

	if (one_in(3))
		s.ack = w->acked + rnd(w->rcv_nxt - w->acked + 1);
	w->acked = s.ack;
	switch (rnd(16)) {
	case 0:
		s.window = rnd(3);
		break;
	case 1:
		s.flags |= TH_FIN;
		forward = 1;
		break;
	case 2:
		s.flags = TH_RST | rnd(2) * TH_ACK;
		s.seq += one_in(2) ? 0 : rnd(3000);
		break;
	case 3:
		s.seq += 1 + rnd(20000);
		s.data_len = 1 + rnd(1460);
		break;
	case 4:
		s.seq -= rnd(3000);
		s.data_len = 1 + rnd(1460);
		break;
	case 5:
		s.flags |= TH_URG;
		s.urg = rnd(3000);
		s.data_len = rnd(100);
		forward = 1;
		break;
	case 6:
		s.seq += odd_number();
		break;
	case 7:
		s.ack += odd_number();
		break;
	case 8:
		s.flags = rnd(256);
		break;
	case 9:
		s.data_len = 2000 + rnd(60000);
		forward = 1;
		break;
	case 10: case 11:
		break;
	default:
		s.data_len = 1 + rnd(1460);
		s.flags |= one_in(2) ? TH_PUSH : 0;
		forward = 1;
	}
	options(w, &s);
	build_tcp(&frame, &s);
	if (s.data_len > 1460)
		claim_gso(&frame);
	send_frame(&frame, 1);
	if (forward)
		w->snd_nxt += s.data_len + !!(s.flags & TH_FIN);
}

static struct flow *flow_of(uint16_t here, uint16_t there)
{
	int i;

	for (i = 0; i < FLOWS; i++) {
		if (flows[i].here == here && flows[i].there == there)
			return &flows[i];
	}
	return NULL;
}

/* The program connects to us: be its server. */
static void answer_syn(uint16_t here, uint16_t there, uint32_t seq)
{
	struct flow *w = &flows[rnd(FLOWS)];
	struct segment s;

	memset(w, 0, sizeof(*w));
	w->here = here;
	w->there = there;
	w->open = 1;
	w->snd_nxt = rnd32();
	w->snd_una = w->snd_nxt;
	w->rcv_nxt = seq + 1;
	w->acked = seq + 1;
	w->wnd = 20000 + rnd(40000);
	w->ts = rnd(2);
	w->sack = rnd(2);
	w->wscale = rnd(8);
	s = segment_of(w);
	s.flags = TH_SYN | TH_ACK;
	syn_options(w, &s);
	build_tcp(&frame, &s);
	send_frame(&frame, one_in(4));
	w->snd_nxt++;
}

static void hear_tcp(const uint8_t *ip, int hlen, int len)
{
	const uint8_t *p = ip + hlen;
	uint16_t there = get16(p), here = get16(p + 2);
	struct flow *w = flow_of(here, there);
	uint32_t seq = get32(p + 4), end;
	int off = (p[12] >> 4) * 4;

	if (p[13] & TH_RST) {
		if (w)
			w->here = 0;
		return;
	}
	if (done) {
		struct segment s = { .src = ADDR_PEER, .dst = ADDR_ANP, .sport = here, .dport = there,
				     .seq = get32(p + 8), .flags = TH_RST };

		build_tcp(&frame, &s);
		write_frame(&frame);
		return;
	}
	if (here == PORT_PEER && (p[13] & (TH_SYN | TH_ACK)) == TH_SYN && !w) {
		answer_syn(here, there, seq);
		return;
	}
	if (!w)
		return;
	end = seq + len - hlen - off + !!(p[13] & TH_SYN) + !!(p[13] & TH_FIN);
	if (p[13] & TH_SYN) {
		w->acked = end;
		w->rcv_nxt = end;
		w->open = 1;
	}
	if ((int32_t)(end - w->rcv_nxt) > 0 && (int32_t)(seq - w->rcv_nxt) <= 0)
		w->rcv_nxt = end;
	if (p[13] & TH_ACK)
		w->snd_una = get32(p + 8);
	/* Not to be left behind for good by what was damaged. */
	if ((int32_t)(w->snd_nxt - w->snd_una) > 60000 || one_in(16))
		w->snd_nxt = w->snd_una;
	if (off >= 32 && p[22] == 8)
		w->ts_recent = get32(p + 24);
}

static void answer_arp(void)
{
	build_arp(&frame);
	memcpy(frame.eth.ether_dhost, mac_anp, 6);
	put16(frame.ip + 6, 2);
	put32(frame.ip + 14, ADDR_PEER);
	write_frame(&frame);
}

static void hear(void)
{
	int n, len, hlen, slot, budget = 64;

	while (budget-- && (n = read(tap, FRAME_WIRE(&in), sizeof(in) - sizeof(in.len))) > 0) {
		if (in.eth.ether_type == htons(ETHERTYPE_ARP) && get16(in.ip + 6) == 1 &&
		    get32(in.ip + 24) == ADDR_PEER)
			answer_arp();
		if (in.eth.ether_type != htons(ETHERTYPE_IP))
			continue;
		answers++;
		hlen = ip_hlen(&in);
		len = get16(in.ip + 2);
		slot = rnd(OLD_FRAMES);
		heard_len[slot] = len < 128 ? len : 128;
		memcpy(heard[slot], in.ip, heard_len[slot]);
		if (in.ip[9] == IPPROTO_TCP && !(get16(in.ip + 6) & 0x1fff) && len >= hlen + 20)
			hear_tcp(in.ip, hlen, len);
		if (in.ip[9] == IPPROTO_ICMP && in.ip[hlen] == 0 && get16(in.ip + hlen + 6) == 0x7777)
			echoed = 1;
	}
}

/* --- the run ------------------------------------------------------------------ */

static void one_frame(void)
{
	int slot = rnd(OLD_FRAMES);
	struct flow *w;

	switch (rnd(32)) {
	case 0: case 1:
		open_flow(&flows[rnd(FLOWS)]);
		return;
	case 2:
		build_udp(&frame, 1000 + rnd(9), PORT_UDP + rnd(3), rnd(one_in(8) ? 60000 : 1400));
		break;
	case 3:
		build_echo(&frame, one_in(4) ? rnd(19) : 8, rnd(one_in(8) ? 60000 : 1400));
		break;
	case 4: case 5:
		if (heard_len[slot] < 28)
			return;
		build_error(&frame, heard[slot], 28 + rnd(heard_len[slot] - 27));
		break;
	case 6:
		build_igmp(&frame);
		break;
	case 7:
		build_arp(&frame);
		break;
	case 8:
		if (old[slot].len)
			memcpy(&frame, &old[slot], offsetof(struct frame, eth) + old[slot].len);
		else
			return;
		break;
	default:
		w = &flows[rnd(FLOWS)];
		if (w->here && w->open)
			next_segment(w);
		else
			open_flow(w);
		return;
	}
	send_frame(&frame, 1);
}

static void run(const char *words)
{
	if (system(words)) {
		fprintf(stderr, "failed: %s\n", words);
		exit(1);
	}
}

static void set_up(void)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd;

	tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	strcpy(r.ifr_name, "tap0");
	if (tap < 0 || ioctl(tap, TUNSETIFF, &r)) {
		perror("tap");
		exit(1);
	}
	run("ip link set tap0 up && ip link add anp0 link tap0 type anp &&"
	    "ip addr add 10.0.0.2/24 dev anp0 && ip link set anp0 up &&"
	    "ip route add default via 10.0.0.1 dev anp0 table anp");
	strcpy(r.ifr_name, "anp0");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCGIFHWADDR, &r)) {
		perror("anp0");
		exit(1);
	}
	memcpy(mac_anp, r.ifr_hwaddr.sa_data, 6);
	close(fd);
}

/* Where it was, if the kernel should end it here. */
static void mark(const char *seed, unsigned long n)
{
	FILE *log = fopen("/dev/kmsg", "w");

	if (!log)
		return;
	fprintf(log, "fuzz_wire: seed %s, %lu frames written\n", seed, n);
	fclose(log);
}

static int still_answers(void)
{
	int i;

	for (i = 0; i < 100 && !echoed; i++) {
		answer_arp();
		build_echo(&frame, 8, 56);
		put16(frame.ip + 26, 0x7777);
		mend_payload(&frame);
		write_frame(&frame);
		usleep(50000);
		hear();
	}
	return echoed;
}

int main(int argc, char **argv)
{
	unsigned long frames, next_mark = 0;
	pid_t child;
	int n;

	if (argc != 3)
		return 2;
	rng_state = strtoull(argv[1], NULL, 0);
	frames = strtoul(argv[2], NULL, 0);
	old = calloc(OLD_FRAMES, sizeof(*old));
	set_up();
	child = fork();
	if (!child)
		program(rng_state + 1);
	usleep(300000);
	while (written < frames) {
		if (written >= next_mark) {
			mark(argv[1], written);
			next_mark += frames / 20 + 1;
		}
		one_frame();
		hear();
		if (waitpid(child, NULL, WNOHANG) == child) {
			fprintf(stderr, "the program ended\n");
			return 1;
		}
	}
	printf("%lu frames: %lu damaged, %lu in pieces, %lu super-packets, %lu refused by the device;"
	       " %lu answers\n", written, damaged, fragmented, honest_gso, refused, answers);
	/* How long what is lost is waited for: the round trips are those of a peer that seldom looks. */
	fflush(stdout);
	run("anp ss -a -n -i | grep -oE 'rto:[0-9.]+' | sort -t: -k2 -n | tail -n 1");
	/* What the program leaves is told that nobody is there. */
	done = 1;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (n = 0; n < 30; n++) {
		usleep(100000);
		hear();
	}
	if (!still_answers()) {
		printf("no echo reply afterwards\n");
		return 1;
	}
	return 0;
}
