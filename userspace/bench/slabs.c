// SPDX-License-Identifier: GPL-2.0
/*
 * Which slab caches grew, by pages: what connections really take.  With slab_nomerge on the kernel's
 * command line each cache has its own name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

struct slab {
	char name[64];
	unsigned long bytes;
};

struct slabs {
	size_t count;
	struct slab slab[512];
};

/* "name active objs size per pages : tunables a b c : slabdata active slabs shared" */
struct slabs *slabs_read(void)
{
	struct slabs *s = calloc(1, sizeof(*s));
	FILE *f = fopen("/proc/slabinfo", "r");
	unsigned long pages, slabs;
	char line[512];

	if (!s || !f)
		die("/proc/slabinfo");
	while (s->count < 512 && fgets(line, sizeof(line), f)) {
		struct slab *one = &s->slab[s->count];

		if (sscanf(line, "%63s %*u %*u %*u %*u %lu : tunables %*u %*u %*u : slabdata %*u %lu",
			   one->name, &pages, &slabs) != 3)
			continue;
		one->bytes = pages * slabs * (unsigned long)sysconf(_SC_PAGESIZE);
		s->count++;
	}
	fclose(f);
	return s;
}

static unsigned long find(const struct slabs *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!strcmp(s->slab[i].name, name))
			return s->slab[i].bytes;
	return 0;
}

/* Caches that grew by less than 8 bytes an end grew for another reason. */
void slabs_print(const struct slabs *before, const struct slabs *after, unsigned int ends)
{
	const char *comma = "";
	size_t i;

	printf("{");
	for (i = 0; i < after->count; i++) {
		const struct slab *a = &after->slab[i];
		unsigned long was = find(before, a->name);

		if (a->bytes < was + 8ul * ends)
			continue;
		printf("%s\"%s\": %lu", comma, a->name, (a->bytes - was) / ends);
		comma = ", ";
	}
	printf("}");
}
