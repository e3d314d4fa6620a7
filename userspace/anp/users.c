// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes hold which sockets: /proc/PID/fd names a socket by its inode.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "users.h"

static int add(struct anp_users *users, const struct anp_user *user)
{
	if (users->count == users->room) {
		size_t room = users->room ? 2 * users->room : 256;
		void *list = reallocarray(users->list, room, sizeof(*users->list));

		if (!list)
			return -1;
		users->list = list;
		users->room = room;
	}
	users->list[users->count++] = *user;
	return 0;
}

static void read_name(int pid, char *name, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (!f || !fgets(name, size, f))
		snprintf(name, size, "?");
	name[strcspn(name, "\n")] = 0;
	if (f)
		fclose(f);
}

static int scan_process(struct anp_users *users, int pid)
{
	struct anp_user user = { .pid = pid };
	char path[64], link[64];
	struct dirent *entry;
	int ret = 0;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	/* Gone meanwhile, or another user's. */
	if (!dir)
		return 0;
	while (!ret && (entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
		if (len <= 0)
			continue;
		link[len] = 0;
		if (sscanf(link, "socket:[%" SCNu64 "]", &user.inode) != 1)
			continue;
		user.fd = atoi(entry->d_name);
		if (!user.name[0])
			read_name(pid, user.name, sizeof(user.name));
		ret = add(users, &user);
	}
	closedir(dir);
	return ret;
}

static int compare(const void *left, const void *right)
{
	const struct anp_user *a = left, *b = right;

	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->fd - b->fd;
}

int anp_users_scan(struct anp_users *users)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	int pid, ret = 0;

	if (!dir)
		return -1;
	while (!ret && (entry = readdir(dir))) {
		pid = atoi(entry->d_name);
		if (pid > 0)
			ret = scan_process(users, pid);
	}
	closedir(dir);
	if (users->count)
		qsort(users->list, users->count, sizeof(*users->list), compare);
	return ret;
}

const struct anp_user *anp_users_of(const struct anp_users *users, uint64_t inode, size_t *count)
{
	size_t low = 0, high = users ? users->count : 0, mid;

	*count = 0;
	/* Inode 0 is a socket that no descriptor names: TIME-WAIT, or not accepted yet. */
	if (!high || !inode)
		return NULL;
	while (low < high) {
		mid = (low + high) / 2;
		if (users->list[mid].inode < inode)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + *count < users->count && users->list[low + *count].inode == inode)
		++*count;
	return &users->list[low];
}
