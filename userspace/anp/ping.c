// SPDX-License-Identifier: GPL-2.0
/*
 * anp ping: echo requests by a ping socket, shown and summed up as ping(8) does.  A request carries
 * the time at which it was sent, then a pattern.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <anp.h>
#include "json.h"
#include "tool.h"

static const char help[] =
	"Usage: anp ping [OPTIONS] HOST\n"
	"\n"
	"  -c, --count N       end after N requests   -s, --size BYTES    of data; 56\n"
	"  -i, --interval S    between requests; 1    -t, --ttl N\n"
	"  -W, --timeout S     for the last answer; 10\n"
	"  -w, --deadline S    end after that time    -I, --source ADDRESS\n"
	"  -q, --quiet         the sums only          -j, --json          the sums, as JSON\n"
	"  -h, --help          this text\n"
	"\n"
	"The status is 0 if an answer came, 1 if none did.\n";

#define MAX_SIZE 65507
#define SEQS 65536

struct ping {
	struct sockaddr_in to;
	char name[INET_ADDRSTRLEN];
	int fd;
	unsigned long count;		/* 0: no end */
	unsigned int size;
	int ttl;			/* 0: the default */
	int64_t interval, timeout, deadline;	/* us; a deadline of 0 is none */
	struct in_addr source;
	bool quiet, json, help;

	uint64_t sent, received, duplicates, errors, damaged;
	int64_t began, last_sent, ended;	/* us */
	double min, max, sum, squares;		/* of round trips, ms */
	uint64_t timed;				/* how many of them were timed */
	uint8_t seen[SEQS / 8];
	struct {
		struct icmphdr icmp;
		unsigned char data[MAX_SIZE + 1];
	} packet;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static unsigned char pattern(unsigned int at)
{
	return at & 0xff;
}

/* Seconds with a fraction as microseconds; -1: no such number. */
static int64_t seconds(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	return end == text || *end || !(value >= 0) || value > 1e6 ? -1 : (int64_t)(value * 1e6);
}

static long whole(const char *text, long min, long max)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end || value < min || value > max ? -1 : value;
}

static int parse_option(struct ping *p, int opt)
{
	long value = 0;

	switch (opt) {
	case 'c': p->count = value = whole(optarg, 1, INT32_MAX); break;
	case 's': p->size = value = whole(optarg, 0, MAX_SIZE); break;
	case 't': p->ttl = value = whole(optarg, 1, 255); break;
	case 'i': p->interval = value = seconds(optarg); break;
	case 'W': p->timeout = value = seconds(optarg); break;
	case 'w': p->deadline = value = seconds(optarg); break;
	case 'I': value = inet_pton(AF_INET, optarg, &p->source) == 1 ? 0 : -1; break;
	case 'q': p->quiet = true; break;
	case 'j': p->json = p->quiet = true; break;
	case 'h': p->help = true; break;
	}
	return value < 0 ? anp_usage("ping", "-%c does not take '%s'", opt, optarg) : 0;
}

static int parse(struct ping *p, int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "size", required_argument, NULL, 's' },
		{ "ttl", required_argument, NULL, 't' },
		{ "interval", required_argument, NULL, 'i' },
		{ "timeout", required_argument, NULL, 'W' },
		{ "deadline", required_argument, NULL, 'w' },
		{ "source", required_argument, NULL, 'I' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int opt, ret;

	while ((opt = getopt_long(argc, argv, ":c:s:t:i:W:w:I:qjh", options, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			return anp_bad_option("ping", opt, argv);
		ret = parse_option(p, opt);
		if (ret)
			return ret;
	}
	if (!p->help && argc - optind != 1)
		return anp_usage("ping", "expected one host");
	return 0;
}

static int failed(const char *what)
{
	fprintf(stderr, "anp ping: %s: %s\n", what, strerror(errno));
	return -1;
}

static int resolve(struct ping *p, const char *host)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found;
	int err = getaddrinfo(host, NULL, &hints, &found);

	if (err) {
		fprintf(stderr, "anp ping: %s: %s\n", host, gai_strerror(err));
		return -1;
	}
	memcpy(&p->to, found->ai_addr, sizeof(p->to));
	freeaddrinfo(found);
	inet_ntop(AF_INET, &p->to.sin_addr, p->name, sizeof(p->name));
	return 0;
}

static int open_socket(struct ping *p)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = p->source };
	static const int on = 1;

	p->fd = anp_socket(SOCK_DGRAM, IPPROTO_ICMP);
	if (p->fd < 0) {
		failed("socket");
		if (errno == EACCES)
			fprintf(stderr, "anp ping: the sysctl net.ipv4.ping_group_range says which "
				"groups may\n");
		return -1;
	}
	if (bind(p->fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		return failed("bind");
	if (setsockopt(p->fd, SOL_IP, IP_RECVTTL, &on, sizeof(on)) < 0 ||
	    setsockopt(p->fd, SOL_IP, IP_RECVERR, &on, sizeof(on)) < 0 ||
	    (p->ttl && setsockopt(p->fd, SOL_IP, IP_TTL, &p->ttl, sizeof(p->ttl)) < 0))
		return failed("setsockopt");
	return 0;
}

static void send_one(struct ping *p)
{
	uint16_t seq = ++p->sent;
	int64_t now = now_us();
	unsigned int i;

	p->packet.icmp = (struct icmphdr){ .type = ICMP_ECHO, .un.echo.sequence = htons(seq) };
	p->seen[seq / 8] &= ~(1 << seq % 8);
	for (i = 0; i < p->size; i++)
		p->packet.data[i] = pattern(i);
	if (p->size >= sizeof(now))
		memcpy(p->packet.data, &now, sizeof(now));
	p->last_sent = now;
	if (sendto(p->fd, &p->packet, sizeof(p->packet.icmp) + p->size, 0,
		   (struct sockaddr *)&p->to, sizeof(p->to)) >= 0)
		return;
	/* That it is too long is told by the queue of errors. */
	if (errno == EMSGSIZE)
		return;
	failed("send");
	p->errors++;
}

static int ttl_of(struct msghdr *msg)
{
	struct cmsghdr *c;
	int ttl = 0;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_TTL)
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
	return ttl;
}

/* Milliseconds since the request of the answer was sent, or -1; sums them up. */
static double round_trip(struct ping *p, size_t len)
{
	int64_t sent;
	double ms;

	if (len < sizeof(sent))
		return -1;
	memcpy(&sent, p->packet.data, sizeof(sent));
	ms = (now_us() - sent) / 1000.0;
	if (!p->timed || ms < p->min)
		p->min = ms;
	if (!p->timed || ms > p->max)
		p->max = ms;
	p->sum += ms;
	p->squares += ms * ms;
	p->timed++;
	return ms;
}

static bool intact(const struct ping *p, size_t len)
{
	size_t i = len >= sizeof(int64_t) ? sizeof(int64_t) : 0;

	for (; i < len; i++)
		if (p->packet.data[i] != pattern(i))
			return false;
	return len == p->size;
}

static void take_answer(struct ping *p, size_t len, struct msghdr *msg)
{
	const struct sockaddr_in *from = msg->msg_name;
	uint16_t seq = ntohs(p->packet.icmp.un.echo.sequence);
	bool again = p->seen[seq / 8] & 1 << seq % 8, whole = intact(p, len);
	char name[INET_ADDRSTRLEN];
	double ms = whole && !again ? round_trip(p, len) : -1;

	p->seen[seq / 8] |= 1 << seq % 8;
	p->damaged += !whole;
	p->duplicates += again;
	p->received += whole && !again;
	if (p->quiet)
		return;
	inet_ntop(AF_INET, &from->sin_addr, name, sizeof(name));
	printf("%zu bytes from %s: icmp_seq=%u ttl=%d", len + sizeof(p->packet.icmp), name, seq,
	       ttl_of(msg));
	if (ms >= 0)
		printf(" time=%.3g ms", ms);
	printf("%s%s\n", again ? " (DUP!)" : "", whole ? "" : " (damaged)");
}

static const char *error_text(const struct sock_extended_err *e)
{
	static const char * const unreachable[] = {
		"Destination Net Unreachable", "Destination Host Unreachable",
		"Destination Protocol Unreachable", "Destination Port Unreachable",
		"Frag needed and DF set",
	};

	if (e->ee_origin != SO_EE_ORIGIN_ICMP)
		return strerror(e->ee_errno);
	if (e->ee_type == ICMP_TIME_EXCEEDED)
		return "Time to live exceeded";
	if (e->ee_type == ICMP_DEST_UNREACH &&
	    e->ee_code < sizeof(unreachable) / sizeof(unreachable[0]))
		return unreachable[e->ee_code];
	if (e->ee_type == ICMP_DEST_UNREACH && (e->ee_code == ICMP_PKT_FILTERED ||
						e->ee_code == ICMP_NET_ANO ||
						e->ee_code == ICMP_HOST_ANO))
		return "Packet filtered";
	return strerror(e->ee_errno);
}

/* @packet: what of the request came back. */
static void take_error(struct ping *p, struct msghdr *msg)
{
	const struct sock_extended_err *e = NULL;
	const struct sockaddr_in *by = NULL;
	char name[INET_ADDRSTRLEN] = "";
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR)
			e = (const struct sock_extended_err *)CMSG_DATA(c);
	if (!e)
		return;
	p->errors++;
	if (p->quiet)
		return;
	by = (const struct sockaddr_in *)SO_EE_OFFENDER(e);
	if (by->sin_family == AF_INET || by->sin_family == AF_ANP)
		inet_ntop(AF_INET, &by->sin_addr, name, sizeof(name));
	printf("From %s icmp_seq=%u %s\n", *name ? name : "local",
	       ntohs(p->packet.icmp.un.echo.sequence), error_text(e));
}

/* Takes all that has come, answers and errors. */
static void take(struct ping *p)
{
	static const int queues[] = { MSG_ERRQUEUE, 0 };
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_in from;
	struct iovec iov;
	struct msghdr msg;
	ssize_t len;
	size_t i;

	for (i = 0; i < 2; i++) {
		for (;;) {
			iov = (struct iovec){ &p->packet, sizeof(p->packet) };
			msg = (struct msghdr){
				.msg_name = &from, .msg_namelen = sizeof(from),
				.msg_iov = &iov, .msg_iovlen = 1,
				.msg_control = control, .msg_controllen = sizeof(control),
			};
			len = recvmsg(p->fd, &msg, queues[i] | MSG_DONTWAIT);
			if (len < 0)
				break;
			if (queues[i])
				take_error(p, &msg);
			else if ((size_t)len >= sizeof(p->packet.icmp))
				take_answer(p, len - sizeof(p->packet.icmp), &msg);
		}
	}
	fflush(stdout);
}

/* When to wake up next, or -1: it is over. */
static int64_t next_time(const struct ping *p, int64_t now)
{
	bool all_sent = p->count && p->sent >= p->count;
	int64_t next = p->last_sent + (all_sent ? p->timeout : p->interval);

	if (interrupted || (all_sent && p->received + p->errors >= p->sent) ||
	    (all_sent && now >= next))
		return -1;
	if (p->deadline && now >= p->began + p->deadline)
		return -1;
	if (p->deadline && next > p->began + p->deadline)
		next = p->began + p->deadline;
	return next;
}

static void run(struct ping *p)
{
	struct pollfd poll_fd = { .fd = p->fd, .events = POLLIN };
	struct timespec wait;
	sigset_t signals;
	int64_t now, next;

	/* Let in only while it waits, or one could come just before. */
	sigprocmask(SIG_SETMASK, NULL, &signals);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	sigdelset(&signals, SIGINT);
	p->began = now_us();
	send_one(p);
	for (;;) {
		now = now_us();
		next = next_time(p, now);
		if (next < 0)
			break;
		if (now >= next) {
			send_one(p);
			continue;
		}
		wait = (struct timespec){ (next - now) / 1000000, (next - now) % 1000000 * 1000 };
		ppoll(&poll_fd, 1, &wait, &signals);
		take(p);
	}
	p->ended = now_us();
}

static void summary(const struct ping *p)
{
	double avg = p->timed ? p->sum / p->timed : 0;
	double mdev = p->timed ? sqrt(fmax(p->squares / p->timed - avg * avg, 0)) : 0;

	printf("\n--- %s ping statistics ---\n", p->name);
	printf("%" PRIu64 " packets transmitted, %" PRIu64 " received", p->sent, p->received);
	if (p->duplicates)
		printf(", +%" PRIu64 " duplicates", p->duplicates);
	if (p->damaged)
		printf(", +%" PRIu64 " damaged", p->damaged);
	if (p->errors)
		printf(", +%" PRIu64 " errors", p->errors);
	printf(", %.4g%% packet loss, time %" PRId64 "ms\n",
	       100.0 * (p->sent - p->received) / p->sent, (p->ended - p->began) / 1000);
	if (p->timed)
		printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", p->min, avg, p->max, mdev);
}

static void summary_json(const struct ping *p)
{
	struct anp_json j = { .to = stdout };

	anp_json_open(&j, NULL, '{');
	anp_json_string(&j, "host", p->name);
	anp_json_number(&j, "transmitted", p->sent);
	anp_json_number(&j, "received", p->received);
	anp_json_number(&j, "duplicates", p->duplicates);
	anp_json_number(&j, "damaged", p->damaged);
	anp_json_number(&j, "errors", p->errors);
	anp_json_number(&j, "time_us", p->ended - p->began);
	if (p->timed) {
		anp_json_number(&j, "rtt_min_us", p->min * 1000);
		anp_json_number(&j, "rtt_avg_us", p->sum / p->timed * 1000);
		anp_json_number(&j, "rtt_max_us", p->max * 1000);
	}
	anp_json_close(&j, '}');
}

int anp_cmd_ping(int argc, char **argv)
{
	static struct ping p = {
		.size = 56, .interval = 1000000, .timeout = 10000000,
	};
	struct sigaction action = { .sa_handler = interrupt };
	int status = parse(&p, argc, argv);

	if (status)
		return status;
	if (p.help) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (resolve(&p, argv[optind]) < 0 || open_socket(&p) < 0)
		return EXIT_USAGE;
	sigaction(SIGINT, &action, NULL);
	if (!p.json)
		printf("PING %s (%s) %u(%zu) bytes of data.\n", argv[optind], p.name, p.size,
		       p.size + sizeof(struct icmphdr) + 20);
	run(&p);
	if (p.json)
		summary_json(&p);
	else
		summary(&p);
	close(p.fd);
	return p.received ? EXIT_SUCCESS : EXIT_FAILURE;
}
