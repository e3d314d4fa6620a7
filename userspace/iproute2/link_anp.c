// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of ip(8): `ip link add ... type anp rx-mode MODE`, `ip link help anp`, and what
 * `ip -d link` shows of an anp device.
 *
 * ip looks for link_KIND.so in its library folder (or in $IP_LIB_DIR) and takes the symbol
 * KIND_link_util from it.  The headers are not packaged.  The members of struct link_util up to
 * print_help have been the same since iproute2 3.16 (2014); what came later stands behind them and may
 * be NULL.  Nothing else of ip is relied upon: two of its functions are used if it has them.
 */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <linux/anp.h>

struct link_util {
	struct link_util *next;		/* ip's */
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv, struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(struct link_util *lu, FILE *f, struct rtattr *xstats);
	void (*print_help)(struct link_util *lu, int argc, char **argv, FILE *f);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
	void *reserved[8];		/* for what may be added */
};

/* Of ip: is it writing JSON?  Then its own writer has to write the value. */
bool is_json_context(void) __attribute__((weak));
int print_color_string(int type, int color, const char *key, const char *fmt, const char *value)
	__attribute__((weak));
#define PRINT_JSON 2

/* ip's request has room for as much behind its header. */
#define ROOM 1024

static const char * const modes[ANP_RX_MODE_MAX + 1] = {
	[ANP_RX_MODE_INLINE]	= "inline",
	[ANP_RX_MODE_INTERRUPT]	= "interrupt",
	[ANP_RX_MODE_POLL]	= "poll",
	[ANP_RX_MODE_HYBRID]	= "hybrid",
};

static void help(FILE *f)
{
	fputs("Usage: ... anp [ rx-mode MODE ]\n"
	      "\n"
	      "MODE := { inline | interrupt | poll | hybrid }\n"
	      "\n"
	      "rx-mode\thow received frames are handled; inline if not said\n"
	      "See anp-link(7), and ethtool -C, -G and -L for the other modes' settings.\n", f);
}

static int find_mode(const char *name)
{
	int i;

	for (i = 0; i <= ANP_RX_MODE_MAX; i++)
		if (!strcmp(modes[i], name))
			return i;
	return -1;
}

static int put_u32(struct nlmsghdr *n, unsigned short type, __u32 value)
{
	struct rtattr *rta = (struct rtattr *)((char *)n + NLMSG_ALIGN(n->nlmsg_len));

	if (NLMSG_ALIGN(n->nlmsg_len) + RTA_LENGTH(sizeof(value)) > ROOM)
		return -1;
	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(sizeof(value));
	memcpy(RTA_DATA(rta), &value, sizeof(value));
	n->nlmsg_len = NLMSG_ALIGN(n->nlmsg_len) + RTA_ALIGN(rta->rta_len);
	return 0;
}

static int parse_opt(struct link_util *lu, int argc, char **argv, struct nlmsghdr *n)
{
	int mode;

	(void)lu;
	for (; argc > 0; argc -= 2, argv += 2) {
		if (!strcmp(*argv, "help")) {
			help(stderr);
			return -1;
		}
		if (strcmp(*argv, "rx-mode") && strcmp(*argv, "rx_mode")) {
			fprintf(stderr, "anp: unknown option \"%s\"?\n", *argv);
			help(stderr);
			return -1;
		}
		if (argc < 2) {
			fprintf(stderr, "anp: which rx-mode?\n");
			return -1;
		}
		mode = find_mode(argv[1]);
		if (mode < 0) {
			fprintf(stderr, "anp: \"%s\" is no rx-mode: inline, interrupt, poll or hybrid\n",
				argv[1]);
			return -1;
		}
		if (put_u32(n, IFLA_ANP_RX_MODE, mode) < 0)
			return -1;
	}
	return 0;
}

static void print_opt(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	const char *name;
	__u32 mode;

	(void)lu;
	if (!tb || !tb[IFLA_ANP_RX_MODE] || RTA_PAYLOAD(tb[IFLA_ANP_RX_MODE]) < sizeof(mode))
		return;
	memcpy(&mode, RTA_DATA(tb[IFLA_ANP_RX_MODE]), sizeof(mode));
	name = mode <= ANP_RX_MODE_MAX ? modes[mode] : "unknown";
	if (is_json_context && print_color_string && is_json_context())
		print_color_string(PRINT_JSON, 0, "rx_mode", NULL, name);
	else
		fprintf(f, "rx-mode %s ", name);
}

static void print_help(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)lu;
	(void)argc;
	(void)argv;
	help(f);
}

struct link_util anp_link_util = {
	.id		= ANP_LINK_KIND,
	.maxattr	= IFLA_ANP_MAX,
	.parse_opt	= parse_opt,
	.print_opt	= print_opt,
	.print_help	= print_help,
};
