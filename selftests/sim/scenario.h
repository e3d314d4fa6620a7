/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the scenarios share: chance, from the stream that makes up scenarios.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "sim.h"

static inline u64 between(u64 lo, u64 hi)
{
	return rng_between(&sim.rng_scn, lo, hi);
}

static inline u64 logly(u64 lo, u64 hi)
{
	return rng_log(&sim.rng_scn, lo, hi);
}

static inline bool percent(u32 p)
{
	return rng_chance(&sim.rng_scn, p * 10000);
}

/* ---- scenario.c ---- */
/* Makes up what the pair @nr does. */
void scenario_pair(u32 nr);

/* ---- scenario_listen.c ---- */
void scenario_closed_port(void);
void scenario_closed_port_verify(void);
void scenario_backlog_full(void);
void scenario_syn_cookies(void);
void scenario_syn_cookies_verify(void);
void scenario_fast_open(void);
void scenario_fast_open_step(u32 nr);
void scenario_fast_open_verify(void);
void scenario_listener_close(void);
void scenario_listener_close_step(u32 nr);

/* ---- scenario_hostile.c ---- */
void scenario_garble(void);
void scenario_garble_step(u32 nr);

#endif /* SIM_SCENARIO_H */
