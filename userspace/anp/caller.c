// SPDX-License-Identifier: GPL-2.0
/*
 * Making a socket in the name of another process.
 *
 * Callers mostly share the supervisor's network namespace and user, and then it is one socket(2).
 * For the others a helper takes on the caller's identity first.  The helper is a process of its
 * own, because entering a user namespace and giving up root cannot be undone, but it shares the
 * descriptor table, so that the socket is at once the supervisor's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/capability.h>

#include "run.h"

#define MAX_GROUPS 64

/* The rest of a type are flags: SOCK_TYPE_MASK of the kernel. */
#define TYPE_MASK 0xf

/* What the helper becomes; descriptors are -1 where there is nothing to enter. */
struct identity {
	int netns;
	int userns;
	bool switch_user;
	uid_t uid;
	gid_t gid;
	int n_groups;
	gid_t groups[MAX_GROUPS];
};

struct helper {
	const struct anp_run *run;
	const struct identity *id;
	int family;
	int type;
	int protocol;
	int fd;
	int err;
};

static struct stat own_netns;
static uid_t own_uid;

void anp_caller_init(void)
{
	if (stat("/proc/self/ns/net", &own_netns) < 0)
		own_netns.st_ino = 0;
	own_uid = geteuid();
}

static int open_proc(pid_t tid, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, what);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The namespace of @tid if it is another one than ours and we may look, else -1. */
static int foreign_netns(pid_t tid)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)tid);
	if (!own_netns.st_ino || stat(path, &st) < 0 ||
	    (st.st_ino == own_netns.st_ino && st.st_dev == own_netns.st_dev))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void parse_groups(const char *list, struct identity *id)
{
	char *end;

	id->n_groups = 0;
	while (id->n_groups < MAX_GROUPS) {
		unsigned long gid = strtoul(list, &end, 10);

		if (end == list)
			break;
		id->groups[id->n_groups++] = gid;
		list = end + strspn(end, " \t");
		if (*list == '\n')
			break;
	}
}

/*
 * Root's supervisor may serve children that gave root up (nginx, sshd): their sockets are theirs,
 * and what is allowed to a group (ping_group_range) is judged by their groups.
 */
static void read_user(pid_t tid, struct identity *id)
{
	char buf[4096], *uids, *gids, *groups;
	int fd = open_proc(tid, "status");
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return;
	buf[n] = 0;
	uids = strstr(buf, "\nUid:");
	gids = strstr(buf, "\nGid:");
	groups = strstr(buf, "\nGroups:");
	if (!uids || !gids || !groups ||
	    sscanf(uids, "\nUid: %*u %u", &id->uid) != 1 ||
	    sscanf(gids, "\nGid: %*u %u", &id->gid) != 1)
		return;
	parse_groups(groups + strlen("\nGroups:"), id);
	id->switch_user = id->uid != own_uid;
}

/*
 * A raw socket is made with our rights, so the caller's are asked for here: CAP_NET_RAW, in the user
 * namespace that is also ours unless it has a network namespace of its own.
 */
static bool may_raw(pid_t tid, bool own_netns)
{
	unsigned long long caps = 0;
	struct stat theirs, ours;
	char buf[4096], *line;
	int fd = open_proc(tid, "ns/user");
	ssize_t n;

	if (fd < 0)
		return false;
	n = fstat(fd, &theirs);
	close(fd);
	if (n < 0 || stat("/proc/self/ns/user", &ours) < 0 ||
	    (theirs.st_ino != ours.st_ino && !own_netns))
		return false;
	fd = open_proc(tid, "status");
	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = 0;
	line = strstr(buf, "\nCapEff:");
	return line && sscanf(line, "\nCapEff: %llx", &caps) == 1 && caps >> CAP_NET_RAW & 1;
}

/* A namespace of another user can be entered only after the user namespace that owns it. */
static int enter_netns(const struct identity *id)
{
	if (id->netns < 0 || !setns(id->netns, CLONE_NEWNET))
		return 0;
	if (id->userns < 0 || setns(id->userns, CLONE_NEWUSER) < 0)
		return -1;
	return setns(id->netns, CLONE_NEWNET);
}

/* The C library's wrappers would change every thread; the helper is to change itself only. */
static int become_user(const struct identity *id)
{
	if (!id->switch_user)
		return 0;
	if (syscall(SYS_setgroups, id->n_groups, id->groups) < 0 ||
	    syscall(SYS_setresgid, id->gid, id->gid, id->gid) < 0)
		return -1;
	return syscall(SYS_setresuid, id->uid, id->uid, id->uid);
}

static int helper_main(void *arg)
{
	struct helper *h = arg;

	h->fd = -1;
	if (!enter_netns(h->id) && !become_user(h->id))
		h->fd = h->run->open_socket(h->family, h->type, h->protocol);
	h->err = errno;
	return 0;
}

static int socket_by_helper(struct helper *h)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));
	pid_t pid;

	/* CLONE_VFORK: the helper borrows our memory, and we wait until it is gone. */
	pid = clone(helper_main, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, h);
	if (pid < 0)
		return -1;
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	errno = h->err;
	return h->fd;
}

int anp_caller_socket(const struct anp_run *run, int listener, const struct seccomp_notif *call)
{
	int family = (int)call->data.args[0], type = (int)call->data.args[1] | SOCK_CLOEXEC;
	int protocol = (int)call->data.args[2];
	struct identity id = { .netns = -1, .userns = -1 };
	struct helper helper = { run, &id, family, type, protocol, -1, 0 };
	int fd, err;

	/* Of AF_INET6 the filter sends us all types. */
	if (family == AF_INET6 && (type & TYPE_MASK) != SOCK_STREAM &&
	    (type & TYPE_MASK) != SOCK_DGRAM) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	id.netns = foreign_netns(call->pid);
	if (own_uid == 0)
		read_user(call->pid, &id);
	if ((type & TYPE_MASK) == SOCK_RAW && !may_raw(call->pid, id.netns >= 0)) {
		if (id.netns >= 0)
			close(id.netns);
		errno = EPERM;
		return -1;
	}
	if (id.netns < 0 && !id.switch_user)
		return run->open_socket(family, type, protocol);
	if (id.netns >= 0)
		id.userns = open_proc(call->pid, "ns/user");

	/* What was read belongs to the caller only if its thread still waits for the answer. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) < 0)
		fd = -1;
	else
		fd = socket_by_helper(&helper);
	err = errno;
	if (id.netns >= 0)
		close(id.netns);
	if (id.userns >= 0)
		close(id.userns);
	errno = err;
	return fd;
}
