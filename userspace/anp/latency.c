// SPDX-License-Identifier: GPL-2.0
/*
 * anp latency: switch the measurement of the stages on and off, and read its histograms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include "latency.h"
#include "tool.h"

#define LATENCY_FILE "/proc/net/anp/latency"

static const char help[] =
	"Usage: anp latency [on|off|reset|show|record COMMAND...] [OPTIONS]\n"
	"\n"
	"Measure what a message's way through each layer takes, in this network namespace.\n"
	"\n"
	"  on, off, reset       switch the measurement on, off, forget what was measured\n"
	"  show                 what was measured (if nothing is said)\n"
	"  record COMMAND...    forget, measure while COMMAND runs, show\n"
	"\n"
	"  -p, --port PORT      with on and record: only connections from or to PORT\n"
	"  -f, --file FILE      show a saved copy of " LATENCY_FILE "\n"
	"  -j, --json           JSON\n"
	"  -c, --csv            comma-separated values\n"
	"  -P, --plot FILE      draw FILE, .svg or .png, with gnuplot\n"
	"  -h, --help           this text\n";

struct request {
	const char *verb;
	const char *port;
	const char *file;
	const char *plot;
	bool json;
	bool csv;
	bool help;
	char **command;
};

int latency_read(struct latency *l, FILE *from)
{
	struct latency_stage *s = NULL;
	struct latency_bucket *b;
	char line[256], word[8];

	memset(l, 0, sizeof(*l));
	if (!fgets(line, sizeof(line), from) ||
	    sscanf(line, "latency %7s port %u", word, &l->port) != 2)
		return -1;
	l->on = !strcmp(word, "on");
	while (fgets(line, sizeof(line), from)) {
		if (!strncmp(line, "stage ", 6)) {
			if (l->stages == LATENCY_STAGES)
				return -1;
			s = &l->stage[l->stages++];
			if (sscanf(line, "stage %31s count %" SCNu64 " sum %" SCNu64 " max %" SCNu64,
				   s->name, &s->count, &s->sum, &s->max) != 4)
				return -1;
			continue;
		}
		if (!s || s->buckets == LATENCY_BUCKETS)
			return -1;
		b = &s->bucket[s->buckets++];
		if (sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64, &b->low, &b->high,
			   &b->count) != 3)
			return -1;
	}
	return 0;
}

double latency_quantile(const struct latency_stage *s, double share)
{
	double wanted = share * s->count, seen = 0;
	unsigned int i;

	for (i = 0; i < s->buckets; i++) {
		const struct latency_bucket *b = &s->bucket[i];
		double value;

		if (seen + b->count < wanted) {
			seen += b->count;
			continue;
		}
		value = b->low + (b->high - b->low) * (wanted - seen) / b->count;
		return value < s->max ? value : s->max;
	}
	return s->max;
}

double latency_mean(const struct latency_stage *s)
{
	return s->count ? (double)s->sum / s->count : 0;
}

bool latency_is_total(const struct latency_stage *s)
{
	const char *dash = strchr(s->name, '-');

	return dash && !strcmp(dash, "-total");
}

/* Tells the module; 0 or -1. */
static int control(const char *verb, const char *port)
{
	char word[32];
	int fd, n, err = 0;

	n = snprintf(word, sizeof(word), "%s%s%s\n", verb, port ? " " : "", port ?: "");
	fd = open(LATENCY_FILE, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, word, n) != n)
		err = errno;
	if (fd >= 0)
		close(fd);
	if (!err)
		return 0;
	fprintf(stderr, "anp latency: " LATENCY_FILE ": %s\n", strerror(err));
	return -1;
}

static int show(const struct request *r)
{
	const char *path = r->file ?: LATENCY_FILE;
	static struct latency l;
	FILE *f = fopen(path, "r");
	int bad;

	if (!f) {
		fprintf(stderr, "anp latency: %s: %s\n", path, strerror(errno));
		return EXIT_FAILURE;
	}
	bad = latency_read(&l, f);
	fclose(f);
	if (bad) {
		fprintf(stderr, "anp latency: %s: not what " LATENCY_FILE " shows\n", path);
		return EXIT_FAILURE;
	}
	if (r->json)
		latency_json(&l, stdout);
	else if (r->csv)
		latency_csv(&l, stdout);
	else if (!r->plot)
		latency_table(&l, stdout);
	return r->plot && latency_plot(&l, r->plot) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int record(const struct request *r)
{
	int status;
	pid_t pid;

	if (control("on", r->port) || control("reset", NULL))
		return EXIT_FAILURE;
	pid = fork();
	if (!pid) {
		execvp(r->command[0], r->command);
		fprintf(stderr, "anp latency: %s: %s\n", r->command[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "anp latency: %s\n", strerror(errno));
		control("off", NULL);
		return EXIT_FAILURE;
	}
	if (control("off", NULL))
		return EXIT_FAILURE;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fprintf(stderr, "anp latency: %s failed\n", r->command[0]);
	return show(r) || status ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int parse(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "file", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "csv", no_argument, NULL, 'c' },
		{ "plot", required_argument, NULL, 'P' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	char *end;
	int opt;

	r->verb = "show";
	if (argc > 1 && argv[1][0] != '-') {
		r->verb = argv[1];
		argc--;
		argv++;
	}
	/* From COMMAND on the words are its own. */
	while ((opt = getopt_long(argc, argv, "+:p:f:jcP:h", options, NULL)) != -1) {
		switch (opt) {
		case 'p': r->port = optarg; break;
		case 'f': r->file = optarg; break;
		case 'j': r->json = true; break;
		case 'c': r->csv = true; break;
		case 'P': r->plot = optarg; break;
		case 'h': r->help = true; break;
		default: return anp_bad_option("latency", opt, argv);
		}
	}
	r->command = argv + optind;
	if (r->port) {
		unsigned long port = strtoul(r->port, &end, 10);

		if (*end || !port || port > 65535)
			return anp_usage("latency", "'%s' is no port", r->port);
		if (strcmp(r->verb, "on") && strcmp(r->verb, "record"))
			return anp_usage("latency", "a port goes with on and record");
	}
	if (r->json && r->csv)
		return anp_usage("latency", "JSON or CSV");
	if (!strcmp(r->verb, "record") != !!*r->command)
		return anp_usage("latency", *r->command ? "too many arguments" : "record what?");
	return 0;
}

int anp_cmd_latency(int argc, char **argv)
{
	struct request r = { 0 };
	int bad = parse(&r, argc, argv);

	if (bad)
		return bad;
	if (r.help) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (!strcmp(r.verb, "show"))
		return show(&r);
	if (!strcmp(r.verb, "record"))
		return record(&r);
	if (!strcmp(r.verb, "on") || !strcmp(r.verb, "off") || !strcmp(r.verb, "reset"))
		return control(r.verb, r.port) ? EXIT_FAILURE : EXIT_SUCCESS;
	return anp_usage("latency", "unknown word '%s'", r.verb);
}
