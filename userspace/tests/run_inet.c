// SPDX-License-Identifier: GPL-2.0
/*
 * anp run with the host's stack in the place of ANP, so that the launcher can be tested without the
 * module.  The sockets it makes are marked by their TTL.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../anp/run.h"
#include "probe.h"

static int open_marked(int type, int protocol)
{
	int fd = socket(AF_INET, type, protocol), ttl = MARK_TTL;

	if (fd >= 0)
		setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	return fd;
}

static bool is_ours(int fd)
{
	int ttl = 0;
	socklen_t len = sizeof(ttl);

	return !getsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, &len) &&
	       (ttl == MARK_TTL || ttl == REUSEPORT_TTL);
}

static int set_option(int fd, int option, int value)
{
	int ttl = value ? REUSEPORT_TTL : MARK_TTL;

	return setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)) < 0 ? -1 :
	       setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
}

int main(int argc, char **argv)
{
	struct anp_run run = {
		.open_socket = open_marked,
		.is_ours = is_ours,
		.set_option = set_option,
	};
	int opt;

	while ((opt = getopt(argc, argv, "+v6")) != -1) {
		switch (opt) {
		case 'v': run.verbose = true; break;
		case '6': run.inet6_host = true; break;
		default: return 2;
		}
	}
	return optind < argc ? anp_run_exec(&run, argv + optind) : 2;
}
