// SPDX-License-Identifier: GPL-2.0
/*
 * What hostile peers make the engine do: the work for one segment must not grow with how much they
 * have made it remember.  Measured in processor time, so that only growth by far counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "unit.h"

#define M LAB_MSS
#define FEW	250
#define MANY	4000

static u64 cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static u32 shuffled[MANY];

/* The same order each time: it is the peer's choice, not chance. */
static void shuffle(u32 n)
{
	u32 i, j, state = 1;

	for (i = 0; i < n; i++)
		shuffled[i] = i;
	for (i = n - 1; i; i--) {
		state = state * 1664525 + 1013904223;
		j = (state >> 8) % (i + 1);
		swap(shuffled[i], shuffled[j]);
	}
}

/* Each run begins with a connection of its own. */
static void anew(void)
{
	lab_clear();
	lab_reset();
}

static void forget_sent(void)
{
	while (!lab_silent())
		lab_sent();
}

/* The least of three runs, for one segment. */
static u64 least(u64 (*run)(u32 n), u32 n)
{
	u64 best = run(n), again;
	int i;

	for (i = 0; i < 2; i++) {
		again = run(n);
		best = min(best, again);
	}
	return best / n;
}

/* Work that grows as the logarithm grows by half from FEW to MANY, work that is linear by 16. */
static void expect_bounded(const char *what, u64 (*run)(u32 n))
{
	u64 few, many;
	u32 n;

	few = least(run, FEW);
	printf("# %s: ns for one of %u, %u, ...:", what, FEW, FEW * 4);
	for (n = FEW; n <= MANY; n *= 4)
		printf(" %llu", (unsigned long long)least(run, n));
	many = least(run, MANY);
	printf(" %llu\n", (unsigned long long)many);
	EXPECT(many < few * 6);
}

/* One byte of two, in any order: as many holes as bytes. */
static u64 out_of_order(u32 n)
{
	u64 begin;
	u32 i, at;

	anew();
	lab_to_sack(false);
	lab.rcvbuf = 1 << 30;
	at = LAB_RCV_NXT;
	shuffle(n);
	begin = cpu_ns();
	for (i = 0; i < n; i++) {
		RCV(.flags = ANP_TCP_ACK, .seq = at + 1 + 2 * shuffled[i], .ack = LAB_SND_NXT, .len = 1);
		forget_sent();
	}
	return cpu_ns() - begin;
}

/* Every second segment is acknowledged alone, in any order. */
static u64 sack_holes(u32 n)
{
	u64 begin;
	u32 i, f;

	anew();
	lab_to_sack(false);
	f = LAB_SND_NXT;
	lab.t.gso_max = M;
	lab.t.snd_wnd = 2 * n * M + M;
	lab.t.cwnd = 2 * n * M;
	for (i = 0; i < 2 * n; i++) {
		lab_write(M);
		forget_sent();
	}
	shuffle(n);
	begin = cpu_ns();
	for (i = 0; i < n; i++) {
		u32 left = f + (2 * shuffled[i] + 1) * M;

		SACK(f, { left, left + M });
		forget_sent();
	}
	return cpu_ns() - begin;
}

static u64 tiny(u32 n)
{
	u64 begin;
	u32 i, at;

	anew();
	lab_to(TCP_ESTABLISHED);
	lab.rcvbuf = 1 << 30;
	at = LAB_RCV_NXT;
	begin = cpu_ns();
	for (i = 0; i < n; i++) {
		RCV(.flags = ANP_TCP_ACK, .seq = at + i, .ack = LAB_SND_NXT, .len = 1);
		forget_sent();
	}
	return cpu_ns() - begin;
}

TEST(work__out_of_order_bytes)
{
	expect_bounded("out-of-order bytes", out_of_order);
}

TEST(work__holes_of_sack)
{
	expect_bounded("SACK holes", sack_holes);
}

TEST(work__tiny_segments)
{
	expect_bounded("tiny segments", tiny);
}
