// SPDX-License-Identifier: GPL-2.0
/*
 * What the socket calls of a stream socket answer, right and wrong.
 */
#include "stream_cases.h"

static void test_create(void)
{
	say("socket stream udp-protocol", socket(family, SOCK_STREAM, IPPROTO_UDP) < 0 ? -1 : 0);
	say("socket dgram tcp-protocol", socket(family, SOCK_DGRAM, IPPROTO_TCP) < 0 ? -1 : 0);
	say("socket seqpacket", socket(family, SOCK_SEQPACKET, 0) < 0 ? -1 : 0);
	say("socket protocol 255", socket(family, SOCK_STREAM, 255) < 0 ? -1 : 0);
	say("socket type 77", socket(family, 77, 0) < 0 ? -1 : 0);
}

static void test_bind(void)
{
	struct sockaddr_in a = addr_of(own, 0);
	socklen_t len = sizeof(a);
	int fd = tcp(), other;

	say("bind short address", bind(fd, (struct sockaddr *)&a, 8));
	a.sin_family = AF_UNIX;
	say("bind wrong family", bind(fd, (struct sockaddr *)&a, sizeof(a)));
	say("bind foreign address", bind_to(fd, "192.0.2.77", 0));
	say("bind", bind_to(fd, own, 0));
	say("bind again", bind_to(fd, own, 0));
	say("getsockname", getsockname(fd, (struct sockaddr *)&a, &len));
	say("getsockname length", len);
	say("getsockname has a port", a.sin_port != 0);
	say("getpeername unconnected", getpeername(fd, (struct sockaddr *)&a, &len));
	other = tcp();
	say("bind taken port", bind_to(other, own, ntohs(a.sin_port)));
	close(fd);
	say("bind freed port", bind_to(other, own, ntohs(a.sin_port)));
	close(other);
}

static void test_listen(void)
{
	int port, l = listener(&port, 1), fd = tcp(), one = 1;

	say("bind a listened port", bind_to(fd, own, port));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	say("bind a listened port, REUSEADDR", bind_to(fd, own, port));
	say("accept on a socket that does not listen", accept(fd, NULL, NULL));
	say("connect a listener", connect_to(l, own, 9));
	say("send on a listener", send(l, "x", 1, MSG_NOSIGNAL));
	say("recv on a listener", recv(l, &one, 1, MSG_DONTWAIT));
	say("listen again", listen(l, 3));
	fcntl(l, F_SETFL, O_NONBLOCK);
	say("accept, nothing there", accept(l, NULL, NULL));
	say("poll a listener", events(l, 0));
	say("shutdown a listener, write", shutdown(l, SHUT_WR));
	say("shutdown a listener", shutdown(l, SHUT_RD));
	close(l);
	close(fd);
}

static void test_connect(void)
{
	struct sockaddr_in a = addr_of(own, 9);
	int fd = tcp(), fds[2];

	say("connect refused", connect_to(fd, own, 9));
	say("connect refused again", connect_to(fd, own, 9));
	say("connect short address", connect(fd, (struct sockaddr *)&a, 8));
	a.sin_family = AF_UNIX;
	say("connect wrong family", connect(fd, (struct sockaddr *)&a, sizeof(a)));
	say("connect broadcast", connect_to(fd, "255.255.255.255", 9));
	say("connect nowhere", connect_to(fd, "198.51.100.9", 9));
	close(fd);
	pair(fds);
	say("connect connected", connect_to(fds[0], own, 9));
	say("listen connected", listen(fds[0], 1));
	say("bind connected", bind_to(fds[0], own, 0));
	close_pair(fds);
	fd = tcp();
	say("send unconnected", send(fd, "x", 1, MSG_NOSIGNAL));
	say("recv unconnected", recv(fd, &a, 1, 0));
	say("poll unconnected", events(fd, 0));
	say("shutdown unconnected", shutdown(fd, SHUT_RDWR));
	say("poll after shutdown unconnected", events(fd, 0));
	close(fd);
}

static void test_nonblock(void)
{
	int port, l = listener(&port, 5), fd = tcp(), s, err;
	long n = 0, got;
	socklen_t len = sizeof(err);
	char buf[4096] = { 0 };

	fcntl(fd, F_SETFL, O_NONBLOCK);
	err = connect_to(fd, own, port);
	say("nonblocking connect is in progress or done", err == 0 || errno == EINPROGRESS);
	say("poll for it", events(fd, POLLOUT) & POLLOUT);
	say("SO_ERROR", getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) ? -1 : err);
	say("connect again", connect_to(fd, own, port));
	s = accept(l, NULL, NULL);
	say("recv, nothing there", recv(fd, buf, 1, 0));
	while ((got = send(fd, buf, sizeof(buf), MSG_NOSIGNAL)) > 0)
		n += got;
	say("the buffer is full", got);
	say("some was sent", n > 16384);
	say("poll full", events(fd, 0) & POLLOUT);
	while (n > 0 && (got = recv(s, buf, sizeof(buf), 0)) > 0)
		n -= got;
	say("all of it arrives", n);
	say("poll drained", events(fd, POLLOUT) & POLLOUT);
	close(fd);
	close(s);
	fd = tcp();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	connect_to(fd, own, 9);
	events(fd, POLLHUP);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	say("refused in the background", err ? 1 : 0);
	close(fd);
	close(l);
}

static void test_data(void)
{
	char buf[64] = "";
	struct iovec iov[17];
	int fds[2], i, q;

	pair(fds);
	say("send", send(fds[0], "hello", 5, 0));
	readable(fds[1]);
	say("FIONREAD", ioctl(fds[1], FIONREAD, &q) ? -1 : q);
	say("peek", recv(fds[1], buf, 3, MSG_PEEK));
	say("peek again", recv(fds[1], buf, 64, MSG_PEEK));
	say("what was peeked", strncmp(buf, "hello", 5));
	say("recv two", recv(fds[1], buf, 2, 0));
	say("recv truncating", recv(fds[1], NULL, 2, MSG_TRUNC));
	say("recv rest", recv(fds[1], buf, 64, 0));
	say("the rest", buf[0] == 'o');
	for (i = 0; i < 17; i++) {
		iov[i].iov_base = "ab";
		iov[i].iov_len = 2;
	}
	say("writev 17", writev(fds[0], iov, 17));
	say("waitall", recv(fds[1], buf, 34, MSG_WAITALL));
	say("zero bytes sent", send(fds[0], buf, 0, 0));
	say("recv zero bytes", recv(fds[1], buf, 0, MSG_DONTWAIT));
	say("out of band data, none there", recv(fds[1], buf, 1, MSG_OOB));
	say("bad pointer sent", send(fds[0], (void *)8, 5, 0));
	send(fds[0], "x", 1, 0);
	readable(fds[1]);
	say("bad pointer received", recv(fds[1], (void *)8, 1, 0));
	say("poll with data", events(fds[1], POLLIN));
	close_pair(fds);
}

static void test_close(void)
{
	struct linger lin = { 1, 0 };
	char c;
	int fds[2];

	pair(fds);
	say("half close", shutdown(fds[0], SHUT_WR));
	say("send after shutdown", send(fds[0], "x", 1, MSG_NOSIGNAL));
	say("peer polls", events(fds[1], POLLRDHUP));
	say("peer reads the end", recv(fds[1], &c, 1, 0));
	say("peer still sends", send(fds[1], "y", 1, 0));
	readable(fds[0]);
	say("half closed still reads", recv(fds[0], &c, 1, 0));
	say("poll half closed", events(fds[0], 0));
	close(fds[1]);
	say("poll when both have closed", events(fds[0], POLLHUP));
	say("recv at the end", recv(fds[0], &c, 1, 0));
	say("shutdown bad how", shutdown(fds[0], 7));
	close(fds[0]);

	pair(fds);
	setsockopt(fds[0], SOL_SOCKET, SO_LINGER, &lin, sizeof(lin));
	close(fds[0]);
	say("poll after a reset", events(fds[1], POLLERR));
	say("recv after a reset", recv(fds[1], &c, 1, 0));
	say("recv once more", recv(fds[1], &c, 1, 0));
	say("send after a reset", send(fds[1], "x", 1, MSG_NOSIGNAL));
	close(fds[1]);

	pair(fds);
	send(fds[0], "unread", 6, 0);
	readable(fds[1]);
	close(fds[1]);
	events(fds[0], POLLHUP);
	say("unread data resets", recv(fds[0], &c, 1, 0));
	close(fds[0]);

	pair(fds);
	shutdown(fds[0], SHUT_RD);
	say("recv after SHUT_RD", recv(fds[0], &c, 1, 0));
	say("poll after SHUT_RD", events(fds[0], POLLRDHUP));
	close_pair(fds);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_wait(void)
{
	struct timeval tv = { 0, 100000 };
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval it = { { 0, 0 }, { 0, 100000 } };
	int fds[2], port, l;
	char c;

	pair(fds);
	setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	say("recv with a timeout", recv(fds[0], &c, 1, 0));
	tv.tv_usec = 0;
	setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	say("recv interrupted", recv(fds[0], &c, 1, 0));
	l = listener(&port, 1);
	setitimer(ITIMER_REAL, &it, NULL);
	say("accept interrupted", accept(l, NULL, NULL));
	close(l);
	signal(SIGPIPE, SIG_IGN);
	shutdown(fds[0], SHUT_WR);
	say("write without NOSIGNAL", write(fds[0], "x", 1));
	close_pair(fds);
}

static void test_share(void)
{
	union { char buf[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } u = { { 0 } };
	struct iovec iov = { "f", 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = u.buf,
			    .msg_controllen = sizeof(u.buf) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fds[2], un[2], status;
	char ch;

	pair(fds);
	if (!fork()) {
		close(fds[1]);
		_exit(send(fds[0], "c", 1, 0) != 1);
	}
	wait(&status);
	say("a child sends", status);
	say("its bytes arrive", recv(fds[1], &ch, 1, 0));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, un))
		exit(1);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fds[0], sizeof(int));
	say("pass the socket", sendmsg(un[0], &m, 0));
	close(fds[0]);
	iov.iov_base = &ch;
	say("receive it", recvmsg(un[1], &m, 0));
	memcpy(&fds[0], CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	say("use it", send(fds[0], "p", 1, 0));
	say("its byte arrives", recv(fds[1], &ch, 1, 0));
	close_pair(fds);
}

static void option(const char *name, int level, int opt, int val)
{
	char text[64];
	socklen_t len = sizeof(val);
	int fd = tcp(), got = -1;

	snprintf(text, sizeof(text), "set %s %d", name, val);
	say(text, setsockopt(fd, level, opt, &val, sizeof(val)));
	snprintf(text, sizeof(text), "get %s", name);
	say(text, getsockopt(fd, level, opt, &got, &len) ? -1 : got);
	snprintf(text, sizeof(text), "set %s, short", name);
	say(text, setsockopt(fd, level, opt, &val, 0));
	close(fd);
}

static void test_options(void)
{
	option("TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1);
	option("TCP_CORK", IPPROTO_TCP, TCP_CORK, 1);
	option("TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 40);
	option("TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 0);
	option("TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, 40);
	option("TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 200);
	option("TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, 4);
	option("TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, 3);
	option("TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, 20);
	option("TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, 1000);
	option("TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, -1);
	option("IP_TTL", IPPROTO_IP, IP_TTL, 9);
	option("IP_TTL", IPPROTO_IP, IP_TTL, 300);
	option("IP_TOS", IPPROTO_IP, IP_TOS, 0x10);
	option("unknown TCP option", IPPROTO_TCP, 9999, 1);
	option("unknown level", 12345, 1, 1);
}

int main(int argc, char **argv)
{
	int err = begin(argc, argv);

	if (err)
		return err;
	test_create();
	test_bind();
	test_listen();
	test_connect();
	test_nonblock();
	test_data();
	test_close();
	test_wait();
	test_share();
	test_options();
	return 0;
}
