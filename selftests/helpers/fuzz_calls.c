// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile program: system calls on sockets of the family with arguments that are nearly right, by
 * several threads on the same few descriptors. What the kernel writes back must not hold memory that
 * was never set: the buffers are filled first, and looked through for the kernel's poison.
 *
 *	fuzz_calls SEED SECONDS THREADS
 *
 * It gives up its privileges itself (nobody, no capabilities). Fails if it finds poison, or if
 * something that needs a privilege succeeds.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fuzz_calls.h"

#define DESCRIPTORS	24

static _Atomic int fds[DESCRIPTORS];
static atomic_ulong calls, succeeded, leaks, privileged;
static time_t end;
static void *unmapped;

/* A place for the kernel to write to: mostly good. */
static void *place(char *buf)
{
	return one_in(24) ? unmapped : one_in(24) ? NULL : buf;
}

static int descriptor(void)
{
	return one_in(100) ? -1 : fds[rnd(DESCRIPTORS)];
}

static void count(long ret)
{
	atomic_fetch_add(&calls, 1);
	if (ret >= 0)
		atomic_fetch_add(&succeeded, 1);
}

static void replace(int fd)
{
	int old;

	if (fd < 0)
		return;
	old = atomic_exchange(&fds[rnd(DESCRIPTORS)], fd);
	if (old >= 0)
		close(old);
}

static void call_getsockopt(struct bufs *b)
{
	int level = pick(levels), name = option_name(level);
	socklen_t len = one_in(3) ? rnd(300) : one_in(20) ? odd_number() : 8;
	socklen_t room = len;
	void *at = place(b->out);
	int ret;

	poison_out(b, one_in(2) ? 0 : 0xa5);
	if (room > sizeof(b->out))
		room = sizeof(b->out);
	ret = getsockopt(descriptor(), level, name, at, one_in(40) ? NULL : &len);
	count(ret);
	if (!ret && at == b->out && len > room && len <= sizeof(b->out) &&
	    wrote_beyond(b, room)) {
		printf("getsockopt %d %d: wrote beyond %u octets\n", level, name, room);
		atomic_fetch_add(&leaks, 1);
	}
	if (!ret && at == b->out && leaked(b->out, len < room ? len : room)) {
		printf("getsockopt %d %d: unset memory came out\n", level, name);
		atomic_fetch_add(&leaks, 1);
	}
}

static void call_setsockopt(struct bufs *b)
{
	int level = pick(levels), name = option_name(level), i, ret;
	socklen_t len = one_in(3) ? rnd(300) : one_in(20) ? odd_number() : 4;

	for (i = 0; i < 16; i++)
		b->words[i] = one_in(2) ? rnd(4) : odd_number();
	if (one_in(4))
		strcpy(b->in, one_in(2) ? "cubic" : "nosuch");
	ret = setsockopt(descriptor(), level, name, one_in(40) ? unmapped : b->in, len);
	count(ret);
	if (!ret && level == SOL_SOCKET && (name == SO_RCVBUFFORCE || name == SO_SNDBUFFORCE))
		atomic_fetch_add(&privileged, 1);
}

static void call_socket(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET };
	static const int protocols[] = { 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW, 262 };
	int type = one_in(20) ? (int)rnd(12) : pick(types);
	int fd = socket(AF_ANP, type | SOCK_NONBLOCK, one_in(2) ? 0 : pick(protocols));

	count(fd);
	if (fd >= 0 && type == SOCK_RAW)
		atomic_fetch_add(&privileged, 1);
	replace(fd);
}

static void call_bind(struct bufs *b)
{
	socklen_t len = name_of(b);
	int ret = bind(descriptor(), (struct sockaddr *)b->in, len);

	count(ret);
}

static void call_send(struct bufs *b)
{
	struct iovec iov[2] = { { b->big, rnd(70000) }, { one_in(8) ? unmapped : b->big, rnd(9000) } };
	struct msghdr m = {
		.msg_name = one_in(2) ? b->in : NULL, .msg_namelen = name_of(b),
		.msg_iov = iov, .msg_iovlen = rnd(3),
		.msg_control = one_in(3) ? b->control : NULL, .msg_controllen = control_of(b),
	};

	if (!m.msg_control)
		m.msg_controllen = 0;
	count(sendmsg(descriptor(), &m, (one_in(3) ? rnd32() : 0) | MSG_NOSIGNAL | MSG_DONTWAIT));
}

static void call_recv(struct bufs *b)
{
	struct iovec iov = { b->big, rnd(70000) };
	struct msghdr m = {
		.msg_name = one_in(2) ? b->out : NULL, .msg_namelen = rnd(130),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = b->control, .msg_controllen = rnd(sizeof(b->control)),
	};
	ssize_t ret;

	poison_out(b, 0);
	memset(b->control, 0, sizeof(b->control));
	ret = recvmsg(descriptor(), &m, (one_in(3) ? rnd32() & ~MSG_WAITALL : 0) | MSG_DONTWAIT);
	count(ret);
	if (ret < 0)
		return;
	if ((m.msg_name && leaked(b->out, m.msg_namelen < 128 ? m.msg_namelen : 128)) ||
	    leaked(b->control, m.msg_controllen)) {
		printf("recvmsg: unset memory came out\n");
		atomic_fetch_add(&leaks, 1);
	}
}

static void call_names(struct bufs *b)
{
	socklen_t len = one_in(2) ? sizeof(struct sockaddr_storage) : rnd(200);
	socklen_t room = len < sizeof(b->out) ? len : sizeof(b->out);
	void *at = place(b->out);
	int fd = descriptor(), ret;

	poison_out(b, 0);
	switch (rnd(3)) {
	case 0:
		ret = getsockname(fd, at, &len);
		break;
	case 1:
		ret = getpeername(fd, at, &len);
		break;
	default:
		ret = accept4(fd, at, &len, SOCK_NONBLOCK);
		replace(ret);
	}
	count(ret);
	if (ret >= 0 && at == b->out && leaked(b->out, len < room ? len : room)) {
		printf("a name: unset memory came out\n");
		atomic_fetch_add(&leaks, 1);
	}
}

static void call_ioctl(struct bufs *b)
{
	unsigned long request = one_in(4) ? 0x8900 + rnd(0x100) : pick(requests);
	void *at = place(b->out);

	poison_out(b, 0);
	strcpy(b->out, one_in(2) ? "anp0" : "lo");
	count(ioctl(descriptor(), request, at));
	if (at == b->out && leaked(b->out + 16, 64)) {
		printf("ioctl %#lx: unset memory came out\n", request);
		atomic_fetch_add(&leaks, 1);
	}
}

/* What does not look at its arguments much. */
static void call_other(struct bufs *b)
{
	struct pollfd p = { descriptor(), rnd32(), 0 };
	struct epoll_event e = { .events = rnd32() };
	int fd = descriptor(), ep;

	switch (rnd(7)) {
	case 0:
		count(poll(&p, 1, 0));
		break;
	case 1:
		ep = epoll_create1(0);
		epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
		count(epoll_wait(ep, &e, 1, 0));
		close(ep);
		break;
	case 2:
		count(shutdown(fd, one_in(10) ? odd_number() : rnd(3)));
		break;
	case 3:
		count(listen(fd, one_in(4) ? odd_number() : 4));
		break;
	case 4:
		count(connect(fd, (struct sockaddr *)b->in, name_of(b)));
		break;
	case 5:
		replace(dup(fd));
		break;
	default:
		/* splice into a socket and out of it. */
		if (!pipe2(b->pipe, O_NONBLOCK)) {
			count(write(b->pipe[1], b->big, rnd(9000)));
			count(splice(b->pipe[0], NULL, fd, NULL, 9000, SPLICE_F_NONBLOCK));
			count(splice(fd, NULL, b->pipe[1], NULL, 9000, SPLICE_F_NONBLOCK));
			close(b->pipe[0]);
			close(b->pipe[1]);
		}
	}
}

static void *thread(void *arg)
{
	struct bufs *b = calloc(1, sizeof(*b));

	rng_state = (uintptr_t)arg;
	while (b && time(NULL) < end) {
		switch (rnd(16)) {
		case 0:
			call_socket();
			break;
		case 1:
			call_bind(b);
			break;
		case 2: case 3:
			call_names(b);
			break;
		case 4: case 5: case 6:
			call_getsockopt(b);
			break;
		case 7: case 8:
			call_setsockopt(b);
			break;
		case 9: case 10:
			call_send(b);
			break;
		case 11: case 12:
			call_recv(b);
			break;
		case 13:
			call_ioctl(b);
			break;
		default:
			call_other(b);
		}
	}
	free(b);
	return NULL;
}

static int give_up_privileges(void)
{
	return setgroups(0, NULL) || setresgid(65534, 65534, 65534) ||
	       setresuid(65534, 65534, 65534);
}

int main(int argc, char **argv)
{
	pthread_t threads[16];
	uint64_t seed;
	int i, n;

	if (argc != 4)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	end = time(NULL) + atoi(argv[2]);
	n = atoi(argv[3]);
	if (n < 1 || n > 16)
		return 2;
	if (give_up_privileges()) {
		perror("privileges");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	unmapped = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < DESCRIPTORS; i++)
		fds[i] = socket(AF_ANP, (i % 3 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
	for (i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + i));
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%lu calls, %lu succeeded; %lu with unset memory, %lu that need a privilege\n",
	       calls, succeeded, leaks, privileged);
	return leaks || privileged || succeeded < calls / 20;
}
