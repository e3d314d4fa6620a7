// SPDX-License-Identifier: GPL-2.0
/*
 * Every option of the list in module/socket/option_list.h, on every type of socket, with right and
 * wrong values and lengths: what AF_ANP answers has to be what AF_INET answers, or the error that
 * the list promises.  Prints a point for each option and type; "ok - ..." or "not ok - ...".
 *
 *	options		in a namespace with an ANP device; needs root
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/anp.h>
#include "../../module/socket/option_list.h"

#ifndef SOL_IP
#define SOL_IP 0
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#ifndef SOL_RAW
#define SOL_RAW 255
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

struct option {
	int level;
	int name;
	const char *sockets;
	int err;
	const char *text;
};

static const struct option options[] = {
#define X(level, name, sockets, err, note) { level, name, sockets, err, #name },
	ANP_OPTION_LIST(X)
#undef X
#define X(name, sockets, err, note) { SOL_SOCKET, name, sockets, err, #name },
	ANP_SOCKET_OPTION_LIST(X)
#undef X
};

static const struct {
	char letter;
	const char *text;
	int type;
	int protocol;
} types[] = {
	{ 'S', "stream", SOCK_STREAM, 0 },
	{ 'U', "UDP", SOCK_DGRAM, 0 },
	{ 'P', "ping", SOCK_DGRAM, IPPROTO_ICMP },
	{ 'R', "raw", SOCK_RAW, IPPROTO_ICMP },
};

/* What differs by nature, or is compared where a test knows more than numbers. */
static const struct {
	int level;
	int name;
} values_differ[] = {
	{ SOL_SOCKET, SO_COOKIE }, { SOL_SOCKET, SO_DOMAIN }, { SOL_SOCKET, SO_INCOMING_CPU },
	{ SOL_SOCKET, SO_MEMINFO }, { SOL_TCP, TCP_INFO }, { SOL_TCP, TCP_CONGESTION },
};

/* Structures: tests of their own. */
static const int structures[] = {
	IP_MULTICAST_IF, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_UNBLOCK_SOURCE, IP_BLOCK_SOURCE,
	IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_MSFILTER, MCAST_JOIN_GROUP,
	MCAST_BLOCK_SOURCE, MCAST_UNBLOCK_SOURCE, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP,
	MCAST_LEAVE_SOURCE_GROUP, MCAST_MSFILTER,
};

struct answers {
	char text[4096];
	int len;
	int refused;	/* how often the answer was ENOPROTOOPT */
};

static void note(struct answers *a, const char *what, long arg, int ret, const void *value, int len)
{
	const unsigned char *byte = value;
	int i;

	a->len += snprintf(a->text + a->len, sizeof(a->text) - a->len, "%s(%ld)=%s", what, arg,
			   ret < 0 ? strerrorname_np(errno) : "0");
	if (ret < 0 && errno == ENOPROTOOPT)
		a->refused++;
	for (i = 0; ret >= 0 && i < len && i < 16; i++)
		a->len += snprintf(a->text + a->len, sizeof(a->text) - a->len, "%s%02x",
				   i ? "" : ":", byte[i]);
	a->len += snprintf(a->text + a->len, sizeof(a->text) - a->len, " ");
}

static bool differs(const struct option *o)
{
	size_t i;

	for (i = 0; i < sizeof(values_differ) / sizeof(values_differ[0]); i++)
		if (values_differ[i].level == o->level && values_differ[i].name == o->name)
			return true;
	return false;
}

static bool is_structure(const struct option *o)
{
	size_t i;

	for (i = 0; o->level == SOL_IP && i < sizeof(structures) / sizeof(structures[0]); i++)
		if (structures[i] == o->name)
			return true;
	return false;
}

static void get(struct answers *a, int fd, const struct option *o, int want)
{
	unsigned char value[64] = { 0 };
	socklen_t len = want;
	int ret = getsockopt(fd, o->level, o->name, value, &len);

	note(a, "get", want, ret, value, differs(o) ? 0 : (int)len);
}

static void set(struct answers *a, int fd, const struct option *o, long val, int len)
{
	long value[2] = { val, 0 };
	char what[16];

	snprintf(what, sizeof(what), "set%d", len);
	note(a, what, val, setsockopt(fd, o->level, o->name, value, len), NULL, 0);
}

static bool ask(struct answers *a, int family, int type, int protocol, const struct option *o)
{
	static const int lengths[] = { 4, 1, 2, 8, 16, 0 };
	static const int values[] = { 1, 0, 2, 5, 255, 256, -1, 70000 };
	int fd = socket(family, type, protocol);
	size_t i;

	memset(a, 0, sizeof(*a));
	if (fd < 0)
		return false;
	/* A ping socket of AF_INET shares its identifier at first. */
	if (o->level == SOL_SOCKET && o->name == SO_REUSEADDR)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 0 }, sizeof(int));
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		get(a, fd, o, lengths[i]);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		set(a, fd, o, values[i], 4);
		get(a, fd, o, 4);
	}
	set(a, fd, o, 3, 1);
	get(a, fd, o, 4);
	set(a, fd, o, 3, 2);
	set(a, fd, o, 1, 0);
	set(a, fd, o, 1, 16);
	get(a, fd, o, 16);
	close(fd);
	return true;
}

/* What the list promises where the option is refused. */
static bool refused(int type, int protocol, const struct option *o, struct answers *a)
{
	int fd = socket(AF_ANP, type, protocol), one = 1, ret;

	memset(a, 0, sizeof(*a));
	ret = setsockopt(fd, o->level, o->name, &one, sizeof(one));
	note(a, "set", 1, ret, NULL, 0);
	close(fd);
	return ret < 0 && errno == o->err;
}

static bool inet_has(const struct option *o, int i)
{
	int fd = socket(AF_INET, types[i].type, types[i].protocol), one = 1, ret;

	ret = setsockopt(fd, o->level, o->name, &one, sizeof(one));
	close(fd);
	return !ret;
}

static void compare(const struct option *o, int i)
{
	static struct answers inet, anp;
	bool has = strchr(o->sockets, types[i].letter), good;

	if (has && is_structure(o))
		return;
	/* SOF_TIMESTAMPING_OPT_ID: the core wants TCP of AF_INET, and only that, to be connected. */
	if (o->level == SOL_SOCKET && o->name == SO_TIMESTAMPING && types[i].letter == 'S')
		return;
	if (!ask(&anp, AF_ANP, types[i].type, types[i].protocol, o))
		return;
	/* That of streams is as AF_INET's where those have it, from Linux 6.9 on. */
	if (o->level == SOL_SOCKET && o->name == SO_PEEK_OFF && types[i].letter == 'S' &&
	    !inet_has(o, i))
		return;
	if (!has) {
		/* The core takes those of its own that it has no reason to refuse. */
		if (o->level == SOL_SOCKET)
			return;
		good = refused(types[i].type, types[i].protocol, o, &anp);
		inet.len = snprintf(inet.text, sizeof(inet.text), "%s", strerrorname_np(o->err));
	} else if (o->level == SOL_ANP) {
		good = !anp.refused;
		snprintf(inet.text, sizeof(inet.text), "anything but ENOPROTOOPT");
	} else {
		ask(&inet, AF_INET, types[i].type, types[i].protocol, o);
		/* Of tcp(7) the values are tested elsewhere. */
		good = o->level == SOL_TCP ? anp.refused <= inet.refused :
					     !strcmp(inet.text, anp.text);
		/* What some kernels' cores refuse to families of no AF_INET. */
		if (!good && o->level == SOL_SOCKET && o->err)
			good = refused(types[i].type, types[i].protocol, o, &anp);
	}
	printf("%s - %s on a %s socket\n", good ? "ok" : "not ok", o->text, types[i].text);
	if (!good)
		printf("# wanted: %s\n# got:    %s\n", inet.text, anp.text);
}

int main(void)
{
	size_t i, j;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		for (j = 0; j < sizeof(types) / sizeof(types[0]); j++)
			compare(&options[i], j);
	printf("done\n");
	return 0;
}
