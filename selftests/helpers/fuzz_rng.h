/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The random numbers of the fuzzers: one seed, one sequence.
 */
#ifndef FUZZ_RNG_H
#define FUZZ_RNG_H

#include <stdint.h>

static __thread uint64_t rng_state;

static inline uint32_t rnd32(void)
{
	/* splitmix64 */
	uint64_t z = rng_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) >> 32;
}

/* Below @n, which is not 0. */
static inline uint32_t rnd(uint32_t n)
{
	return (uint64_t)rnd32() * n >> 32;
}

/* One time in @n. */
static inline int one_in(uint32_t n)
{
	return !rnd(n);
}

#define pick(array)	((array)[rnd(sizeof(array) / sizeof((array)[0]))])

/* The numbers at which code goes wrong, and others. */
static inline uint32_t odd_number(void)
{
	static const uint32_t edges[] = {
		0, 1, 2, 3, 4, 7, 8, 19, 20, 21, 127, 128, 255, 256, 535, 536, 1459, 1460, 1500, 32767,
		32768, 65534, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};

	return one_in(3) ? rnd32() : pick(edges);
}

#endif
