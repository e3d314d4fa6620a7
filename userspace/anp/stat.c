// SPDX-License-Identifier: GPL-2.0
/*
 * anp stat: the counters, and what they moved since the last look.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "counters.h"
#include "json.h"
#include "tool.h"

#define COUNTERS_FILE "/proc/net/anp/stat"

static const char help[] =
	"Usage: anp stat [-aznrsj] [PATTERN]...\n"
	"\n"
	"Show how far the counters moved since the last run, those whose name matches a PATTERN.\n"
	"\n"
	"  -a, --ignore     the whole values, not the difference\n"
	"  -z, --zeros      counters that did not move, too\n"
	"  -r, --reset      forget the last run\n"
	"  -s, --noupdate   do not remember this run\n"
	"  -n, --nooutput   show nothing, only remember\n"
	"  -j, --json       JSON\n"
	"  -h, --help       this text\n";

struct request {
	bool absolute;
	bool zeros;
	bool reset;
	bool no_update;
	bool no_output;
	bool json;
	bool help;
	char **patterns;
};

static int parse(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "ignore", no_argument, NULL, 'a' },
		{ "zeros", no_argument, NULL, 'z' },
		{ "reset", no_argument, NULL, 'r' },
		{ "noupdate", no_argument, NULL, 's' },
		{ "nooutput", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, ":azrsnjh", options, NULL)) != -1) {
		switch (opt) {
		case 'a': r->absolute = true; break;
		case 'z': r->zeros = true; break;
		case 'r': r->reset = true; break;
		case 's': r->no_update = true; break;
		case 'n': r->no_output = true; break;
		case 'j': r->json = true; break;
		case 'h': r->help = true; break;
		default: return anp_bad_option("stat", opt, argv);
		}
	}
	r->patterns = argv + optind;
	return 0;
}

/*
 * The history of this user and this network namespace.  The folder may be everybody's, so what is
 * opened must be a plain file of our own.  The lock keeps two runs apart.
 */
static FILE *open_history(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	struct stat netns, st;
	char path[256];
	FILE *f;
	int fd;

	if (stat("/proc/self/ns/net", &netns) < 0)
		netns.st_ino = 0;
	if (!dir || snprintf(path, sizeof(path), "%s/anp-stat.%ju", dir,
			     (uintmax_t)netns.st_ino) >= (int)sizeof(path))
		snprintf(path, sizeof(path), "/tmp/.anp-stat.u%u.%ju", geteuid(),
			 (uintmax_t)netns.st_ino);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    !flock(fd, LOCK_EX)) {
		f = fdopen(fd, "r+");
		if (f)
			return f;
	} else if (fd >= 0) {
		errno = EPERM;
	}
	fprintf(stderr, "anp stat: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int read_now(struct anp_counters *now)
{
	FILE *f = fopen(COUNTERS_FILE, "re");
	int ret;

	if (!f && errno == ENOENT) {
		fprintf(stderr, "anp stat: no ANP stack here: load the module with "
			"'modprobe anp'\n");
		return -1;
	}
	ret = f ? anp_counters_read(f, now) : -1;
	if (ret < 0)
		fprintf(stderr, "anp stat: %s: %s\n", COUNTERS_FILE, strerror(errno));
	if (f)
		fclose(f);
	return ret;
}

static int use_history(const struct request *r, struct anp_counters *now)
{
	struct anp_counters history = { 0 };
	FILE *f;
	int ret = 0;

	if (r->absolute && r->no_update)
		return 0;
	f = open_history();
	if (!f)
		return -1;
	if (!r->absolute && !r->reset) {
		ret = anp_counters_read(f, &history);
		anp_counters_compare(now, &history);
	}
	if (!ret && !r->no_update) {
		rewind(f);
		if (ftruncate(fileno(f), 0) < 0 || anp_counters_write(f, now) < 0)
			ret = -1;
	}
	if (ret < 0)
		fprintf(stderr, "anp stat: history: %s\n", strerror(errno));
	free(history.list);
	fclose(f);
	return ret;
}

static bool wanted(const struct request *r, const struct anp_counter *c)
{
	char **pattern;

	if (!r->zeros && c->value == c->before)
		return false;
	for (pattern = r->patterns; *pattern; pattern++)
		if (!fnmatch(*pattern, c->name, FNM_CASEFOLD))
			return true;
	return !r->patterns[0];
}

static void show(const struct request *r, const struct anp_counters *now)
{
	struct anp_json j = { .to = stdout };
	const struct anp_counter *c;
	size_t i;

	if (r->json) {
		anp_json_open(&j, NULL, '{');
		anp_json_open(&j, "kernel", '{');
	} else {
		puts("#kernel");
	}
	for (i = 0; i < now->count; i++) {
		c = &now->list[i];
		if (!wanted(r, c))
			continue;
		if (r->json)
			anp_json_number(&j, c->name, c->value - c->before);
		else
			/* nstat's third column is the rate that its daemon measures. */
			printf("%-32s%-16" PRIu64 "%6.1f\n", c->name, c->value - c->before, 0.0);
	}
	if (r->json) {
		anp_json_close(&j, '}');
		anp_json_close(&j, '}');
	}
}

int anp_cmd_stat(int argc, char **argv)
{
	struct anp_counters now = { 0 };
	struct request r = { .absolute = false };
	int status = parse(&r, argc, argv);

	if (status)
		return status;
	if (r.help) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (read_now(&now) < 0 || use_history(&r, &now) < 0)
		return EXIT_FAILURE;
	if (!r.no_output)
		show(&r, &now);
	free(now.list);
	return fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS;
}
