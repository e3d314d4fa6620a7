/* SPDX-License-Identifier: GPL-2.0 */
/*
 * anp_bench: one measurement, between two processes in two network namespaces.
 */
#ifndef ANP_BENCH_H
#define ANP_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

#define MAX_CONNS 4096

/* One end: who speaks, and where. */
struct end {
	const char *ns;		/* network namespace, below /run/netns */
	const char *stack;	/* "host" or "anp" */
	int family;		/* of its sockets: AF_INET or AF_ANP */
};

/* What both processes share; written by one at a time, handed over by the barriers. */
struct shared {
	uint64_t client_cpu;	/* ns of the measured part */
	uint64_t server_cpu;
	uint64_t wall;
	in_port_t port;		/* the server's; network order */
};

struct run {
	struct end client, server;
	struct in_addr addr;	/* of the server */
	const char *test;
	const char *label;
	size_t size;		/* bytes of a message or of a write */
	unsigned long ops;	/* messages or writes to measure */
	unsigned long warmup;	/* and before that */
	unsigned int conns;
	struct shared *shared;
	int to_client;		/* one byte is one word: go on */
	int from_client;
	int to_server;
	int from_server;
};

/*
 * struct workload - what the two ends do
 *
 * Both functions do @n operations and return; they are called for the warm-up and again for the
 * measurement.  The sockets are open by then: r->conns of them, or a listener where @connects.
 */
struct workload {
	const char *name;
	int type;		/* SOCK_STREAM or SOCK_DGRAM */
	bool connects;		/* makes its connections itself: fd[0] of the server listens */
	bool bytes;		/* what counts is bytes, not operations */
	void (*client)(const struct run *r, int *fd, unsigned long n);
	void (*server)(const struct run *r, int *fd, unsigned long n);
};

extern const struct workload workloads[];

const struct workload *workload_find(const char *name);

/* Slab pages that idle connections take, as a JSON object of bytes per cache and connection end. */
struct slabs;
struct slabs *slabs_read(void);
void slabs_print(const struct slabs *before, const struct slabs *after, unsigned int ends);

/* These end the process when they fail. */
void die(const char *what) __attribute__((noreturn));
int open_socket(const struct end *e, int type);
void send_full(int fd, const void *buf, size_t len);
void recv_full(int fd, void *buf, size_t len);

#endif /* ANP_BENCH_H */
