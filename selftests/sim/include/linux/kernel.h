/* SPDX-License-Identifier: GPL-2.0 */
/* What the engine uses of the kernel's kernel.h, and of what that includes. */
#ifndef ANP_SHIM_LINUX_KERNEL_H
#define ANP_SHIM_LINUX_KERNEL_H

/* glibc's <sys/sysinfo.h> reaches the uapi header of this name for struct sysinfo. */
#include <limits.h>
#include_next <linux/kernel.h>
#include <linux/types.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <asm/byteorder.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#undef ALIGN
#define ALIGN(x, a) (((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define round_up(x, a) ALIGN(x, a)
#define round_down(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define roundup(x, y) (((x) + (y) - 1) / (y) * (y))
#define rounddown(x, y) ((x) - (x) % (y))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define BIT(n) (1UL << (n))

#define GFP_ATOMIC	0u
#define GFP_KERNEL	1u
#define __GFP_NOWARN	2u

#define USEC_PER_SEC	1000000L
#define USEC_PER_MSEC	1000L
#define MSEC_PER_SEC	1000L
#define NSEC_PER_USEC	1000L

#define cpu_to_be16(x)	((__be16)__builtin_bswap16(x))
#define cpu_to_be32(x)	((__be32)__builtin_bswap32(x))
#define be16_to_cpu(x)	__builtin_bswap16((__u16)(x))
#define be32_to_cpu(x)	__builtin_bswap32((__u32)(x))
#define htons(x)	cpu_to_be16(x)
#define htonl(x)	cpu_to_be32(x)
#define ntohs(x)	be16_to_cpu(x)
#define ntohl(x)	be32_to_cpu(x)
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the shim swaps bytes");

#endif
