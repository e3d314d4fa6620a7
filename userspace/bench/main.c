// SPDX-License-Identifier: GPL-2.0
/*
 * anp_bench: measures one kind of work between two network namespaces, each end of it ANP or the
 * host's stack, and prints one line of JSON.
 *
 * Time is CLOCK_MONOTONIC.  In a VM under icount a nanosecond is an instruction, so "ns" is what
 * both ends took together, and "cpu_ns" what the two processes were charged of it: where the two
 * differ by more than a little, the work waited for something.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <linux/anp.h>

#include "bench.h"

#define IDLE_FOR 5	/* seconds */

static const char *who = "anp_bench";

void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", who, what, strerror(errno));
	exit(1);
}

static void usage(void)
{
	const struct workload *w;

	fprintf(stderr, "usage: anp_bench [-s SIZE] [-n OPS] [-w WARMUP] [-N CONNECTIONS] [-l LABEL]\n"
		"	-c CLIENT_NS:host|anp -S SERVER_NS:host|anp -a SERVER_ADDRESS TEST\n"
		"Tests:");
	for (w = workloads; w->name; w++)
		fprintf(stderr, " %s", w->name);
	fprintf(stderr, "\n");
	exit(2);
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + ts.tv_nsec;
}

/*
 * The marks of a measurement for the profiler (selftests/vm/insn.c): no-ops with a number in their
 * displacement.
 */
static inline void mark_start(void)
{
#ifdef __x86_64__
	__asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .long 0x414e5001" ::: "memory");
#endif
}

static inline void mark_stop(void)
{
#ifdef __x86_64__
	__asm__ volatile(".byte 0x0f, 0x1f, 0x84, 0x00; .long 0x414e5002" ::: "memory");
#endif
}

static void tell(int fd)
{
	if (write(fd, "", 1) != 1)
		die("pipe");
}

static void hear(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		exit(1);
}

static void enter_ns(const char *ns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

int open_socket(const struct end *e, int type)
{
	int one = 1, fd = socket(e->family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (type == SOCK_STREAM && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		die("TCP_NODELAY");
	return fd;
}

/* ---- the server ---- */

static int serve_socket(const struct run *r, const struct workload *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = r->addr };
	socklen_t len = sizeof(at);
	int fd = open_socket(&r->server, w->type);

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("bind");
	if (w->type == SOCK_STREAM && listen(fd, MAX_CONNS))
		die("listen");
	if (getsockname(fd, (struct sockaddr *)&at, &len))
		die("getsockname");
	r->shared->port = at.sin_port;
	return fd;
}

/* A datagram server learns its peer by the first datagram. */
static void serve_meet(int fd)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char c;

	if (recvfrom(fd, &c, 1, 0, (struct sockaddr *)&peer, &len) < 0)
		die("recvfrom");
	if (connect(fd, (struct sockaddr *)&peer, len))
		die("connect");
	send_full(fd, &c, 1);
}

static void server(const struct run *r, const struct workload *w)
{
	static int fds[MAX_CONNS];
	unsigned int i;
	uint64_t cpu;
	int fd;

	who = "server";
	enter_ns(r->server.ns);
	fd = serve_socket(r, w);
	fds[0] = fd;
	tell(r->from_server);
	if (w->type == SOCK_DGRAM)
		serve_meet(fd);
	for (i = 0; w->type == SOCK_STREAM && !w->connects && i < r->conns; i++) {
		int one = 1;

		fds[i] = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (fds[i] < 0)
			die("accept4");
		setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	}
	tell(r->from_server);
	w->server(r, fds, r->warmup);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	w->server(r, fds, r->ops);
	r->shared->server_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	tell(r->from_server);
	hear(r->to_server);
	exit(0);
}

/* ---- the client ---- */

static void client(const struct run *r, const struct workload *w)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr = r->addr, .sin_port = r->shared->port,
	};
	static int fds[MAX_CONNS];
	uint64_t cpu, wall;
	unsigned int i;
	char c = 0;

	who = "client";
	enter_ns(r->client.ns);
	for (i = 0; !w->connects && i < r->conns; i++) {
		fds[i] = open_socket(&r->client, w->type);
		if (connect(fds[i], (struct sockaddr *)&to, sizeof(to)))
			die("connect");
	}
	if (w->type == SOCK_DGRAM) {
		send_full(fds[0], &c, 1);
		recv_full(fds[0], &c, 1);
	}
	tell(r->from_client);
	hear(r->to_client);
	w->client(r, fds, r->warmup);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	wall = clock_ns(CLOCK_MONOTONIC);
	mark_start();
	w->client(r, fds, r->ops);
	mark_stop();
	r->shared->wall = clock_ns(CLOCK_MONOTONIC) - wall;
	r->shared->client_cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	tell(r->from_client);
	hear(r->to_client);
	exit(0);
}

/* ---- the parent ---- */

static void make_pipe(int *from, int *to)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC))
		die("pipe");
	*from = p[0];
	*to = p[1];
}

static void print_run(const struct run *r, const struct workload *w)
{
	const struct shared *s = r->shared;
	unsigned long ops = r->ops;

	if (!strcmp(w->name, "many"))
		ops -= ops % r->conns;
	printf("{\"test\": \"%s\", \"label\": \"%s\", \"size\": %zu, \"conns\": %u, \"client\": \"%s\", "
	       "\"server\": \"%s\", \"ops\": %lu, ", r->test, r->label, r->size, r->conns,
	       r->client.stack, r->server.stack, ops);
	if (w->bytes)
		printf("\"bytes\": %" PRIu64 ", ", (uint64_t)ops * r->size);
	printf("\"ns\": %" PRIu64 ", \"cpu_ns\": %" PRIu64, s->wall, s->client_cpu + s->server_cpu);
}

/* What one end waits for will not come from the other when that has failed: it is ended with us. */
static void child_ended(int signal)
{
	int status;

	(void)signal;
	while (waitpid(-1, &status, WNOHANG) > 0)
		if (status)
			_exit(1);
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		signal(SIGCHLD, SIG_DFL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	return pid;
}

static int measure(struct run *r, const struct workload *w)
{
	struct sigaction on_end = { .sa_handler = child_ended, .sa_flags = SA_RESTART };
	struct slabs *before = NULL;
	int client_hears, server_hears, client_told, server_told, status, bad = 0;

	sigaction(SIGCHLD, &on_end, NULL);
	make_pipe(&client_hears, &r->to_client);
	make_pipe(&server_hears, &r->to_server);
	make_pipe(&client_told, &r->from_client);
	make_pipe(&server_told, &r->from_server);

	if (!child()) {
		r->to_server = server_hears;
		server(r, w);
	}
	hear(server_told);
	if (!strcmp(w->name, "idle"))
		before = slabs_read();
	if (!child()) {
		r->to_client = client_hears;
		client(r, w);
	}
	hear(client_told);
	hear(server_told);
	tell(r->to_client);
	hear(client_told);
	hear(server_told);
	print_run(r, w);
	if (before) {
		/* Idle is what nothing happens on: timers have run, and what is freed later is free. */
		sleep(IDLE_FOR);
		printf(", \"slabs\": ");
		slabs_print(before, slabs_read(), 2 * r->conns);
	}
	printf("}\n");
	signal(SIGCHLD, SIG_DFL);
	tell(r->to_client);
	tell(r->to_server);
	while (wait(&status) > 0)
		bad |= status;
	return bad ? 1 : 0;
}

static void parse_end(struct end *e, char *arg)
{
	char *colon = strrchr(arg, ':');

	if (!colon)
		usage();
	*colon = 0;
	e->ns = arg;
	e->stack = colon + 1;
	if (!strcmp(e->stack, "anp"))
		e->family = AF_ANP;
	else if (!strcmp(e->stack, "host"))
		e->family = AF_INET;
	else
		usage();
}

static void raise_nofile(void)
{
	struct rlimit lim = { .rlim_cur = 2 * MAX_CONNS, .rlim_max = 2 * MAX_CONNS };

	if (setrlimit(RLIMIT_NOFILE, &lim))
		die("RLIMIT_NOFILE");
}

int main(int argc, char **argv)
{
	struct run r = { .size = 1, .ops = 100, .warmup = 20, .conns = 1, .label = "" };
	const struct workload *w;
	int opt;

	while ((opt = getopt(argc, argv, "a:c:l:N:n:S:s:w:")) != -1) {
		switch (opt) {
		case 'a':
			if (inet_pton(AF_INET, optarg, &r.addr) != 1)
				usage();
			break;
		case 'c':
			parse_end(&r.client, optarg);
			break;
		case 'l':
			r.label = optarg;
			break;
		case 'N':
			r.conns = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			r.ops = strtoul(optarg, NULL, 0);
			break;
		case 'S':
			parse_end(&r.server, optarg);
			break;
		case 's':
			r.size = strtoul(optarg, NULL, 0);
			break;
		case 'w':
			r.warmup = strtoul(optarg, NULL, 0);
			break;
		default:
			usage();
		}
	}
	if (optind + 1 != argc || !r.client.ns || !r.server.ns || !r.conns ||
	    r.conns > MAX_CONNS || !r.size || r.size > 1 << 24 || !r.ops)
		usage();
	r.test = argv[optind];
	w = workload_find(r.test);
	if (!w || (r.conns > 1 && (w->connects || w->type == SOCK_DGRAM)))
		usage();
	raise_nofile();
	r.shared = mmap(NULL, sizeof(*r.shared), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r.shared == MAP_FAILED)
		die("mmap");
	return measure(&r, w);
}
