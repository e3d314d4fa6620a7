// SPDX-License-Identifier: GPL-2.0
/*
 * Options of an open socket, its queues, and whole-buffer transfers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>

#include "anp.h"

int anp_set_addr_family(int fd, int family)
{
	return setsockopt(fd, SOL_ANP, ANP_ADDR_FAMILY, &family, sizeof(family));
}

int anp_set_nodelay(int fd, int on)
{
	on = !!on;
	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

ssize_t anp_tcp_info(int fd, struct tcp_info *info, size_t size)
{
	socklen_t len = size;

	memset(info, 0, size);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len) < 0)
		return -1;
	return len;
}

static int queue_size(int fd, unsigned long request)
{
	int bytes;

	return ioctl(fd, request, &bytes) < 0 ? -1 : bytes;
}

int anp_recv_queue(int fd)
{
	return queue_size(fd, SIOCINQ);
}

int anp_send_queue(int fd)
{
	return queue_size(fd, SIOCOUTQ);
}

/*
 * Is a transfer that failed with errno worth another try?  Waits until it is.  EAGAIN of a blocking
 * socket is the end of its SO_RCVTIMEO or SO_SNDTIMEO, which the caller asked for.
 */
static int retry(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	if (errno == EINTR)
		return 1;
	if (errno != EAGAIN || !(fcntl(fd, F_GETFL) & O_NONBLOCK))
		return 0;
	return poll(&pfd, 1, -1) >= 0 || errno == EINTR;
}

ssize_t anp_send_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;
	size_t done = 0;

	while (done < len) {
		ssize_t n = send(fd, p + done, len - done, MSG_NOSIGNAL);

		if (n >= 0)
			done += n;
		else if (!retry(fd, POLLOUT))
			return -1;
	}
	return done;
}

ssize_t anp_recv_all(int fd, void *buf, size_t len)
{
	char *p = buf;
	size_t done = 0;

	while (done < len) {
		ssize_t n = recv(fd, p + done, len - done, 0);

		if (n > 0)
			done += n;
		else if (n == 0)
			break;
		else if (!retry(fd, POLLIN))
			return -1;
	}
	return done;
}
