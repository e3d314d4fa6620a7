// SPDX-License-Identifier: GPL-2.0
/*
 * The socket calls of io_uring on a connection of AF_INET or AF_ANP to 127.0.0.1: prints the result of
 * each, which has to be the same for both.
 *
 *	uring inet|anp
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/anp.h>

#define ENTRIES 8

static struct {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
} ring;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *map(size_t size, long offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, offset);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static void ring_open(void)
{
	struct io_uring_params p = { 0 };
	char *sq, *cq;

	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &p);
	if (ring.fd < 0)
		die("io_uring_setup");
	sq = map(p.sq_off.array + p.sq_entries * sizeof(unsigned int), IORING_OFF_SQ_RING);
	cq = map(p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	ring.sqes = map(p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	ring.sq_tail = (unsigned int *)(sq + p.sq_off.tail);
	ring.sq_mask = (unsigned int *)(sq + p.sq_off.ring_mask);
	ring.sq_array = (unsigned int *)(sq + p.sq_off.array);
	ring.cq_head = (unsigned int *)(cq + p.cq_off.head);
	ring.cq_tail = (unsigned int *)(cq + p.cq_off.tail);
	ring.cq_mask = (unsigned int *)(cq + p.cq_off.ring_mask);
	ring.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
}

/* Hands @op in; its completion is known by its number. */
static void submit(unsigned char op, int fd, const void *addr, unsigned int len, unsigned long off)
{
	unsigned int tail = *ring.sq_tail, i = tail & *ring.sq_mask;
	struct io_uring_sqe *sqe = &ring.sqes[i];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op;
	sqe->fd = fd;
	sqe->addr = (unsigned long)addr;
	sqe->len = len;
	sqe->off = off;
	sqe->user_data = op;
	if (op == IORING_OP_POLL_ADD) {
		sqe->poll32_events = len;
		sqe->len = 0;
	}
	ring.sq_array[i] = i;
	__atomic_store_n(ring.sq_tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 0, 0, NULL, 0) != 1)
		die("io_uring_enter");
}

struct completion {
	int res;
	unsigned int flags;
};

/* Waits for the next completion, which has to be of @op. */
static struct completion reap(unsigned char op)
{
	unsigned int head = *ring.cq_head;
	const struct io_uring_cqe *cqe;
	struct completion c;

	while (__atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE) == head)
		if (syscall(SYS_io_uring_enter, ring.fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
			die("io_uring_enter");
	cqe = &ring.cqes[head & *ring.cq_mask];
	if (cqe->user_data != op)
		printf("completion of %llu instead of %u\n", (unsigned long long)cqe->user_data, op);
	c = (struct completion){ cqe->res, cqe->flags };
	__atomic_store_n(ring.cq_head, head + 1, __ATOMIC_RELEASE);
	return c;
}

static void say(const char *what, int res)
{
	printf("%s: %s\n", what, res < 0 ? strerrorname_np(-res) : "done");
	if (res >= 0)
		printf("  %d\n", res);
}

static int open_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		die("socket");
	return fd;
}

/* Two ends of a connection, both made by the ring. */
static void connection(int family, int end[2])
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in peer;
	socklen_t len = sizeof(addr), peer_len = sizeof(peer);
	int lfd = open_socket(family);
	struct completion cqe;

	if (bind(lfd, (struct sockaddr *)&addr, sizeof(addr)) || listen(lfd, 5) ||
	    getsockname(lfd, (struct sockaddr *)&addr, &len))
		die("bind");
	addr.sin_family = AF_INET;
	submit(IORING_OP_ACCEPT, lfd, &peer, 0, (unsigned long)&peer_len);
	end[0] = open_socket(family);
	if (connect(end[0], (struct sockaddr *)&addr, sizeof(addr)))
		die("connect");
	cqe = reap(IORING_OP_ACCEPT);
	end[1] = cqe.res;
	printf("accept that waited: %s, address of %u bytes\n", cqe.res >= 0 ? "done" :
	       strerrorname_np(-cqe.res), peer_len);
	close(end[0]);
	close(end[1]);

	end[0] = open_socket(family);
	submit(IORING_OP_CONNECT, end[0], &addr, 0, sizeof(addr));
	say("connect", reap(IORING_OP_CONNECT).res);
	submit(IORING_OP_ACCEPT, lfd, NULL, 0, 0);
	end[1] = reap(IORING_OP_ACCEPT).res;
	printf("accept: %s\n", end[1] >= 0 ? "done" : strerrorname_np(-end[1]));
	close(lfd);
	lfd = open_socket(family);
	submit(IORING_OP_CONNECT, lfd, &addr, 0, sizeof(addr));
	say("connect to a closed port", reap(IORING_OP_CONNECT).res);
	close(lfd);
}

static void transfer(const int end[2])
{
	static char out[60000], in[60000];
	struct iovec vec = { in, sizeof(in) };
	struct msghdr msg = { .msg_iov = &vec, .msg_iovlen = 1 };
	struct completion cqe;
	size_t i, got;
	int res;

	for (i = 0; i < sizeof(out); i++)
		out[i] = i * 7;
	submit(IORING_OP_RECV, end[1], in, 100, 0);
	if (send(end[0], "hello", 5, 0) != 5)
		die("send");
	say("recv that waited", reap(IORING_OP_RECV).res);
	submit(IORING_OP_POLL_ADD, end[1], NULL, POLLIN, 0);
	submit(IORING_OP_SEND, end[0], out, 1000, 0);
	say("send", reap(IORING_OP_SEND).res);
	printf("poll: %s\n", reap(IORING_OP_POLL_ADD).res & POLLIN ? "POLLIN" : "nothing");
	submit(IORING_OP_RECVMSG, end[1], &msg, 1, 0);
	say("recvmsg", reap(IORING_OP_RECVMSG).res);
	vec.iov_base = out;
	vec.iov_len = 2000;
	submit(IORING_OP_SENDMSG, end[0], &msg, 1, 0);
	say("sendmsg", reap(IORING_OP_SENDMSG).res);
	submit(IORING_OP_READ, end[1], in, 2000, 0);
	say("read", reap(IORING_OP_READ).res);

	submit(IORING_OP_SEND_ZC, end[0], out, sizeof(out), 0);
	for (got = 0; got < sizeof(in); got += res) {
		res = read(end[1], in + got, sizeof(in) - got);
		if (res <= 0)
			break;
	}
	/* How much was sent, and then that the pages are free. */
	cqe = reap(IORING_OP_SEND_ZC);
	say("SEND_ZC", cqe.res);
	while (cqe.flags & IORING_CQE_F_MORE) {
		cqe = reap(IORING_OP_SEND_ZC);
		printf("  notice: %s\n", cqe.flags & IORING_CQE_F_NOTIF ? "yes" : "no");
	}
	printf("what SEND_ZC sent: %s\n", got == sizeof(in) && !memcmp(in, out, got) ? "whole" :
	       "damaged");
}

int main(int argc, char **argv)
{
	int family = argc > 1 && !strcmp(argv[1], "anp") ? AF_ANP : AF_INET, end[2];
	char byte;

	ring_open();
	connection(family, end);
	transfer(end);
	submit(IORING_OP_SHUTDOWN, end[0], NULL, SHUT_WR, 0);
	say("shutdown", reap(IORING_OP_SHUTDOWN).res);
	submit(IORING_OP_RECV, end[1], &byte, 1, 0);
	say("recv at the end", reap(IORING_OP_RECV).res);
	return 0;
}
