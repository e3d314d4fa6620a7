/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of counters: /proc/net/anp/stat now, and what the history file remembers of it.
 * Both are lines of "Name Value".
 */
#ifndef ANP_COUNTERS_H
#define ANP_COUNTERS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct anp_counter - a counter
 * @name: as nstat calls it
 * @value: since the module was loaded
 * @before: at the last run; 0 without a history
 */
struct anp_counter {
	char name[64];
	uint64_t value;
	uint64_t before;
};

/**
 * struct anp_counters - counters in the order of the file
 */
struct anp_counters {
	struct anp_counter *list;
	size_t count;
	size_t room;
};

/**
 * anp_counters_read() - read a list
 * @f: the file; lines that are no counter are passed over
 * @counters: what is read is added here
 *
 * Return: 0, or -1 and errno.
 */
int anp_counters_read(FILE *f, struct anp_counters *counters);

/**
 * anp_counters_write() - write the values as a history for the next run; 0, or -1 and errno
 */
int anp_counters_write(FILE *f, const struct anp_counters *counters);

/**
 * anp_counters_compare() - fill in @before
 * @now: the counters
 * @history: those of the last run
 *
 * A counter that went down means that the module was loaded anew; then the history is void.
 */
void anp_counters_compare(struct anp_counters *now, const struct anp_counters *history);

#endif /* ANP_COUNTERS_H */
