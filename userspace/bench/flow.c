// SPDX-License-Identifier: GPL-2.0
/*
 * anp_flow: bulk flows between network namespaces, each end ANP or the host's stack, and what they
 * delivered, as one line of JSON.
 *
 * A flow begins when its program connects and counts until the time is up or the first one has
 * delivered the bytes that are enough: slow start is part of it.  With -w, only what comes after
 * the warm-up counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/anp.h>
#include <linux/tcp.h>

#define FLOWS_MAX	16
#define CHUNK		65536
#define TICK_NS		5000000		/* how often the counters are looked at */

struct end {
	char ns[64];
	bool anp;
};

/* One flow; its processes write to shared memory, the parent only looks. */
struct flow {
	struct end from, to;
	struct in_addr addr;
	in_port_t port;
	volatile uint64_t delivered;	/* bytes that the receiving program has read */
	volatile uint64_t first_ns;	/* when it was connected */
	volatile uint32_t retrans, sent;	/* segments, as TCP_INFO has them */
	uint64_t at_warm;
};

static struct flow *flows;
static unsigned int nr;
static const char *cong;
static double secs = 10, warm, gap;
static uint64_t enough = UINT64_MAX;

static void die(const char *what)
{
	fprintf(stderr, "anp_flow: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void usage(void)
{
	fputs("usage: anp_flow [-t SECONDS] [-w WARMUP] [-b BYTES] [-g SECONDS_BETWEEN] [-C CONTROL]\n"
	      "	-f FROM_NS:host|anp,TO_NS:host|anp,ADDRESS [-f ...]\n", stderr);
	exit(2);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void nap(uint64_t ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };

	nanosleep(&ts, NULL);
}

static void enter(const char *ns)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static int open_socket(const struct end *e)
{
	int fd = socket(e->anp ? AF_ANP : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (cong && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, cong, strlen(cong)))
		die("TCP_CONGESTION");
	return fd;
}

static void receiver(struct flow *f, int ready)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = f->addr };
	socklen_t len = sizeof(at);
	static char buf[CHUNK];
	ssize_t got;
	int fd, s;

	enter(f->to.ns);
	fd = open_socket(&f->to);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&at, &len))
		die("bind, listen");
	f->port = at.sin_port;
	if (write(ready, "", 1) != 1)
		die("pipe");
	s = accept(fd, NULL, NULL);
	if (s < 0)
		die("accept");
	while ((got = recv(s, buf, sizeof(buf), 0)) > 0)
		f->delivered += got;
	if (got < 0)
		die("recv");
	_exit(0);
}

static void look(struct flow *f, int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		die("TCP_INFO");
	f->retrans = info.tcpi_total_retrans;
	f->sent = info.tcpi_segs_out;
}

static void sender(struct flow *f)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = f->addr,
				  .sin_port = f->port };
	static char buf[CHUNK];
	unsigned int n = 0;
	int fd;

	enter(f->from.ns);
	fd = open_socket(&f->from);
	f->first_ns = now_ns();
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	for (;;) {
		if (send(fd, buf, sizeof(buf), MSG_NOSIGNAL) < 0)
			die("send");
		if (!(++n % 8))
			look(f, fd);
	}
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static pid_t pids[2 * FLOWS_MAX];
static unsigned int pid_nr;

static void start_receivers(void)
{
	unsigned int i;
	int fd[2];
	char c;

	for (i = 0; i < nr; i++) {
		if (pipe(fd))
			die("pipe");
		pids[pid_nr] = child();
		if (!pids[pid_nr++])
			receiver(&flows[i], fd[1]);
		close(fd[1]);
		if (read(fd[0], &c, 1) != 1)
			exit(1);
		close(fd[0]);
	}
}

static void stop(void)
{
	while (pid_nr) {
		kill(pids[--pid_nr], SIGKILL);
		waitpid(pids[pid_nr], NULL, 0);
	}
}

/* None of them ends by itself: one that does has said why. */
static void check_alive(void)
{
	pid_t pid = waitpid(-1, NULL, WNOHANG);

	if (pid <= 0)
		return;
	stop();
	exit(1);
}

/* Until the time is up or somebody has delivered enough; the time that counted, ns. */
static uint64_t measure(uint64_t begin)
{
	uint64_t warm_at = begin + warm * 1e9, end = begin + secs * 1e9, from = 0, now;
	unsigned int i;

	for (;;) {
		bool done = false;

		now = now_ns();
		if (!from && now >= warm_at) {
			from = warm > 0 ? now : begin;
			for (i = 0; i < nr; i++)
				flows[i].at_warm = warm > 0 ? flows[i].delivered : 0;
		}
		for (i = 0; i < nr; i++)
			done |= flows[i].delivered >= enough;
		if (now >= end || done)
			return now - from;
		check_alive();
		nap(TICK_NS);
	}
}

static void run(void)
{
	uint64_t begin = 0, took;
	unsigned int i;

	start_receivers();
	for (i = 0; i < nr; i++) {
		if (i)
			nap(gap * 1e9);
		pids[pid_nr] = child();
		if (!pids[pid_nr++])
			sender(&flows[i]);
		while (!flows[i].first_ns) {
			check_alive();
			nap(TICK_NS / 10);
		}
		if (!i)
			begin = flows[i].first_ns;
	}
	took = measure(begin);
	printf("{\"ns\": %" PRIu64 ", \"flows\": [", took);
	for (i = 0; i < nr; i++)
		printf("%s{\"bytes\": %" PRIu64 ", \"retrans\": %u, \"segs\": %u}", i ? ", " : "",
		       flows[i].delivered - flows[i].at_warm, flows[i].retrans, flows[i].sent);
	printf("]}\n");
	stop();
}

static void parse_end(struct end *e, const char *arg)
{
	char stack[8];

	if (sscanf(arg, "%63[^:]:%7s", e->ns, stack) != 2 ||
	    (strcmp(stack, "anp") && strcmp(stack, "host")))
		usage();
	e->anp = !strcmp(stack, "anp");
}

static void parse_flow(char *arg)
{
	char *from = strtok(arg, ","), *to = strtok(NULL, ","), *addr = strtok(NULL, ",");
	struct flow *f = &flows[nr++];

	if (!addr || nr > FLOWS_MAX || !inet_aton(addr, &f->addr))
		usage();
	parse_end(&f->from, from);
	parse_end(&f->to, to);
}

int main(int argc, char **argv)
{
	int c;

	flows = mmap(NULL, (FLOWS_MAX + 1) * sizeof(*flows), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (flows == MAP_FAILED)
		die("mmap");
	while ((c = getopt(argc, argv, "t:w:b:g:C:f:")) >= 0) {
		switch (c) {
		case 't':
			secs = atof(optarg);
			break;
		case 'w':
			warm = atof(optarg);
			break;
		case 'b':
			enough = strtoull(optarg, NULL, 0);
			break;
		case 'g':
			gap = atof(optarg);
			break;
		case 'C':
			cong = optarg;
			break;
		case 'f':
			parse_flow(optarg);
			break;
		default:
			usage();
		}
	}
	if (!nr || optind < argc || secs <= warm)
		usage();
	run();
	return 0;
}
