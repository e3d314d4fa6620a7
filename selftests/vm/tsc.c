// SPDX-License-Identifier: GPL-2.0
/*
 * How fast this processor's time stamp counter counts, in kHz, which QEMU's emulated processors show as
 * theirs.  A kernel that has to find out by a timer of a machine that is emulated, too, is wrong by any
 * factor where the host has no time for it just then; and so is its clock from there on.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

struct moment {
	uint64_t tsc;
	uint64_t ns;
};

/* Both clocks at once: of some tries the one that nothing came between. */
static struct moment now(void)
{
	struct moment best = { 0 };
	uint64_t least = UINT64_MAX;
	int i;

	for (i = 0; i < 100; i++) {
		struct timespec ts;
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
		after = __rdtsc();
		if (after - before >= least)
			continue;
		least = after - before;
		best.tsc = before + least / 2;
		best.ns = ts.tv_sec * 1000000000ull + ts.tv_nsec;
	}
	return best;
}

int main(void)
{
	struct moment from = now(), to;

	usleep(50000);
	to = now();
	printf("%llu\n", (unsigned long long)((to.tsc - from.tsc) * 1000000 / (to.ns - from.ns)));
	return 0;
}
