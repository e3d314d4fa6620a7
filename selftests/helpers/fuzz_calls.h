/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments for the fuzzer of system calls, and how the kernel's poison is known.
 */
#ifndef FUZZ_CALLS_H
#define FUZZ_CALLS_H

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

#include "fuzz_rng.h"

#define AF_ANP		22

struct bufs {
	union {
		char in[512];
		uint32_t words[128];
	};
	char out[1024];
	char control[600];
	char big[80000];
	int pipe[2];
};

static const int levels[] = {
	SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 262, IPPROTO_IPV6,
};

static const unsigned long requests[] = {
	SIOCINQ, SIOCOUTQ, 0x894b /* SIOCOUTQNSD */, SIOCATMARK, FIOGETOWN, SIOCGPGRP, SIOCSPGRP,
	SIOCGIFADDR, SIOCGIFFLAGS, SIOCSIFADDR, SIOCSIFFLAGS, SIOCGIFHWADDR, SIOCADDRT, SIOCGARP,
	SIOCSARP, SIOCGIFCONF, SIOCGIFNAME, 0x8946 /* SIOCETHTOOL */, SIOCGSTAMP,
};

static inline int option_name(int level)
{
	return one_in(30) ? (int)odd_number() : (int)rnd(level == SOL_SOCKET ? 80 : 60);
}

/* A name in @in; its length. */
static inline socklen_t name_of(struct bufs *b)
{
	static const uint32_t addresses[] = {
		0, 0x7f000001, 0x0a000002, 0x0a000002, 0x0a000001, 0x0a0000ff, 0xe0000105, 0xffffffff,
	};
	struct sockaddr_in a = {
		.sin_family = one_in(10) ? rnd(50) : one_in(4) ? AF_ANP : AF_INET,
		.sin_port = htons(one_in(8) ? rnd(65536) : 5000 + rnd(6)),
		.sin_addr.s_addr = htonl(pick(addresses)),
	};

	memcpy(b->in, &a, sizeof(a));
	return one_in(20) ? rnd(130) : sizeof(a);
}

/* Control messages, some of which lie about their length. */
static inline size_t control_of(struct bufs *b)
{
	static const int ip[] = { IP_TTL, IP_TOS, IP_PKTINFO, IP_RETOPTS, 23 };
	struct cmsghdr *c = (struct cmsghdr *)b->control;
	size_t at = 0;
	int n = rnd(4);

	memset(b->control, 0, sizeof(b->control));
	while (n-- > 0) {
		int len = rnd(40);

		c = (struct cmsghdr *)(b->control + at);
		c->cmsg_level = pick(levels);
		c->cmsg_type = c->cmsg_level == IPPROTO_IP ? pick(ip) : (int)rnd(110);
		c->cmsg_len = one_in(8) ? odd_number() : CMSG_LEN(len);
		memset(CMSG_DATA(c), one_in(2) ? 1 : rnd(256), len);
		at += CMSG_SPACE(len);
	}
	return one_in(10) ? rnd(sizeof(b->control)) : at;
}

static inline void poison_out(struct bufs *b, int octet)
{
	memset(b->out, octet, sizeof(b->out));
}

static inline int wrote_beyond(const struct bufs *b, unsigned int room)
{
	unsigned int i;
	char is = b->out[sizeof(b->out) - 1];

	for (i = room; i < sizeof(b->out); i++) {
		if (b->out[i] != is)
			return 1;
	}
	return 0;
}

/*
 * Four octets in a row of what fills the kernel's memory that nobody has set: new and freed slab
 * objects (slub_debug=P), and the stack (-ftrivial-auto-var-init=pattern), or a kernel address.
 */
static inline int leaked(const char *buf, size_t len)
{
	static const unsigned char fills[] = { 0x5a, 0x6b, 0xfe, 0xcc };
	const unsigned char *p = (const unsigned char *)buf;
	size_t i, run = 1, f;

	for (i = 1; i < len; i++) {
		run = p[i] == p[i - 1] ? run + 1 : 1;
		for (f = 0; run >= 4 && f < sizeof(fills); f++) {
			if (p[i] == fills[f])
				return 1;
		}
		if (i % 8 == 7 && p[i] == 0xff && p[i - 1] == 0xff && p[i - 2] != 0xff &&
		    p[i - 2] >= 0x80)
			return 1;
	}
	return 0;
}

#endif
