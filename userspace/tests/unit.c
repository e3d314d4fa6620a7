// SPDX-License-Identifier: GPL-2.0
/*
 * The parsers and the printing of anp ss and anp stat, from text in the program; libanp's errors.
 * Prints a line for each check; check.sh makes TAP of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <anp.h>
#include "../anp/counters.h"
#include "../anp/json.h"
#include "../anp/ss.h"
#include "../anp/table.h"
#include "../examples/pattern.h"

static bool all_well = true;

static void check(const char *name, bool ok)
{
	printf("%s %s\n", ok ? "ok" : "not", name);
	all_well &= ok;
}

static const char tcp_table[] =
	"  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt ...\n"
	"   0: 0200000A:1F90 00000000:0000 0A 00000080:00000003 00:00000000 00000000  1000        0 "
	"4711 1 0000000000000000 rmem=0 wmem=0 rcvbuf=131072 sndbuf=16384 drops=0\n"
	"   1: 0200000A:9C40 0100000A:0050 01 00000BB8:00000010 01:00000014 00000002     0        0 "
	"4712 2 0 rto=204000 srtt=1500 rttvar=250 cwnd=14480 ssthresh=2147483647 mss=1448 pmtu=1500 "
	"snd_wnd=65535 rcv_wnd=64240 wscale=7,6 unacked=3000 retrans=1/5 bytes_acked=123456789012 "
	"bytes_received=42 segs_out=9 segs_in=8 ca=newreno shape=round rmem=16 wmem=2816 "
	"rcvbuf=131072 sndbuf=87040 drops=1 new=1,2,x\n"
	"   2: 0200000A:9C41 0100000A:0051 06 00000000:00000000 03:00001770 00000000     0        0 "
	"0 1 0\n"
	"   3: 0200000A:9C42 0100000A:0052 0C 00000000:00000000 01:00000001 00000000     0        0 "
	"0 1 0\n"
	"   4: 0200000A:9C43 0100000A:0053 63 00000000:00000000 00:00000000 00000000     0        0 "
	"0 1 0\n"
	"damaged: 12\n"
	"   5: 0200000A:9C4";

static struct anp_sockets read_text(const char *text, enum anp_table table)
{
	struct anp_sockets sockets = { 0 };
	FILE *f = fmemopen((void *)text, strlen(text), "r");

	check("table is read", f && !anp_table_read(f, table, &sockets));
	fclose(f);
	return sockets;
}

static void test_table(void)
{
	struct anp_sockets sockets = read_text(tcp_table, ANP_TABLE_TCP);
	const struct anp_socket *s = sockets.list;

	check("table has five sockets, header and damage left out", sockets.count == 5);
	if (sockets.count != 5)
		return;
	check("listener", s->state == ANP_LISTEN && s->recv_queue == 3 && s->send_queue == 128 &&
	      s->local_port == 8080 && s->uid == 1000 && s->inode == 4711);
	check("listener knows nothing of TCP", !anp_socket_has(s, ANP_ITEM_MSS) &&
	      s->items[ANP_ITEM_RCVBUF] == 131072);
	s++;
	check("connection", s->state == ANP_ESTABLISHED && s->timer == 1 && s->timer_ticks == 20 &&
	      s->timer_tries == 2 && s->send_queue == 3000 && s->peer_port == 80);
	check("pairs", s->items[ANP_ITEM_SND_WSCALE] == 7 && s->items[ANP_ITEM_RCV_WSCALE] == 6 &&
	      s->items[ANP_ITEM_RETRANS] == 1 && s->items[ANP_ITEM_TOTAL_RETRANS] == 5);
	check("64 bits", s->items[ANP_ITEM_BYTES_ACKED] == 123456789012);
	check("unknown keys are passed over", s->items[ANP_ITEM_RMEM] == 16 &&
	      s->items[ANP_ITEM_DROPS] == 1 && !strcmp(s->congestion, "newreno"));
	check("TIME-WAIT", s[1].state == ANP_TIME_WAIT && s[1].timer == 3 && !s[1].present);
	check("request counts as SYN-RECV", s[2].state == ANP_SYN_RECV);
	check("unknown state", s[3].state == 0 && !strcmp(anp_state_name(s[3].state), "UNKNOWN"));
	free(sockets.list);
}

static void test_odd_lines(void)
{
	struct anp_socket s;
	char *line;
	size_t len;

	check("empty line", anp_socket_parse("", ANP_TABLE_UDP, &s) < 0);
	check("UDP with its own drops column", !anp_socket_parse(
	      "   77: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0 "
	      "       0 99 2 (____ptrval____) 3 rmem=4 wmem=5 rcvbuf=6 sndbuf=7 drops=3\n",
	      ANP_TABLE_UDP, &s) && s.inode == 99 && s.items[ANP_ITEM_RMEM] == 4);
	check("keys without numbers", !anp_socket_parse(
	      "0: 00000000:0035 00000000:0000 07 0:0 0:0 0 0 0 1 = == rto= rto=x mss=-1 wscale=1 "
	      "retrans=/3 =5 ca=", ANP_TABLE_TCP, &s) && !anp_socket_has(&s, ANP_ITEM_RTO) &&
	      !anp_socket_has(&s, ANP_ITEM_MSS) && s.items[ANP_ITEM_SND_WSCALE] == 1);

	/* A line longer than any buffer would be. */
	len = 1000000;
	line = malloc(len + 64);
	strcpy(line, "0: 00000000:0035 00000000:0000 07 0:0 0:0 0 0 0 1 ca=");
	memset(line + strlen(line), 'a', len);
	strcpy(line + len, " mss=7\n");
	check("endless line", !anp_socket_parse(line, ANP_TABLE_TCP, &s) &&
	      s.items[ANP_ITEM_MSS] == 7 && !s.congestion[0]);
	free(line);
}

static const char text_wanted[] =
	"State     Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"
	"LISTEN    3      128         10.0.0.2:8080       0.0.0.0:*    uid:1000 ino:4711\n"
	"\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)\n"
	"ESTAB     16     3000        10.0.0.2:40000     10.0.0.1:80   timer:(on,200ms,2) ino:4712\n"
	"\t skmem:(r16,rb131072,t2816,tb87040,f0,w2816,o0,bl0,d1) newreno wscale:7,6 rto:204 "
	"rtt:1.5/0.25 mss:1448 pmtu:1500 cwnd:10 bytes_acked:123456789012 bytes_received:42 "
	"segs_out:9 segs_in:8 unacked:3 retrans:1/5 snd_wnd:65535 rcv_wnd:64240\n"
	"TIME-WAIT 0      0           10.0.0.2:40001     10.0.0.1:81   timer:(timewait,1min,0) "
	"ino:0\n";

static const char json_wanted[] =
	"[\n"
	"  {\"netid\": \"tcp\", \"state\": \"TIME-WAIT\", \"recv_q\": 0, \"send_q\": 0, "
	"\"local\": {\"address\": \"10.0.0.2\", \"port\": 40001}, "
	"\"peer\": {\"address\": \"10.0.0.1\", \"port\": 81}, \"uid\": 0, \"inode\": 0, "
	"\"timer\": {\"name\": \"timewait\", \"expires_ms\": 60000, \"tries\": 0}, "
	"\"tcp\": {}, \"memory\": {}, \"processes\": []}\n"
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
	struct anp_sockets sockets = read_text(tcp_table, ANP_TABLE_TCP);
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
	test_odd_lines();
	test_show();
	test_json();
	test_counters();
	test_pattern();
	test_library();
	return all_well ? 0 : 1;
}
