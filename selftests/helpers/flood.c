// SPDX-License-Identifier: GPL-2.0
/*
 * Floods: many frames of one kind, as fast as a packet socket on eth0 takes them.
 *
 *	flood MODE COUNT SEED MAC PEER_PORT ANP_PORT
 *
 * MAC is that of the anp device 10.0.0.2. The ports are those of a connection with 10.0.0.1: of ack,
 * rst, fin and icmp each second frame is said to be of it, with numbers that are guessed. The last
 * line: how many frames were taken, and how many a second.
 */
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fuzz_frames.h"

static struct frame frame;
static uint16_t peer_port, anp_port;

/* 198.18.0.0/15 is nobody's (RFC 2544). */
static uint32_t anybody(void)
{
	return 0xc6120000 + rnd(1 << 17);
}

static struct segment blind(uint8_t flags)
{
	struct segment s = {
		.src = ADDR_PEER, .dst = ADDR_ANP, .sport = peer_port, .dport = anp_port,
		.seq = rnd32(), .ack = rnd32(), .flags = flags, .window = rnd(65536),
	};

	if (one_in(2)) {
		s.src = anybody();
		s.sport = 1024 + rnd(60000);
	}
	return s;
}

static void flood_syn(void)
{
	struct segment s = blind(TH_SYN);

	s.src = anybody();
	s.ack = 0;
	s.opt_len = 4;
	put32(s.opt, 0x020405b4);
	build_tcp(&frame, &s);
}

static void flood_ack(void)
{
	struct segment s = blind(TH_ACK);

	s.data_len = rnd(100);
	build_tcp(&frame, &s);
}

static void flood_rst(void)
{
	struct segment s = blind(TH_RST | rnd(2) * TH_ACK);

	build_tcp(&frame, &s);
}

static void flood_fin(void)
{
	struct segment s = blind(TH_FIN | TH_ACK);

	build_tcp(&frame, &s);
}

/* Requests, and errors about segments that were never sent. */
static void flood_icmp(void)
{
	struct segment s = {
		.src = ADDR_ANP, .dst = ADDR_PEER, .sport = anp_port, .dport = peer_port, .seq = rnd32(),
		.flags = TH_ACK,
	};
	uint8_t quoted[28];

	if (one_in(2)) {
		build_echo(&frame, 8, 56);
		return;
	}
	build_tcp(&frame, &s);
	memcpy(quoted, frame.ip, sizeof(quoted));
	build_error(&frame, quoted, sizeof(quoted));
}

/* Beginnings that have no end. */
static void flood_frag(void)
{
	build_udp(&frame, 1000, 2000, 1400);
	put16(frame.ip + 4, rnd32());
	put16(frame.ip + 6, 0x2000);
	mend_ip(&frame);
}

/* Sources that no packet has, or that are ANP's own. */
static void flood_martian(void)
{
	static const uint32_t sources[] = { 0x7f000001, 0xe0000001, ADDR_ANP, 0x0a0000ff, 0xffffffff, 1 };
	struct segment s = blind(TH_SYN);

	s.src = pick(sources);
	s.sport = s.dport;
	build_tcp(&frame, &s);
}

/* What a victim is said to have asked everybody (RFC 2644). */
static void flood_smurf(void)
{
	build_echo(&frame, 8, 56);
	put32(frame.ip + 16, 0x0a0000ff);
	memset(frame.eth.ether_dhost, 0xff, 6);
	mend_ip(&frame);
}

static const struct {
	const char *name;
	void (*build)(void);
} modes[] = {
	{ "syn", flood_syn }, { "ack", flood_ack }, { "rst", flood_rst }, { "fin", flood_fin },
	{ "icmp", flood_icmp }, { "frag", flood_frag }, { "martian", flood_martian },
	{ "smurf", flood_smurf },
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	unsigned long n, count, taken = 0;
	double begin;
	int fd, mode;

	if (argc != 7)
		return 2;
	count = strtoul(argv[2], NULL, 0);
	rng_state = strtoull(argv[3], NULL, 0);
	if (sscanf(argv[4], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac_anp[0], &mac_anp[1], &mac_anp[2],
		   &mac_anp[3], &mac_anp[4], &mac_anp[5]) != 6)
		return 2;
	peer_port = atoi(argv[5]);
	anp_port = atoi(argv[6]);
	for (mode = 0; mode < (int)(sizeof(modes) / sizeof(modes[0])); mode++) {
		if (!strcmp(modes[mode].name, argv[1]))
			break;
	}
	if (mode == (int)(sizeof(modes) / sizeof(modes[0])))
		return 2;
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	ll.sll_ifindex = if_nametoindex("eth0");
	if (fd < 0 || bind(fd, (struct sockaddr *)&ll, sizeof(ll))) {
		perror("eth0");
		return 1;
	}
	begin = now();
	for (n = 0; n < count; n++) {
		modes[mode].build();
		taken += send(fd, &frame.eth, frame.len, 0) == frame.len;
	}
	printf("%lu %.0f\n", taken, taken / (now() - begin));
	return 0;
}
