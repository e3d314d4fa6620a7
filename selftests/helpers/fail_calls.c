// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module, making a device and giving it an address, with each allocation on the way
 * failing once. Each has to succeed in spite of it, or to say why not and leave nothing. Needs
 * /proc/thread-self/fail-nth (CONFIG_FAULT_INJECTION).
 *
 *	fail_calls insmod FILE LIMIT SEED	with the module not loaded
 *	fail_calls newlink LOWER LIMIT SEED	anp0 above LOWER
 *	fail_calls newaddr DEV LIMIT SEED	10.9.9.9/24
 *
 * Of more than LIMIT allocations as many are chosen. The last line tells what came of it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fuzz_rng.h"

#define NEVER	1000000

static int nth_fd, image, nl;
static int index_of_arg;	/* asked for beforehand: its allocations are not the ones to fail */
static const char *arg;

/* The next @n-th allocation of this thread fails, 0: none. How far away the last one asked for was. Copies from and
 * to a program count and fail as well, so that what has not come by then may hit these very calls.
 */
static int arm(int n)
{
	char text[16] = "", number[16];
	int left, len = sprintf(number, "%d", n), tries;

	left = pread(nth_fd, text, sizeof(text) - 1, 0) < 0 && errno == EFAULT ? 1 : atoi(text);
	for (tries = 0; pwrite(nth_fd, number, len, 0) != len; tries++)
		if (errno != EFAULT || tries) {
			perror("fail-nth");
			exit(1);
		}
	return left;
}

static int load(void)
{
	return syscall(SYS_finit_module, image, "", 0) ? -errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "anp", O_NONBLOCK) ? -errno : 0;
}

/* --- rtnetlink ---------------------------------------------------------------- */

static struct {
	struct nlmsghdr h;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
	};
	char attrs[256];
} msg;

static struct rtattr *put(int type, const void *data, int len)
{
	struct rtattr *a = (void *)((char *)&msg + NLMSG_ALIGN(msg.h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	msg.h.nlmsg_len = NLMSG_ALIGN(msg.h.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static void begin(int type, int flags, int body)
{
	memset(&msg, 0, sizeof(msg));
	msg.h.nlmsg_len = NLMSG_LENGTH(body);
	msg.h.nlmsg_type = type;
	msg.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
}

/* An answer that could not be allocated does not come: the socket says so. */
static int talk(void)
{
	char buf[8192];
	struct nlmsghdr *h = (void *)buf;
	int n;

	if (send(nl, &msg, msg.h.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(nl, buf, sizeof(buf), 0);
	if (n < 0)
		return -errno;
	return h->nlmsg_type == NLMSG_ERROR ? ((struct nlmsgerr *)NLMSG_DATA(h))->error : 0;
}

static int newlink(void)
{
	struct rtattr *info;

	begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(msg.link));
	put(IFLA_IFNAME, "anp0", 5);
	put(IFLA_LINK, &index_of_arg, 4);
	info = put(IFLA_LINKINFO, "", 0);
	put(IFLA_INFO_KIND, "anp", 3);
	info->rta_len = (char *)&msg + msg.h.nlmsg_len - (char *)info;
	return talk();
}

static int dellink(void)
{
	begin(RTM_DELLINK, 0, sizeof(msg.link));
	msg.link.ifi_index = if_nametoindex("anp0");
	return msg.link.ifi_index ? talk() : -ENODEV;
}

static int address(int type, int flags)
{
	in_addr_t a = inet_addr("10.9.9.9");

	begin(type, flags, sizeof(msg.addr));
	msg.addr.ifa_family = AF_INET;
	msg.addr.ifa_prefixlen = 24;
	msg.addr.ifa_index = index_of_arg;
	put(IFA_LOCAL, &a, 4);
	return talk();
}

static int newaddr(void)
{
	return address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
}

static int deladdr(void)
{
	return address(RTM_DELADDR, 0);
}

/* --- the run ------------------------------------------------------------------ */

/* Linux 6.1 does not look whether a new device's name got its memory, in netdev_register_kobject(), and then
 * has a device without one, of any kind: EINVAL. It is one allocation, but its number moves a little from
 * call to call, so that it may fail more than once.
 */
#define OWN_MAX	3

static const struct {
	const char *name;
	int (*call)(void);
	int (*undo)(void);
	int kernels_own;
} calls[] = {
	{ "insmod", load, unload, 0 },
	{ "newlink", newlink, dellink, -EINVAL },
	{ "newaddr", newaddr, deladdr, 0 },
};

#define BEYOND	1	/* there are not so many any more */

/* What was refused left nothing, so that it can be undone only where it succeeded, in fact or in
 * spite of an answer that got lost.
 */
static int one(int which, int n, int *refused)
{
	static int own;
	int err, undone, left;

	arm(n);
	err = calls[which].call();
	left = arm(0);
	undone = calls[which].undo();
	if (left > 0 && !err && !undone)
		return BEYOND;
	if (err && err == calls[which].kernels_own && own++ < OWN_MAX)
		err = -ENOMEM;
	if (err && err != -ENOMEM && err != -ENOBUFS && err != -EFAULT) {
		fprintf(stderr, "%s, allocation %d: %s\n", calls[which].name, n, strerror(-err));
		return -1;
	}
	if (!err && undone) {
		fprintf(stderr, "%s, allocation %d: not undone: %s\n", calls[which].name, n, strerror(-undone));
		return -1;
	}
	*refused += !!err;
	return 0;
}

int main(int argc, char **argv)
{
	struct timeval limit_recv = { .tv_sec = 2 };
	int which, total, limit, n, err, tried = 0, refused = 0, bad = 0;

	if (argc != 5)
		return 2;
	arg = argv[2];
	index_of_arg = if_nametoindex(arg);
	limit = atoi(argv[3]);
	rng_state = strtoull(argv[4], NULL, 0);
	for (which = 0; which < 3 && strcmp(calls[which].name, argv[1]); which++)
		;
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	image = which == 0 ? open(arg, O_RDONLY) : -1;
	nl = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (which == 3 || nth_fd < 0 || nl < 0 || (which == 0 && image < 0))
		return 2;
	setsockopt(nl, SOL_SOCKET, SO_RCVTIMEO, &limit_recv, sizeof(limit_recv));
	arm(NEVER);
	err = calls[which].call();
	total = NEVER - arm(0);
	if (err || calls[which].undo()) {
		fprintf(stderr, "%s does not work at all: %s\n", argv[1], strerror(-err));
		return 1;
	}
	for (n = 1, err = 0; n <= total && err != BEYOND; n++) {
		if (total > limit && rnd(total) >= (uint32_t)limit)
			continue;
		err = one(which, n, &refused);
		tried += err != BEYOND;
		bad += err < 0;
	}
	/* What is done but once, such as filling a cache, makes the later ones shorter; but not by much. */
	if (err == BEYOND && n <= total * 9 / 10) {
		fprintf(stderr, "%s: the allocation %d did not come\n", argv[1], n - 1);
		bad++;
	}
	printf("%s: %d allocations, %d failed in turn: refused %d times, got over %d times, wrong %d times\n",
	       argv[1], total, tried, refused, tried - refused - bad, bad);
	return bad || !tried;
}
