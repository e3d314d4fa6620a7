// SPDX-License-Identifier: GPL-2.0
/*
 * Starting the supervisor and becoming PROGRAM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <anp.h>
#include "run.h"
#include "tool.h"

#define EXIT_LAUNCHER 125
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

/* The message that brings the listener: one byte of data and one descriptor. */
struct parcel {
	char killable;
	struct iovec iov;
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr msg;
};

static void parcel_init(struct parcel *p)
{
	memset(p, 0, sizeof(*p));
	p->iov.iov_base = &p->killable;
	p->iov.iov_len = 1;
	p->msg.msg_iov = &p->iov;
	p->msg.msg_iovlen = 1;
	p->msg.msg_control = p->control.buf;
	p->msg.msg_controllen = sizeof(p->control.buf);
}

static int send_listener(int channel, int listener, bool killable)
{
	struct parcel p;
	struct cmsghdr *cmsg;

	parcel_init(&p);
	p.killable = killable;
	cmsg = CMSG_FIRSTHDR(&p.msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &listener, sizeof(int));
	return sendmsg(channel, &p.msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* -1 if the launcher gave up: the channel closes without a message. */
static int recv_listener(int channel, bool *killable)
{
	struct parcel p;
	struct cmsghdr *cmsg;
	ssize_t n;
	int fd;

	parcel_init(&p);
	do {
		n = recvmsg(channel, &p.msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	cmsg = n == 1 ? CMSG_FIRSTHDR(&p.msg) : NULL;
	if (!cmsg || cmsg->cmsg_type != SCM_RIGHTS)
		return -1;
	*killable = p.killable;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/*
 * Let go of everything that was the launcher's: a pipe that PROGRAM shares with it must end when
 * PROGRAM ends, and keys typed for PROGRAM are not for us.  The two descriptors that are still
 * needed move to LISTENER and CHANNEL.
 */
enum { LISTENER = 3, CHANNEL, FIRST_UNUSED };

static int detach(int listener, int channel, bool keep_stderr)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN,
				       SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM };
	int null;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);

	/* Out of each other's way first: either may have the other's place. */
	listener = fcntl(listener, F_DUPFD_CLOEXEC, FIRST_UNUSED);
	channel = fcntl(channel, F_DUPFD_CLOEXEC, FIRST_UNUSED);
	if (dup3(listener, LISTENER, O_CLOEXEC) < 0 || dup3(channel, CHANNEL, O_CLOEXEC) < 0)
		return -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (i = 0; i < 3; i++)
		if (null >= 0 && !(i == 2 && keep_stderr))
			dup2(null, i);
	syscall(SYS_close_range, FIRST_UNUSED, ~0U, 0);
	prctl(PR_SET_NAME, "anp-run");
	return chdir("/");
}

static void supervisor_main(const struct anp_run *run, int channel)
{
	bool killable = false;
	int listener = recv_listener(channel, &killable);
	pid_t pid = getpid();

	if (listener < 0 || detach(listener, channel, run->verbose) < 0)
		return;
	if (send(CHANNEL, &pid, sizeof(pid), MSG_NOSIGNAL) != sizeof(pid))
		return;
	close(CHANNEL);
	anp_supervise(run, LISTENER, killable);
}

/*
 * Fork twice, so that PROGRAM has no child that it does not know of.  Return: the launcher's end of
 * the channel to the supervisor, or -1.
 */
static int start_supervisor(const struct anp_run *run)
{
	int channel[2], status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		close(channel[0]);
		setsid();
		pid = fork();
		if (pid == 0)
			supervisor_main(run, channel[1]);
		_exit(pid < 0);
	}
	close(channel[1]);
	/* ECHILD: whoever started us ignores SIGCHLD.  A missing supervisor shows on the channel. */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return channel[0];
}

/* Is this process itself a child of anp run?  Then its sockets are AF_ANP's already. */
static bool already_caught(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), family = 0;
	socklen_t len = sizeof(family);

	if (fd < 0)
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0)
		family = 0;
	close(fd);
	return family == AF_ANP;
}

static int fail(const char *what)
{
	fprintf(stderr, "anp run: %s: %s\n", what, strerror(errno));
	return EXIT_LAUNCHER;
}

static int catch_sockets(const struct anp_run *run)
{
	int channel, listener, n;
	pid_t supervisor;
	bool killable;

	channel = start_supervisor(run);
	if (channel < 0)
		return fail("cannot start the supervisor");
	listener = anp_filter_install(run->inet6, &killable);
	if (listener < 0) {
		close(channel);
		if (errno == EBUSY && already_caught())
			return 0;
		if (errno == EBUSY)
			fprintf(stderr, "anp run: another seccomp supervisor is above this "
				"process (a container?), and Linux allows only one\n");
		else
			return fail("cannot install the seccomp filter");
		return EXIT_LAUNCHER;
	}
	if (send_listener(channel, listener, killable) < 0)
		return fail("cannot reach the supervisor");
	close(listener);
	do {
		n = recv(channel, &supervisor, sizeof(supervisor), 0);
	} while (n < 0 && errno == EINTR);
	close(channel);
	if (n != sizeof(supervisor)) {
		fprintf(stderr, "anp run: the supervisor did not start\n");
		return EXIT_LAUNCHER;
	}
	/* Where Yama lets only ancestors look into a process: the supervisor is none. */
	prctl(PR_SET_PTRACER, supervisor, 0, 0, 0);
	return 0;
}

int anp_run_exec(const struct anp_run *run, char **argv)
{
	int status = catch_sockets(run);

	if (status)
		return status;
	execvp(argv[0], argv);
	status = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
	fprintf(stderr, "anp run: %s: %s\n", argv[0], strerror(errno));
	return status;
}
