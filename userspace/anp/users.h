/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which processes hold which sockets.
 */
#ifndef ANP_USERS_H
#define ANP_USERS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct anp_user - a descriptor of a socket
 * @inode: the socket
 * @pid: the process
 * @fd: the descriptor in it
 * @name: the name of the process
 */
struct anp_user {
	uint64_t inode;
	int pid;
	int fd;
	char name[32];
};

/**
 * struct anp_users - all that were found, sorted by inode, process and descriptor
 */
struct anp_users {
	struct anp_user *list;
	size_t count;
	size_t room;
};

/**
 * anp_users_scan() - look through /proc
 * @users: is filled, as far as we may look
 *
 * Return: 0, or -1 and errno.
 */
int anp_users_scan(struct anp_users *users);

/**
 * anp_users_of() - the descriptors of one socket
 * @users: from anp_users_scan(), or NULL
 * @inode: the socket
 * @count: how many there are
 *
 * Return: the first of them.
 */
const struct anp_user *anp_users_of(const struct anp_users *users, uint64_t inode, size_t *count);

#endif /* ANP_USERS_H */
