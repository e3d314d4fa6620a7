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
	"Usage: anp latency [on|off|reset|show|sockets FILTER|record COMMAND...] [OPTIONS]\n"
	"\n"
	"Measure what a message's way through each layer takes, in this network namespace.\n"
	"\n"
	"  on, off, reset       switch the measurement on, off, forget what was measured\n"
	"  show                 what was measured (if nothing is said)\n"
	"  sockets [FILTER]     what was measured of single sockets; FILTER is as of 'anp ss'\n"
	"  record COMMAND...    forget, measure while COMMAND runs, show\n"
	"\n"
	"  -p, --port PORT      with on and record: only connections from or to PORT\n"
	"  -s, --sockets N      with on: keep histograms of N sockets each by itself, too\n"
	"  -f, --file FILE      show a saved copy of " LATENCY_FILE "\n"
	"  -j, --json           JSON\n"
	"  -c, --csv            comma-separated values\n"
	"  -P, --plot FILE      draw FILE, .svg or .png, with gnuplot\n"
	"  -h, --help           this text\n";

struct request {
	const char *verb;
	const char *port;
	const char *sockets;
	const char *file;
	const char *plot;
	enum latency_form form;
	bool help;
	char **words;		/* of the command, or the filter */
};

int latency_read(struct latency *l, FILE *from)
{
	struct latency_stage *s = NULL;
	struct latency_bucket *b;
	char line[256], word[8];

	memset(l, 0, sizeof(*l));
	if (!fgets(line, sizeof(line), from) ||
	    sscanf(line, "latency %7s port %u sockets %u of %u refused %u", word, &l->port, &l->socks,
		   &l->socks_max, &l->refused) != 5)
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
	if (r->form == LATENCY_JSON) {
		latency_json(&l, stdout);
	} else if (r->form == LATENCY_CSV) {
		latency_csv_head("", stdout);
		latency_csv(&l, "", stdout);
	} else if (!r->plot) {
		latency_text(&l, stdout);
	}
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
		execvp(r->words[0], r->words);
		fprintf(stderr, "anp latency: %s: %s\n", r->words[0], strerror(errno));
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
		fprintf(stderr, "anp latency: %s failed\n", r->words[0]);
	return show(r) || status ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Is @text a number from 1 to @max? */
static bool is_number(const char *text, unsigned long max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && n && n <= max;
}

static bool verb_is(const struct request *r, const char *verb)
{
	return !strcmp(r->verb, verb);
}

/* What goes with what. */
static int check(const struct request *r)
{
	if (r->port && !is_number(r->port, 65535))
		return anp_usage("latency", "'%s' is no port", r->port);
	if (r->port && !verb_is(r, "on") && !verb_is(r, "record"))
		return anp_usage("latency", "a port goes with on and record");
	if (r->sockets && !is_number(r->sockets, 1024))
		return anp_usage("latency", "'%s' is no number from 1 to 1024", r->sockets);
	if (r->sockets && !verb_is(r, "on"))
		return anp_usage("latency", "a number of sockets goes with on");
	if (verb_is(r, "record") && !*r->words)
		return anp_usage("latency", "record what?");
	if (*r->words && !verb_is(r, "record") && !verb_is(r, "sockets"))
		return anp_usage("latency", "too many arguments");
	if (r->file && verb_is(r, "sockets"))
		return anp_usage("latency", "a file has no sockets");
	return 0;
}

static int parse(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "sockets", required_argument, NULL, 's' },
		{ "file", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "csv", no_argument, NULL, 'c' },
		{ "plot", required_argument, NULL, 'P' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	r->verb = "show";
	if (argc > 1 && argv[1][0] != '-') {
		r->verb = argv[1];
		argc--;
		argv++;
	}
	/* From COMMAND on the words are its own. */
	while ((opt = getopt_long(argc, argv, "+:p:s:f:jcP:h", options, NULL)) != -1) {
		switch (opt) {
		case 'p': r->port = optarg; break;
		case 's': r->sockets = optarg; break;
		case 'f': r->file = optarg; break;
		case 'j':
		case 'c':
			if (r->form != LATENCY_TEXT)
				return anp_usage("latency", "JSON or CSV");
			r->form = opt == 'j' ? LATENCY_JSON : LATENCY_CSV;
			break;
		case 'P': r->plot = optarg; break;
		case 'h': r->help = true; break;
		default: return anp_bad_option("latency", opt, argv);
		}
	}
	r->words = argv + optind;
	return check(r);
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
	if (verb_is(&r, "show"))
		return show(&r);
	if (verb_is(&r, "sockets"))
		return latency_sockets(r.words, r.form, r.plot);
	if (verb_is(&r, "record"))
		return record(&r);
	if (verb_is(&r, "on"))
		return control("sockets", r.sockets ?: "0") || control("on", r.port) ? EXIT_FAILURE :
										      EXIT_SUCCESS;
	if (verb_is(&r, "off") || verb_is(&r, "reset"))
		return control(r.verb, NULL) ? EXIT_FAILURE : EXIT_SUCCESS;
	return anp_usage("latency", "unknown word '%s'", r.verb);
}
