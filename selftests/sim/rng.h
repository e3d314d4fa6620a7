/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers of a run.  Network, programs and scenario draw from streams of their own, so that
 * a change in one does not reshuffle the others.
 */
#ifndef ANP_SIM_RNG_H
#define ANP_SIM_RNG_H

#include <linux/types.h>

struct rng {
	u64 state;
};

/* splitmix64: every seed, 0 too, gives a good stream */
static inline u64 rng_next(struct rng *r)
{
	u64 z = r->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0 */
static inline u64 rng_below(struct rng *r, u64 n)
{
	return rng_next(r) % n;
}

/* lo .. hi, both possible */
static inline u64 rng_between(struct rng *r, u64 lo, u64 hi)
{
	return hi <= lo ? lo : lo + rng_below(r, hi - lo + 1);
}

/* true @ppm times of a million */
static inline bool rng_chance(struct rng *r, u32 ppm)
{
	return ppm && rng_below(r, 1000000) < ppm;
}

/* lo .. hi, each order of magnitude as likely as the next; lo > 0 */
static inline u64 rng_log(struct rng *r, u64 lo, u64 hi)
{
	u64 top = lo;
	int n = 0;

	while (top < hi / 2) {
		top *= 2;
		n++;
	}
	top = lo << rng_below(r, n + 1);
	return rng_between(r, top, top * 2 < hi ? top * 2 : hi);
}

#endif /* ANP_SIM_RNG_H */
