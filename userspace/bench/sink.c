// SPDX-License-Identifier: GPL-2.0
/*
 * anp_sink: a program that receives datagrams while a flood comes (selftests/modules/anp_flood.c), and
 * wants the CPU always.  For each rate of the flood it prints a line of JSON: datagrams received in a
 * second, and what share of the CPU the program had.
 *
 * The kernels at hand charge a process for the softirqs that interrupt it, so its share is computed
 * from what it did: what a call of recv() costs that finds a datagram, and one that finds none, is
 * measured first, in peace.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <linux/anp.h>

#define RATE_FILE	"/sys/module/anp_flood/parameters/rate"
#define QUIET_RATE	10000	/* so few that each is served at once */
#define SAMPLES		100	/* recv() calls that its cost is measured by */
#define WARMUP_MS	100	/* in which a buffer of 4 MB gets full, if it does */

static void fail(const char *what)
{
	fprintf(stderr, "anp_sink: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + ts.tv_nsec;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

static void flood(unsigned long rate)
{
	char text[32];
	int fd = open(RATE_FILE, O_WRONLY), n = snprintf(text, sizeof(text), "%lu", rate);

	if (fd < 0 || write(fd, text, n) != n)
		fail(RATE_FILE);
	close(fd);
}

static bool take(int fd)
{
	char data[64];

	return recv(fd, data, sizeof(data), MSG_DONTWAIT) >= 0;
}

struct costs {
	double full;	/* ns of a recv() that finds a datagram */
};

static struct costs calibrate(int fd)
{
	struct costs c;
	uint64_t begin;
	int i;

	flood(QUIET_RATE);
	sleep_ms(2 * SAMPLES * 1000 / QUIET_RATE);
	flood(0);
	for (i = 0; i < SAMPLES / 2; i++)
		if (!take(fd))
			fail("no datagrams");
	begin = now_ns();
	for (i = 0; i < SAMPLES; i++)
		if (!take(fd))
			fail("too few datagrams");
	c.full = (double)(now_ns() - begin) / SAMPLES;
	while (take(fd))
		;
	return c;
}

/* Receives for @ms, asleep while nothing is there; how many datagrams. */
static uint64_t receive(int fd, unsigned int ms, uint64_t *got)
{
	uint64_t begin = now_ns(), end = begin + ms * 1000000ull, now;
	char data[64];
	int i;

	*got = 0;
	do {
		for (i = 0; i < 8; i++)
			*got += recv(fd, data, sizeof(data), 0) >= 0;
		now = now_ns();
	} while (now < end);
	return now - begin;
}

static void measure(int fd, const char *label, unsigned long rate, unsigned int ms,
		    const struct costs *c)
{
	uint64_t got, took;

	flood(rate);
	receive(fd, WARMUP_MS, &got);
	took = receive(fd, ms, &got);
	flood(0);
	while (take(fd))
		;
	printf("{\"label\": \"%s\", \"offered\": %lu, \"goodput\": %.0f, \"user\": %.4f}\n", label, rate,
	       got * 1e9 / took, got * c->full / took);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	int family = AF_ANP, opt, fd, i;
	const char *label = "";
	unsigned int ms = 100;
	int buffer = 0;
	struct costs c;

	while ((opt = getopt(argc, argv, "4b:l:p:t:")) != -1) {
		switch (opt) {
		case '4': family = AF_INET; break;
		case 'b': buffer = atoi(optarg); break;
		case 'l': label = optarg; break;
		case 'p': at.sin_port = htons(atoi(optarg)); break;
		case 't': ms = atoi(optarg); break;
		default:
			fprintf(stderr, "usage: anp_sink [-4] [-l LABEL] [-t MS] -p PORT RATE...\n");
			return 2;
		}
	}
	fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		fail("socket");
	if (buffer && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
		fail("SO_RCVBUFFORCE");
	c = calibrate(fd);
	fprintf(stderr, "recv() %.0f ns\n", c.full);
	for (i = optind; i < argc; i++)
		measure(fd, label, strtoul(argv[i], NULL, 0), ms, &c);
	return 0;
}
