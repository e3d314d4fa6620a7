// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of counters.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"

static int add(struct anp_counters *counters, const struct anp_counter *c)
{
	if (counters->count == counters->room) {
		size_t room = counters->room ? 2 * counters->room : 256;
		void *list = reallocarray(counters->list, room, sizeof(*counters->list));

		if (!list)
			return -1;
		counters->list = list;
		counters->room = room;
	}
	counters->list[counters->count++] = *c;
	return 0;
}

int anp_counters_read(FILE *f, struct anp_counters *counters)
{
	struct anp_counter c = { .before = 0 };
	char *line = NULL, end;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, f) >= 0)
		if (sscanf(line, "%63s %" SCNu64 "%c", c.name, &c.value, &end) == 3 && end == '\n')
			ret = add(counters, &c);
	if (ferror(f))
		ret = -1;
	free(line);
	return ret;
}

int anp_counters_write(FILE *f, const struct anp_counters *counters)
{
	size_t i;

	for (i = 0; i < counters->count; i++)
		fprintf(f, "%s %" PRIu64 "\n", counters->list[i].name, counters->list[i].value);
	return fflush(f) == EOF || ferror(f) ? -1 : 0;
}

/* The lists mostly have the same names in the same places; @hint is where to look first. */
static const struct anp_counter *find(const struct anp_counters *in, const char *name, size_t hint)
{
	size_t i;

	if (hint < in->count && !strcmp(in->list[hint].name, name))
		return &in->list[hint];
	for (i = 0; i < in->count; i++)
		if (!strcmp(in->list[i].name, name))
			return &in->list[i];
	return NULL;
}

void anp_counters_compare(struct anp_counters *now, const struct anp_counters *history)
{
	const struct anp_counter *old;
	size_t i;

	for (i = 0; i < now->count; i++) {
		old = find(history, now->list[i].name, i);
		now->list[i].before = old ? old->value : 0;
		if (now->list[i].before > now->list[i].value)
			break;
	}
	if (i == now->count)
		return;
	for (i = 0; i < now->count; i++)
		now->list[i].before = 0;
}
