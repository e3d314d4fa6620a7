// SPDX-License-Identifier: GPL-2.0
/*
 * What is measured.  Blocking calls, no more of them than the work needs: a stack is to be seen, not
 * the program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"

#define BUFFER	(1 << 24)
#define READ	(1 << 17)	/* at once, of a stream that is as long as it likes */
#define BURST	32	/* datagrams */

static char buffer[BUFFER];

void send_full(int fd, const void *buf, size_t len)
{
	ssize_t n;

	for (; len; len -= n, buf = (const char *)buf + n) {
		n = send(fd, buf, len, MSG_NOSIGNAL);
		if (n < 0)
			die("send");
	}
}

void recv_full(int fd, void *buf, size_t len)
{
	ssize_t n;

	for (; len; len -= n, buf = (char *)buf + n) {
		n = recv(fd, buf, len, 0);
		if (n < 0)
			die("recv");
		if (!n) {
			errno = EPIPE;
			die("recv");
		}
	}
}

/* One request, one response, in turn: on one connection, or on many one after the other. */
static void rr_client(const struct run *r, int *fd, unsigned long n)
{
	while (n--) {
		send_full(fd[n % r->conns], buffer, r->size);
		recv_full(fd[n % r->conns], buffer, r->size);
	}
}

static void rr_server(const struct run *r, int *fd, unsigned long n)
{
	while (n--) {
		recv_full(fd[n % r->conns], buffer, r->size);
		send_full(fd[n % r->conns], buffer, r->size);
	}
}

/*
 * A request on every connection at once; the server learns by epoll which have come, as servers of
 * many connections do.  @n is a number of requests, in rounds.
 */
static void many_client(const struct run *r, int *fd, unsigned long n)
{
	unsigned int i;

	for (; n >= r->conns; n -= r->conns) {
		for (i = 0; i < r->conns; i++)
			send_full(fd[i], buffer, r->size);
		for (i = 0; i < r->conns; i++)
			recv_full(fd[i], buffer, r->size);
	}
}

static void many_server(const struct run *r, int *fd, unsigned long n)
{
	static int ep = -1;
	struct epoll_event ev[64];
	unsigned int i;
	int got;

	if (ep < 0) {
		ep = epoll_create1(0);
		if (ep < 0)
			die("epoll_create1");
		for (i = 0; i < r->conns; i++) {
			ev[0].events = EPOLLIN;
			ev[0].data.fd = fd[i];
			if (epoll_ctl(ep, EPOLL_CTL_ADD, fd[i], &ev[0]))
				die("epoll_ctl");
		}
	}
	n -= n % r->conns;
	while (n) {
		got = epoll_wait(ep, ev, 64, -1);
		if (got < 0)
			die("epoll_wait");
		for (i = 0; i < (unsigned int)got; i++, n--) {
			recv_full(ev[i].data.fd, buffer, r->size);
			send_full(ev[i].data.fd, buffer, r->size);
		}
	}
}

/* Connect, request, response, close; the client closes first and keeps the TIME-WAIT. */
static void crr_client(const struct run *r, int *fd, unsigned long n)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr = r->addr, .sin_port = r->shared->port,
	};

	(void)fd;
	while (n--) {
		int s = open_socket(&r->client, SOCK_STREAM);

		if (connect(s, (struct sockaddr *)&to, sizeof(to)))
			die("connect");
		send_full(s, buffer, r->size);
		recv_full(s, buffer, r->size);
		close(s);
	}
}

static void crr_server(const struct run *r, int *fd, unsigned long n)
{
	while (n--) {
		int s = accept4(fd[0], NULL, NULL, SOCK_CLOEXEC);

		if (s < 0)
			die("accept4");
		recv_full(s, buffer, r->size);
		send_full(s, buffer, r->size);
		if (recv(s, buffer, 1, 0) != 0)
			die("no end of the connection");
		close(s);
	}
}

/* Writes of r->size one after the other; done when the server says that all has come. */
static void bulk_client(const struct run *r, int *fd, unsigned long n)
{
	while (n--)
		send_full(fd[0], buffer, r->size);
	recv_full(fd[0], buffer, 1);
}

static void bulk_server(const struct run *r, int *fd, unsigned long n)
{
	uint64_t left = (uint64_t)n * r->size;

	while (left) {
		ssize_t got = recv(fd[0], buffer, left < READ ? left : READ, 0);

		if (got <= 0)
			die("recv");
		left -= got;
	}
	send_full(fd[0], buffer, 1);
}

/* Bursts of datagrams that fit into the receiver's buffer, each burst answered by one. */
static void burst_client(const struct run *r, int *fd, unsigned long n)
{
	unsigned int i;

	for (; n >= BURST; n -= BURST) {
		for (i = 0; i < BURST; i++)
			send_full(fd[0], buffer, r->size);
		recv_full(fd[0], buffer, 1);
	}
}

static void burst_server(const struct run *r, int *fd, unsigned long n)
{
	unsigned int i;

	for (; n >= BURST; n -= BURST) {
		for (i = 0; i < BURST; i++)
			recv_full(fd[0], buffer, r->size);
		send_full(fd[0], buffer, 1);
	}
}

static void nothing(const struct run *r, int *fd, unsigned long n)
{
	(void)r;
	(void)fd;
	(void)n;
}

const struct workload workloads[] = {
	{ "rr", SOCK_STREAM, false, false, rr_client, rr_server },
	{ "many", SOCK_STREAM, false, false, many_client, many_server },
	{ "crr", SOCK_STREAM, true, false, crr_client, crr_server },
	{ "bulk", SOCK_STREAM, false, true, bulk_client, bulk_server },
	{ "udp-rr", SOCK_DGRAM, false, false, rr_client, rr_server },
	{ "udp-burst", SOCK_DGRAM, false, false, burst_client, burst_server },
	{ "idle", SOCK_STREAM, false, false, nothing, nothing },
	{ }
};

const struct workload *workload_find(const char *name)
{
	const struct workload *w;

	for (w = workloads; w->name; w++)
		if (!strcmp(w->name, name))
			return w;
	return NULL;
}
