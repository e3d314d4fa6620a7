// SPDX-License-Identifier: GPL-2.0
/*
 * The options of SOL_TCP: which are taken, with what values and lengths, what they answer in each
 * state, and what TCP_INFO tells.
 */
#include "stream_cases.h"
#include <linux/sockios.h>

static void option(const char *name, int opt, int val)
{
	char text[64];
	socklen_t len = sizeof(val);
	int fd = tcp(), got = -1;

	snprintf(text, sizeof(text), "set %s %d", name, val);
	say(text, setsockopt(fd, IPPROTO_TCP, opt, &val, sizeof(val)));
	snprintf(text, sizeof(text), "get %s after %d", name, val);
	say(text, getsockopt(fd, IPPROTO_TCP, opt, &got, &len) ? -1 : got);
	close(fd);
}

#define OPTION(opt, val) option(#opt, opt, val)

static void test_values(void)
{
	OPTION(TCP_NODELAY, -1);
	OPTION(TCP_NODELAY, 0);
	OPTION(TCP_CORK, 7);
	OPTION(TCP_QUICKACK, 0);
	OPTION(TCP_QUICKACK, 1);
	OPTION(TCP_QUICKACK, 2);
	OPTION(TCP_USER_TIMEOUT, 0);
	OPTION(TCP_USER_TIMEOUT, 0x7fffffff);
	OPTION(TCP_SYNCNT, 0);
	OPTION(TCP_SYNCNT, 127);
	OPTION(TCP_SYNCNT, 128);
	OPTION(TCP_LINGER2, -5);
	OPTION(TCP_LINGER2, 0);
	OPTION(TCP_LINGER2, 30);
	OPTION(TCP_LINGER2, 100000);
	OPTION(TCP_WINDOW_CLAMP, 0);
	OPTION(TCP_WINDOW_CLAMP, 1);
	OPTION(TCP_WINDOW_CLAMP, 20000);
	OPTION(TCP_NOTSENT_LOWAT, 0);
	OPTION(TCP_NOTSENT_LOWAT, 16384);
	OPTION(TCP_NOTSENT_LOWAT, -1);
	OPTION(TCP_INQ, 1);
	OPTION(TCP_INQ, 2);
	OPTION(TCP_INQ, -1);
	OPTION(TCP_KEEPIDLE, -1);
	OPTION(TCP_KEEPIDLE, 32767);
	OPTION(TCP_KEEPIDLE, 32768);
	OPTION(TCP_KEEPINTVL, 0);
	OPTION(TCP_KEEPINTVL, 32768);
	OPTION(TCP_KEEPCNT, 0);
	OPTION(TCP_KEEPCNT, 127);
	OPTION(TCP_KEEPCNT, 128);
	OPTION(TCP_MAXSEG, 0);
	OPTION(TCP_MAXSEG, 87);
	OPTION(TCP_MAXSEG, 88);
	OPTION(TCP_MAXSEG, 32768);
	option("no such option", 7777, 1);
}

/* The answer's length, and how it was cut. */
static void test_lengths(void)
{
	static const int lens[] = { 0, 1, 2, 4, 8, 104, 232, 1000, -1 };
	char buf[1024];
	socklen_t len;
	int fd = tcp();
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		memset(buf, 0x55, sizeof(buf));
		len = lens[i];
		say("get TCP_INFO", getsockopt(fd, IPPROTO_TCP, TCP_INFO, buf, &len));
		say("its length", len);
		say("is not exceeded", lens[i] < 0 || buf[lens[i]] == 0x55);
		len = lens[i];
		say("get TCP_SYNCNT", getsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, buf, &len));
		say("its length", len);
		len = lens[i];
		say("get an unknown option", getsockopt(fd, IPPROTO_TCP, 7777, buf, &len));
		say("set with this length", lens[i] < 0 ? 0 :
		    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, buf, lens[i]));
	}
	len = 4;
	say("get to a bad pointer", getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, (void *)8, &len));
	say("get with a bad length pointer",
	    getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, buf, (void *)8));
	say("set from a bad pointer", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, (void *)8, 4));
	close(fd);
}

static int get(int fd, int opt)
{
	socklen_t len = sizeof(int);
	int val;

	return getsockopt(fd, IPPROTO_TCP, opt, &val, &len) ? -1 : val;
}

static int set(int fd, int opt, int val)
{
	return setsockopt(fd, IPPROTO_TCP, opt, &val, sizeof(val));
}

static struct tcp_info info_of(int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len)) {
		perror("TCP_INFO");
		exit(1);
	}
	return info;
}

static void test_connected(void)
{
	int fds[2], port, l = listener(&port, 5);

	say("set TCP_WINDOW_CLAMP of a listener", set(l, TCP_WINDOW_CLAMP, 30000));
	say("to none", set(l, TCP_WINDOW_CLAMP, 0));
	set(l, TCP_NODELAY, 1);
	set(l, TCP_KEEPIDLE, 77);
	set(l, TCP_USER_TIMEOUT, 5000);
	set(l, TCP_LINGER2, 9);
	set(l, TCP_SYNCNT, 5);
	set(l, TCP_NOTSENT_LOWAT, 4000);
	set(l, TCP_INQ, 1);
	fds[0] = tcp();
	connect_to(fds[0], own, port);
	fds[1] = accept(l, NULL, NULL);
	say("a child has TCP_NODELAY", get(fds[1], TCP_NODELAY));
	say("a child has TCP_KEEPIDLE", get(fds[1], TCP_KEEPIDLE));
	say("a child has TCP_USER_TIMEOUT", get(fds[1], TCP_USER_TIMEOUT));
	say("a child has TCP_LINGER2", get(fds[1], TCP_LINGER2));
	say("a child has TCP_SYNCNT", get(fds[1], TCP_SYNCNT));
	say("a child has TCP_NOTSENT_LOWAT", get(fds[1], TCP_NOTSENT_LOWAT));
	say("a child has TCP_INQ", get(fds[1], TCP_INQ));
	say("a child has TCP_WINDOW_CLAMP", get(fds[1], TCP_WINDOW_CLAMP) <= 30000);
	close(fds[1]);
	close(fds[0]);
	close(l);
	pair(fds);
	say("connected, TCP_WINDOW_CLAMP none", set(fds[0], TCP_WINDOW_CLAMP, 0));
	say("connected, TCP_WINDOW_CLAMP 1", set(fds[0], TCP_WINDOW_CLAMP, 1));
	say("is", get(fds[0], TCP_WINDOW_CLAMP));
	say("connected, TCP_QUICKACK", get(fds[0], TCP_QUICKACK));
	say("off", set(fds[0], TCP_QUICKACK, 0));
	say("is", get(fds[0], TCP_QUICKACK));
	say("connected, TCP_MAXSEG is the mss", get(fds[1], TCP_MAXSEG) == (int)info_of(fds[1]).tcpi_snd_mss);
	close_pair(fds);
}

static void test_info_states(void)
{
	int port, l = listener(&port, 3), fd = tcp(), c;
	struct tcp_info i = info_of(fd);

	say("closed: state", i.tcpi_state);
	say("closed: rto", i.tcpi_rto);
	say("closed: snd_mss", i.tcpi_snd_mss);
	say("closed: snd_cwnd", i.tcpi_snd_cwnd);
	say("closed: ssthresh", i.tcpi_snd_ssthresh);
	say("closed: reordering", i.tcpi_reordering);
	say("closed: min_rtt", i.tcpi_min_rtt);
	say("closed: bytes", i.tcpi_bytes_sent + i.tcpi_bytes_acked + i.tcpi_bytes_received);
	i = info_of(l);
	say("listening: state", i.tcpi_state);
	say("listening: waiting", i.tcpi_unacked);
	say("listening: backlog", i.tcpi_sacked);
	say("listening: rto", i.tcpi_rto);
	say("listening: snd_cwnd", i.tcpi_snd_cwnd);
	say("listening: reordering", i.tcpi_reordering);
	c = tcp();
	connect_to(c, own, port);
	readable(l);
	say("one is waiting", info_of(l).tcpi_unacked);
	close(c);
	close(fd);
	close(l);
}

static void say_times(const struct tcp_info *i)
{
	say("rtt is known", i->tcpi_rtt > 0 && i->tcpi_min_rtt > 0 && i->tcpi_min_rtt < 5000000);
	say("rto", i->tcpi_rto >= 200000 && i->tcpi_rto < 10000000);
	say("last_data_sent is recent", i->tcpi_last_data_sent < 60000);
	say("last_data_recv is recent", i->tcpi_last_data_recv < 60000);
	say("last_ack_recv is recent", i->tcpi_last_ack_recv < 60000);
}

static void test_info_data(void)
{
	struct tcp_info a, b;
	char buf[5000] = "";
	int fds[2], k;

	pair(fds);
	say("sent", send(fds[0], buf, sizeof(buf), 0));
	say("received", recv(fds[1], buf, sizeof(buf), MSG_WAITALL));
	say("answered", send(fds[1], buf, 100, 0));
	say("received", recv(fds[0], buf, 100, MSG_WAITALL));
	for (k = 0; k < 200 && info_of(fds[1]).tcpi_unacked; k++)
		usleep(10000);
	a = info_of(fds[0]);
	b = info_of(fds[1]);
	say("state", a.tcpi_state);
	say("timestamps and window scale",
	    (a.tcpi_options & b.tcpi_options) & (TCPI_OPT_TIMESTAMPS | TCPI_OPT_WSCALE));
	say("scales agree", a.tcpi_snd_wscale == b.tcpi_rcv_wscale &&
	    a.tcpi_rcv_wscale == b.tcpi_snd_wscale && a.tcpi_rcv_wscale > 0);
	say("bytes_sent", a.tcpi_bytes_sent);
	say("bytes_acked", a.tcpi_bytes_acked);
	say("bytes_received", a.tcpi_bytes_received);
	say("peer's bytes_sent", b.tcpi_bytes_sent);
	say("peer's bytes_acked", b.tcpi_bytes_acked);
	say("peer's bytes_received", b.tcpi_bytes_received);
	say("bytes_retrans", a.tcpi_bytes_retrans);
	say("total_retrans", a.tcpi_total_retrans);
	say("unacked", a.tcpi_unacked);
	say("lost", a.tcpi_lost + a.tcpi_retrans + a.tcpi_sacked);
	say("notsent", a.tcpi_notsent_bytes);
	say("data segments are counted", a.tcpi_data_segs_out == b.tcpi_data_segs_in &&
	    a.tcpi_data_segs_in == b.tcpi_data_segs_out && a.tcpi_data_segs_in == 1);
	say("segments are counted", a.tcpi_segs_out > a.tcpi_data_segs_out &&
	    a.tcpi_segs_in > a.tcpi_data_segs_in);
	say("out of order", a.tcpi_rcv_ooopack + b.tcpi_rcv_ooopack);
	say("advmss", a.tcpi_advmss > 1000 && a.tcpi_advmss <= a.tcpi_pmtu - 40);
	say("rcv_mss", b.tcpi_rcv_mss > 88 && b.tcpi_rcv_mss <= b.tcpi_advmss);
	say("ssthresh", a.tcpi_snd_ssthresh);
	say("snd_cwnd", a.tcpi_snd_cwnd >= 2);
	say("snd_wnd", a.tcpi_snd_wnd >= 10000);
	say("rcv_space", b.tcpi_rcv_space > 5000);
	say_times(&a);
	say_times(&b);
	close_pair(fds);
}

/* A reader that does not read: the sender waits for its window, then for room. */
static void test_info_limits(void)
{
	char buf[16384] = "";
	struct tcp_info i;
	int fds[2], k, q;
	long n = 0, got;

	pair(fds);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	for (k = 0; k < 20; k++) {
		while ((got = send(fds[0], buf, sizeof(buf), 0)) > 0)
			n += got;
		usleep(20000);
	}
	i = info_of(fds[0]);
	say("blocked: busy", i.tcpi_busy_time >= 100000);
	say("blocked: by the window", i.tcpi_rwnd_limited >= 100000);
	say("blocked: parts and the whole",
	    i.tcpi_busy_time >= i.tcpi_rwnd_limited + i.tcpi_sndbuf_limited);
	say("blocked: notsent", i.tcpi_notsent_bytes > 0);
	say("blocked: SIOCOUTQNSD", ioctl(fds[0], SIOCOUTQNSD, &q) || (unsigned int)q != i.tcpi_notsent_bytes);
	say("blocked: SIOCOUTQ", ioctl(fds[0], SIOCOUTQ, &q) || q < (int)i.tcpi_notsent_bytes);
	say("blocked: window shut", i.tcpi_snd_wnd < 65536);
	while (n > 0 && (got = recv(fds[1], buf, sizeof(buf), 0)) > 0)
		n -= got;
	say("all arrives", n);
	for (k = 0; k < 200 && info_of(fds[0]).tcpi_unacked; k++)
		usleep(10000);
	i = info_of(fds[0]);
	say("drained: notsent", i.tcpi_notsent_bytes);
	say("drained: SIOCOUTQ", ioctl(fds[0], SIOCOUTQ, &q) ? -1 : q);
	usleep(20000);
	say("idle time is not busy", info_of(fds[0]).tcpi_busy_time == i.tcpi_busy_time);
	close_pair(fds);
}

static void test_lowat(void)
{
	char buf[1000] = "";
	int fds[2], q = 0, k;
	long n = 0, got;

	pair(fds);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	set(fds[0], TCP_NOTSENT_LOWAT, 16384);
	for (k = 0; k < 20; k++) {
		while ((got = send(fds[0], buf, sizeof(buf), 0)) > 0)
			n += got;
		usleep(10000);
	}
	ioctl(fds[0], SIOCOUTQNSD, &q);
	say("little is kept back", q > 0 && q < 16384 + 65536);
	say("not writable", events(fds[0], 0) & POLLOUT);
	say("a higher mark is", set(fds[0], TCP_NOTSENT_LOWAT, 1 << 20));
	/* Linux looks at the send buffer too, which may be full. */
	set(fds[0], TCP_NOTSENT_LOWAT, 16384);
	while (n > 0 && (got = recv(fds[1], buf, sizeof(buf), 0)) > 0)
		n -= got;
	say("all arrives", n);
	say("writable again", events(fds[0], POLLOUT) & POLLOUT);
	close_pair(fds);
}

/* recvmsg() of @len bytes; the cmsg's answer or -1. */
static int recv_inq(int fd, char *buf, size_t len, int flags)
{
	union { char buf[64]; struct cmsghdr align; } u;
	struct iovec iov = { buf, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	struct cmsghdr *c;
	int inq;

	say("recvmsg", recvmsg(fd, &m, flags));
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_level != IPPROTO_TCP || c->cmsg_type != TCP_CM_INQ)
		return -2;
	memcpy(&inq, CMSG_DATA(c), sizeof(inq));
	return inq;
}

static void test_inq(void)
{
	char buf[64];
	int fds[2], q;

	pair(fds);
	send(fds[0], "0123456789", 10, 0);
	readable(fds[1]);
	say("not asked for", recv_inq(fds[1], buf, 2, 0));
	set(fds[1], TCP_INQ, 1);
	say("left", recv_inq(fds[1], buf, 3, 0));
	say("left, peeking", recv_inq(fds[1], buf, 3, MSG_PEEK));
	say("nothing left", recv_inq(fds[1], buf, 5, 0));
	say("error", recv_inq(fds[1], buf, 5, MSG_DONTWAIT));
	send(fds[0], "0123456789", 10, 0);
	shutdown(fds[0], SHUT_WR);
	events(fds[1], POLLRDHUP);
	say("FIONREAD with the end behind", ioctl(fds[1], FIONREAD, &q) ? -1 : q);
	say("left with the end behind", recv_inq(fds[1], buf, 4, 0));
	say("the end is left", recv_inq(fds[1], buf, 6, 0));
	say("FIONREAD of the end", ioctl(fds[1], FIONREAD, &q) ? -1 : q);
	say("the end", recv_inq(fds[1], buf, 6, 0));
	close_pair(fds);
}

int main(int argc, char **argv)
{
	int err = begin(argc, argv);

	if (err)
		return err;
	test_values();
	test_lengths();
	test_connected();
	test_info_states();
	test_info_data();
	test_info_limits();
	test_lowat();
	test_inq();
	return 0;
}
