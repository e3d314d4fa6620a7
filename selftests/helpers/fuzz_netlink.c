// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile netlink: messages about anp links, their addresses, routes and neighbours, to the family
 * "anp" and to ethtool's, of which most have something damaged: lengths that lie, other types and
 * values, attributes twice or nested wrongly. Three threads do so at once, over sockets that come
 * and go.
 *
 *	fuzz_netlink SEED COUNT root|nobody|userns
 *
 * COUNT messages are sent by each thread: with all privileges, with none, or as root of a user and a
 * network namespace of its own. Without privileges nothing may be changed. Answers of the family
 * "anp" must be well-formed and must not hold memory that was never set.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz_calls.h"

#define THREADS		3
#define SOCKETS		16
#define RT_TABLE	1066
#define ATTRS		24		/* more than the last of uapi/linux/anp.h's filters */

static atomic_ulong sent, accepted, answers, bad_answers, privileged;
static int count, may_change;
static uint16_t anp_family, ethtool_family;

/* A message that is being made. */
struct msg {
	union {
		struct nlmsghdr h;
		char buf[8192];
	};
	unsigned int len;
	int wild;			/* damage it */
	int change;			/* succeeds only with a privilege */
};

/* Devices are not sent to the namespaces of others, where the test would lose them. */
static int leaves_namespace(int type)
{
	return type == IFLA_NET_NS_PID || type == IFLA_NET_NS_FD || type == IFLA_TARGET_NETNSID;
}

static void put_once(struct msg *m, int type, const void *data, int len)
{
	struct nlattr *a = (struct nlattr *)(m->buf + m->len);

	if (m->len + NLA_ALIGN(NLA_HDRLEN + len) > 4096)
		return;
	memset(a, 0, NLA_ALIGN(NLA_HDRLEN + len));
	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy(a + 1, data, len);
	m->len += NLA_ALIGN(a->nla_len);
	if (!m->wild)
		return;
	if (one_in(24))
		a->nla_len = one_in(3) ? odd_number() : a->nla_len + rnd(17) - 8;
	if (one_in(24))
		a->nla_type ^= one_in(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
}

static void put(struct msg *m, int type, const void *data, int len)
{
	char other[64];
	unsigned int i, n = rnd(sizeof(other));

	if (m->wild && one_in(16)) {
		type = rnd(72);
		if (leaves_namespace(type))
			return;
	}
	if (m->wild && one_in(12)) {
		for (i = 0; i < n; i++)
			other[i] = one_in(2) ? 0 : rnd(256);
		data = other;
		len = n;
	}
	put_once(m, type, data, len);
	if (m->wild && one_in(20))
		put_once(m, type, data, len);
}

static void put_u32(struct msg *m, int type, uint32_t value)
{
	if (m->wild && one_in(6))
		value = odd_number();
	put(m, type, &value, m->wild && one_in(16) ? 1 + rnd(4) : 4);
}

static void put_u16(struct msg *m, int type, uint16_t value)
{
	put(m, type, &value, 2);
}

static void put_u8(struct msg *m, int type, uint8_t value)
{
	if (m->wild && one_in(6))
		value = odd_number();
	put(m, type, &value, 1);
}

static void put_str(struct msg *m, int type, const char *s)
{
	put(m, type, s, strlen(s) + !(m->wild && one_in(12)));
}

static unsigned int nest(struct msg *m, int type)
{
	unsigned int at = m->len;

	put_once(m, type | (one_in(2) ? NLA_F_NESTED : 0), NULL, 0);
	return at;
}

static void nest_end(struct msg *m, unsigned int at)
{
	((struct nlattr *)(m->buf + at))->nla_len = m->wild && one_in(16) ? odd_number() : m->len - at;
}

static void begin(struct msg *m, int type, int flags, const void *body, int len)
{
	memset(m, 0, sizeof(m->h));
	m->h.nlmsg_type = type;
	m->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->h.nlmsg_seq = rnd32();
	memcpy(m->buf + NLMSG_HDRLEN, body, len);
	m->len = NLMSG_HDRLEN + NLMSG_ALIGN(len);
	m->wild = !one_in(4);
	m->change = 0;
	if (m->wild && one_in(20))
		m->h.nlmsg_flags |= rnd(0x1000);
}

/* new, set and delete by turns, or a question, which nobody is forbidden. */
static int kind(struct msg *m, int new, int *flags)
{
	switch (rnd(6)) {
	case 0:
		*flags = one_in(3) ? 0 : NLM_F_DUMP;
		m->change = 0;
		return new + 2;
	case 1:
		*flags = 0;
		m->change = 1;
		return new + 1;
	default:
		*flags = one_in(2) ? NLM_F_CREATE | NLM_F_EXCL : one_in(2) ? NLM_F_CREATE : 0;
		m->change = 1;
		return new;
	}
}

/* By SIOCGIFINDEX root would start modprobe for each name that there is not. */
static int index_of(const char *name)
{
	struct if_nameindex *all = if_nameindex(), *i;
	int index = 0;

	for (i = all; i && i->if_index; i++) {
		if (!strcmp(i->if_name, name))
			index = i->if_index;
	}
	if (all)
		if_freenameindex(all);
	return index;
}

static int some_index(void)
{
	char name[] = "anp0";

	/* None of the lower devices. */
	if (one_in(8))
		return one_in(2) ? -1 : 5000 + (int)rnd(100);
	name[3] += rnd(3);
	return index_of(name);
}

static uint32_t some_address(void)
{
	return htonl(one_in(8) ? odd_number() : 0x0a000000 + rnd(64) * 256 + rnd(4));
}

static void link_message(struct msg *m)
{
	struct ifinfomsg body = { .ifi_index = one_in(2) ? 0 : some_index() };
	unsigned int info, data;
	char name[] = "anp0", lower[] = "eth0";
	int flags, type = kind(m, RTM_NEWLINK, &flags), change = m->change;
	uint8_t mac[6] = { 2, rnd(256), 3, 4, 5, rnd(256) };

	if (type == RTM_NEWLINK && one_in(3))
		type = RTM_SETLINK;
	if (one_in(2))
		body.ifi_flags = body.ifi_change = one_in(3) ? odd_number() : IFF_UP;
	begin(m, type, flags, &body, sizeof(body));
	m->change = change;
	name[3] += rnd(3);
	lower[3] += rnd(3);
	if (!body.ifi_index || one_in(4))
		put_str(m, IFLA_IFNAME, name);
	if (one_in(2))
		put_u32(m, IFLA_LINK, index_of(lower));
	if (one_in(4))
		put_u32(m, IFLA_MTU, 576 + rnd(1000));
	if (one_in(3))
		put(m, IFLA_ADDRESS, mac, sizeof(mac));
	if (one_in(8))
		put_u32(m, IFLA_TXQLEN, 1000);
	if (one_in(8))
		put_u32(m, IFLA_NUM_RX_QUEUES, 1 + rnd(16));
	if (one_in(8))
		put_u32(m, one_in(2) ? IFLA_GSO_MAX_SIZE : IFLA_GSO_MAX_SEGS, 65536);
	if (one_in(16))
		put_u32(m, IFLA_LINK_NETNSID, rnd(3));
	info = nest(m, IFLA_LINKINFO);
	put_str(m, IFLA_INFO_KIND, m->wild && one_in(16) ? "anq" : "anp");
	if (one_in(2)) {
		data = nest(m, IFLA_INFO_DATA);
		put_u32(m, 1 /* IFLA_ANP_RX_MODE */, rnd(4));
		nest_end(m, data);
	}
	nest_end(m, info);
}

static void address_message(struct msg *m)
{
	int flags, type = kind(m, RTM_NEWADDR, &flags), change = m->change;
	uint32_t addr = some_address();
	struct ifaddrmsg body = {
		.ifa_family = AF_INET, .ifa_index = some_index(),
		.ifa_prefixlen = one_in(6) ? odd_number() : 24,
	};

	begin(m, type, flags, &body, sizeof(body));
	m->change = change;
	put(m, IFA_LOCAL, &addr, 4);
	put(m, IFA_ADDRESS, &addr, 4);
	if (one_in(4))
		put_u32(m, IFA_BROADCAST, some_address());
	if (one_in(4))
		put_u32(m, IFA_FLAGS, odd_number());
	if (one_in(8))
		put_str(m, IFA_LABEL, "anp0:1");
}

static void route_message(struct msg *m)
{
	struct rtmsg body = {
		.rtm_family = AF_INET, .rtm_dst_len = one_in(6) ? odd_number() : 24,
		.rtm_protocol = RTPROT_STATIC, .rtm_scope = one_in(2) ? RT_SCOPE_LINK : 0,
		.rtm_type = one_in(6) ? rnd(14) : RTN_UNICAST, .rtm_tos = one_in(8) ? rnd(256) : 0,
	};
	int flags, type = kind(m, RTM_NEWROUTE, &flags), change = m->change;
	unsigned int metrics;
	uint32_t dst = some_address() & htonl(0xffffff00);

	begin(m, type, flags, &body, sizeof(body));
	m->change = change;
	put(m, RTA_DST, &dst, 4);
	put_u32(m, RTA_TABLE, one_in(8) ? RT_TABLE_MAIN : RT_TABLE);
	put_u32(m, RTA_OIF, some_index());
	if (one_in(3))
		put_u32(m, RTA_GATEWAY, some_address());
	if (one_in(3))
		put_u32(m, RTA_PREFSRC, some_address());
	if (one_in(2))
		return;
	metrics = nest(m, RTA_METRICS);
	put_u32(m, RTAX_MTU, odd_number());
	put_u32(m, RTAX_ADVMSS, odd_number());
	put_u32(m, 1 + rnd(RTAX_MAX), odd_number());
	put_str(m, RTAX_CC_ALGO, one_in(2) ? "cubic" : "nosuch");
	nest_end(m, metrics);
}

static void neighbour_message(struct msg *m)
{
	int flags, type = kind(m, RTM_NEWNEIGH, &flags), change = m->change;
	uint8_t mac[6] = { 2, 1, 1, 1, 1, rnd(256) };
	struct ndmsg body = {
		.ndm_family = AF_INET, .ndm_ifindex = some_index(),
		.ndm_state = one_in(4) ? odd_number() : 1u << rnd(8), .ndm_flags = one_in(4) ? rnd(256) : 0,
	};

	begin(m, type, flags, &body, sizeof(body));
	m->change = change;
	put_u32(m, NDA_DST, some_address());
	put(m, NDA_LLADDR, mac, sizeof(mac));
	if (one_in(8))
		put_u32(m, NDA_PROBES, odd_number());
}

/* The family "anp": 2 is refused as no request, 3 destroys. */
static void sockets_message(struct msg *m)
{
	struct genlmsghdr body = { .cmd = one_in(6) ? rnd(8) : one_in(4) ? 3 : 1, .version = 1 };
	int i, n = rnd(5);

	begin(m, anp_family, one_in(12) ? 0 : NLM_F_DUMP, &body, sizeof(body));
	m->change = body.cmd == 3;
	for (i = 0; i < n; i++) {
		int type = m->wild && one_in(4) ? rnd(28) : 0;

		switch (type ? type : 1 + (int)rnd(13)) {
		case 1:
			put_u8(m, 1, one_in(2) ? IPPROTO_TCP : one_in(2) ? IPPROTO_UDP : IPPROTO_ICMP);
			break;
		case 2:
			put_u32(m, 2, one_in(2) ? 0xffffffff : rnd32());
			break;
		case 4: case 5:
			put_u32(m, 4 + rnd(2), some_address());
			break;
		case 6: case 7:
			put_u8(m, 6 + rnd(2), rnd(34));
			break;
		case 8: case 9: case 10: case 11:
			put_u16(m, 8 + rnd(4), htons(one_in(2) ? rnd(65536) : 7000 + rnd(SOCKETS)));
			break;
		case 12:
			put(m, 12, "\1\0\0\0\0\0\0\x80", 8);
			break;
		case 13:
			put_u32(m, 13, rnd(4));
			break;
		default:
			put_u32(m, type, odd_number());
		}
	}
}

/* What ethtool -C, -G, -L, -K and --set-priv-flags send, and all its other commands. */
static void ethtool_message(struct msg *m)
{
	struct genlmsghdr body = { .cmd = 1 + rnd(30), .version = 1 };
	char name[] = "anp0";
	unsigned int head;
	int i, n = rnd(6);

	begin(m, ethtool_family, one_in(12) ? NLM_F_DUMP : 0, &body, sizeof(body));
	head = nest(m, 1);
	name[3] += rnd(3);
	put_str(m, 2 /* ETHTOOL_A_HEADER_DEV_NAME */, name);
	nest_end(m, head);
	for (i = 0; i < n; i++) {
		if (one_in(3))
			put_u8(m, 2 + rnd(26), rnd(2));
		else
			put_u32(m, 2 + rnd(26), one_in(2) ? rnd(20) : odd_number());
	}
}

/* --- answers ------------------------------------------------------------------------ */

/* Of the family "anp": attributes that fill the message, and nothing that was never set. */
static int good_answer(const struct nlmsghdr *h)
{
	const char *at = (const char *)h + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *end = (const char *)h + h->nlmsg_len;

	if (end < at || leaked(at, end - at))
		return 0;
	while (end - at >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)at;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - at || !a->nla_type ||
		    a->nla_type > ATTRS + 8)
			return 0;
		at += NLA_ALIGN(a->nla_len);
	}
	return at >= end;
}

static void hear(int fd, const struct msg *m)
{
	char buf[32768];
	int left, done = 0, all = !one_in(6), rounds = 0;
	struct nlmsghdr *h;

	/* Some dumps are left in the middle. */
	while (!done && (all || rounds++ < 1)) {
		left = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (left <= 0)
			return;
		for (h = (void *)buf; NLMSG_OK(h, (unsigned int)left); h = NLMSG_NEXT(h, left)) {
			int err = h->nlmsg_type == NLMSG_ERROR ? *(int *)NLMSG_DATA(h) : 0;

			atomic_fetch_add(&answers, 1);
			/* Of a dump before, which was left. */
			if (h->nlmsg_seq != m->h.nlmsg_seq)
				continue;
			if (h->nlmsg_type == anp_family && m->h.nlmsg_type == anp_family && !good_answer(h))
				atomic_fetch_add(&bad_answers, 1);
			if (h->nlmsg_type == NLMSG_ERROR && !err) {
				atomic_fetch_add(&accepted, 1);
				if (m->change && !may_change)
					atomic_fetch_add(&privileged, 1);
			}
			if (h->nlmsg_type == anp_family && m->change && !may_change)
				atomic_fetch_add(&privileged, 1);
			done = h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE;
		}
	}
}

static uint16_t family(const char *name)
{
	struct msg m = {};
	struct genlmsghdr body = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	char buf[8192];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), left;
	struct nlmsghdr *h = (void *)buf;
	struct nlattr *a;

	begin(&m, GENL_ID_CTRL, 0, &body, sizeof(body));
	m.wild = 0;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	put_str(&m, CTRL_ATTR_FAMILY_NAME, name);
	m.h.nlmsg_len = m.len;
	send(fd, m.buf, m.len, 0);
	left = recv(fd, buf, sizeof(buf), 0) - NLMSG_HDRLEN - GENL_HDRLEN;
	close(fd);
	a = (void *)(buf + NLMSG_HDRLEN + GENL_HDRLEN);
	for (; h->nlmsg_type != NLMSG_ERROR && left > 0; left -= NLA_ALIGN(a->nla_len),
	     a = (void *)((char *)a + NLA_ALIGN(a->nla_len))) {
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(a + 1);
	}
	fprintf(stderr, "no family %s\n", name);
	exit(1);
}

/* So that there is something to be listed and destroyed. */
static void open_sockets(int *fds)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	int i;

	for (i = 0; i < SOCKETS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = socket(AF_ANP, (i % 4 < 3 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0);
		a.sin_port = htons(7000 + (i & ~3));
		if (i % 4 == 1)
			connect(fds[i], (void *)&a, sizeof(a));
		else
			bind(fds[i], (void *)&a, sizeof(a));
		if (i % 4 == 0)
			listen(fds[i], 4);
	}
}

static void *thread(void *arg)
{
	struct msg *m = calloc(1, sizeof(*m));
	int route = -1, generic = -1, fds[SOCKETS], i, fd;

	rng_state = (uintptr_t)arg;
	memset(fds, 0xff, sizeof(fds));
	for (i = 0; m && i < count; i++) {
		if (!(i % 200))
			open_sockets(fds);
		if (route < 0 || one_in(40)) {
			close(route);
			close(generic);
			route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
			generic = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
		}
		fd = route;
		switch (rnd(8)) {
		case 0: case 1:
			link_message(m);
			break;
		case 2:
			address_message(m);
			break;
		case 3:
			route_message(m);
			break;
		case 4:
			neighbour_message(m);
			break;
		case 5:
			ethtool_message(m);
			fd = generic;
			break;
		default:
			sockets_message(m);
			fd = generic;
		}
		m->h.nlmsg_len = m->wild && one_in(24) ? odd_number() : m->len;
		if (m->wild && one_in(24))
			m->len -= rnd(m->len - NLMSG_HDRLEN);
		if (send(fd, m->buf, m->len, MSG_DONTWAIT) < 0)
			continue;
		atomic_fetch_add(&sent, 1);
		hear(fd, m);
	}
	for (i = 0; i < SOCKETS; i++)
		close(fds[i]);
	return NULL;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

static int become(const char *who)
{
	may_change = strcmp(who, "nobody");
	if (!strcmp(who, "root"))
		return 0;
	if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return -1;
	if (!strcmp(who, "nobody"))
		return 0;
	/* Else the files of /proc stay root's. */
	if (prctl(PR_SET_DUMPABLE, 1) || unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -1;
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 65534 1");
	write_file("/proc/self/gid_map", "0 65534 1");
	return 0;
}

/* Lower devices for who has made a namespace of its own. */
static void make_lowers(void)
{
	if (system("for i in 0 1 2; do ip link add eth$i type veth peer name peer$i && ip link set eth$i up; done"))
		exit(1);
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	uint64_t seed;
	int i;

	if (argc != 4)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	count = atoi(argv[2]);
	if (become(argv[3])) {
		perror(argv[3]);
		return 1;
	}
	if (!strcmp(argv[3], "userns"))
		make_lowers();
	anp_family = family("anp");
	ethtool_family = family("ethtool");
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, thread, (void *)(uintptr_t)(seed + i));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%lu messages, %lu accepted; %lu answers, %lu of them bad; %lu changes without a privilege\n",
	       sent, accepted, answers, bad_answers, privileged);
	return bad_answers || privileged || !answers || (may_change && accepted < sent / 50);
}
