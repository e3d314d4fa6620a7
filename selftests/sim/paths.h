/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kinds of paths, and what flows over them must reach.
 */
#ifndef SIM_PATHS_H
#define SIM_PATHS_H

#include <stdio.h>
#include "sim.h"

/* A kind of path, and how long flows over it are watched. */
struct path {
	const char *name;
	const char *what;
	u32 mbit;		/* of the bottleneck */
	u32 rtt;		/* us, without queues */
	u32 queue;		/* bytes that the bottleneck's queue takes */
	u32 warm, secs;		/* a lone flow counts from here to there; s */
	u32 flows;		/* that share it, 0: nobody waits until they are equal */
	u32 stagger;		/* ms between their beginnings */
	u32 share_warm, share_secs;
	void (*setup)(const struct path *p);	/* what is special; NULL: nothing */
	bool marks;		/* its queue marks, and hosts use ECN */
};

struct flow_result {
	double mbit;		/* payload delivered in the time that counts */
	u64 retrans, sent;	/* segments, from the beginning */
	u32 srtt;		/* us, at the end */
};

struct path_result {
	struct flow_result flow[SIM_PAIRS_MAX];
	u32 flows;
	double share;		/* of what the link can carry of payload */
	double jain;
	double queue_ms;	/* mean time in the queue */
	u64 lost, marked;
};

extern const struct path paths[];
extern const u32 paths_nr;

/* What flows over a path: the i-th by cong[i % congs]. */
struct load {
	const struct anp_tcp_cong_ops *cong[2];
	u32 congs;
	u32 flows;
	u32 warm, secs;
	FILE *series;		/* gets a line for each flow and tick, series_head() says of what; NULL */
};

/* False: something that must always hold did not, and it was said. */
bool path_run(const struct path *p, const struct load *l, u64 seed, struct path_result *res);
void path_series_head(FILE *f);

#endif /* SIM_PATHS_H */
