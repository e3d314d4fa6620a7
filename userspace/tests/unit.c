// SPDX-License-Identifier: GPL-2.0
/*
 * The parsers and the printing of anp ss and anp stat, from messages and text in the program; libanp's errors.
 * Prints a line for each check; check.sh makes TAP of them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/tcp.h>

#include <anp.h>
#include "../anp/counters.h"
#include "../anp/json.h"
#include "../anp/match.h"
#include "../anp/netlink.h"
#include "../anp/ss.h"
#include "../anp/table.h"
#include "../examples/pattern.h"

static bool all_well = true;

static void check(const char *name, bool ok)
{
	printf("%s %s\n", ok ? "ok" : "not", name);
	all_well &= ok;
}

/* A message as the kernel writes it. */
struct told {
	unsigned int state, local_port, peer_port, timer, ms;
	const char *congestion;
};

static struct anp_socket told_socket(const struct told *t)
{
	struct tcp_info info = {
		.tcpi_rto = 204000, .tcpi_rtt = 1500, .tcpi_rttvar = 250, .tcpi_snd_mss = 1448,
		.tcpi_snd_wscale = 7, .tcpi_rcv_wscale = 6, .tcpi_options = TCPI_OPT_WSCALE,
		.tcpi_snd_cwnd = 10, .tcpi_snd_ssthresh = 0x7fffffff, .tcpi_min_rtt = ~0u,
		.tcpi_retrans = 1, .tcpi_total_retrans = 5, .tcpi_bytes_acked = 123456789012,
		.tcpi_delivery_rate = 1000, .tcpi_busy_time = 4000, .tcpi_rwnd_limited = 2000,
		.tcpi_reordering = 3,
	};
	static const uint32_t mem[] = { 16, 131072, 2816, 87040, 1, 2, 3, 4, 5 };
	struct anp_nl_request m;
	uint64_t inode = 4711;
	struct anp_socket s;

	anp_nl_begin(&m, ANP_CMD_SOCK_NEW);
	anp_nl_put_u8(&m, ANP_ATTR_PROTOCOL, IPPROTO_TCP);
	anp_nl_put_u8(&m, ANP_ATTR_STATE, t->state);
	anp_nl_put_u32(&m, ANP_ATTR_LADDR, htonl(0x0a000002));
	anp_nl_put_u32(&m, ANP_ATTR_DADDR, t->peer_port ? htonl(0x0a000001) : 0);
	anp_nl_put_u16(&m, ANP_ATTR_LPORT, htons(t->local_port));
	anp_nl_put_u16(&m, ANP_ATTR_DPORT, htons(t->peer_port));
	anp_nl_put_u32(&m, ANP_ATTR_RQUEUE, 3);
	anp_nl_put_u32(&m, ANP_ATTR_WQUEUE, 128);
	if (t->timer) {
		anp_nl_put_u8(&m, ANP_ATTR_TIMER, t->timer);
		anp_nl_put_u32(&m, ANP_ATTR_EXPIRES, t->ms);
		anp_nl_put_u8(&m, ANP_ATTR_TRIES, 2);
	}
	anp_nl_put(&m, 60000, &inode, sizeof(inode));
	if (t->congestion) {
		anp_nl_put_u32(&m, ANP_ATTR_UID, 1000);
		anp_nl_put(&m, ANP_ATTR_INODE, &inode, sizeof(inode));
		anp_nl_put(&m, ANP_ATTR_TCP_INFO, &info, sizeof(info));
		anp_nl_put(&m, ANP_ATTR_CONGESTION, t->congestion, strlen(t->congestion) + 1);
		anp_nl_put(&m, ANP_ATTR_MEMINFO, mem, sizeof(mem));
	}
	check("message is read", !anp_socket_read(m.buf + NLMSG_HDRLEN + GENL_HDRLEN,
						  m.len - NLMSG_HDRLEN - GENL_HDRLEN, &s));
	return s;
}

static struct anp_sockets told_sockets(void)
{
	static const struct told told[] = {
		{ .state = ANP_LISTEN, .local_port = 8080, .congestion = "cubic" },
		{ .state = ANP_ESTABLISHED, .local_port = 40000, .peer_port = 80, .timer = 1,
		  .ms = 200, .congestion = "newreno" },
		{ .state = ANP_TIME_WAIT, .local_port = 40001, .peer_port = 81, .timer = 3,
		  .ms = 60000 },
		{ .state = 99, .local_port = 40003, .peer_port = 83 },
	};
	struct anp_sockets sockets = { 0 };
	struct anp_socket s;
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		s = told_socket(&told[i]);
		check("socket is kept", !anp_sockets_add(&sockets, &s));
	}
	return sockets;
}

static void test_table(void)
{
	struct anp_sockets sockets = told_sockets();
	const struct anp_socket *s = sockets.list;

	check("listener", s->state == ANP_LISTEN && s->recv_queue == 3 && s->send_queue == 128 &&
	      s->local_port == 8080 && s->uid == 1000 && s->inode == 4711);
	s++;
	check("connection", s->state == ANP_ESTABLISHED && s->timer == 1 && s->timer_ms == 200 &&
	      s->timer_tries == 2 && s->peer_port == 80 && s->peer_addr == htonl(0x0a000001));
	check("scales", s->items[ANP_ITEM_SND_WSCALE] == 7 && s->items[ANP_ITEM_RCV_WSCALE] == 6);
	check("64 bits", s->items[ANP_ITEM_BYTES_ACKED] == 123456789012);
	check("8 bits, and the end of the structure", s->items[ANP_ITEM_OPTIONS] == 4 &&
	      !s->items[ANP_ITEM_SND_WND]);
	check("memory", s->items[ANP_ITEM_RMEM] == 16 && s->items[ANP_ITEM_DROPS] == 5);
	check("TIME-WAIT", s[1].state == ANP_TIME_WAIT && !s[1].has_tcp && !s[1].has_memory);
	check("unknown state", s[2].state == 0 && !strcmp(anp_state_name(s[2].state), "UNKNOWN"));
	free(sockets.list);
}

/* Whatever the bytes are, nothing outside of them is read (valgrind and ASan would tell). */
static void test_damage(void)
{
	struct anp_nl_request m;
	struct anp_socket s;
	char *cut;
	size_t len;

	anp_nl_begin(&m, ANP_CMD_SOCK_NEW);
	m.len = 0;
	anp_nl_put_u8(&m, ANP_ATTR_PROTOCOL, IPPROTO_UDP);
	anp_nl_put_u16(&m, ANP_ATTR_LPORT, htons(53));
	check("whole", !anp_socket_read(m.buf, m.len, &s) && s.local_port == 53);
	for (len = 0; len < m.len - 2; len++) {
		cut = malloc(len + 1);
		memcpy(cut, m.buf, len);
		anp_socket_read(cut, len, &s);
		free(cut);
	}
	check("half an attribute is none", s.local_port == 0);
	((struct nlattr *)m.buf)->nla_len = 3;
	check("an attribute shorter than its header", anp_socket_read(m.buf, m.len, &s) < 0);
	((struct nlattr *)m.buf)->nla_len = 1000;
	check("an attribute longer than all", anp_socket_read(m.buf, m.len, &s) < 0);
	check("no protocol is no socket", anp_socket_read(m.buf, 0, &s) < 0);
}

static bool matches(const char *filter, const struct anp_socket *s)
{
	char *words[] = { (char *)filter, NULL };
	struct anp_match m;
	char error[96];

	return !anp_match_parse(words, &m, error, sizeof(error)) && anp_match_fits(&m, s);
}

static bool refused(const char *filter)
{
	char *words[] = { (char *)filter, NULL };
	struct anp_match m;
	char error[96] = "";

	return anp_match_parse(words, &m, error, sizeof(error)) < 0 && error[0];
}

static void test_match(void)
{
	struct anp_socket s = {
		.local_addr = htonl(0x0a000002), .peer_addr = htonl(0x0a000101),
		.local_port = 40000, .peer_port = 80,
	};
	static const char * const yes[] = {
		"sport = :40000", "sport=40000", "sport eq :40000", "dport = :http", "dport :80",
		"sport > :1024", "sport >= :40000", "sport <= 40000", "dport lt :81", "dport != :81",
		"src 10.0.0.2", "src = 10.0.0.0/24", "dst 10.0.0.0/16:80", "dst :80", "src *",
		"dst != 10.0.0.0/24", "not dst 10.0.0.0/24", "! ( dport = :81 )", "src 0.0.0.0/0",
		"dport = :81 or dport = :80", "(dport = :81 | dport = :80) and sport = :40000",
		"sport = :40000 dport = :80", "not not dport = :80", "src 10.0.0.2:*",
		"dport = :80 or dport = :81 and sport = :1",
	};
	static const char * const no[] = {
		"sport = :80", "sport > :40000", "dport < :80", "dport lt 0", "sport > 65535",
		"src 10.0.0.3", "dst 10.0.0.0/24", "not dport = :80",
		"dport = :81 or sport = :1", "(dport = :80 or dport = :81) and sport = :1",
		"dst 10.0.1.1:81",
	};
	static const char * const bad[] = {
		"sport", "sport =", "sport = :nonsense", "sport = :65536", "sport = -1", "color = red",
		"src", "src 10.0.0", "src 10.0.0.0/33", "src 10.0.0.0/", "src > 10.0.0.1",
		"( dport = :80", "dport = :80 )", "dport = :80 or", "not", "and", "dev no-such-device",
		"((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
	};
	struct anp_match_range range;
	char *words[] = { "dst 10.0.1.0/24 and sport >= :1000 and sport < :2000 and not dport = 1",
			  NULL };
	struct anp_match m;
	char error[96];
	size_t i;

	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		check(yes[i], matches(yes[i], &s));
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		check(no[i], !refused(no[i]) && !matches(no[i], &s));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(bad[i], refused(bad[i]));
	anp_match_parse(words, &m, error, sizeof(error));
	anp_match_narrow(&m, &range);
	check("the kernel is told what it understands", range.min[0] == 1000 &&
	      range.max[0] == 1999 && range.min[1] == 0 && range.max[1] == 65535 &&
	      range.addr[1] == htonl(0x0a000100) && range.mask[1] == htonl(0xffffff00) &&
	      !range.mask[0]);
	check("... and that it is not all", !range.exact);
	words[0] = "dst 10.0.1.0/24 and sport >= :1000 and dport = :1";
	anp_match_parse(words, &m, error, sizeof(error));
	anp_match_narrow(&m, &range);
	check("... or that it is", range.exact);
	words[0] = "dst 10.0.1.0/24 and dst 10.0.1.1";
	anp_match_parse(words, &m, error, sizeof(error));
	anp_match_narrow(&m, &range);
	check("one address in two ways is too much for it", !range.exact);
}

static const char text_wanted[] =
	"State     Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"
	"LISTEN    3      128         10.0.0.2:8080       0.0.0.0:*    uid:1000 ino:4711 sk:0\n"
	"\t skmem:(r16,rb131072,t2816,tb87040,f1,w2,o3,bl4,d5) cubic wscale:7,6\n"
	"ESTAB     3      128         10.0.0.2:40000     10.0.0.1:80   timer:(on,200ms,2) uid:1000 "
	"ino:4711 sk:0\n"
	"\t skmem:(r16,rb131072,t2816,tb87040,f1,w2,o3,bl4,d5) newreno wscale:7,6 rto:204 "
	"rtt:1.5/0.25 mss:1448 cwnd:10 bytes_acked:123456789012 delivery_rate 8000bps busy:4ms "
	"rwnd_limited:2ms(50.0%) retrans:1/5\n"
	"TIME-WAIT 3      128         10.0.0.2:40001     10.0.0.1:81   timer:(timewait,1min,2) "
	"ino:0 sk:0\n";

static const char json_wanted[] =
	"[\n"
	"  {\"netid\": \"tcp\", \"state\": \"TIME-WAIT\", \"recv_q\": 3, \"send_q\": 128, "
	"\"local\": {\"address\": \"10.0.0.2\", \"port\": 40001}, "
	"\"peer\": {\"address\": \"10.0.0.1\", \"port\": 81}, \"uid\": 0, \"inode\": 0, "
	"\"cookie\": 0, \"timer\": {\"name\": \"timewait\", \"expires_ms\": 60000, \"tries\": 2}, "
	"\"processes\": []}\n"
	"]\n";

static bool same(const char *name, const char *got, const char *wanted)
{
	bool ok = !strcmp(got, wanted);

	check(name, ok);
	if (!ok)
		fprintf(stderr, "--- got:\n%s--- wanted:\n%s", got, wanted);
	return ok;
}

static void test_show(void)
{
	struct anp_sockets sockets = told_sockets();
	struct anp_users nobody = { 0 };
	struct anp_ss ss = {
		.tables = 1u << ANP_TABLE_TCP,
		.states = 1u << ANP_LISTEN | 1u << ANP_ESTABLISHED | 1u << ANP_TIME_WAIT,
		.numeric = true,
		.extended = true,
		.timer = true,
		.memory = true,
		.info = true,
	};
	char *text;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	check("text is shown", !anp_ss_text(&ss, &sockets, f));
	fclose(f);
	same("text is as ss has it", text, text_wanted);
	free(text);

	ss.states = 1u << ANP_TIME_WAIT;
	ss.users = &nobody;
	f = open_memstream(&text, &size);
	anp_ss_json(&ss, &sockets, f);
	fclose(f);
	same("JSON", text, json_wanted);
	free(text);
	free(sockets.list);
}

static void test_json(void)
{
	struct anp_json j = { 0 };
	char *text;
	size_t size;

	j.to = open_memstream(&text, &size);
	anp_json_open(&j, NULL, '{');
	anp_json_string(&j, "a\"b", "c\\\n\x01");
	anp_json_number(&j, "n", UINT64_MAX);
	anp_json_open(&j, "l", '[');
	anp_json_close(&j, ']');
	anp_json_close(&j, '}');
	fclose(j.to);
	same("JSON escapes", text, "{\n  \"a\\\"b\": \"c\\\\\\u000a\\u0001\",\n"
	     "  \"n\": 18446744073709551615,\n  \"l\": []\n}\n");
	free(text);
}

static struct anp_counters read_counters(const char *text)
{
	struct anp_counters counters = { 0 };
	FILE *f = fmemopen((void *)text, strlen(text), "r");

	check("counters are read", f && !anp_counters_read(f, &counters));
	fclose(f);
	return counters;
}

static void test_counters(void)
{
	struct anp_counters now = read_counters(
		"IpInReceives 10\nTcpRetransSegs 18446744073709551615\nbroken\nTwo words 3\n"
		"AnpNew 5\n\nTcpActiveOpens 7\nCutOff 9");
	struct anp_counters old = read_counters("TcpActiveOpens 4\nIpInReceives 10\n");
	struct anp_counters other = read_counters("TcpActiveOpens 8\nIpInReceives 1\n");

	check("only whole lines are counters", now.count == 4);
	anp_counters_compare(&now, &old);
	check("difference", now.list[0].before == 10 && now.list[3].before == 4 &&
	      now.list[2].before == 0);
	anp_counters_compare(&now, &other);
	check("a counter that went down voids the history", !now.list[0].before &&
	      !now.list[3].before);
	free(now.list);
	free(old.list);
	free(other.list);
}

/* Filling, checking and adding up in pieces must be the same as at once. */
static void test_pattern(void)
{
	enum { SIZE = 100000 };
	static unsigned char whole[SIZE], pieces[SIZE];
	struct pattern_sum a = { 0 }, b = { 0 };
	uint64_t random = 5;
	size_t pos, len;
	bool ok = true;

	pattern_fill(9, 3, whole, SIZE);
	pattern_sum_add(&a, whole, SIZE);
	for (pos = 0; pos < SIZE; pos += len) {
		len = pattern_chunk(&random, SIZE - pos);
		pattern_fill(9, 3 + pos, pieces + pos, len);
		ok &= pattern_check(9, 3 + pos, whole + pos, len) == len;
		pattern_sum_add(&b, pieces + pos, len);
	}
	check("pattern in pieces", ok && !memcmp(whole, pieces, SIZE));
	check("checksum in pieces", pattern_sum_value(&a) == pattern_sum_value(&b));
	for (pos = 0; pos < 64; pos++) {
		whole[pos] ^= 1;
		ok &= pattern_check(9, 3, whole, 64) == pos;
		whole[pos] ^= 1;
	}
	check("every changed byte is found", ok);
	ok = true;
	for (pos = 0; pos < 1000; pos++) {
		len = pattern_chunk(&random, 17);
		ok &= len >= 1 && len <= 17;
	}
	check("random lengths", ok);
}

static bool fails_with(int result, int err)
{
	bool ok = result == -1 && errno == err;

	errno = 0;
	return ok;
}

static void test_library(void)
{
	char byte;

	check("version", anp_version()[0]);
	check("unknown service", fails_with(anp_connect("127.0.0.1", "no-such-service", SOCK_STREAM,
							100), EINVAL));
	check("no service", fails_with(anp_connect(NULL, NULL, SOCK_STREAM, 100), EINVAL));
	check("bad descriptor", fails_with(anp_send_all(-1, "", 1), EBADF) &&
	      fails_with(anp_recv_all(-1, &byte, 1), EBADF) &&
	      fails_with(anp_recv_queue(-1), EBADF) && fails_with(anp_send_queue(-1), EBADF) &&
	      fails_with(anp_set_nodelay(-1, 1), EBADF) &&
	      fails_with(anp_set_addr_family(-1, AF_INET), EBADF));
	if (anp_available() == 0)
		check("without the module", fails_with(anp_socket(SOCK_STREAM, 0), EAFNOSUPPORT) &&
		      fails_with(anp_listen(NULL, "0", 1), EAFNOSUPPORT) &&
		      fails_with(anp_bind_dgram("127.0.0.1", "0"), EAFNOSUPPORT) &&
		      fails_with(anp_connect("127.0.0.1", "1", SOCK_DGRAM, 9), EAFNOSUPPORT));
}

int main(void)
{
	test_table();
	test_damage();
	test_match();
	test_show();
	test_json();
	test_counters();
	test_pattern();
	test_library();
	return all_well ? 0 : 1;
}
