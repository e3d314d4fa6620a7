// SPDX-License-Identifier: GPL-2.0
/*
 * anp run: the command line of it; launch.c does the work.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <anp.h>
#include "run.h"
#include "tool.h"

static const char help[] =
	"Usage: anp run [-v] [-6 deny|mapped|host] PROGRAM [ARGUMENTS]\n"
	"\n"
	"Run PROGRAM and its children with their IPv4 sockets (TCP, UDP, ping) on the ANP stack.\n"
	"\n"
	"  -v, --verbose          tell on stderr about each socket made\n"
	"  -6, --inet6 WHAT       what becomes of IPv6 sockets: deny refuses them, so that programs\n"
	"                         turn to IPv4 (default); mapped makes ANP's of them, which speak\n"
	"                         IPv4 by mapped addresses (::ffff:192.0.2.1); host leaves them to\n"
	"                         the host's stack\n"
	"  -h, --help             show this text\n";

/* A socket that answers addresses in the family that PROGRAM asked for. */
static int open_socket(int family, int type, int protocol)
{
	int fd = anp_socket(type, protocol), err;

	if (fd < 0 || !anp_set_addr_family(fd, family))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static int family_of(int fd)
{
	int family = 0;
	socklen_t len = sizeof(family);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0 || family != AF_ANP ||
	    getsockopt(fd, SOL_ANP, ANP_ADDR_FAMILY, &family, &len) < 0)
		return 0;
	return family;
}

static int set_option(int fd, int option, int value)
{
	return setsockopt(fd, SOL_ANP, option == SO_ZEROCOPY ? ANP_ZEROCOPY : ANP_REUSEPORT, &value,
			  sizeof(value));
}

static int check_family(void)
{
	int available = anp_available();

	if (available > 0)
		return 0;
	if (available == 0)
		fprintf(stderr, "anp run: AF_ANP is not registered: "
			"load the module with 'modprobe anp'\n");
	else
		fprintf(stderr, "anp run: cannot open an AF_ANP socket: %s\n", strerror(errno));
	return 125;
}

static int parse_inet6(const char *word, enum anp_inet6 *inet6)
{
	static const char * const words[] = {
		[ANP_INET6_DENY] = "deny",
		[ANP_INET6_MAPPED] = "mapped",
		[ANP_INET6_HOST] = "host",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i])) {
			*inet6 = i;
			return 0;
		}
	}
	return -1;
}

int anp_cmd_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "verbose", no_argument, NULL, 'v' },
		{ "inet6", required_argument, NULL, '6' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct anp_run run = {
		.open_socket = open_socket,
		.family_of = family_of,
		.set_option = set_option,
	};
	int opt, status;

	while ((opt = getopt_long(argc, argv, "+:v6:h", options, NULL)) != -1) {
		switch (opt) {
		case 'v':
			run.verbose = true;
			break;
		case '6':
			if (parse_inet6(optarg, &run.inet6) < 0)
				return anp_usage("run", "-6 takes 'deny', 'mapped' or 'host', "
						 "not '%s'", optarg);
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		default:
			return anp_bad_option("run", opt, argv);
		}
	}
	if (optind == argc)
		return anp_usage("run", "which program?");
	status = check_family();
	return status ? status : anp_run_exec(&run, argv + optind);
}
