// SPDX-License-Identifier: GPL-2.0
/*
 * Opening sockets: by type, by name, connected, listening.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
#include <netinet/in.h>

#include "anp.h"

const char *anp_version(void)
{
	return ANP_VERSION;
}

int anp_socket(int type, int protocol)
{
	return socket(AF_ANP, type | SOCK_CLOEXEC, protocol);
}

int anp_available(void)
{
	int fd = anp_socket(SOCK_DGRAM, 0);

	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : -1;
	close(fd);
	return 1;
}

static void close_keep_errno(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
}

/* The resolver has error codes of its own; a caller of this library sees one kind only. */
static int resolver_errno(int code)
{
	switch (code) {
	case EAI_SYSTEM:
		return errno;
	case EAI_MEMORY:
		return ENOMEM;
	case EAI_AGAIN:
		return EAGAIN;
	case EAI_SERVICE:
	case EAI_BADFLAGS:
		return EINVAL;
	case EAI_SOCKTYPE:
		return EPROTONOSUPPORT;
	default:
		return ENOENT;
	}
}

static int resolve(const char *host, const char *service, int type, int flags,
		   struct addrinfo **list)
{
	struct addrinfo hints = {
		.ai_family = AF_INET,
		.ai_socktype = type,
		.ai_flags = flags,
	};
	int code;

	/* getaddrinfo() calls NULL for both an unknown name. */
	if (!service) {
		errno = EINVAL;
		return -1;
	}
	code = getaddrinfo(host, service, &hints, list);
	if (!code)
		return 0;
	errno = resolver_errno(code);
	return -1;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

/* Wait for a connect() in progress; @deadline is negative for none. */
static int wait_connected(int fd, long deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int err, n;
	socklen_t len = sizeof(err);

	do {
		long left = deadline < 0 ? -1 : deadline - now_ms();

		n = poll(&pfd, 1, deadline >= 0 && left < 0 ? 0 : (int)left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	if (n == 0) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		return -1;
	errno = err;
	return err ? -1 : 0;
}

static int connect_one(const struct addrinfo *ai, long deadline)
{
	int fd = anp_socket(ai->ai_socktype | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0 &&
	    (errno != EINPROGRESS || wait_connected(fd, deadline) < 0))
		goto fail;
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0)
		goto fail;
	return fd;
fail:
	close_keep_errno(fd);
	return -1;
}

int anp_connect(const char *host, const char *service, int type, int timeout_ms)
{
	long deadline = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	struct addrinfo *list, *ai;
	int fd = -1, err;

	type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (resolve(host, service, type, 0, &list) < 0)
		return -1;
	for (ai = list; ai && fd < 0; ai = ai->ai_next)
		fd = connect_one(ai, deadline);
	err = errno;
	freeaddrinfo(list);
	errno = err;
	return fd;
}

/* The first address of @addr that can be bound; a datagram socket has no use for @backlog. */
static int open_bound(const char *addr, const char *service, int type, int backlog)
{
	struct addrinfo *list, *ai;
	int fd = -1, one = 1, err;

	if (resolve(addr, service, type, AI_PASSIVE, &list) < 0)
		return -1;
	for (ai = list; ai && fd < 0; ai = ai->ai_next) {
		fd = anp_socket(type, 0);
		if (fd < 0)
			break;
		if ((type == SOCK_STREAM &&
		     setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0) ||
		    bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
		    (type == SOCK_STREAM && listen(fd, backlog) < 0)) {
			close_keep_errno(fd);
			fd = -1;
		}
	}
	err = errno;
	freeaddrinfo(list);
	errno = err;
	return fd;
}

int anp_listen(const char *addr, const char *service, int backlog)
{
	return open_bound(addr, service, SOCK_STREAM, backlog);
}

int anp_bind_dgram(const char *addr, const char *service)
{
	return open_bound(addr, service, SOCK_DGRAM, 0);
}
