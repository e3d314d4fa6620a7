// SPDX-License-Identifier: GPL-2.0
/*
 * anp compat: what programs asked of AF_ANP sockets and did not get, since the module was loaded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "tool.h"

#define COMPAT_FILE "/proc/net/anp/compat"

static const char help[] =
	"Usage: anp compat [-j] [PROGRAM]\n"
	"\n"
	"Show which options, ioctls and sockets AF_ANP refused, by program, in this network namespace.\n"
	"\n"
	"  -j, --json       JSON\n"
	"  -h, --help       this text\n";

struct line {
	char call[16];
	char level[24];
	char name[40];
	char level_name[40];
	char option[40];
	char program[80];
	int err;
	uint64_t count;
};

/* The program comes last, for its name may hold blanks. */
static bool parse(const char *text, struct line *l)
{
	int at = 0;

	if (sscanf(text, "%15s %23s %39s %d %" SCNu64 " %39s %39s %n", l->call, l->level, l->name,
		   &l->err, &l->count, l->level_name, l->option, &at) != 7 || !at)
		return false;
	snprintf(l->program, sizeof(l->program), "%s", text + at);
	l->program[strcspn(l->program, "\n")] = 0;
	return true;
}

/* What was asked for, as the source of the program would say it. */
static void describe(const struct line *l, char *buf, size_t size)
{
	bool named = strcmp(l->option, "-");

	if (!strcmp(l->call, "ioctl"))
		snprintf(buf, size, "0x%lx", strtoul(l->name, NULL, 10));
	else if (!strcmp(l->call, "socket"))
		snprintf(buf, size, "type %s, protocol %s", l->level, l->name);
	else
		snprintf(buf, size, "%s, %s", named ? l->level_name : l->level,
			 named ? l->option : l->name);
}

static void show_json(struct anp_json *j, const struct line *l)
{
	bool option = strstr(l->call, "sockopt");

	anp_json_open(j, NULL, '{');
	anp_json_string(j, "program", l->program);
	anp_json_string(j, "call", l->call);
	if (option) {
		anp_json_string(j, "level", strcmp(l->level_name, "-") ? l->level_name : l->level);
		anp_json_string(j, "option", strcmp(l->option, "-") ? l->option : l->name);
	} else if (!strcmp(l->call, "socket")) {
		anp_json_number(j, "type", strtoul(l->level, NULL, 10));
		anp_json_number(j, "protocol", strtoul(l->name, NULL, 10));
	} else {
		anp_json_number(j, "command", strtoul(l->name, NULL, 10));
	}
	anp_json_string(j, "error", strerrorname_np(l->err) ?: "?");
	anp_json_number(j, "count", l->count);
	anp_json_close(j, '}');
}

static void show_text(const struct line *l)
{
	char what[128];

	describe(l, what, sizeof(what));
	printf("%-11s %-36s %-16s %8" PRIu64 " %s\n", l->call, what,
	       strerrorname_np(l->err) ?: "?", l->count, l->program);
}

static void show(FILE *f, bool json, const char *program)
{
	struct anp_json j = { .to = stdout };
	char text[512];
	uint64_t lost = 0;
	struct line l;

	if (json)
		anp_json_open(&j, NULL, '[');
	else
		printf("%-11s %-36s %-16s %8s %s\n", "Call", "What", "Error", "Count", "Program");
	while (fgets(text, sizeof(text), f)) {
		if (sscanf(text, "lost - - - %" SCNu64, &lost) == 1)
			continue;
		if (!parse(text, &l) || (program && strcmp(program, l.program)))
			continue;
		if (json)
			show_json(&j, &l);
		else
			show_text(&l);
	}
	if (json)
		anp_json_close(&j, ']');
	if (lost)
		fprintf(stderr, "anp compat: %" PRIu64 " more had no place in the list\n", lost);
}

int anp_cmd_compat(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false;
	FILE *f;
	int opt;

	while ((opt = getopt_long(argc, argv, ":jh", options, NULL)) != -1) {
		switch (opt) {
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			return anp_bad_option("compat", opt, argv);
		}
	}
	if (argc - optind > 1)
		return anp_usage("compat", "one program at most, not '%s' too", argv[optind + 1]);
	f = fopen(COMPAT_FILE, "re");
	if (!f) {
		fprintf(stderr, "anp compat: %s: %s\n", COMPAT_FILE,
			errno == ENOENT ? "load the module with 'modprobe anp'" : strerror(errno));
		return EXIT_FAILURE;
	}
	show(f, json, argv[optind]);
	fclose(f);
	return fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS;
}
