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

static int open_marked(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol), ttl = MARK_TTL;

	if (fd >= 0)
		setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	return fd;
}

static int family_of(int fd)
{
	int ttl = 0, family = 0;
	socklen_t len = sizeof(ttl);

	if (getsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, &len) < 0 ||
	    (ttl != MARK_TTL && ttl != REUSEPORT_TTL) ||
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0)
		return 0;
	return family;
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
		.family_of = family_of,
		.set_option = set_option,
	};
	int opt;

	while ((opt = getopt(argc, argv, "+v6m")) != -1) {
		switch (opt) {
		case 'v': run.verbose = true; break;
		case '6': run.inet6 = ANP_INET6_HOST; break;
		case 'm': run.inet6 = ANP_INET6_MAPPED; break;
		default: return 2;
		}
	}
	return optind < argc ? anp_run_exec(&run, argv + optind) : 2;
}
