// SPDX-License-Identifier: GPL-2.0
/*
 * An echo server on the ANP stack, a process for each client: what a program needs of libanp.
 *
 *	echo_server 7777
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <anp.h>

static void echo(int fd, const struct sockaddr_anp *peer)
{
	char buf[16384], addr[INET_ADDRSTRLEN];
	unsigned long total = 0;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0 && anp_send_all(fd, buf, n) == n)
		total += n;
	if (n)
		perror("echo_server");
	inet_ntop(AF_INET, &peer->sanp_addr, addr, sizeof(addr));
	printf("%s:%d: %lu bytes\n", addr, ntohs(peer->sanp_port), total);
	exit(n ? 1 : 0);
}

int main(int argc, char **argv)
{
	struct sockaddr_anp peer;
	socklen_t len = sizeof(peer);
	int listener, fd;

	if (argc != 2) {
		fprintf(stderr, "Usage: echo_server PORT\n");
		return 2;
	}
	listener = anp_listen(NULL, argv[1], 128);
	if (listener < 0) {
		perror("echo_server: cannot listen");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN);
	while ((fd = accept(listener, (struct sockaddr *)&peer, &len)) >= 0) {
		switch (fork()) {
		case 0:
			close(listener);
			echo(fd, &peer);
			break;
		case -1:
			perror("echo_server: fork");
		}
		close(fd);
	}
	perror("echo_server: accept");
	return 1;
}
