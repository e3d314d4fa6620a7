// SPDX-License-Identifier: GPL-2.0
/*
 * The client of echo_server: sends its arguments, or lines of its input, and prints what returns.
 *
 *	echo_client 10.0.0.2 7777 hello
 */
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <anp.h>

static int talk(int fd, char *text, size_t len)
{
	if (anp_send_all(fd, text, len) < 0 || anp_recv_all(fd, text, len) != (ssize_t)len) {
		perror("echo_client");
		return -1;
	}
	fwrite(text, 1, len, stdout);
	return 0;
}

static void print_rtt(int fd)
{
	struct tcp_info info;

	if (anp_tcp_info(fd, &info, sizeof(info)) > 0)
		fprintf(stderr, "round trip %u us, %u retransmitted\n", info.tcpi_rtt,
			info.tcpi_total_retrans);
}

int main(int argc, char **argv)
{
	char line[4096];
	int fd, i, failed = 0;

	if (argc < 3) {
		fprintf(stderr, "Usage: echo_client HOST PORT [WORD...]\n");
		return 2;
	}
	fd = anp_connect(argv[1], argv[2], SOCK_STREAM, 5000);
	if (fd < 0) {
		perror("echo_client: cannot connect");
		return 1;
	}
	anp_set_nodelay(fd, 1);
	for (i = 3; i < argc && !failed; i++) {
		snprintf(line, sizeof(line), "%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
		failed = talk(fd, line, strlen(line));
	}
	while (argc == 3 && !failed && fgets(line, sizeof(line), stdin))
		failed = talk(fd, line, strlen(line));
	print_rtt(fd);
	close(fd);
	return failed ? 1 : 0;
}
