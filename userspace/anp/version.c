// SPDX-License-Identifier: GPL-2.0
/*
 * anp version: of the tool, and of the module if that is loaded.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <anp.h>
#include "json.h"
#include "tool.h"

#define VERSION_FILE "/sys/module/anp/version"

static const char help[] =
	"Usage: anp version [-j]\n"
	"\n"
	"Show the version of the tool and of the module.\n"
	"\n"
	"  -j, --json       JSON\n"
	"  -h, --help       this text\n";

/* The module's version; empty if it is not to be had. */
static void read_module(char *buf, size_t size)
{
	FILE *f = fopen(VERSION_FILE, "re");

	buf[0] = 0;
	if (!f)
		return;
	if (fgets(buf, size, f))
		buf[strcspn(buf, "\n")] = 0;
	fclose(f);
}

static void show_json(const char *module, int available)
{
	struct anp_json j = { .to = stdout };

	anp_json_open(&j, NULL, '{');
	anp_json_string(&j, "anp", ANP_VERSION);
	if (available > 0) {
		anp_json_string(&j, "module", module);
		anp_json_number(&j, "family", AF_ANP);
	}
	anp_json_close(&j, '}');
}

static void show_text(const char *module, int available)
{
	printf("anp %s\n", ANP_VERSION);
	if (available > 0)
		printf("module %s, family %d\n", *module ? module : "(version unknown)", AF_ANP);
	else if (available == 0)
		printf("module not loaded\n");
	else
		printf("module: %s\n", strerror(errno));
}

int anp_cmd_version(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	char module[64];
	bool json = false;
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
			return anp_bad_option("version", opt, argv);
		}
	}
	if (optind < argc)
		return anp_usage("version", "no argument is wanted, not '%s'", argv[optind]);
	read_module(module, sizeof(module));
	(json ? show_json : show_text)(module, anp_available());
	return fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS;
}
