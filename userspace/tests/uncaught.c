// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets that anp run does not catch: they are the host's and stay that, the supervisor does them no
 * harm, and the program's others are caught as ever.
 *
 *	uncaught before RUN [OPTION]	opens a socket and runs itself under RUN with that
 *	uncaught inherited FD		... there
 *	uncaught uring			under RUN: a socket made by io_uring
 *
 * Exit status 0: all was as it should be; 4: cannot be tested here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "probe.h"

#define SKIP 4
/* Of Linux 5.19; older headers do not know it. */
#define OP_SOCKET 45

#define CHECK(cond) do {							\
	if (!(cond)) {								\
		fprintf(stderr, "uncaught: line %d: %s (%s)\n", __LINE__, #cond,	\
			strerror(errno));					\
		exit(1);							\
	}									\
} while (0)

static int get_int(int fd, int level, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	CHECK(!getsockopt(fd, level, option, &value, &len));
	return value;
}

/* The options that are caught are answered by the kernel for this one, as it would have. */
static void check_plain(int fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int one = 1, other;
	char byte;

	CHECK(get_int(fd, IPPROTO_IP, IP_TTL) != MARK_TTL);
	CHECK(get_int(fd, SOL_SOCKET, SO_DOMAIN) == AF_INET);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)));
	CHECK(get_int(fd, SOL_SOCKET, SO_REUSEPORT) == 1);
	CHECK(get_int(fd, IPPROTO_IP, IP_TTL) != REUSEPORT_TTL);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(!bind(fd, (struct sockaddr *)&sin, sizeof(sin)));
	CHECK(!getsockname(fd, (struct sockaddr *)&sin, &len));
	CHECK(sendto(fd, "x", 1, 0, (struct sockaddr *)&sin, len) == 1);
	CHECK(recv(fd, &byte, 1, 0) == 1 && byte == 'x');
	other = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK(get_int(other, IPPROTO_IP, IP_TTL) == MARK_TTL);
}

static void *map(int ring, size_t size, off_t what)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, what);

	CHECK(p != MAP_FAILED);
	return p;
}

/* socket() as the only entry of a ring of one.  -1: this kernel has no such ring, or no such entry. */
static int uring_socket(int type)
{
	struct io_uring_params p = {};
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	uint32_t *sq, *cq;
	int ring;

	ring = syscall(SYS_io_uring_setup, 1, &p);
	if (ring < 0)
		return -1;
	sq = map(ring, p.sq_off.array + p.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	cq = map(ring, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), IORING_OFF_CQ_RING);
	sqe = map(ring, p.sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	sqe->opcode = OP_SOCKET;
	sqe->fd = AF_INET;
	sqe->off = type;
	sq[p.sq_off.array / 4] = 0;
	__atomic_store_n(&sq[p.sq_off.tail / 4], 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	cqe = (struct io_uring_cqe *)((char *)cq + p.cq_off.cqes);
	CHECK(__atomic_load_n(&cq[p.cq_off.tail / 4], __ATOMIC_ACQUIRE) == 1);
	return cqe->res;
}

static void before(char **argv)
{
	char *args[16], number[16];
	int n = 0, fd;

	fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK(fd >= 0);
	snprintf(number, sizeof(number), "%d", fd);
	while (argv[2 + n] && n < 10) {
		args[n] = argv[2 + n];
		n++;
	}
	args[n++] = argv[0];
	args[n++] = "inherited";
	args[n++] = number;
	args[n] = NULL;
	execv(args[0], args);
	CHECK(!"exec");
}

int main(int argc, char **argv)
{
	int fd;

	if (argc > 2 && !strcmp(argv[1], "before"))
		before(argv);
	if (argc == 3 && !strcmp(argv[1], "inherited")) {
		check_plain(atoi(argv[2]));
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "uring")) {
		fd = uring_socket(SOCK_DGRAM);
		if (fd < 0)
			return SKIP;
		check_plain(fd);
		return 0;
	}
	fprintf(stderr, "Usage: uncaught before RUN | inherited FD | uring\n");
	return 2;
}
