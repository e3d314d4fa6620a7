// SPDX-License-Identifier: GPL-2.0
/*
 * pattern_client: sends the pattern to pattern_server and checks what comes back, in one or many
 * connections.
 *
 * Exit status: 0 if every byte was right, 1 if not or something failed, 2 usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <anp.h>

#include "pattern.h"

#define BUFFER 65536

struct conn {
	int fd;
	uint32_t events;
	unsigned long number;
	uint64_t seed;
	uint64_t generated;
	uint64_t received;
	struct pattern_sum sum;
	bool connected;
	bool shut;
	union {
		struct pattern_report report;
		char bytes[sizeof(struct pattern_report)];
	} answer;
	/* What waits to be sent is buf[start..end). */
	size_t start;
	size_t end;
	char buf[BUFFER];
};

static struct {
	bool plain;
	bool one_way;
	bool random;
	bool quiet;
	uint64_t seed;
	uint64_t random_state;
	uint64_t length;
	unsigned long parallel;
	unsigned long repeat;
	int timeout_ms;
	struct sockaddr_in to;
	int epoll;
	unsigned long started;
	unsigned long finished;
	uint64_t checksum;
} client = { .seed = 1, .parallel = 1, .repeat = 1, .timeout_ms = -1 };

static size_t chunk(size_t max)
{
	return client.random ? pattern_chunk(&client.random_state, max) : max;
}

__attribute__((format(printf, 2, 3), noreturn))
static void fail(const struct conn *c, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "pattern_client: connection %lu: ", c->number);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

static void start(struct conn *c)
{
	struct pattern_header header = {
		.magic = htole32(PATTERN_MAGIC),
		.flags = htole32(client.one_way ? PATTERN_ONE_WAY : 0),
		.length = htole64(client.length),
	};
	struct epoll_event ev = { .events = EPOLLOUT, .data.ptr = c };
	uint64_t state = client.seed + client.started;

	memset(c, 0, offsetof(struct conn, buf));
	c->number = ++client.started;
	c->seed = pattern_random(&state);
	header.seed = htole64(c->seed);
	memcpy(c->buf, &header, sizeof(header));
	c->end = sizeof(header);
	c->events = ev.events;
	c->fd = pattern_open(client.plain);
	if (c->fd < 0)
		fail(c, "cannot open a socket: %s", strerror(errno));
	if (connect(c->fd, (struct sockaddr *)&client.to, sizeof(client.to)) < 0 &&
	    errno != EINPROGRESS)
		fail(c, "cannot connect: %s", strerror(errno));
	if (epoll_ctl(client.epoll, EPOLL_CTL_ADD, c->fd, &ev) < 0)
		fail(c, "epoll: %s", strerror(errno));
}

static void check_connected(struct conn *c)
{
	int err = 0;
	socklen_t len = sizeof(err);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	if (err)
		fail(c, "cannot connect: %s", strerror(err));
	c->connected = true;
}

/* The read and write steps tell whether they made progress; read_step() sets @eof at the end. */

static bool write_step(struct conn *c)
{
	size_t len;
	ssize_t n;

	if (c->start == c->end) {
		if (c->shut)
			return false;
		if (c->generated == client.length) {
			shutdown(c->fd, SHUT_WR);
			c->shut = true;
			return true;
		}
		len = BUFFER;
		if (len > client.length - c->generated)
			len = client.length - c->generated;
		pattern_fill(c->seed, c->generated, c->buf, len);
		if (client.one_way)
			pattern_sum_add(&c->sum, c->buf, len);
		c->generated += len;
		c->start = 0;
		c->end = len;
	}
	n = send(c->fd, c->buf + c->start, chunk(c->end - c->start), MSG_NOSIGNAL);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n < 0)
		fail(c, "while sending, near byte %" PRIu64 ": %s", c->generated, strerror(errno));
	c->start += n;
	return true;
}

static void check_data(struct conn *c, const unsigned char *data, size_t len)
{
	size_t good = pattern_check(c->seed, c->received, data, len);

	if (good < len)
		fail(c, "first difference at byte %" PRIu64 ": %02x, expected %02x",
		     c->received + good, data[good], pattern_byte(c->seed, c->received + good));
	pattern_sum_add(&c->sum, data, len);
}

static bool read_step(struct conn *c, bool *eof)
{
	static unsigned char data[4 * BUFFER];
	uint64_t expected = client.one_way ? sizeof(c->answer) : client.length;
	ssize_t n;

	n = recv(c->fd, data, chunk(sizeof(data)), 0);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n < 0)
		fail(c, "at byte %" PRIu64 ": %s", c->received, strerror(errno));
	*eof = n == 0;
	if (c->received + n > expected)
		fail(c, "more than the %" PRIu64 " bytes expected", expected);
	if (client.one_way)
		memcpy(c->answer.bytes + c->received, data, n);
	else
		check_data(c, data, n);
	c->received += n;
	return true;
}

static void check_end(struct conn *c)
{
	uint64_t sum = pattern_sum_value(&c->sum);

	if (client.one_way) {
		if (c->received != sizeof(c->answer))
			fail(c, "the server closed without a report");
		if (le64toh(c->answer.report.count) != client.length ||
		    le64toh(c->answer.report.checksum) != sum)
			fail(c, "the server got %" PRIu64 " bytes, checksum %016" PRIx64
			     ", expected %" PRIu64 ", %016" PRIx64,
			     le64toh(c->answer.report.count), le64toh(c->answer.report.checksum),
			     client.length, sum);
	} else if (c->received != client.length) {
		fail(c, "end of data at byte %" PRIu64 " of %" PRIu64, c->received, client.length);
	}
	client.checksum += sum;
	close(c->fd);
	client.finished++;
	if (client.started < client.parallel * client.repeat)
		start(c);
}

static void want(struct conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

	if (!c->shut)
		ev.events |= EPOLLOUT;
	if (ev.events != c->events)
		epoll_ctl(client.epoll, EPOLL_CTL_MOD, c->fd, &ev);
	c->events = ev.events;
}

static void serve(struct conn *c)
{
	/* Bounded, so that one fast connection does not starve the others. */
	int rounds = 16;
	bool eof = false, r, w;

	if (!c->connected)
		check_connected(c);
	do {
		w = write_step(c);
		r = read_step(c, &eof);
	} while ((r || w) && !eof && --rounds);
	if (eof)
		check_end(c);
	else
		want(c);
}

static void loop(void)
{
	unsigned long total = client.parallel * client.repeat;
	struct epoll_event evs[64];
	int i, n;

	while (client.finished < total) {
		n = epoll_wait(client.epoll, evs, 64, client.timeout_ms);
		if (n == 0) {
			fprintf(stderr, "pattern_client: no progress, %lu of %lu connections done\n",
				client.finished, total);
			exit(1);
		}
		for (i = 0; i < n; i++)
			serve(evs[i].data.ptr);
	}
}

static void report(double seconds)
{
	unsigned long n = client.finished;
	uint64_t bytes = n * client.length;

	if (client.quiet)
		return;
	printf("%lu connection%s, %" PRIu64 " bytes %s, checksum %016" PRIx64
	       ", %.3f s, %.1f MB/s\n", n, n == 1 ? "" : "s", bytes,
	       client.one_way ? "sent" : "sent and returned", client.checksum, seconds,
	       seconds > 0 ? bytes / seconds / 1e6 : 0);
}

static void resolve(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *list;
	int code = getaddrinfo(host, port, &hints, &list);

	if (code) {
		fprintf(stderr, "pattern_client: %s:%s: %s\n", host, port, gai_strerror(code));
		exit(1);
	}
	memcpy(&client.to, list->ai_addr, sizeof(client.to));
	freeaddrinfo(list);
}

static void usage(void)
{
	fprintf(stderr,
		"Usage: pattern_client [-4oqr] [-c PARALLEL] [-n REPEAT] [-S SEED] [-t SECONDS]\n"
		"                      HOST PORT BYTES\n"
		"  -4  on the host's stack, not on ANP\n"
		"  -c  so many connections at once; -n  so often, one after the other\n"
		"  -o  one way: the server answers with a count and a checksum only\n"
		"  -q  no line at the end\n"
		"  -r  read and write in random pieces, chosen from SEED\n"
		"  -t  give up when nothing moves for so long\n"
		"BYTES (for each connection) may end in K, M or G.\n");
	exit(2);
}

static void parse(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "4oqrc:n:S:t:")) != -1) {
		switch (opt) {
		case '4': client.plain = true; break;
		case 'o': client.one_way = true; break;
		case 'q': client.quiet = true; break;
		case 'r': client.random = true; break;
		case 'c': client.parallel = strtoul(optarg, NULL, 0); break;
		case 'n': client.repeat = strtoul(optarg, NULL, 0); break;
		case 'S': client.seed = strtoull(optarg, NULL, 0); break;
		case 't': client.timeout_ms = atoi(optarg) * 1000; break;
		default: usage();
		}
	}
	if (argc - optind != 3 || pattern_parse_size(argv[optind + 2], &client.length) < 0)
		usage();
	client.random_state = client.seed;
}

int main(int argc, char **argv)
{
	struct conn *conns;
	unsigned long i;
	double begin;

	parse(argc, argv);
	resolve(argv[optind], argv[optind + 1]);
	client.epoll = epoll_create1(EPOLL_CLOEXEC);
	conns = calloc(client.parallel, sizeof(*conns));
	if (client.epoll < 0 || !conns) {
		perror("pattern_client");
		return 1;
	}
	begin = pattern_now();
	for (i = 0; i < client.parallel && client.repeat; i++)
		start(&conns[i]);
	loop();
	report(pattern_now() - begin);
	return 0;
}
