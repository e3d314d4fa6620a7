// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data: MSG_OOB, SO_OOBINLINE, SIOCATMARK, SIGURG, and what poll() says of it.
 */
#include "stream_cases.h"
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/select.h>

static int at_mark(int fd)
{
	int at = -1;

	return ioctl(fd, SIOCATMARK, &at) ? -1 : at;
}

static int inq(int fd)
{
	int n;

	return ioctl(fd, FIONREAD, &n) ? -1 : n;
}

/* The bytes themselves belong to the answer. */
static void say_recv(const char *name, int fd, size_t len, int flags)
{
	char buf[64] = "", text[160];
	long n = recv(fd, buf, len, flags | MSG_DONTWAIT);

	snprintf(text, sizeof(text), "%s [%.*s]", name, n > 0 ? (int)n : 0, buf);
	say(text, n);
}

/* Until @bytes are there; both ends are on this machine. */
static void arrived(int fd, int pri)
{
	struct pollfd p = { .fd = fd, .events = pri ? POLLPRI : POLLIN };

	poll(&p, 1, 2000);
}

static void test_none(void)
{
	int fds[2], fd = tcp();

	say_recv("unconnected", fd, 1, MSG_OOB);
	say("SIOCATMARK unconnected", at_mark(fd));
	close(fd);
	pair(fds);
	say_recv("no urgent data", fds[1], 1, MSG_OOB);
	send(fds[0], "x", 1, 0);
	arrived(fds[1], 0);
	say_recv("only normal data", fds[1], 1, MSG_OOB);
	say("SIOCATMARK without", at_mark(fds[1]));
	close_pair(fds);
}

static void test_apart(void)
{
	int fds[2];

	pair(fds);
	say("send OOB", send(fds[0], "abc", 3, MSG_OOB));
	arrived(fds[1], 1);
	say("poll", events(fds[1], POLLIN | POLLPRI));
	say("at the mark", at_mark(fds[1]));
	say("FIONREAD up to it", inq(fds[1]));
	say_recv("peek at it", fds[1], 1, MSG_OOB | MSG_PEEK);
	say_recv("take it", fds[1], 5, MSG_OOB);
	say_recv("take it again", fds[1], 5, MSG_OOB);
	say("poll after it was taken", events(fds[1], POLLIN));
	send(fds[0], "def", 3, 0);
	usleep(50000);
	say_recv("a read stops at the mark", fds[1], 10, 0);
	say("at the mark", at_mark(fds[1]));
	say_recv("the next one goes on behind", fds[1], 10, 0);
	say("at the mark", at_mark(fds[1]));
	say_recv("nothing more", fds[1], 10, 0);
	close_pair(fds);
}

static void test_skipped(void)
{
	int fds[2];

	pair(fds);
	send(fds[0], "abX", 3, MSG_OOB);
	arrived(fds[1], 1);
	send(fds[0], "cd", 2, 0);
	usleep(50000);
	say_recv("peek stops too", fds[1], 10, MSG_PEEK);
	say_recv("read before", fds[1], 10, 0);
	say("poll at the mark", events(fds[1], POLLIN));
	say("FIONREAD at the mark", inq(fds[1]));
	say_recv("peek behind", fds[1], 10, MSG_PEEK);
	say("still at the mark", at_mark(fds[1]));
	say_recv("read behind", fds[1], 10, 0);
	say_recv("too late for it", fds[1], 1, MSG_OOB);
	close_pair(fds);
}

static void test_alone(void)
{
	int fds[2];

	pair(fds);
	send(fds[0], "X", 1, MSG_OOB);
	arrived(fds[1], 1);
	say("only the byte: poll", events(fds[1], POLLPRI));
	say("at the mark", at_mark(fds[1]));
	say("FIONREAD", inq(fds[1]));
	say_recv("a read finds nothing", fds[1], 10, 0);
	say("at the mark", at_mark(fds[1]));
	say_recv("OOB of no byte", fds[1], 0, MSG_OOB);
	say_recv("then it is gone", fds[1], 1, MSG_OOB);
	send(fds[0], "Y", 1, MSG_OOB);
	usleep(50000);
	arrived(fds[1], 1);
	say_recv("a second one", fds[1], 1, MSG_OOB);
	send(fds[0], "tail", 4, 0);
	usleep(50000);
	say_recv("what is left", fds[1], 10, 0);
	say_recv("and then", fds[1], 10, 0);
	close_pair(fds);
}

static void test_inline(void)
{
	int fds[2], one = 1;

	pair(fds);
	say("SO_OOBINLINE", setsockopt(fds[1], SOL_SOCKET, SO_OOBINLINE, &one, sizeof(one)));
	send(fds[0], "abX", 3, MSG_OOB);
	arrived(fds[1], 1);
	send(fds[0], "cd", 2, 0);
	usleep(50000);
	say("inline: poll", events(fds[1], POLLIN | POLLPRI));
	say("inline: FIONREAD", inq(fds[1]));
	say_recv("inline: OOB", fds[1], 1, MSG_OOB);
	say_recv("inline: stops at the mark", fds[1], 10, 0);
	say("inline: at the mark", at_mark(fds[1]));
	say_recv("inline: the byte and the rest", fds[1], 10, 0);
	say("inline: behind", at_mark(fds[1]));
	close_pair(fds);
}

static void test_trunc_waitall(void)
{
	int fds[2];

	pair(fds);
	send(fds[0], "abX", 3, MSG_OOB);
	arrived(fds[1], 1);
	send(fds[0], "cdef", 4, 0);
	usleep(50000);
	say("MSG_TRUNC up to the mark", recv(fds[1], NULL, 10, MSG_TRUNC));
	say("MSG_TRUNC OOB", recv(fds[1], NULL, 1, MSG_TRUNC | MSG_OOB));
	say_recv("WAITALL behind it", fds[1], 3, MSG_WAITALL);
	say_recv("rest", fds[1], 10, 0);
	close_pair(fds);
}

static volatile int urgs;

static void on_urg(int sig)
{
	(void)sig;
	urgs++;
}

static void test_signal(void)
{
	int fds[2], k, who;
	pid_t pid;

	signal(SIGURG, on_urg);
	pair(fds);
	send(fds[0], "X", 1, MSG_OOB);
	arrived(fds[1], 1);
	say("nobody owns it", urgs);
	say("F_SETOWN", fcntl(fds[1], F_SETOWN, getpid()));
	say("F_GETOWN", fcntl(fds[1], F_GETOWN) == getpid());
	send(fds[0], "Y", 1, MSG_OOB);
	for (k = 0; k < 200 && !urgs; k++)
		usleep(10000);
	say("SIGURG", urgs);
	pid = -getpgrp();
	say("SIOCSPGRP", ioctl(fds[1], SIOCSPGRP, &pid));
	say("SIOCGPGRP", ioctl(fds[1], SIOCGPGRP, &who) ? -1 : who == pid);
	pid = 0;
	ioctl(fds[1], SIOCSPGRP, &pid);
	send(fds[0], "Z", 1, MSG_OOB);
	usleep(50000);
	say("no owner again", urgs);
	close_pair(fds);
	signal(SIGURG, SIG_DFL);
}

static void test_select_epoll(void)
{
	struct epoll_event e = { .events = EPOLLPRI | EPOLLET };
	struct timeval tv = { 2, 0 };
	int fds[2], ep = epoll_create1(0);
	fd_set ex;

	pair(fds);
	epoll_ctl(ep, EPOLL_CTL_ADD, fds[1], &e);
	say("epoll before", epoll_wait(ep, &e, 1, 0));
	send(fds[0], "X", 1, MSG_OOB);
	FD_ZERO(&ex);
	FD_SET(fds[1], &ex);
	say("select", select(fds[1] + 1, NULL, NULL, &ex, &tv));
	say("epoll", epoll_wait(ep, &e, 1, 2000));
	say("which", e.events);
	say("epoll, edge is over", epoll_wait(ep, &e, 1, 0));
	close(ep);
	close_pair(fds);
}

static void test_ends(void)
{
	int fds[2];

	pair(fds);
	send(fds[0], "X", 1, MSG_OOB);
	arrived(fds[1], 1);
	close(fds[0]);
	events(fds[1], POLLRDHUP);
	say("poll with the end behind", events(fds[1], POLLRDHUP | POLLPRI));
	say_recv("the end behind the mark", fds[1], 10, 0);
	say_recv("OOB at the end", fds[1], 1, MSG_OOB);
	say_recv("and again", fds[1], 1, MSG_OOB);
	close(fds[1]);
	pair(fds);
	shutdown(fds[0], SHUT_WR);
	say("OOB after shutdown", send(fds[0], "X", 1, MSG_OOB | MSG_NOSIGNAL));
	say("OOB unconnected", send(tcp(), "X", 1, MSG_OOB | MSG_NOSIGNAL));
	close_pair(fds);
}

int main(int argc, char **argv)
{
	int err = begin(argc, argv);

	if (err)
		return err;
	test_none();
	test_apart();
	test_skipped();
	test_alone();
	test_inline();
	test_trunc_waitall();
	test_signal();
	test_select_epoll();
	test_ends();
	return 0;
}
