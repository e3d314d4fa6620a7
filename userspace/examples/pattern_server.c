// SPDX-License-Identifier: GPL-2.0
/*
 * pattern_server: checks the pattern that pattern_client sends and sends it back.
 *
 * Exit status: 0 if every connection was right, 1 if one was not or something failed, 2 usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <anp.h>

#include "pattern.h"

#define BUFFER 65536

struct conn {
	int fd;
	uint32_t events;
	char name[INET_ADDRSTRLEN + 8];
	union {
		struct pattern_header header;
		char bytes[sizeof(struct pattern_header)];
	} head;
	size_t head_len;
	uint64_t seed;
	uint64_t length;
	uint64_t received;
	struct pattern_sum sum;
	bool one_way;
	bool eof;
	/* What waits to be sent is buf[start..end). */
	size_t start;
	size_t end;
	char buf[BUFFER];
};

static struct {
	bool plain;
	bool quiet;
	bool random;
	uint64_t random_state;
	unsigned long limit;
	int timeout_ms;
	int epoll;
	int listener;
	int signals;
	unsigned long open;
	unsigned long good;
	unsigned long bad;
} server = { .timeout_ms = -1 };

static size_t chunk(size_t max)
{
	return server.random ? pattern_chunk(&server.random_state, max) : max;
}

static void drop(struct conn *c)
{
	close(c->fd);
	free(c);
	server.open--;
}

/* Ends a connection with a reset, so that the client learns at once that something is wrong. */
__attribute__((format(printf, 2, 3)))
static void fail(struct conn *c, const char *format, ...)
{
	struct linger reset = { .l_onoff = 1 };
	va_list args;

	fprintf(stderr, "pattern_server: %s: ", c->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	server.bad++;
	drop(c);
}

static void succeed(struct conn *c)
{
	if (!server.quiet)
		printf("%s: %" PRIu64 " bytes, checksum %016" PRIx64 ", %s\n", c->name, c->length,
		       pattern_sum_value(&c->sum), c->one_way ? "one way" : "returned");
	server.good++;
	drop(c);
}

/* The read and write steps answer 1 for progress, 0 for none now, -1 for a connection ended. */

static int read_header(struct conn *c)
{
	struct pattern_header *h = &c->head.header;
	ssize_t n = recv(c->fd, c->head.bytes + c->head_len, sizeof(c->head) - c->head_len, 0);

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n == 0 && c->head_len == 0) {
		/* Somebody tried whether the port is open. */
		drop(c);
		return -1;
	}
	if (n <= 0) {
		fail(c, "in the header: %s", n ? strerror(errno) : "end of data");
		return -1;
	}
	c->head_len += n;
	if (c->head_len < sizeof(c->head))
		return 1;
	if (le32toh(h->magic) != PATTERN_MAGIC) {
		fail(c, "not a pattern_client: header starts with %08x", le32toh(h->magic));
		return -1;
	}
	c->one_way = le32toh(h->flags) & PATTERN_ONE_WAY;
	c->seed = le64toh(h->seed);
	c->length = le64toh(h->length);
	return 1;
}

static int end_of_data(struct conn *c)
{
	struct pattern_report report;

	if (c->received != c->length) {
		fail(c, "end of data at byte %" PRIu64 " of %" PRIu64, c->received, c->length);
		return -1;
	}
	c->eof = true;
	if (c->one_way) {
		report.count = htole64(c->received);
		report.checksum = htole64(pattern_sum_value(&c->sum));
		memcpy(c->buf, &report, sizeof(report));
		c->start = 0;
		c->end = sizeof(report);
	}
	return 1;
}

static int read_data(struct conn *c)
{
	char *to = c->buf + c->end;
	size_t good;
	ssize_t n;

	if (c->eof || c->end == BUFFER)
		return 0;
	n = recv(c->fd, to, chunk(BUFFER - c->end), 0);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0) {
		fail(c, "at byte %" PRIu64 ": %s", c->received, strerror(errno));
		return -1;
	}
	if (n == 0)
		return end_of_data(c);
	good = pattern_check(c->seed, c->received, to, n);
	if (good < (size_t)n) {
		fail(c, "first difference at byte %" PRIu64 ": %02x, expected %02x",
		     c->received + good, (unsigned char)to[good],
		     pattern_byte(c->seed, c->received + good));
		return -1;
	}
	if (c->received + n > c->length) {
		fail(c, "more than the %" PRIu64 " bytes announced", c->length);
		return -1;
	}
	pattern_sum_add(&c->sum, to, n);
	c->received += n;
	if (!c->one_way)
		c->end += n;
	return 1;
}

static int write_data(struct conn *c)
{
	ssize_t n;

	if (c->start == c->end)
		return 0;
	n = send(c->fd, c->buf + c->start, chunk(c->end - c->start), MSG_NOSIGNAL);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0) {
		fail(c, "while sending: %s", strerror(errno));
		return -1;
	}
	c->start += n;
	/* Keep room to read while a slow client leaves a rest here. */
	if (c->start > BUFFER / 2 || c->start == c->end) {
		memmove(c->buf, c->buf + c->start, c->end - c->start);
		c->end -= c->start;
		c->start = 0;
	}
	return 1;
}

static void want(struct conn *c)
{
	struct epoll_event ev = { .data.ptr = c };

	if (!c->eof && c->end < BUFFER)
		ev.events |= EPOLLIN;
	if (c->start < c->end)
		ev.events |= EPOLLOUT;
	if (ev.events != c->events)
		epoll_ctl(server.epoll, EPOLL_CTL_MOD, c->fd, &ev);
	c->events = ev.events;
}

static void serve(struct conn *c)
{
	/* Bounded, so that one fast client does not starve the others. */
	int rounds = 16, r, w;

	do {
		if (c->head_len < sizeof(c->head))
			r = read_header(c);
		else
			r = read_data(c);
		if (r < 0)
			return;
		w = write_data(c);
		if (w < 0)
			return;
	} while ((r || w) && --rounds);
	if (c->eof && c->start == c->end)
		succeed(c);
	else
		want(c);
}

static void take(void)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	struct epoll_event ev = { .events = EPOLLIN };
	char addr[INET_ADDRSTRLEN];
	struct conn *c;
	int fd;

	fd = accept4(server.listener, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
			perror("pattern_server: accept");
		return;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		perror("pattern_server");
		exit(1);
	}
	c->fd = fd;
	c->events = EPOLLIN;
	inet_ntop(AF_INET, &peer.sin_addr, addr, sizeof(addr));
	snprintf(c->name, sizeof(c->name), "%s:%d", addr, ntohs(peer.sin_port));
	ev.data.ptr = c;
	epoll_ctl(server.epoll, EPOLL_CTL_ADD, fd, &ev);
	server.open++;
}

static int watch(int fd, void *tag)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = tag };

	return epoll_ctl(server.epoll, EPOLL_CTL_ADD, fd, &ev);
}

static bool finished(void)
{
	return server.limit && server.good + server.bad >= server.limit && !server.open;
}

static int loop(void)
{
	struct epoll_event evs[64];
	int i, n;

	while (!finished()) {
		n = epoll_wait(server.epoll, evs, 64, server.open ? server.timeout_ms : -1);
		if (n == 0) {
			fprintf(stderr, "pattern_server: %lu connections make no progress\n",
				server.open);
			return 1;
		}
		for (i = 0; i < n; i++) {
			if (evs[i].data.ptr == &server.signals)
				return server.bad || server.open;
			else if (evs[i].data.ptr == &server.listener)
				take();
			else
				serve(evs[i].data.ptr);
		}
	}
	return server.bad ? 1 : 0;
}

static int listen_on(const char *addr, const char *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	char text[INET_ADDRSTRLEN];
	int fd = pattern_open(server.plain), one = 1;

	sin.sin_port = htons(atoi(port));
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    (addr && inet_pton(AF_INET, addr, &sin.sin_addr) != 1) ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0 || listen(fd, 1024) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) < 0) {
		fprintf(stderr, "pattern_server: cannot listen on %s:%s: %s\n",
			addr ? addr : "0.0.0.0", port, strerror(errno));
		exit(1);
	}
	inet_ntop(AF_INET, &sin.sin_addr, text, sizeof(text));
	printf("listening on %s:%d\n", text, ntohs(sin.sin_port));
	return fd;
}

static void usage(void)
{
	fprintf(stderr,
		"Usage: pattern_server [-4qr1] [-n CONNECTIONS] [-S SEED] [-t SECONDS] [ADDR] PORT\n"
		"  -4  on the host's stack, not on ANP\n"
		"  -1  leave after one connection; -n after so many\n"
		"  -q  no line for each connection\n"
		"  -r  read and write in random pieces, chosen from SEED\n"
		"  -t  give up when nothing moves for so long\n"
		"PORT 0 takes a free one; the first line of output tells which.\n");
	exit(2);
}

int main(int argc, char **argv)
{
	sigset_t signals;
	int opt;

	while ((opt = getopt(argc, argv, "4qr1n:S:t:")) != -1) {
		switch (opt) {
		case '4': server.plain = true; break;
		case 'q': server.quiet = true; break;
		case 'r': server.random = true; break;
		case '1': server.limit = 1; break;
		case 'n': server.limit = strtoul(optarg, NULL, 0); break;
		case 'S': server.random_state = strtoull(optarg, NULL, 0); break;
		case 't': server.timeout_ms = atoi(optarg) * 1000; break;
		default: usage();
		}
	}
	if (argc - optind < 1 || argc - optind > 2)
		usage();
	setlinebuf(stdout);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	server.epoll = epoll_create1(EPOLL_CLOEXEC);
	server.signals = signalfd(-1, &signals, SFD_CLOEXEC);
	server.listener = listen_on(argc - optind == 2 ? argv[optind] : NULL, argv[argc - 1]);
	if (watch(server.signals, &server.signals) < 0 ||
	    watch(server.listener, &server.listener) < 0) {
		perror("pattern_server: epoll");
		return 1;
	}
	return loop();
}
