// SPDX-License-Identifier: GPL-2.0
/*
 * Moves bytes over one connection and tells of its buffers afterwards.
 *
 *	stream_bulk FAMILY listen|connect ADDRESS PORT send|recv BYTES [OPTION=VALUE]...
 *
 * Options: rcvbuf, sndbuf (bytes, set before the connection), write (bytes a call), nodelay, wait
 * (microseconds between the first byte and the reading).  The line printed at the end:
 *	bytes=N sum=S rcvbuf=N sndbuf=N rcv_rtt=US rcv_space=N rwnd_limited=US sndbuf_limited=US
 */
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static long write_size = 65536, wait_us;
static unsigned int sum;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void set_int(int fd, int level, int opt, int val)
{
	if (setsockopt(fd, level, opt, &val, sizeof(val)))
		die("setsockopt");
}

static long get_int(int fd, int opt)
{
	socklen_t len = sizeof(int);
	int val = -1;

	getsockopt(fd, SOL_SOCKET, opt, &val, &len);
	return val;
}

static void option(int fd, char *arg)
{
	char *eq = strchr(arg, '=');
	long val = eq ? atol(eq + 1) : 1;

	if (eq)
		*eq = 0;
	if (!strcmp(arg, "rcvbuf"))
		set_int(fd, SOL_SOCKET, SO_RCVBUF, val);
	else if (!strcmp(arg, "sndbuf"))
		set_int(fd, SOL_SOCKET, SO_SNDBUF, val);
	else if (!strcmp(arg, "nodelay"))
		set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	else if (!strcmp(arg, "write"))
		write_size = val;
	else if (!strcmp(arg, "wait"))
		wait_us = val;
	else
		die(arg);
}

static unsigned char byte_at(long i)
{
	return i * 7 + (i >> 8) * 13;
}

static void add(const unsigned char *buf, long n)
{
	while (n--)
		sum = sum * 31 + *buf++;
}

static void do_send(int fd, long bytes)
{
	unsigned char *buf = malloc(write_size);
	long at = 0, n, i;

	while (at < bytes) {
		n = bytes - at < write_size ? bytes - at : write_size;
		for (i = 0; i < n; i++)
			buf[i] = byte_at(at + i);
		n = send(fd, buf, n, MSG_NOSIGNAL);
		if (n <= 0)
			die("send");
		add(buf, n);
		at += n;
	}
	free(buf);
}

static void do_recv(int fd, long bytes)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	unsigned char buf[65536];
	long at = 0, n;

	if (wait_us) {
		poll(&p, 1, -1);
		usleep(wait_us);
	}
	while (at < bytes && (n = recv(fd, buf, sizeof(buf), 0)) > 0) {
		add(buf, n);
		at += n;
	}
	if (at != bytes)
		die("recv");
}

static void tell(int fd, long bytes)
{
	struct tcp_info i = {};
	socklen_t len = sizeof(i);

	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &len);
	printf("bytes=%ld sum=%u rcvbuf=%ld sndbuf=%ld rcv_rtt=%u rcv_space=%u rwnd_limited=%llu sndbuf_limited=%llu\n",
	       bytes, sum, get_int(fd, SO_RCVBUF), get_int(fd, SO_SNDBUF), i.tcpi_rcv_rtt,
	       i.tcpi_rcv_space, (unsigned long long)i.tcpi_rwnd_limited,
	       (unsigned long long)i.tcpi_sndbuf_limited);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd, c, i;
	char ch;

	if (argc < 7) {
		fprintf(stderr, "usage: stream_bulk FAMILY listen|connect ADDRESS PORT send|recv BYTES [OPTION=VALUE]...\n");
		return 2;
	}
	alarm(100);
	inet_pton(AF_INET, argv[3], &a.sin_addr);
	a.sin_port = htons(atoi(argv[4]));
	fd = socket(atoi(argv[1]), SOCK_STREAM, 0);
	if (fd < 0)
		die("socket");
	for (i = 7; i < argc; i++)
		option(fd, argv[i]);
	if (!strcmp(argv[2], "listen")) {
		set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1))
			die("listen");
		fprintf(stderr, "listening\n");
		c = accept(fd, NULL, NULL);
	} else {
		for (i = 0; (c = connect(fd, (struct sockaddr *)&a, sizeof(a))) && i < 100; i++)
			usleep(50000);
		c = c ? -1 : fd;
	}
	if (c < 0)
		die(argv[2]);
	if (!strcmp(argv[5], "send"))
		do_send(c, atol(argv[6]));
	else
		do_recv(c, atol(argv[6]));
	tell(c, atol(argv[6]));
	/* Both ends have told of a connection that is there. */
	shutdown(c, SHUT_WR);
	while (recv(c, &ch, 1, 0) > 0)
		;
	return 0;
}
