// SPDX-License-Identifier: GPL-2.0
/*
 * The few socket options that the kernel's core decides by the number of the family, before the
 * stack is asked: SO_REUSEPORT and SO_ZEROCOPY would be refused, and SO_DOMAIN would tell AF_ANP.  The supervisor
 * borrows the caller's socket and answers for them.
 *
 * Whatever stands in the way (the caller may not be looked into, the socket is not ours), the
 * kernel answers the call as it stands.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "run.h"

/* The number of the process that a thread belongs to, or -1. */
static pid_t process_of(pid_t tid)
{
	char path[64], buf[4096], *tgid;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	tgid = strstr(buf, "\nTgid:");
	return tgid ? atoi(tgid + strlen("\nTgid:")) : -1;
}

/* The caller's descriptor @fd as one of ours, or -1. */
static int borrow(pid_t tid, int fd)
{
	pid_t pid = process_of(tid);
	int pidfd, copy;

	pidfd = pid > 0 ? syscall(SYS_pidfd_open, pid, 0) : -1;
	if (pidfd < 0)
		return -1;
	copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}

static bool read_caller(pid_t tid, uint64_t addr, void *buf, size_t len)
{
	struct iovec here = { buf, len }, there = { (void *)(uintptr_t)addr, len };

	return process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)len;
}

static bool write_caller(pid_t tid, uint64_t addr, const void *buf, size_t len)
{
	struct iovec here = { (void *)(uintptr_t)buf, len };
	struct iovec there = { (void *)(uintptr_t)addr, len };

	return process_vm_writev(tid, &here, 1, &there, 1, 0) == (ssize_t)len;
}

static int set_option(const struct anp_run *run, const struct seccomp_notif *call, int fd)
{
	int option = (int)call->data.args[2], value;

	if ((int)call->data.args[4] < (int)sizeof(value) ||
	    !read_caller(call->pid, call->data.args[3], &value, sizeof(value)))
		return ANP_CALL_CONTINUE;
	return run->set_option(fd, option, value) < 0 ? -errno : 0;
}

static int get_domain(const struct seccomp_notif *call, int family)
{
	socklen_t len = sizeof(int);

	if (!read_caller(call->pid, call->data.args[4], &len, sizeof(len)) || len < sizeof(family))
		return ANP_CALL_CONTINUE;
	len = sizeof(family);
	if (!write_caller(call->pid, call->data.args[3], &family, sizeof(family)) ||
	    !write_caller(call->pid, call->data.args[4], &len, sizeof(len)))
		return ANP_CALL_CONTINUE;
	return 0;
}

int anp_caller_option(const struct anp_run *run, const struct seccomp_notif *call, bool set)
{
	int fd = borrow(call->pid, (int)call->data.args[0]), result = ANP_CALL_CONTINUE, family;

	if (fd < 0)
		return ANP_CALL_CONTINUE;
	family = run->family_of(fd);
	if (family)
		result = set ? set_option(run, call, fd) : get_domain(call, family);
	/* Before the caller goes on: it may be about to close the socket. */
	close(fd);
	return result;
}
