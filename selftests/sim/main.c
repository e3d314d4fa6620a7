// SPDX-License-Identifier: GPL-2.0
/*
 * The command: which seeds to run, on how many processes, and what came of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "sim.h"

#define WORKERS_MAX 64
#define SCENARIOS_MAX 64

/* Shared by the processes; a worker writes only its own. */
struct worker {
	u64 seed;		/* being run */
	bool busy;
	u64 runs[SCENARIOS_MAX], failed[SCENARIOS_MAX], pairs[SCENARIOS_MAX];
	u64 time[SCENARIOS_MAX];	/* virtual, s */
};

struct shared {
	u64 next;		/* seed to run next */
	u64 last;
	struct worker worker[WORKERS_MAX];
};

static struct shared *shared;
static const struct scenario *only;
static bool quiet;

const char *__asan_default_options(void);
void __sanitizer_set_death_callback(void (*callback)(void));

/* skbs are counted by ourselves; a run that fails leaves its memory behind. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=0:abort_on_error=0";
}

static void died(void)
{
	if (!sim.in_run)
		return;
	printf("FAIL seed %llu scenario %s: sanitizer report, see above\n", sim.seed,
	       sim.scenario->name);
	trace_dump();
	fflush(stdout);
}

/* The engine does not come back: the worker ends, its parent counts the seed as failed. */
static void hangs(int sig)
{
	(void)sig;
	printf("seed %llu scenario %s: hangs\n", sim.seed, sim.scenario->name);
	trace_dump();
	fflush(stdout);
	_exit(1);
}

static u32 scenario_nr(const struct scenario *s)
{
	return s - sim_scenarios;
}

static void run_seed(struct worker *w, u64 seed)
{
	const struct scenario *s = only ? only : scenario_of(seed);
	u32 nr = scenario_nr(s);

	w->seed = seed;
	w->busy = true;
	alarm(120);
	w->runs[nr]++;
	if (!sim_run(seed, s))
		w->failed[nr]++;
	w->pairs[nr] += sim.pairs;
	w->time[nr] += (sim.now - SEC) / SEC;
	w->busy = false;
}

static void work(struct worker *w)
{
	u64 seed;

	while ((seed = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED)) <= shared->last)
		run_seed(w, seed);
}

static pid_t start_worker(struct worker *w)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(1);
	}
	if (pid)
		return pid;
	work(w);
	fflush(stdout);
	_exit(0);
}

/* A worker that dies takes its seed with it; another goes on with the rest. */
static void run_all(u32 workers)
{
	pid_t pid[WORKERS_MAX];
	u32 i, alive = workers;
	int status;

	for (i = 0; i < workers; i++)
		pid[i] = start_worker(&shared->worker[i]);
	while (alive) {
		pid_t done = wait(&status);

		if (done < 0 && errno == EINTR)
			continue;
		for (i = 0; i < workers && pid[i] != done; i++)
			;
		if (i == workers)
			continue;
		if (shared->worker[i].busy) {
			struct worker *w = &shared->worker[i];
			const struct scenario *s = only ? only : scenario_of(w->seed);

			printf("FAIL seed %llu scenario %s: the worker died (status %#x)\n",
			       w->seed, s->name, status);
			w->failed[scenario_nr(s)]++;
			w->busy = false;
			pid[i] = start_worker(w);
			continue;
		}
		pid[i] = -1;
		alive--;
	}
}

static int summary(u32 workers, double secs)
{
	u64 runs = 0, failed = 0, pairs = 0;
	u32 i, s;

	if (!quiet)
		printf("%-20s %8s %12s %12s %8s\n", "scenario", "runs", "connections", "virtual s",
		       "failed");
	for (s = 0; s < sim_scenarios_nr; s++) {
		u64 r = 0, f = 0, p = 0, t = 0;

		for (i = 0; i < workers; i++) {
			const struct worker *w = &shared->worker[i];

			r += w->runs[s];
			f += w->failed[s];
			p += w->pairs[s];
			t += w->time[s];
		}
		if (r && !quiet)
			printf("%-20s %8llu %12llu %12llu %8llu\n", sim_scenarios[s].name, r, p, t,
			       f);
		runs += r;
		failed += f;
		pairs += p;
	}
	printf("%llu connections in %.1f s\n", pairs, secs);
	printf("%llu passed, %llu failed\n", runs - failed, failed);
	return failed || !runs ? 1 : 0;
}

static void usage(void)
{
	puts("usage: anp-sim [--seeds FROM-TO | --seed N] [--scenario NAME] [--connections N]\n"
	     "               [--trace] [--jobs N] [--quiet] [--list]\n"
	     "\n"
	     "Runs the TCP engine against itself in virtual time, over a network that the seed makes\n"
	     "up, and checks what must always hold.  The same seed is the same run, always.\n"
	     "\n"
	     "  --seeds FROM-TO   these seeds (default 1-1000); each picks a scenario\n"
	     "  --seed N          this one\n"
	     "  --scenario NAME   all seeds run NAME\n"
	     "  --connections N   so many connections a run (default: as the seed says)\n"
	     "  --trace           print every segment and event, in the manner of tcpdump\n"
	     "  --jobs N          so many processes (default: one a CPU)\n"
	     "  --quiet           no table, only the last lines\n"
	     "  --list            name the scenarios");
}

static void list(void)
{
	u32 i;

	for (i = 0; i < sim_scenarios_nr; i++)
		printf("%-20s %s\n", sim_scenarios[i].name, sim_scenarios[i].what);
}

static void bad(const char *what, const char *arg)
{
	fprintf(stderr, "anp-sim: %s: %s\n", what, arg);
	exit(2);
}

static u64 number(const char *arg, char **end)
{
	u64 v;

	errno = 0;
	v = strtoull(arg, end, 0);
	if (errno || *end == arg || arg[0] == '-')
		bad("not a number", arg);
	return v;
}

static void seeds(const char *arg)
{
	char *end;

	shared->next = number(arg, &end);
	shared->last = shared->next;
	if (*end == '-')
		shared->last = number(end + 1, &end);
	if (*end || shared->last < shared->next)
		bad("not a range of seeds", arg);
}

static u32 count(const char *arg, u32 max)
{
	char *end;
	u64 v = number(arg, &end);

	if (*end || !v || v > max)
		bad("out of range", arg);
	return v;
}

static u32 options(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "seeds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 's' },
		{ "scenario", required_argument, NULL, 'n' },
		{ "connections", required_argument, NULL, 'c' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "trace", no_argument, NULL, 't' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	u32 jobs = clamp_t(long, sysconf(_SC_NPROCESSORS_ONLN), 1, WORKERS_MAX);
	int c;

	while ((c = getopt_long(argc, argv, "h", opts, NULL)) >= 0) {
		switch (c) {
		case 's':
			seeds(optarg);
			break;
		case 'n':
			only = scenario_find(optarg);
			if (!only)
				bad("no such scenario (see --list)", optarg);
			break;
		case 'c':
			sim.want_pairs = count(optarg, SIM_PAIRS_MAX);
			break;
		case 'j':
			jobs = count(optarg, WORKERS_MAX);
			break;
		case 't':
			sim.verbose = true;
			break;
		case 'q':
			quiet = true;
			break;
		case 'l':
			list();
			exit(0);
		case 'h':
			usage();
			exit(0);
		default:
			usage();
			exit(2);
		}
	}
	if (optind < argc)
		bad("what is this", argv[optind]);
	return jobs;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	u32 jobs;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	shared->next = 1;
	shared->last = 1000;
	jobs = options(argc, argv);
	signal(SIGALRM, hangs);
	__sanitizer_set_death_callback(died);
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (shared->next == shared->last || sim.verbose) {
		/* In this process: easy to debug. */
		jobs = 1;
		work(&shared->worker[0]);
	} else {
		run_all(jobs);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	return summary(jobs, to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
}
