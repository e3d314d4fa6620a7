/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ANP_SHIM_LINUX_MATH64_H
#define ANP_SHIM_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
	*rest = n % d;
	return n / d;
}

static inline s64 div_s64(s64 n, s32 d)
{
	return n / d;
}

static inline u64 div64_u64(u64 n, u64 d)
{
	return n / d;
}

static inline u64 mul_u64_u32_shr(u64 a, u32 b, unsigned int shift)
{
	return (u64)(((unsigned __int128)a * b) >> shift);
}

#define do_div(n, d) ({ u32 shim_r = (n) % (u32)(d); (n) /= (u32)(d); shim_r; })

#endif
