// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation of every stream socket call fails once: the call has to say so or to get over
 * it, and what follows has to work. Needs /proc/thread-self/fail-nth (CONFIG_FAULT_INJECTION).
 *
 *	stream_fault FAMILY ADDRESS
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
#include <unistd.h>

#define CALLS_MAX	2000

static int family, nth_fd;
static const char *address;
static char buf[30000];

/* The next @n-th allocation of this thread fails; 0: none any more.  True if one was pending. */
static int arm(int n)
{
	char text[16] = "";
	int left;

	pread(nth_fd, text, sizeof(text) - 1, 0);
	left = atoi(text);
	dprintf(nth_fd, "%d", n);
	return left > 0;
}

static struct sockaddr_in addr(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &a.sin_addr);
	return a;
}

static int tcp(void)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
}

static int listener(int port)
{
	struct sockaddr_in a = addr(port);
	int fd = tcp(), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 8)) {
		perror("listener");
		exit(1);
	}
	return fd;
}

static int wait_for(int fd, int events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, 5000);
}

static int one_call(int call, int l, int c, int s)
{
	struct sockaddr_in a = addr(26000), any = addr(0);
	struct tcp_info info;
	socklen_t len = sizeof(info);

	switch (call) {
	case 0: {
		int fd = tcp();

		if (fd >= 0)
			close(fd);
		return fd;
	}
	case 1:
		return bind(c, (struct sockaddr *)&any, sizeof(any));
	case 2:
		return connect(c, (struct sockaddr *)&a, sizeof(a));
	case 3:
		return accept4(l, NULL, NULL, SOCK_NONBLOCK);
	case 4:
		return send(c, buf, sizeof(buf), MSG_NOSIGNAL);
	case 5:
		return recv(s, buf, sizeof(buf), 0);
	case 6:
		return getsockopt(c, IPPROTO_TCP, TCP_INFO, &info, &len);
	case 7:
		return shutdown(c, SHUT_WR);
	}
	return close(c);
}

static const char *const names[] = {
	"socket", "bind", "connect", "accept", "send", "recv", "getsockopt", "shutdown", "close",
};

/* Fresh sockets, as far along as @call needs them. */
static void prepare(int call, int l, int *c, int *s)
{
	struct sockaddr_in a = addr(26000);

	*c = tcp();
	*s = -1;
	if (call < 3)
		return;
	connect(*c, (struct sockaddr *)&a, sizeof(a));
	wait_for(*c, POLLOUT);
	wait_for(l, POLLIN);
	if (call == 3)
		return;
	*s = accept4(l, NULL, NULL, SOCK_NONBLOCK);
	if (call == 5) {
		send(*c, buf, sizeof(buf), 0);
		wait_for(*s, POLLIN);
	}
}

int main(int argc, char **argv)
{
	int l, c, s, call, n, ret, err, failed, spare;

	if (argc != 3)
		return 2;
	family = atoi(argv[1]);
	address = argv[2];
	signal(SIGPIPE, SIG_IGN);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth_fd < 0)
		return 4;
	l = listener(26000);
	for (call = 0; call < 9; call++) {
		failed = 0;
		for (n = 1; n < CALLS_MAX; n++) {
			struct linger lin = { 1, 0 };

			prepare(call, l, &c, &s);
			arm(n);
			ret = one_call(call, l, c, s);
			err = errno;
			if (arm(0))
				n = CALLS_MAX;
			else if (ret < 0 && err != EINPROGRESS)
				failed++;
			if (call == 3 && ret >= 0)
				close(ret);
			/* What a failed accept left in the queue. */
			while ((spare = accept4(l, NULL, NULL, SOCK_NONBLOCK)) >= 0)
				close(spare);
			setsockopt(c, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
			if (call != 8)
				close(c);
			if (s >= 0)
				close(s);
			if (n != CALLS_MAX)
				ret = n;
		}
		printf("%s: %d of its failures were told\n", names[call], failed);
	}
	return 0;
}
