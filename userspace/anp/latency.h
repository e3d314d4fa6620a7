/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stages of a message's way: what the module has counted, and how it is shown.
 */
#ifndef ANP_LATENCY_H
#define ANP_LATENCY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

#define LATENCY_STAGES	32
#define LATENCY_BUCKETS	256

/** struct latency_bucket - how many values were in [@low, @high), in ns */
struct latency_bucket {
	uint64_t low;
	uint64_t high;
	uint64_t count;
};

struct latency_stage {
	char name[32];
	uint64_t count;
	uint64_t sum;
	uint64_t max;
	unsigned int buckets;
	struct latency_bucket bucket[LATENCY_BUCKETS];
};

struct latency {
	bool on;
	unsigned int port;
	unsigned int socks;		/* that have histograms of their own; at most */
	unsigned int socks_max;
	unsigned int refused;		/* calls that found no room for their socket's */
	unsigned int stages;
	struct latency_stage stage[LATENCY_STAGES];
};

/**
 * latency_read() - parse what /proc/net/anp/latency shows, or a copy of it
 *
 * Return: 0, or -1 when @from is not that.
 */
int latency_read(struct latency *l, FILE *from);

/**
 * latency_quantile() - the value below which a share of a stage's values lies
 * @share: 0 to 1
 *
 * Between the bounds of a bucket the values are taken to lie evenly.
 *
 * Return: ns; 0 where nothing was counted.
 */
double latency_quantile(const struct latency_stage *s, double share);

/** latency_mean() - in ns; 0 where nothing was counted */
double latency_mean(const struct latency_stage *s);

/** latency_is_total() - is @s the sum of the stages before it? */
bool latency_is_total(const struct latency_stage *s);

/* The forms in which it is shown (latency_show.c). */
void latency_text(const struct latency *l, FILE *to);
void latency_json(const struct latency *l, FILE *to);

/* Of these only the stages; @before: columns in front of them. */
void latency_tables(const struct latency *l, FILE *to);
void latency_csv_head(const char *before, FILE *to);
void latency_csv(const struct latency *l, const char *before, FILE *to);
void latency_json_stages(struct anp_json *j, const struct latency *l);

/** enum latency_form - how to show it */
enum latency_form { LATENCY_TEXT, LATENCY_CSV, LATENCY_JSON };

/**
 * latency_sockets() - show the sockets that have histograms of their own
 * @words: a filter as of anp ss, up to a NULL
 * @plot: draw the only one that fits into this file; NULL: none
 *
 * Return: an exit status.
 */
int latency_sockets(char *const *words, enum latency_form form, const char *plot);

/**
 * latency_plot() - have gnuplot draw the profile of the stages and their distributions
 * @file: ends in .svg or .png
 *
 * Return: 0, or -1 and an explanation on standard error.
 */
int latency_plot(const struct latency *l, const char *file);

#endif /* ANP_LATENCY_H */
