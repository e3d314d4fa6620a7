// SPDX-License-Identifier: GPL-2.0
/*
 * The supervisor's loop: take a trapped call, make the socket, put it into the caller.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "run.h"

struct supervisor {
	const struct anp_run *run;
	int listener;
	bool killable;
	/* The kernel's structures may be longer than those we were compiled with. */
	struct seccomp_notif *call;
	struct seccomp_notif_resp *answer;
	size_t call_size;
	size_t answer_size;
};

static int alloc_messages(struct supervisor *s)
{
	struct seccomp_notif_sizes sizes;

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return -1;
	s->call_size = sizeof(*s->call);
	if (s->call_size < sizes.seccomp_notif)
		s->call_size = sizes.seccomp_notif;
	s->answer_size = sizeof(*s->answer);
	if (s->answer_size < sizes.seccomp_notif_resp)
		s->answer_size = sizes.seccomp_notif_resp;
	s->call = malloc(s->call_size);
	s->answer = malloc(s->answer_size);
	return s->call && s->answer ? 0 : -1;
}

static void read_comm(pid_t pid, char *comm, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(comm, size, "?");
	if (fd < 0)
		return;
	/* It ends in a newline. */
	n = read(fd, comm, size - 1);
	if (n > 0)
		comm[n - 1] = 0;
	close(fd);
}

static const char *type_name(int type)
{
	return type == SOCK_STREAM ? "SOCK_STREAM" : type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_RAW";
}

static void describe(const struct supervisor *s, int nr, int result)
{
	const __u64 *args = s->call->data.args;
	int type = (int)args[1];
	char comm[32];

	read_comm(s->call->pid, comm, sizeof(comm));
	fprintf(stderr, "anp run: %s[%u] ", comm, s->call->pid);
	if (nr == SYS_setsockopt)
		fprintf(stderr, "setsockopt(%d, SOL_SOCKET, %s) = ", (int)args[0],
			(int)args[2] == SO_ZEROCOPY ? "SO_ZEROCOPY" : "SO_REUSEPORT");
	else if (nr == SYS_getsockopt)
		fprintf(stderr, "getsockopt(%d, SOL_SOCKET, SO_DOMAIN) = ", (int)args[0]);
	else
		fprintf(stderr, "socket(%s, %s%s%s, %d) = ",
			(int)args[0] == AF_INET6 ? "AF_INET6" : "AF_INET", type_name(type & 0xf),
			type & SOCK_NONBLOCK ? "|SOCK_NONBLOCK" : "",
			type & SOCK_CLOEXEC ? "|SOCK_CLOEXEC" : "", (int)args[2]);
	if (result == ANP_CALL_CONTINUE)
		fprintf(stderr, "(left to the kernel)\n");
	else if (result < 0)
		fprintf(stderr, "-1 (%s)\n", strerror(-result));
	else
		fprintf(stderr, "%d\n", result);
}

/* @result: what the call returns, a negative errno, or ANP_CALL_CONTINUE. */
static void answer(struct supervisor *s, int result)
{
	memset(s->answer, 0, s->answer_size);
	s->answer->id = s->call->id;
	if (result == ANP_CALL_CONTINUE)
		s->answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (result < 0)
		s->answer->error = result;
	else
		s->answer->val = result;
	/* ENOENT: a signal took the caller away.  It asks again, or is dead. */
	ioctl(s->listener, SECCOMP_IOCTL_NOTIF_SEND, s->answer);
}

/*
 * Give @fd to the caller and close our own copy.  The order matters: our copy must be gone before
 * the caller goes on, or its close() would not be the last and the port stay taken for a moment.
 * That takes two steps, and a signal between them would leave a stray descriptor in the caller.
 * Where the kernel cannot rule that out, the step is one and the moment is accepted.
 */
static int hand_over(struct supervisor *s, int fd)
{
	struct seccomp_notif_addfd add = {
		.id = s->call->id,
		.flags = s->killable ? 0 : SECCOMP_ADDFD_FLAG_SEND,
		.srcfd = fd,
		.newfd_flags = s->call->data.args[1] & SOCK_CLOEXEC ? O_CLOEXEC : 0,
	};
	int result, err;

	do {
		result = ioctl(s->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	} while (result < 0 && errno == EINTR);
	err = errno;
	close(fd);
	if (result < 0)
		result = -err;
	if (result < 0 || s->killable)
		answer(s, result);
	return result;
}

static int serve_socket(struct supervisor *s)
{
	int fd = anp_caller_socket(s->run, s->listener, s->call), result;

	if (fd >= 0)
		return hand_over(s, fd);
	result = -errno;
	answer(s, result);
	return result;
}

static void serve(struct supervisor *s)
{
	int nr, result;

	memset(s->call, 0, s->call_size);
	if (ioctl(s->listener, SECCOMP_IOCTL_NOTIF_RECV, s->call) < 0)
		return;
	nr = s->call->data.nr & ~ANP_X32_BIT;
	if (nr == SYS_socket) {
		result = serve_socket(s);
	} else {
		result = anp_caller_option(s->run, s->call, nr == SYS_setsockopt);
		answer(s, result);
	}
	if (s->run->verbose)
		describe(s, nr, result);
}

void anp_supervise(const struct anp_run *run, int listener, bool killable)
{
	struct supervisor s = { .run = run, .listener = listener, .killable = killable };
	struct pollfd pfd = { .fd = listener, .events = POLLIN };

	if (alloc_messages(&s) < 0)
		return;
	anp_caller_init();
	for (;;) {
		if (poll(&pfd, 1, -1) < 0)
			continue;
		if (pfd.revents & POLLIN)
			serve(&s);
		else if (pfd.revents)
			break;
	}
	free(s.call);
	free(s.answer);
}
