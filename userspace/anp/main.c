// SPDX-License-Identifier: GPL-2.0
/*
 * anp: the tool of AF_ANP.  One table of subcommands; each lives in the file of its name.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *summary;
};

static int cmd_help(int argc, char **argv);

static const struct command commands[] = {
	{ "run", anp_cmd_run, "run an unmodified program on the ANP stack" },
	{ "latency", anp_cmd_latency, "measure where the time of messages goes" },
	{ "ss", anp_cmd_ss, "show sockets, as ss does" },
	{ "ping", anp_cmd_ping, "send echo requests, as ping does" },
	{ "events", anp_cmd_events, "show connections as they are made and closed" },
	{ "compat", anp_cmd_compat, "show what AF_ANP refused to programs" },
	{ "stat", anp_cmd_stat, "show counters, as nstat does" },
	{ "version", anp_cmd_version, "show the version of the tool and of the module" },
	{ "help", cmd_help, "show this text" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *to)
{
	size_t i;

	fprintf(to, "Usage: anp COMMAND [OPTIONS] [ARGUMENTS]\n\n");
	for (i = 0; i < N_COMMANDS; i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fprintf(to, "\n'anp COMMAND -h' tells a command's options, anp(8) the rest.\n");
}

static int cmd_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	print_help(stdout);
	return EXIT_SUCCESS;
}

int anp_usage(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "anp %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "; see 'anp %s -h'\n", command);
	return EXIT_USAGE;
}

int anp_bad_option(const char *command, int result, char **argv)
{
	if (result == ':')
		return anp_usage(command, "option '%s' needs an argument", argv[optind - 1]);
	if (optopt)
		return anp_usage(command, "unknown option '-%c'", optopt);
	return anp_usage(command, "unknown option '%s'", argv[optind - 1]);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	size_t i;

	if (!name) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		name = "help";
	if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		name = "version";
	for (i = 0; i < N_COMMANDS; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].main(argc - 1, argv + 1);
	fprintf(stderr, "anp: unknown command '%s'; see 'anp help'\n", name);
	return EXIT_USAGE;
}
