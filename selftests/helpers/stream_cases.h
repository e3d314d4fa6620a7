/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs share that print a socket's answers, one line a case: "name: result errno".
 * Each is run once with AF_INET and once with AF_ANP, and the two outputs have to be the same
 * (api/stream.sh).
 *
 *	PROGRAM FAMILY ADDRESS		ADDRESS is one of this namespace's own
 */
#ifndef STREAM_CASES_H
#define STREAM_CASES_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int family;
static const char *own;
static int next_port;

#define MAYBE __attribute__((unused))

static MAYBE void say(const char *name, long ret)
{
	printf("%s: %ld %s\n", name, ret, ret < 0 ? strerrorname_np(errno) : "-");
}

static MAYBE struct sockaddr_in addr_of(const char *ip, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, ip, &a.sin_addr);
	return a;
}

static MAYBE int tcp(void)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0) {
		perror("socket");
		exit(1);
	}
	return fd;
}

static MAYBE int bind_to(int fd, const char *ip, int port)
{
	struct sockaddr_in a = addr_of(ip, port);

	return bind(fd, (struct sockaddr *)&a, sizeof(a));
}

static MAYBE int connect_to(int fd, const char *ip, int port)
{
	struct sockaddr_in a = addr_of(ip, port);

	return connect(fd, (struct sockaddr *)&a, sizeof(a));
}

static MAYBE int listener(int *port, int backlog)
{
	int fd = tcp();

	*port = next_port++;
	if (bind_to(fd, own, *port) || listen(fd, backlog)) {
		perror("listener");
		exit(1);
	}
	return fd;
}

/* A connected pair: client, server. */
static MAYBE void pair(int fds[2])
{
	int port, l = listener(&port, 5);

	fds[0] = tcp();
	if (connect_to(fds[0], own, port)) {
		perror("connect");
		exit(1);
	}
	fds[1] = accept(l, NULL, NULL);
	if (fds[1] < 0) {
		perror("accept");
		exit(1);
	}
	close(l);
}

static MAYBE void close_pair(int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

/* The events a socket reports, once they contain @want (or after two seconds). */
static MAYBE int events(int fd, int want)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP | POLLPRI };
	int i;

	for (i = 0; i < 200; i++) {
		p.revents = 0;
		poll(&p, 1, 10);
		if ((p.revents & want) == want)
			break;
		usleep(10000);
	}
	return p.revents;
}

static MAYBE void readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	poll(&p, 1, 2000);
}

static MAYBE int begin(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: %s FAMILY ADDRESS\n", argv[0]);
		return 2;
	}
	family = atoi(argv[1]);
	own = argv[2];
	/* Ports that no other of these programs has left in TIME-WAIT. */
	next_port = 20000 + getpid() % 120 * 100;
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(60);
	return 0;
}

#endif
