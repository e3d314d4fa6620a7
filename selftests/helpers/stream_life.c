// SPDX-License-Identifier: GPL-2.0
/*
 * How stream sockets behave over time: queues that fill, timeouts, linger, resets, wake-ups. One
 * line a case; run with AF_INET and with AF_ANP the output has to be the same (api/stream_life.sh).
 *
 *	stream_life FAMILY ADDRESS SILENT	ADDRESS: this namespace's own
 *						SILENT: on the link, but nobody has it
 *	stream_life FAMILY ADDRESS ports	with 40000-40003 to choose from
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int family;
static const char *own, *silent;
static int next_port = 23000;
static volatile int signals;

static void say(const char *name, long ret)
{
	printf("%s: %ld %s\n", name, ret, ret < 0 ? strerrorname_np(errno) : "-");
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Whether it took from @min to @max seconds; the time itself differs from run to run. */
static void say_time(const char *name, double since, double min, double max)
{
	double took = now() - since;

	if (took < min || took > max)
		printf("# %s: took %.3f s\n", name, took);
	printf("%s: %s\n", name, took < min ? "too soon" : took > max ? "too late" : "in time");
}

static void ms(int n)
{
	usleep(n * 1000);
}

static struct sockaddr_in addr_of(const char *ip, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, ip, &a.sin_addr);
	return a;
}

static int tcp(void)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0) {
		perror("socket");
		exit(1);
	}
	return fd;
}

static int bind_to(int fd, const char *ip, int port)
{
	struct sockaddr_in a = addr_of(ip, port);

	return bind(fd, (struct sockaddr *)&a, sizeof(a));
}

static int connect_to(int fd, const char *ip, int port)
{
	struct sockaddr_in a = addr_of(ip, port);

	return connect(fd, (struct sockaddr *)&a, sizeof(a));
}

static void opt(int fd, int level, int name, int val)
{
	setsockopt(fd, level, name, &val, sizeof(val));
}

static void timeout_set(int fd, int name, int millis)
{
	struct timeval tv = { .tv_sec = millis / 1000, .tv_usec = millis % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, name, &tv, sizeof(tv));
}

static void nonblock(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int ready(int fd, int events, int millis)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, millis) < 0 ? -1 : p.revents;
}

static int listener(int port, int backlog)
{
	int fd = tcp();

	opt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind_to(fd, own, port) || listen(fd, backlog)) {
		perror("listener");
		exit(1);
	}
	return fd;
}

/* A connection; @c has connected, @s was accepted. */
static void pair(int *c, int *s)
{
	int port = next_port++, l = listener(port, 8);

	*c = tcp();
	if (connect_to(*c, own, port)) {
		perror("connect");
		exit(1);
	}
	*s = accept(l, NULL, NULL);
	close(l);
}

static void pair_close(int c, int s)
{
	close(c);
	close(s);
}

static int state_of(int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		return -1;
	return info.tcpi_state;
}

/* What can be sent until the socket is full. */
static long fill(int fd)
{
	static char buf[65536];
	long sum = 0, n;

	nonblock(fd);
	while ((n = send(fd, buf, sizeof(buf), MSG_NOSIGNAL)) > 0)
		sum += n;
	return sum;
}

/* Until no more can be sent even after what is under way has arrived. */
static long fill_up(int fd)
{
	long sum = 0, n;

	do {
		n = fill(fd);
		sum += n;
		ms(50);
	} while (n);
	return sum;
}

static long drain(int fd, long want)
{
	static char buf[65536];
	long sum = 0, n;

	while (sum < want && (n = recv(fd, buf, sizeof(buf), 0)) > 0)
		sum += n;
	return sum;
}

static int error_of(int fd)
{
	socklen_t len = sizeof(int);
	int err = -1;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return err;
}

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

static void test_backlog(void)
{
	int port = next_port++, l = listener(port, 2), c[6], up = 0, s, i;
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	for (i = 0; i < 6; i++) {
		c[i] = tcp();
		nonblock(c[i]);
		connect_to(c[i], own, port);
		up += ready(c[i], POLLOUT, 100) == POLLOUT;
	}
	say("connected with a backlog of 2", up);
	getsockopt(l, IPPROTO_TCP, TCP_INFO, &info, &len);
	say("accept queue", info.tcpi_unacked);
	say("its limit", info.tcpi_sacked);
	for (i = 0; i < 3; i++) {
		s = accept(l, NULL, NULL);
		close(s);
	}
	say("a place became free", ready(c[3], POLLOUT, 8000) & POLLOUT);
	for (i = 0; i < 6; i++)
		close(c[i]);
	close(l);

	port = next_port++;
	l = listener(port, 0);
	c[0] = tcp();
	say("backlog of 0", connect_to(c[0], own, port));
	close(c[0]);
	close(l);
}

static void test_listener_end(void)
{
	int port = next_port++, l = listener(port, 4), c = tcp(), s;
	struct linger reset = { 1, 0 };
	char b;

	say("connect, not accepted", connect_to(c, own, port));
	close(l);
	say("the listener closes: poll", ready(c, POLLIN, 2000));
	say("the listener closes: recv", recv(c, &b, 1, 0));
	close(c);

	port = next_port++;
	l = listener(port, 4);
	c = tcp();
	connect_to(c, own, port);
	send(c, "x", 1, 0);
	close(c);
	ms(50);
	s = accept(l, NULL, NULL);
	say("closed before accept: its byte", recv(s, &b, 1, 0));
	say("closed before accept: the end", recv(s, &b, 1, 0));
	close(s);
	c = tcp();
	connect_to(c, own, port);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(c);
	ms(50);
	s = accept(l, NULL, NULL);
	say("reset before accept", s >= 0);
	say("reset before accept: recv", recv(s, &b, 1, 0));
	close(s);
	close(l);
}

static void test_linger(void)
{
	struct linger lin = { 1, 0 };
	double t;
	char b;
	int c, s;

	pair(&c, &s);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
	send(c, "abc", 3, 0);
	close(c);
	ms(50);
	say("linger 0: poll", ready(s, POLLIN, 1000));
	say("linger 0: recv", recv(s, &b, 1, 0));
	say("linger 0: recv again", recv(s, &b, 1, 0));
	close(s);

	pair(&c, &s);
	lin.l_linger = 5;
	setsockopt(c, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
	send(c, "abc", 3, 0);
	t = now();
	say("linger 5, all is taken", close(c));
	say_time("linger 5, all is taken", t, 0, 1);
	say("linger 5: the peer gets it", recv(s, &b, 1, 0));
	close(s);

	pair(&c, &s);
	lin.l_linger = 1;
	setsockopt(c, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
	fill_up(c);
	fcntl(c, F_SETFL, 0);
	t = now();
	say("linger 1, the peer does not read", close(c));
	say_time("linger 1, the peer does not read", t, 0.9, 2.5);
	close(s);
}

static void test_timeouts(void)
{
	char b[8];
	double t;
	int c, s, fd;

	pair(&c, &s);
	fill_up(c);
	fcntl(c, F_SETFL, 0);
	timeout_set(c, SO_SNDTIMEO, 300);
	t = now();
	say("send with a timeout", send(c, "x", 1, 0));
	say_time("send with a timeout", t, 0.28, 1.5);
	timeout_set(s, SO_RCVTIMEO, 300);
	pair_close(c, s);

	pair(&c, &s);
	timeout_set(s, SO_RCVTIMEO, 300);
	send(c, "abc", 3, 0);
	t = now();
	say("waitall with a timeout", recv(s, b, 8, MSG_WAITALL));
	say_time("waitall with a timeout", t, 0.28, 1.5);
	pair_close(c, s);

	fd = tcp();
	timeout_set(fd, SO_SNDTIMEO, 300);
	t = now();
	say("connect with a timeout", connect_to(fd, silent, 9));
	say_time("connect with a timeout", t, 0.28, 1.5);
	say("connect again", connect_to(fd, silent, 9));
	close(fd);
	fd = tcp();
	t = now();
	say("connect to nobody", connect_to(fd, silent, 9));
	say_time("connect to nobody", t, 1, 8);
	close(fd);
}

static void test_lowat(void)
{
	static char big[600000];
	char buf[100] = {};
	int c, s;

	pair(&c, &s);
	opt(s, SOL_SOCKET, SO_RCVLOWAT, 100);
	send(c, buf, 50, 0);
	say("below the mark", ready(s, POLLIN, 200));
	send(c, buf, 50, 0);
	say("at the mark", ready(s, POLLIN, 2000));
	send(c, buf, 50, 0);
	say("recv", recv(s, buf, 100, 0));
	ms(50);
	shutdown(c, SHUT_WR);
	say("the end counts", ready(s, POLLIN | POLLRDHUP, 2000));
	say("recv below the mark at the end", recv(s, buf, 100, 0));
	pair_close(c, s);

	pair(&c, &s);
	opt(s, SOL_SOCKET, SO_RCVLOWAT, 500000);
	if (!fork())
		_exit(send(c, big, sizeof(big), 0) != sizeof(big));
	say("a mark above the buffer", ready(s, POLLIN, 3000));
	opt(s, SOL_SOCKET, SO_RCVLOWAT, 1);
	say("all arrives", drain(s, sizeof(big)));
	wait(NULL);
	opt(s, SOL_SOCKET, SO_RCVBUF, 4096);
	opt(s, SOL_SOCKET, SO_RCVLOWAT, 500000);
	if (!fork())
		_exit(send(c, big, sizeof(big), 0) != sizeof(big));
	say("a mark above a fixed buffer", ready(s, POLLIN, 3000));
	opt(s, SOL_SOCKET, SO_RCVLOWAT, 1);
	say("all arrives", drain(s, sizeof(big)));
	wait(NULL);
	pair_close(c, s);
}

static void test_disconnect(void)
{
	struct sockaddr_in un = { .sin_family = AF_UNSPEC }, a;
	int port = next_port++, l = listener(port, 4), c, s;
	socklen_t len = sizeof(a);
	char b;

	c = tcp();
	connect_to(c, own, port);
	s = accept(l, NULL, NULL);
	say("disconnect", connect(c, (struct sockaddr *)&un, sizeof(un)));
	say("getpeername", getpeername(c, (struct sockaddr *)&a, &len));
	say("the peer's recv", recv(s, &b, 1, 0));
	close(s);
	say("SO_ERROR", error_of(c));
	say("connect anew", connect_to(c, own, port));
	s = accept(l, NULL, NULL);
	say("send", send(c, "x", 1, 0));
	say("recv", recv(s, &b, 1, 0));
	pair_close(c, s);
	say("disconnect a listener", connect(l, (struct sockaddr *)&un, sizeof(un)));
	say("it does not listen", accept(l, NULL, NULL));
	close(l);
}

static void test_timewait(void)
{
	int port = next_port++, l = listener(port, 4), c, s, fd;
	struct linger reset = { 1, 0 };
	char b;

	c = tcp();
	connect_to(c, own, port);
	s = accept(l, NULL, NULL);
	close(l);
	close(s);
	say("the server closed first", recv(c, &b, 1, 0));
	close(c);
	ms(100);
	fd = tcp();
	say("its port waits", bind_to(fd, own, port));
	opt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	say("with REUSEADDR", bind_to(fd, own, port));
	say("listen", listen(fd, 1));
	c = tcp();
	say("connect", connect_to(c, own, port));
	setsockopt(c, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(c);
	close(fd);
}

static void test_queue_lengths(void)
{
	int c, s, n = -1;
	long sent;

	pair(&c, &s);
	sent = fill_up(c);
	ioctl(c, SIOCOUTQ, &n);
	say("something waits", n > 0 && n <= sent);
	ioctl(s, FIONREAD, &n);
	say("something has come", n > 0);
	ioctl(c, SIOCOUTQNSD, &n);
	say("something was not sent", n > 0);
	say("all arrives", drain(s, sent) == sent);
	ms(100);
	ioctl(c, SIOCOUTQ, &n);
	say("nothing waits", n);
	ioctl(s, FIONREAD, &n);
	say("nothing to read", n);
	ioctl(s, SIOCATMARK, &n);
	say("SIOCATMARK", n);
	say("unknown ioctl", ioctl(s, 0x7777, &n));
	pair_close(c, s);
}

static void test_epoll(void)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET }, got;
	int c, s, ep = epoll_create1(0);
	long sent;
	char b[4];

	pair(&c, &s);
	nonblock(s);
	epoll_ctl(ep, EPOLL_CTL_ADD, s, &ev);
	say("edge: writable", epoll_wait(ep, &got, 1, 500) == 1 ? (long)got.events : -1);
	say("edge: no more", epoll_wait(ep, &got, 1, 100));
	send(c, "ab", 2, 0);
	say("edge: data", epoll_wait(ep, &got, 1, 500) == 1 ? (long)(got.events & EPOLLIN) : -1);
	say("edge: not twice", epoll_wait(ep, &got, 1, 100));
	send(c, "cd", 2, 0);
	say("edge: more data", epoll_wait(ep, &got, 1, 500) == 1 ? (long)(got.events & EPOLLIN) : -1);
	say("edge: read", recv(s, b, 4, 0));
	sent = fill_up(s);
	epoll_wait(ep, &got, 1, 0);
	drain(c, sent);
	say("edge: writable again",
	    epoll_wait(ep, &got, 1, 2000) == 1 ? (long)(got.events & EPOLLOUT) : -1);
	ms(50);
	epoll_wait(ep, &got, 1, 0);
	shutdown(c, SHUT_WR);
	say("edge: half closed",
	    epoll_wait(ep, &got, 1, 500) == 1 ? (long)(got.events & (EPOLLRDHUP | EPOLLIN)) : -1);
	shutdown(s, SHUT_WR);
	say("edge: closed",
	    epoll_wait(ep, &got, 1, 500) == 1 ? (long)(got.events & (EPOLLRDHUP | EPOLLHUP)) : -1);
	pair_close(c, s);
	close(ep);
}

static void test_cork(void)
{
	char b[64];
	int c, s;

	pair(&c, &s);
	opt(c, IPPROTO_TCP, TCP_CORK, 1);
	send(c, "12345", 5, 0);
	say("corked", ready(s, POLLIN, 80));
	opt(c, IPPROTO_TCP, TCP_CORK, 0);
	say("uncorked", ready(s, POLLIN, 500));
	say("recv", recv(s, b, sizeof(b), 0));
	send(c, "123", 3, MSG_MORE);
	say("more to come", ready(s, POLLIN, 80));
	send(c, "45", 2, 0);
	say("no more to come", ready(s, POLLIN, 500));
	say("recv", recv(s, b, sizeof(b), 0));
	send(c, "123", 3, MSG_MORE);
	shutdown(c, SHUT_WR);
	say("the end lets it go", ready(s, POLLIN, 500));
	say("recv", recv(s, b, sizeof(b), 0));
	pair_close(c, s);
}

static void test_splice(void)
{
	char b[4096], name[] = "/tmp/stream_life.XXXXXX";
	int c, s, f = mkstemp(name), p[2], i;
	off_t off = 0;

	unlink(name);
	for (i = 0; i < (int)sizeof(b); i++)
		b[i] = i * 7;
	for (i = 0; i < 16; i++)
		say("file", write(f, b, sizeof(b)));
	pair(&c, &s);
	say("sendfile", sendfile(c, f, &off, 65536));
	say("arrives", drain(s, 65536));
	if (pipe(p))
		exit(1);
	say("pipe", write(p[1], b, 1000));
	say("splice to the socket", splice(p[0], NULL, c, NULL, 1000, 0));
	ms(50);
	say("splice from the socket", splice(s, NULL, p[1], NULL, 1000, 0));
	memset(b, 0, 1000);
	say("pipe", read(p[0], b, sizeof(b)));
	for (i = 0; i < 1000 && b[i] == (char)(i * 7); i++)
		;
	say("unharmed", i);
	pair_close(c, s);
	close(p[0]);
	close(p[1]);
	close(f);
}

static void test_wakeups(void)
{
	int port = next_port++, l, c, s, status, i;
	char b;

	pair(&c, &s);
	if (!fork()) {
		ms(150);
		shutdown(s, SHUT_RD);
		_exit(0);
	}
	say("shutdown wakes recv", recv(s, &b, 1, 0));
	wait(NULL);
	pair_close(c, s);

	l = listener(port, 4);
	if (!fork()) {
		ms(150);
		shutdown(l, SHUT_RD);
		_exit(0);
	}
	say("shutdown wakes accept", accept(l, NULL, NULL));
	wait(NULL);
	close(l);

	l = listener(port, 4);
	for (i = 0; i < 2; i++) {
		if (fork())
			continue;
		s = accept(l, NULL, NULL);
		_exit(send(s, "k", 1, 0) == 1 ? 7 : 1);
	}
	ms(100);
	for (i = 0; i < 2; i++) {
		c = tcp();
		connect_to(c, own, port);
		say("one of two accepts", recv(c, &b, 1, 0));
		close(c);
		wait(&status);
		say("and ends", WEXITSTATUS(status));
	}
	close(l);
}

static void test_sigio(void)
{
	int c, s;

	signal(SIGIO, on_signal);
	pair(&c, &s);
	fcntl(s, F_SETOWN, getpid());
	fcntl(s, F_SETFL, fcntl(s, F_GETFL) | O_ASYNC);
	signals = 0;
	send(c, "x", 1, 0);
	ms(100);
	say("SIGIO on data", signals > 0);
	signals = 0;
	close(c);
	ms(100);
	say("SIGIO at the end", signals > 0);
	fcntl(s, F_SETFL, 0);
	close(s);
	signal(SIGIO, SIG_DFL);
}

static void test_states(void)
{
	int port = next_port++, l = listener(port, 1), c, s;

	say("state of a listener", state_of(l));
	close(l);
	pair(&c, &s);
	say("state", state_of(c));
	shutdown(c, SHUT_WR);
	ms(100);
	say("state, half closed", state_of(c));
	say("state, the other end", state_of(s));
	close(s);
	ms(100);
	say("state, both closed", state_of(c));
	close(c);
	c = tcp();
	say("state, new", state_of(c));
	close(c);
}

static void test_reset_with_data(void)
{
	struct linger lin = { 1, 0 };
	char b[8];
	int c, s;

	pair(&c, &s);
	send(c, "abc", 3, 0);
	ms(50);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
	close(c);
	ms(50);
	say("data before the reset", recv(s, b, 2, 0));
	say("data before the reset", recv(s, b, 8, 0));
	say("then", recv(s, b, 8, 0));
	say("then", recv(s, b, 8, 0));
	close(s);

	pair(&c, &s);
	close(s);
	ms(50);
	say("send to the closed", send(c, "x", 1, MSG_NOSIGNAL));
	ms(100);
	say("send again", send(c, "x", 1, MSG_NOSIGNAL));
	say("and again", send(c, "x", 1, MSG_NOSIGNAL));
	say("SO_ERROR", error_of(c));
	close(c);
}

static void test_small_buffers(void)
{
	int port = next_port++, l = tcp(), c = tcp(), s;
	long want = 300000, sent = 0, n;
	static char buf[3000];

	opt(l, SOL_SOCKET, SO_RCVBUF, 4096);
	opt(c, SOL_SOCKET, SO_SNDBUF, 4096);
	bind_to(l, own, port);
	listen(l, 1);
	say("connect", connect_to(c, own, port));
	s = accept(l, NULL, NULL);
	if (!fork()) {
		while (sent < want && (n = send(c, buf, sizeof(buf), 0)) > 0)
			sent += n;
		_exit(0);
	}
	close(c);
	say("through small buffers", drain(s, want + 1));
	wait(NULL);
	close(s);
	close(l);
}

static void test_ports(void)
{
	int port = 24000, l = listener(port, 16), c[6], i, fd;
	pid_t pid;

	for (i = 0; i < 6; i++) {
		c[i] = tcp();
		say("connect from one of four ports", connect_to(c[i], own, port));
	}
	fd = tcp();
	say("bind to any port", bind_to(fd, own, 0));
	close(fd);
	for (i = 0; i < 6; i++)
		close(c[i]);
	close(l);

	pid = fork();
	if (!pid) {
		if (setuid(65534))
			_exit(1);
		fd = tcp();
		_exit(bind_to(fd, own, 80) && errno == EACCES ? 0 : 2);
	}
	waitpid(pid, &i, 0);
	say("port 80 without privilege", WEXITSTATUS(i));
	fd = tcp();
	say("port 80 with it", bind_to(fd, own, 80));
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	family = atoi(argv[1]);
	own = argv[2];
	silent = argv[3];
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	/* A run of its own: with four ports the other cases could not be told from it. */
	if (!strcmp(silent, "ports")) {
		test_ports();
		return 0;
	}
	test_backlog();
	test_listener_end();
	test_linger();
	test_timeouts();
	test_lowat();
	test_disconnect();
	test_timewait();
	test_queue_lengths();
	test_epoll();
	test_cork();
	test_splice();
	test_wakeups();
	test_sigio();
	test_states();
	test_reset_with_data();
	test_small_buffers();
	return 0;
}
