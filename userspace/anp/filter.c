// SPDX-License-Identifier: GPL-2.0
/*
 * The seccomp filter of anp run: socket(2) for IPv4 goes to the supervisor, for IPv6 it is refused,
 * goes there as well, or is left alone.
 * Three options go to the supervisor, too (see option.c); everything else runs untouched.
 *
 * It is written by hand because it is two dozen instructions, and because libseccomp learned to set
 * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV only in 2.6.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "run.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE_ARCH AUDIT_ARCH_RISCV64
#else
#error "anp run: tell the audit name of this architecture"
#endif

#if BYTE_ORDER != LITTLE_ENDIAN
#error "anp run: the low half of an argument is elsewhere on big-endian machines"
#endif

/* The low 4 bits of the type are the type, the rest flags: SOCK_TYPE_MASK of the kernel. */
#define TYPE_MASK 0xf

/* The kernel, too, looks only at the low half: they are ints. */
#define LOAD_ARG(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[n]))
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define AND(mask) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask)
#define IF_EQ(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)

/* Without CAP_SYS_ADMIN a filter may be installed only by who gave up gaining privileges. */
static int install(const struct sock_fprog *prog, unsigned int flags)
{
	int fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, prog);

	if (fd < 0 && errno == EACCES && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, prog);
	return fd;
}

static const unsigned int inet6_answers[] = {
	[ANP_INET6_DENY] = SECCOMP_RET_ERRNO | EAFNOSUPPORT,
	[ANP_INET6_MAPPED] = SECCOMP_RET_USER_NOTIF,
	[ANP_INET6_HOST] = SECCOMP_RET_ALLOW,
};

int anp_filter_install(enum anp_inet6 inet6, bool *killable)
{
	/* Jumps count instructions to skip; the three answers are the last three. */
	struct sock_filter code[] = {
		LOAD(arch),
		IF_EQ(NATIVE_ARCH, 0, 22),
		LOAD(nr),
		AND(~ANP_X32_BIT),
		IF_EQ(SYS_socket, 11, 0),
		IF_EQ(SYS_setsockopt, 0, 5),
		LOAD_ARG(1),
		IF_EQ(SOL_SOCKET, 0, 16),
		LOAD_ARG(2),
		IF_EQ(SO_REUSEPORT, 16, 0),
		IF_EQ(SO_ZEROCOPY, 15, 13),
		IF_EQ(SYS_getsockopt, 0, 12),
		LOAD_ARG(1),
		IF_EQ(SOL_SOCKET, 0, 10),
		LOAD_ARG(2),
		IF_EQ(SO_DOMAIN, 10, 8),
		/* socket() */
		LOAD_ARG(0),
		IF_EQ(AF_INET6, 7, 0),
		IF_EQ(AF_INET, 0, 5),
		LOAD_ARG(1),
		AND(TYPE_MASK),
		IF_EQ(SOCK_STREAM, 4, 0),
		IF_EQ(SOCK_DGRAM, 3, 0),
		IF_EQ(SOCK_RAW, 2, 0),
		ANSWER(SECCOMP_RET_ALLOW),
		ANSWER(inet6_answers[inet6]),
		ANSWER(SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };
	int fd;

	/*
	 * A signal that interrupts a call after the supervisor took it makes the kernel start it
	 * over; Go sends such signals all the time.  From Linux 5.19 that can be ruled out.
	 */
	fd = install(&prog, SECCOMP_FILTER_FLAG_NEW_LISTENER |
			    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	*killable = fd >= 0;
	if (fd < 0 && errno == EINVAL)
		fd = install(&prog, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	return fd;
}
