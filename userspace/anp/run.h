/* SPDX-License-Identifier: GPL-2.0 */
/*
 * anp run: PROGRAM keeps its process; a second process, the supervisor, makes its sockets.
 *
 *	anp run ──fork──> supervisor        waits for the listener
 *	   │  seccomp(NEW_LISTENER)              │
 *	   ├──── SCM_RIGHTS: listener ──────────>│
 *	   │  execvp(PROGRAM)                    │
 *	   └─ socket(AF_INET, ...) ── notify ───>│ socket(AF_ANP, ...)
 *	      = fd  <──────────────── ADDFD ─────┘
 *
 * PROGRAM is thus the process that the shell or the service manager started: signals, job control
 * and exit status need no forwarding.  The supervisor lives until the last process that inherited
 * the filter is gone.
 */
#ifndef ANP_RUN_H
#define ANP_RUN_H

#include <limits.h>
#include <stdbool.h>
#include <linux/seccomp.h>

/* What becomes of AF_INET6 sockets: refused, made by us, left to the host's stack. */
enum anp_inet6 {
	ANP_INET6_DENY,
	ANP_INET6_MAPPED,
	ANP_INET6_HOST,
};

/**
 * struct anp_run - how a program is run
 * @open_socket: makes the socket that the program gets for AF_INET, or AF_INET6 where that is
 *	ANP_INET6_MAPPED; -1 and errno.  The type carries SOCK_CLOEXEC and perhaps SOCK_NONBLOCK.  It
 *	may run in a process that shares memory with the supervisor, so it must not allocate or print.
 * @family_of: the family that the program asked for when it got this socket from @open_socket, 0 if
 *	it is no such socket
 * @set_option: SO_REUSEPORT or SO_ZEROCOPY for such a socket; -1 and errno
 * @inet6: what becomes of AF_INET6
 * @verbose: tell on stderr about each call caught
 */
struct anp_run {
	int (*open_socket)(int family, int type, int protocol);
	int (*family_of)(int fd);
	int (*set_option)(int fd, int option, int value);
	enum anp_inet6 inet6;
	bool verbose;
};

/* A result of a trapped call: let the kernel execute it.  Other results are 0 or above, or -errno. */
#define ANP_CALL_CONTINUE INT_MIN

/* x32 programs call with this bit set in the number and are otherwise like x86-64 ones. */
#define ANP_X32_BIT 0x40000000

/* launch.c */

/**
 * anp_run_exec() - become PROGRAM, with its internet sockets made by @run
 * @run: how
 * @argv: PROGRAM and its arguments, ended by NULL
 *
 * Return: only on failure, after telling why on stderr: the exit status to use (125 the launcher
 * failed, 126 PROGRAM cannot be executed, 127 it was not found).
 */
int anp_run_exec(const struct anp_run *run, char **argv);

/* filter.c */

/**
 * anp_filter_install() - trap calls of this thread and of all it will start
 * @inet6: what becomes of AF_INET6
 * @killable: set to whether a trapped call is safe from all but fatal signals once received
 *
 * Return: the listener, or -1 and errno; EBUSY if another listener is above us already.
 */
int anp_filter_install(enum anp_inet6 inet6, bool *killable);

/* supervisor.c */

/**
 * anp_supervise() - answer trapped calls until nobody is left who could make one
 * @run: how
 * @listener: from anp_filter_install()
 * @killable: from anp_filter_install()
 */
void anp_supervise(const struct anp_run *run, int listener, bool killable);

/* caller.c */

/**
 * anp_caller_init() - remember the identity of the supervisor, to compare callers with
 */
void anp_caller_init(void);

/**
 * anp_caller_socket() - make a socket as the caller of a trapped socket(2) would have made it
 * @run: how
 * @listener: the listener the call came from
 * @call: the call
 *
 * The socket belongs to the caller's network namespace, user and groups, as far as the supervisor
 * may go there.
 *
 * Return: the descriptor, or -1 and errno.
 */
int anp_caller_socket(const struct anp_run *run, int listener, const struct seccomp_notif *call);

/* option.c */

/**
 * anp_caller_option() - answer a trapped setsockopt(SO_REUSEPORT or SO_ZEROCOPY) or
 *	getsockopt(SO_DOMAIN)
 * @run: how
 * @call: the call
 * @set: it is the former
 *
 * Return: the result of the call.
 */
int anp_caller_option(const struct anp_run *run, const struct seccomp_notif *call, bool set);

#endif /* ANP_RUN_H */
