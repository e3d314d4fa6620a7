/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence number arithmetic (RFC 9293 3.4): modulo 2^32, compared by the sign of the difference.
 * Sequence numbers and timestamps are compared by these helpers and by nothing else.
 */
#ifndef ANP_TCP_SEQ_H
#define ANP_TCP_SEQ_H

#include <linux/types.h>

/* a is earlier than b */
static inline bool seq_lt(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool seq_leq(u32 a, u32 b)
{
	return (s32)(a - b) <= 0;
}

static inline bool seq_gt(u32 a, u32 b)
{
	return seq_lt(b, a);
}

static inline bool seq_geq(u32 a, u32 b)
{
	return seq_leq(b, a);
}

/* lo <= a <= hi, each modulo 2^32 */
static inline bool seq_between(u32 a, u32 lo, u32 hi)
{
	return hi - lo >= a - lo;
}

static inline u32 seq_max(u32 a, u32 b)
{
	return seq_gt(a, b) ? a : b;
}

static inline u32 seq_min(u32 a, u32 b)
{
	return seq_lt(a, b) ? a : b;
}

#endif /* ANP_TCP_SEQ_H */
