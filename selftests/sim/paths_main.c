// SPDX-License-Identifier: GPL-2.0
/*
 * The command: each congestion control over each kind of path, alone, among its equals, and
 * beside NewReno; what theory promises is asserted.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "paths.h"

static u64 seed = 1;

/*
 * A lone flow fills a link that its window never leaves empty.  After a loss the window is beta times
 * what the path and the queue held together; with a queue of at least (1 - beta) / beta of what the
 * path holds (Reno all of it, CUBIC 3/7) that is still enough.  So at least 90% is promised,
 * whatever is lost on the air, comes late or is missing of the ACKs, but for the paths below.
 */
#define SHARE_LEAST	90

static const struct {
	const char *path, *cong;
	u32 least;
} less[] = {
	/*
	 * A policer has no queue: the window swings between beta and 1 times what the path holds, so
	 * that (1 + beta) / 2 of the link is used: 75% and 85%.  What the bucket saves meanwhile gives
	 * some of it back, what a burst finds of it takes some.
	 */
	{ "policer", "reno", 70 },
	{ "policer", "cubic", 80 },
	/*
	 * Where each loss is taken for a full queue the window is sqrt(3/2p) segments: 12 here, of 138
	 * that the path holds.
	 */
	{ "lossy", "reno", 6 },
	{ "lossy", "cubic", 6 },
	/*
	 * BBR gives way to losses for as long as it does not probe: three rounds in four have one here,
	 * each lets bw_shortterm follow what was delivered, and 2% below the rate that was paced.
	 */
	{ "lossy", "bbr", 78 },
	/*
	 * What BBR measures and does not overfill is the narrower of the two ways: ACKs for each two
	 * segments come back at 84% of the rate.  The others lose ACKs, and go on.
	 */
	{ "asymmetric", "bbr", 80 },
};

/* Equals who lose together halve together: their difference halves each time, so time is all. */
#define JAIN_LEAST	0.95

/* What a control promises of the queue that it makes when it is alone; ms. */
static const struct {
	const char *path, *cong;
	u32 most;
} queues[] = {
	{ "wan", "bbr", 10 },
	{ "bufferbloat", "bbr", 20 },
	{ "satellite", "bbr", 200 },
};

/*
 * What a control promises to send twice at most, of 1000, when it is alone and only a full queue drops.
 * HyStart++ sees the queue before it overflows, if that holds a round trip.
 */
static const struct {
	const char *path, *cong;
	u32 most;
} resends[] = {
	{ "metro", "cubic", 1 },
	{ "metro", "bbr", 4 },
	{ "wan", "cubic", 1 },
	/* One in eight overtakes; RACK has to learn by how much, anew whenever the queue has grown. */
	{ "overtaking", "cubic", 20 },
	{ "overtaking", "reno", 20 },
	{ "overtaking", "bbr", 20 },
};

static u32 passed, failed;

static void verdict(bool ok, const char *fmt, const char *path, const char *cong, double got,
		    double least)
{
	if (ok) {
		passed++;
		return;
	}
	failed++;
	printf("FAIL ");
	printf(fmt, path, cong, got, least);
}

static u32 share_least(const char *path, const char *cong)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(less); i++)
		if (!strcmp(less[i].path, path) && !strcmp(less[i].cong, cong))
			return less[i].least;
	return SHARE_LEAST;
}

static void queue_verdict(const char *path, const char *cong, double ms)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(queues); i++)
		if (!strcmp(queues[i].path, path) && !strcmp(queues[i].cong, cong))
			verdict(ms <= queues[i].most,
				"%s, %s alone: %.1f ms of queue, at most %.0f are due\n", path, cong,
				ms, queues[i].most);
}

static void resend_verdict(const char *path, const char *cong, double part)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(resends); i++)
		if (!strcmp(resends[i].path, path) && !strcmp(resends[i].cong, cong))
			verdict(1000 * part <= resends[i].most,
				"%s, %s alone: %.2f per mille sent twice, at most %.0f are due\n", path,
				cong, 1000 * part, resends[i].most);
}

static void run(const struct path *p, const struct load *l, struct path_result *r)
{
	if (path_run(p, l, seed, r))
		passed++;
	else
		failed++;
}

static void lone(const struct path *p, const struct anp_tcp_cong_ops *cong)
{
	const struct load l = { .cong = { cong }, .congs = 1, .flows = 1, .warm = p->warm,
				.secs = p->secs };
	u32 least = share_least(p->name, cong->name);
	struct path_result r;
	double resent;

	run(p, &l, &r);
	resent = (double)r.flow[0].retrans / max(r.flow[0].sent, 1ull);
	printf("%-14s %-8s %8.1f%% %9.2f %8.2f%%", p->name, cong->name, 100 * r.share, r.queue_ms,
	       100 * resent);
	verdict(100 * r.share >= least, "%s, %s alone: %.1f%% of the link, at least %.0f%% is due\n",
		p->name, cong->name, 100 * r.share, least);
	queue_verdict(p->name, cong->name, r.queue_ms);
	resend_verdict(p->name, cong->name, resent);
}

static void equals(const struct path *p, const struct anp_tcp_cong_ops *cong)
{
	const struct load l = { .cong = { cong }, .congs = 1, .flows = p->flows,
				.warm = p->share_warm, .secs = p->share_secs };
	struct path_result r;

	if (!p->flows) {
		printf("\n");
		return;
	}
	run(p, &l, &r);
	printf(" %6u %7.3f %8.1f%% %9.2f\n", p->flows, r.jain, 100 * r.share, r.queue_ms);
	verdict(r.jain >= JAIN_LEAST, "%s, %s among equals: Jain's index is %.3f, %.2f is due\n",
		p->name, cong->name, r.jain, JAIN_LEAST);
}

/* No promise: what each gets is what there is to know. */
static void beside_reno(const struct path *p, const struct anp_tcp_cong_ops *cong)
{
	const struct load l = { .cong = { cong, &anp_tcp_newreno }, .congs = 2, .flows = 2,
				.warm = p->share_warm, .secs = p->share_secs };
	struct path_result r;

	run(p, &l, &r);
	printf("%-14s %-8s %8.2f %8.2f %8.2f\n", p->name, cong->name, r.flow[0].mbit, r.flow[1].mbit,
	       r.flow[0].mbit / max(r.flow[1].mbit, 1e-9));
}

static bool belongs(const struct path *p, const struct anp_tcp_cong_ops *cong)
{
	return p->marks || !(cong->flags & ANP_TCP_CONG_NEEDS_ECN);
}

static const struct anp_tcp_cong_ops *cong_find(const char *name)
{
	struct anp_tcp_cong_ops * const *c;

	for (c = anp_tcp_cong_own; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	fprintf(stderr, "anp-paths: no control is called %s\n", name);
	exit(2);
}

static const struct path *path_find(const char *name)
{
	u32 i;

	for (i = 0; i < paths_nr; i++)
		if (!strcmp(paths[i].name, name))
			return &paths[i];
	fprintf(stderr, "anp-paths: no path is called %s (see --list)\n", name);
	exit(2);
}

/* ---- many at once ---- */

struct job {
	void (*fn)(const struct path *p, const struct anp_tcp_cong_ops *cong);
	const struct path *path;
	const struct anp_tcp_cong_ops *cong;
};

static void alone_and_equal(const struct path *p, const struct anp_tcp_cong_ops *cong)
{
	lone(p, cong);
	equals(p, cong);
}

/* One in a process of its own; its output, whole, is waited for in order. */
static FILE *start(const struct job *j)
{
	int fd[2];

	fflush(stdout);
	if (pipe(fd))
		abort();
	if (!fork()) {
		dup2(fd[1], 1);
		passed = 0;
		failed = 0;
		setvbuf(stdout, NULL, _IOFBF, 1 << 16);
		j->fn(j->path, j->cong);
		printf("= %u %u\n", passed, failed);
		fflush(stdout);
		_exit(0);
	}
	close(fd[1]);
	return fdopen(fd[0], "r");
}

static void finish(FILE *f, const struct job *j)
{
	u32 p, n;
	bool said = false;
	char line[600];

	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "= %u %u", &p, &n) == 2) {
			passed += p;
			failed += n;
			said = true;
		} else {
			fputs(line, stdout);
		}
	}
	fclose(f);
	wait(NULL);
	if (!said) {
		printf("FAIL %s, %s: the process died\n", j->path->name, j->cong->name);
		failed++;
	}
}

static void run_jobs(const struct job *jobs, u32 n)
{
	u32 cpus = clamp_t(long, sysconf(_SC_NPROCESSORS_ONLN), 1, 16), started = 0, i;
	FILE *f[64];

	for (i = 0; i < n; i++) {
		while (started < n && started < i + cpus) {
			f[started] = start(&jobs[started]);
			started++;
		}
		finish(f[i], &jobs[i]);
	}
}

static u32 jobs_for(struct job *jobs, const struct path *only, bool beside)
{
	struct anp_tcp_cong_ops * const *c;
	u32 i, n = 0;

	for (i = 0; i < paths_nr; i++) {
		for (c = anp_tcp_cong_own; *c; c++) {
			const struct path *p = &paths[i];

			if ((only && only != p) || !belongs(p, *c))
				continue;
			/* DCTCP and those who do not know it are not to meet: RFC 8257 5. */
			if (beside && (*c == &anp_tcp_newreno || !p->flows ||
				       (*c)->flags & ANP_TCP_CONG_NEEDS_ECN))
				continue;
			jobs[n++] = (struct job){ beside ? beside_reno : alone_and_equal, p, *c };
		}
	}
	return n;
}

static int all(const struct path *only)
{
	struct job jobs[64];

	printf("%-14s %-8s %9s %9s %9s %6s %7s %9s %9s\n", "path", "control", "of link", "queue ms",
	       "resent", "equals", "Jain", "of link", "queue ms");
	run_jobs(jobs, jobs_for(jobs, only, false));
	printf("\n%-14s %-8s %8s %8s %8s\n", "beside NewReno", "control", "Mb/s", "NewReno", "ratio");
	run_jobs(jobs, jobs_for(jobs, only, true));
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}

/* --series PATH CONTROL [FLOWS [SECONDS [CONTROL2]]] */
static int series(char **arg, int n)
{
	const struct path *p = path_find(arg[0]);
	struct load l = { .cong = { cong_find(arg[1]) }, .congs = 1, .flows = 1, .secs = p->secs,
			  .series = stdout };
	struct path_result r;

	if (n > 2)
		l.flows = clamp(atoi(arg[2]), 1, SIM_PAIRS_MAX);
	if (n > 3)
		l.secs = max(atoi(arg[3]), 1);
	if (n > 4) {
		l.cong[1] = cong_find(arg[4]);
		l.congs = 2;
	}
	path_series_head(stdout);
	return !path_run(p, &l, seed, &r);
}

static void list(void)
{
	u32 i;

	for (i = 0; i < paths_nr; i++)
		printf("%-14s %s\n", paths[i].name, paths[i].what);
}

/* Each with the paths that it belongs on, if those are not all. */
static void list_controls(void)
{
	struct anp_tcp_cong_ops * const *c;
	u32 i;

	for (c = anp_tcp_cong_own; *c; c++) {
		printf("%s", (*c)->name);
		for (i = 0; i < paths_nr && (*c)->flags & ANP_TCP_CONG_NEEDS_ECN; i++)
			if (belongs(&paths[i], *c))
				printf(" %s", paths[i].name);
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "--series"))
		return series(argv + 2, argc - 2);
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "--controls")) {
		list_controls();
		return 0;
	}
	if (argc > 2 && !strcmp(argv[1], "--seed")) {
		seed = strtoull(argv[2], NULL, 0);
		argc -= 2;
		argv += 2;
	}
	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		puts("usage: anp-paths [--seed N] [PATH] | --list | --controls\n"
		     "       anp-paths --series PATH CONTROL [FLOWS [SECONDS [CONTROL2]]]\n"
		     "\n"
		     "Bulk flows over kinds of paths in virtual time: what share of the link they get, and\n"
		     "how they share it.  --series prints windows, times and queue every 10 ms.");
		return 2;
	}
	return all(argc == 2 ? path_find(argv[1]) : NULL);
}
