/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program whose conversations the fuzzer of the wire damages: a server and a client of
 * stream and datagram sockets that does anything, in no order.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz_frames.h"

#define AF_ANP		22
#define PORT_ECHO	7000
#define PORT_SINK	7001
#define PORT_UDP	7002
#define PORT_PEER	9000
#define SOCKETS		120
#define FIRST_STREAM	4

static struct pollfd fds[SOCKETS];
static char data[70000];

static inline struct sockaddr_in at(uint32_t addr, int port)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(addr),
	};
}

static inline void option(int fd, int level, int name, int value)
{
	setsockopt(fd, level, name, &value, sizeof(value));
}

static inline int server(int type, int port)
{
	int fd = socket(AF_ANP, type | SOCK_NONBLOCK, 0);
	struct sockaddr_in a = at(0, port);

	option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return -1;
	if (type == SOCK_STREAM && listen(fd, 16))
		return -1;
	return fd;
}

/* Some of them small, late, urgent or short of patience. */
static inline void options_at_random(int fd)
{
	option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 2000 + rnd(4000));
	if (one_in(4))
		option(fd, SOL_SOCKET, SO_RCVBUF, rnd(20000));
	if (one_in(4))
		option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (one_in(8))
		option(fd, SOL_SOCKET, SO_OOBINLINE, 1);
	if (one_in(8))
		option(fd, SOL_SOCKET, SO_RCVLOWAT, rnd(5000));
	if (one_in(8))
		option(fd, IPPROTO_IP, IP_RECVERR, 1);
	if (one_in(8))
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "dctcp", 5);
}

static inline void keep(int fd)
{
	int i = FIRST_STREAM + rnd(SOCKETS - FIRST_STREAM);

	if (fd < 0)
		return;
	options_at_random(fd);
	if (fds[i].fd >= 0)
		close(fds[i].fd);
	fds[i] = (struct pollfd) { .fd = fd, .events = one_in(4) ? POLLIN | POLLOUT : POLLIN };
}

static inline void connect_out(void)
{
	int fd = socket(AF_ANP, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in a = at(ADDR_PEER, PORT_PEER);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) && errno != EINPROGRESS) {
		close(fd);
		return;
	}
	keep(fd);
}

static inline void use(struct pollfd *p)
{
	ssize_t n = 1;

	if (p->revents & (POLLIN | POLLERR | POLLHUP)) {
		n = recv(p->fd, data, 1 + rnd(sizeof(data) - 1), one_in(16) ? MSG_PEEK : 0);
		if (n > 0 && one_in(2))
			send(p->fd, data, n, MSG_NOSIGNAL);
		if (one_in(16))
			recv(p->fd, data, 1, MSG_OOB);
	}
	if (p->revents & POLLOUT)
		send(p->fd, data, rnd(sizeof(data)), MSG_NOSIGNAL | (one_in(20) ? MSG_OOB : 0));
	if (one_in(64))
		shutdown(p->fd, rnd(3));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINVAL) || one_in(200)) {
		close(p->fd);
		p->fd = -1;
	}
}

static inline void datagrams(int fd)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, data, sizeof(data), one_in(8) ? MSG_ERRQUEUE : 0,
			     (struct sockaddr *)&from, &len);

	if (n >= 0 && one_in(2))
		sendto(fd, data, n, 0, (struct sockaddr *)&from, sizeof(from));
}

/* Runs until its parent is gone. */
static void program(uint64_t seed)
{
	struct sockaddr_in peer = at(ADDR_PEER, 1234);
	int i;

	rng_state = seed;
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < SOCKETS; i++)
		fds[i].fd = -1;
	fds[0] = (struct pollfd) { server(SOCK_STREAM, PORT_ECHO), POLLIN, 0 };
	fds[1] = (struct pollfd) { server(SOCK_STREAM, PORT_SINK), POLLIN, 0 };
	fds[2] = (struct pollfd) { server(SOCK_DGRAM, PORT_UDP), POLLIN, 0 };
	fds[3] = (struct pollfd) { server(SOCK_DGRAM, PORT_UDP + 1), POLLIN, 0 };
	if (fds[0].fd < 0 || fds[1].fd < 0 || fds[2].fd < 0)
		exit(1);
	option(fds[2].fd, IPPROTO_IP, IP_RECVERR, 1);
	option(fds[3].fd, IPPROTO_UDP, 104 /* UDP_GRO */, 1);
	while (1) {
		poll(fds, SOCKETS, 20);
		for (i = 0; i < 2; i++) {
			if (fds[i].revents)
				keep(accept4(fds[i].fd, NULL, NULL, SOCK_NONBLOCK));
		}
		for (i = 2; i < FIRST_STREAM; i++) {
			if (fds[i].revents)
				datagrams(fds[i].fd);
		}
		for (i = FIRST_STREAM; i < SOCKETS; i++) {
			if (fds[i].fd >= 0 && fds[i].revents)
				use(&fds[i]);
		}
		if (one_in(8))
			connect_out();
		if (one_in(8))
			sendto(fds[2].fd, data, rnd(one_in(4) ? 9000 : 200), 0,
			       (struct sockaddr *)&peer, sizeof(peer));
	}
}

#endif
