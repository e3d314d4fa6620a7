// SPDX-License-Identifier: GPL-2.0
/*
 * Many connections, each byte of them checked.
 *
 *	many serve FAMILY PORT PORTS			echo, on so many ports
 *	many hold FAMILY ADDRESS PORT COUNT SECONDS	COUNT connections, all of which ask and hear that long;
 *							0: until SIGALRM comes
 *	many rate FAMILY ADDRESS PORT PORTS EACH SECONDS	EACH connections a second, one question each
 *
 * FAMILY is 22 or 2. hold fails at the first wrong byte or lost connection, and where one of them got
 * no answer at all; rate at those, and where it cannot keep up. The last line has the figures.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX	1024
#define EVENTS		256

struct conn {
	int fd, sent, heard, len, closing;
	unsigned long round;
	uint8_t buf[MESSAGE_MAX];
};

static int family, poller;
static struct sockaddr_in to;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void watch(struct conn *c, int op, int events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	if (epoll_ctl(poller, op, c->fd, &e))
		die("epoll_ctl");
}

/* --- the server ----------------------------------------------------------------- */

static void take_all(struct conn *listener)
{
	struct conn *c;
	int fd;

	while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		c = calloc(1, sizeof(*c));
		if (!c)
			die("memory");
		c->fd = fd;
		watch(c, EPOLL_CTL_ADD, EPOLLIN);
	}
}

/* What could not be sent back yet is; nothing more is read until then. */
static void echo(struct conn *c)
{
	int n;

	while (c->sent < c->heard) {
		n = send(c->fd, c->buf + c->sent, c->heard - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			watch(c, EPOLL_CTL_MOD, EPOLLOUT);
			return;
		}
		if (n < 0) {
			close(c->fd);
			free(c);
			return;
		}
		c->sent += n;
	}
	c->sent = 0;
	c->heard = recv(c->fd, c->buf, sizeof(c->buf), 0);
	if (c->heard > 0) {
		echo(c);
	} else if (c->heard < 0 && errno == EAGAIN) {
		c->heard = 0;
		watch(c, EPOLL_CTL_MOD, EPOLLIN);
	} else {
		close(c->fd);
		free(c);
	}
}

static void serve(int port, int ports)
{
	struct epoll_event events[EVENTS];
	struct conn *listeners = calloc(ports, sizeof(*listeners));
	int i, n, one = 1;

	for (i = 0; i < ports; i++) {
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port + i) };

		listeners[i].fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		setsockopt(listeners[i].fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(listeners[i].fd, (void *)&a, sizeof(a)) || listen(listeners[i].fd, 4096))
			die("listener");
		watch(&listeners[i], EPOLL_CTL_ADD, EPOLLIN);
	}
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		n = epoll_wait(poller, events, EVENTS, -1);
		for (i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;

			if (c >= listeners && c < listeners + ports)
				take_all(c);
			else
				echo(c);
		}
	}
}

/* --- clients -------------------------------------------------------------------- */

static uint8_t byte_of(const struct conn *c, int i)
{
	return c->fd * 31 + c->round * 7 + i;
}

static void ask(struct conn *c)
{
	int i;

	c->len = 1 + (c->fd * 131 + c->round * 17) % MESSAGE_MAX;
	for (i = 0; i < c->len; i++)
		c->buf[i] = byte_of(c, i);
	c->heard = 0;
	/* A message is far smaller than a send buffer. */
	if (send(c->fd, c->buf, c->len, MSG_NOSIGNAL) != c->len)
		die("send");
}

static void hear(struct conn *c)
{
	uint8_t buf[MESSAGE_MAX];
	int n = recv(c->fd, buf, c->len - c->heard, 0), i;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		die("a connection was lost");
	for (i = 0; i < n; i++) {
		if (buf[i] != byte_of(c, c->heard + i)) {
			fprintf(stderr, "a wrong byte\n");
			exit(1);
		}
	}
	c->heard += n;
}

static int opened(int port)
{
	int fd = socket(family, SOCK_STREAM, 0);

	to.sin_port = htons(port);
	if (fd < 0)
		die("socket");
	if (connect(fd, (void *)&to, sizeof(to)))
		die("connect");
	return fd;
}

static volatile sig_atomic_t over;

static void on_signal(int nr)
{
	over = nr;
}

/* When it is over: no new questions, the last answers are waited for. */
static void hold(int port, int count, int seconds)
{
	struct conn *conns = calloc(count, sizeof(*conns));
	unsigned long long exchanges = 0, bytes = 0, least = ~0ULL;
	struct epoll_event events[EVENTS];
	double begin = now(), open;
	int i, n, busy = count;

	if (!conns)
		die("memory");
	signal(SIGALRM, on_signal);
	for (i = 0; i < count; i++) {
		conns[i].fd = opened(port);
		watch(&conns[i], EPOLL_CTL_ADD, EPOLLIN);
	}
	open = now();
	alarm(seconds);
	for (i = 0; i < count; i++)
		ask(&conns[i]);
	while (busy) {
		n = epoll_wait(poller, events, EVENTS, 120000);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			fprintf(stderr, "%d connections wait for two minutes\n", busy);
			exit(1);
		}
		for (i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;

			hear(c);
			if (c->heard < c->len)
				continue;
			exchanges++;
			bytes += c->len;
			c->round++;
			if (!over) {
				ask(c);
			} else {
				watch(c, EPOLL_CTL_DEL, 0);
				busy--;
			}
		}
	}
	for (i = 0; i < count; i++)
		least = conns[i].round < least ? conns[i].round : least;
	printf("%d connections, opened at %.0f a second; %llu exchanges, %llu kB each way, %llu on the slowest\n",
	       count, count / (open - begin), exchanges, bytes / 1000, least);
	fflush(stdout);
}

/* A late one is made up for by those after it. */
static void rate(int port, int ports, int each, int seconds)
{
	double begin = now(), slowest = 0, at, end;
	struct conn c = {};
	int i, count = each * seconds;

	for (i = 0; i < count; i++) {
		at = begin + (double)i / each;
		while (now() < at) {
			struct timespec t = { .tv_nsec = (at - now()) * 1e9 };

			if (t.tv_nsec > 0)
				nanosleep(&t, NULL);
		}
		at = now();
		c.fd = opened(port + i % ports);
		c.round = i;
		ask(&c);
		while (c.heard < c.len)
			hear(&c);
		close(c.fd);
		slowest = now() - at > slowest ? now() - at : slowest;
	}
	end = now() - begin;
	printf("%d connections in %.1f s: %.0f a second, the slowest %.1f ms\n", count, end, count / end, slowest * 1e3);
	fflush(stdout);
	if (count / end < each * 0.98)
		exit(1);
}

int main(int argc, char **argv)
{
	struct rlimit files = { .rlim_cur = 60000, .rlim_max = 60000 };

	if (argc < 5)
		return 2;
	/* Where it is not allowed, socket() will say so. */
	setrlimit(RLIMIT_NOFILE, &files);
	family = atoi(argv[2]);
	poller = epoll_create1(0);
	if (!strcmp(argv[1], "serve"))
		serve(atoi(argv[3]), atoi(argv[4]));
	if (argc < 7)
		return 2;
	to.sin_family = AF_INET;
	inet_pton(AF_INET, argv[3], &to.sin_addr);
	if (argc == 7 && !strcmp(argv[1], "hold"))
		hold(atoi(argv[4]), atoi(argv[5]), atoi(argv[6]));
	else if (argc == 8 && !strcmp(argv[1], "rate"))
		rate(atoi(argv[4]), atoi(argv[5]), atoi(argv[6]), atoi(argv[7]));
	else
		return 2;
	return 0;
}
