// SPDX-License-Identifier: GPL-2.0
/*
 * The program under run_inet: opens sockets in all the ways that have gone wrong somewhere, and
 * checks that each came from the supervisor.  Exit status 0: it did; 4: cannot be tested here.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "probe.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

#define SKIP 4

#define CHECK(cond) do {							\
	if (!(cond)) {								\
		fprintf(stderr, "probe: line %d: %s (%s)\n", __LINE__, #cond,	\
			strerror(errno));					\
		exit(1);							\
	}									\
} while (0)

static char *self;

static bool marked(int fd)
{
	int ttl = 0;
	socklen_t len = sizeof(ttl);

	return !getsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, &len) && ttl == MARK_TTL;
}

static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	CHECK(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void hammer(int n)
{
	while (n--) {
		int fd = socket(AF_INET, n & 1 ? SOCK_STREAM : SOCK_DGRAM, 0);

		CHECK(fd >= 0);
		CHECK(marked(fd));
		close(fd);
	}
}

static void test_one(void)
{
	hammer(2);
}

static void test_flags(void)
{
	int free_fd = dup(2), fd;

	CHECK(free_fd >= 0);
	close(free_fd);
	fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	CHECK(fd == free_fd && marked(fd));
	CHECK(fcntl(fd, F_GETFD) == 0 && !(fcntl(fd, F_GETFL) & O_NONBLOCK));
	close(fd);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
	CHECK(fd == free_fd && marked(fd));
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && !(fcntl(fd, F_GETFL) & O_NONBLOCK));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK(fd == free_fd && fcntl(fd, F_GETFD) == 0 && fcntl(fd, F_GETFL) & O_NONBLOCK);
	close(fd);
}

static void test_untouched(void)
{
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	CHECK(socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, (int[2]){ 0, 0 }) == 0);
	CHECK(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) < 0 && errno == EPROTONOSUPPORT);
	CHECK(socket(AF_INET, SOCK_STREAM | 0x4000, 0) < 0 && errno == EINVAL);
}

static void test_inet6(void)
{
	CHECK(socket(AF_INET6, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
	CHECK(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EAFNOSUPPORT);
}

/* Stream and datagram sockets come from the supervisor; what else IPv6 has is refused. */
static void test_inet6_mapped(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), family = 0;
	socklen_t len = sizeof(family);

	CHECK(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) < 0 && errno == EAFNOSUPPORT);
	if (fd < 0 && errno == EAFNOSUPPORT)
		exit(access("/proc/net/if_inet6", F_OK) ? SKIP : 1);
	CHECK(fd >= 0 && marked(fd) && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(!getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) && family == AF_INET6);
	CHECK(marked(socket(AF_INET6, SOCK_DGRAM, 0)));
	hammer(2);
}

static void test_inet6_host(void)
{
	if (socket(AF_INET6, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT)
		exit(access("/proc/net/if_inet6", F_OK) ? SKIP : 1);
}

static void *thread_main(void *arg)
{
	hammer(300);
	return arg;
}

static void test_threads(void)
{
	int before = open_fds(), i;
	pthread_t t[8];

	for (i = 0; i < 8; i++)
		CHECK(!pthread_create(&t[i], NULL, thread_main, NULL));
	for (i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	CHECK(open_fds() == before);
}

static void reap(int n)
{
	int status;

	while (n--) {
		CHECK(wait(&status) > 0);
		CHECK(status == 0);
	}
	/* The supervisor must not show up as a child of ours. */
	CHECK(wait(&status) < 0 && errno == ECHILD);
}

static void test_fork(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		if (fork() == 0) {
			hammer(200);
			exit(0);
		}
	}
	reap(8);
}

static void test_vfork(void)
{
	if (vfork() == 0) {
		execl(self, self, "one", NULL);
		_exit(1);
	}
	reap(1);
}

static void test_spawn(void)
{
	char *argv[] = { self, "one", NULL };
	pid_t pid;

	CHECK(!posix_spawn(&pid, self, NULL, NULL, argv, (char *[]){ NULL }));
	reap(1);
}

static volatile sig_atomic_t ticks;

static void on_tick(int sig)
{
	(void)sig;
	ticks++;
}

/* As a Go program does: signals that interrupt whatever runs, all the time. */
static void test_signals(void)
{
	struct sigaction sa = { .sa_handler = on_tick, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	int before = open_fds(), i;

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; i < 200 && ticks < 500; i++)
		hammer(50);
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK(ticks > 20);
	CHECK(open_fds() == before);
}

static void test_emfile(void)
{
	struct rlimit limit = { 16, 16 };
	int i;

	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	for (i = 0; i < 20; i++)
		if (socket(AF_INET, SOCK_DGRAM, 0) < 0)
			break;
	CHECK(i < 16 && errno == EMFILE);
}

/* A port must be free the moment its socket is closed: nobody else may still hold it. */
static void test_rebind(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int i, fd;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (i = 0; i < 500; i++) {
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		CHECK(fd >= 0);
		CHECK(!bind(fd, (struct sockaddr *)&sin, sizeof(sin)));
		CHECK(!getsockname(fd, (struct sockaddr *)&sin, &len));
		close(fd);
	}
}

static int get_int(int fd, int level, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	CHECK(!getsockopt(fd, level, option, &value, &len));
	return value;
}

/* Options that the supervisor answers, and that it must leave alone on sockets of others. */
static void test_options(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1, zero = 0, before = open_fds(), unix_fd;
	socklen_t len = sizeof(one);

	CHECK(fd >= 0 && get_int(fd, SOL_SOCKET, SO_DOMAIN) == AF_INET);
	CHECK(get_int(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)));
	CHECK(get_int(fd, IPPROTO_IP, IP_TTL) == REUSEPORT_TTL);
	CHECK(get_int(fd, SOL_SOCKET, SO_REUSEPORT) == 1);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &zero, sizeof(zero)) && marked(fd));
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	CHECK(get_int(fd, IPPROTO_IP, IP_TTL) == REUSEPORT_TTL);
	CHECK(get_int(fd, SOL_SOCKET, SO_ZEROCOPY) == 1);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &zero, sizeof(zero)) && marked(fd));
	CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, 2) < 0 && errno == EINVAL);
	CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, NULL, 4) < 0 && errno == EFAULT);
	CHECK(setsockopt(-1, SOL_SOCKET, SO_REUSEPORT, &one, 4) < 0 && errno == EBADF);
	CHECK(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, NULL, &len) < 0 && errno == EFAULT);
	CHECK(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	CHECK(!setsockopt(fd, IPPROTO_IP, IP_TOS, &one, sizeof(one)));
	unix_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(unix_fd >= 0 && get_int(unix_fd, SOL_SOCKET, SO_DOMAIN) == AF_UNIX);
	close(unix_fd);
	CHECK(open_fds() == before);
}

static void *options_thread(void *arg)
{
	test_options();
	return arg;
}

/* A thread that is not the first one has a number of its own. */
static void test_options_thread(void)
{
	pthread_t t;

	CHECK(!pthread_create(&t, NULL, options_thread, NULL));
	pthread_join(t, NULL);
}

static uint64_t netns_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	CHECK(fd >= 0);
	CHECK(!getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len));
	return cookie;
}

static void test_netns(void)
{
	uint64_t before = netns_of(socket(AF_UNIX, SOCK_DGRAM, 0)), after;
	int fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		exit(SKIP);
	after = netns_of(socket(AF_UNIX, SOCK_DGRAM, 0));
	CHECK(before != after);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(netns_of(fd) == after && marked(fd));
	hammer(20);
}

static void test_user_netns(void)
{
	if (unshare(CLONE_NEWUSER) < 0)
		exit(SKIP);
	test_netns();
}

static void test_uid(void)
{
	struct stat st;
	int fd;

	if (geteuid())
		exit(SKIP);
	CHECK(!setgroups(0, NULL) && !setresgid(1234, 1234, 1234) && !setresuid(1234, 1234, 1234));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(fd >= 0 && marked(fd));
	CHECK(!fstat(fd, &st) && st.st_uid == 1234);
}

/*
 * Leaves at once; a child that nobody waits for goes on when it is told to by a file, and writes its
 * verdict to another.
 */
static void test_daemon(void)
{
	const char *path = getenv("PROBE_FILE"), *go = getenv("PROBE_GO");
	FILE *f;
	int i;

	CHECK(path && go);
	if (fork())
		exit(0);
	setsid();
	freopen("/dev/null", "w", stdout);
	for (i = 0; i < 3000 && access(go, F_OK); i++)
		usleep(10000);
	hammer(50);
	f = fopen(path, "w");
	CHECK(f);
	fputs("served\n", f);
	fclose(f);
}

/* The supervisor is killed by the test while this waits for a line of input. */
static void test_orphan(void)
{
	char c;

	hammer(1);
	printf("ready\n");
	fflush(stdout);
	CHECK(read(0, &c, 1) >= 0);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == ENOSYS);
}

static void test_ttl(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd >= 0);
	printf("%s\n", marked(fd) ? "caught" : "host");
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "one", test_one },
	{ "flags", test_flags },
	{ "untouched", test_untouched },
	{ "inet6", test_inet6 },
	{ "inet6_host", test_inet6_host },
	{ "inet6_mapped", test_inet6_mapped },
	{ "threads", test_threads },
	{ "fork", test_fork },
	{ "vfork", test_vfork },
	{ "spawn", test_spawn },
	{ "signals", test_signals },
	{ "emfile", test_emfile },
	{ "rebind", test_rebind },
	{ "options", test_options },
	{ "options_thread", test_options_thread },
	{ "netns", test_netns },
	{ "user_netns", test_user_netns },
	{ "uid", test_uid },
	{ "daemon", test_daemon },
	{ "orphan", test_orphan },
	{ "ttl", test_ttl },
};

int main(int argc, char **argv)
{
	size_t i;

	self = argv[0];
	for (i = 0; argc == 2 && i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	fprintf(stderr, "Usage: probe TEST\n");
	return 2;
}
