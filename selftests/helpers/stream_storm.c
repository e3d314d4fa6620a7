// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that open, use and drop stream connections in every order there is, at random from a
 * seed: what is looked for is not in the answers but in what the kernel says afterwards.
 *
 *	stream_storm FAMILY ADDRESS SEED SECONDS PROCESSES
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT	25000
#define PORTS	3
#define FDS	12

static int family;
static const char *address;
static unsigned int rnd;
static char buf[70000];

static unsigned int pick(unsigned int n)
{
	rnd = rnd * 1103515245 + 12345;
	return (rnd >> 16) % n;
}

static struct sockaddr_in peer(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &a.sin_addr);
	return a;
}

static int make_listener(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT + pick(PORTS)) };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, pick(6))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int make_connection(void)
{
	struct sockaddr_in a = peer(PORT + pick(PORTS)), b = { .sin_family = AF_INET };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	if (!pick(4)) {
		/* From a port that others use too: TIME-WAIT and simultaneous opens. */
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		b.sin_port = htons(PORT + pick(PORTS + 2));
		bind(fd, (struct sockaddr *)&b, sizeof(b));
	}
	connect(fd, (struct sockaddr *)&a, sizeof(a));
	return fd;
}

static void set_something(int fd)
{
	struct linger lin = { 1, 0 };
	int val = pick(3), size = 3000 << pick(6);

	switch (pick(7)) {
	case 0:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
		break;
	case 1:
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &val, sizeof(val));
		break;
	case 2:
		setsockopt(fd, IPPROTO_TCP, TCP_CORK, &val, sizeof(val));
		break;
	case 3:
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		break;
	case 4:
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		break;
	case 5:
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &val, sizeof(val));
		break;
	case 6:
		setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &size, sizeof(size));
		break;
	}
}

static void use(int *fd)
{
	struct sockaddr_in un = { .sin_family = AF_UNSPEC };
	struct pollfd p = { .fd = *fd, .events = POLLIN | POLLOUT };
	struct tcp_info info;
	socklen_t len = sizeof(info);
	int s;

	switch (pick(16)) {
	case 0:
		close(*fd);
		*fd = -1;
		break;
	case 1:
		shutdown(*fd, pick(3));
		break;
	case 2:
		connect(*fd, (struct sockaddr *)&un, sizeof(un));
		break;
	case 3:
	case 4:
		s = accept4(*fd, NULL, NULL, SOCK_NONBLOCK);
		if (s >= 0) {
			close(*fd);
			*fd = s;
		}
		break;
	case 5:
		set_something(*fd);
		break;
	case 6:
		poll(&p, 1, pick(20));
		break;
	case 7:
		getsockopt(*fd, IPPROTO_TCP, TCP_INFO, &info, &len);
		break;
	case 8:
		recv(*fd, buf, pick(sizeof(buf)), MSG_PEEK);
		break;
	case 9:
	case 10:
	case 11:
		send(*fd, buf, pick(sizeof(buf)), MSG_NOSIGNAL | (pick(4) ? 0 : MSG_MORE));
		break;
	default:
		recv(*fd, buf, pick(sizeof(buf)), pick(8) ? 0 : MSG_TRUNC);
	}
}

static void storm(unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long steps = 0;
	int fd[FDS], i;

	memset(fd, -1, sizeof(fd));
	while (time(NULL) < end) {
		i = pick(FDS);
		if (fd[i] < 0)
			fd[i] = pick(4) ? make_connection() : make_listener();
		else
			use(&fd[i]);
		steps++;
	}
	printf("%lu steps\n", steps);
}

int main(int argc, char **argv)
{
	int n, i, status, bad = 0;
	unsigned int seed;

	if (argc != 6)
		return 2;
	family = atoi(argv[1]);
	address = argv[2];
	seed = strtoul(argv[3], NULL, 0);
	n = atoi(argv[5]);
	for (i = 0; i < n; i++) {
		if (fork())
			continue;
		rnd = seed * 1000 + i;
		storm(atoi(argv[4]));
		exit(0);
	}
	while (n--) {
		wait(&status);
		bad |= status;
	}
	return bad ? 1 : 0;
}
