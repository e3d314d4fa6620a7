/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of anp ss and anp events share: ss.c and events.c read and choose, ss_text.c and
 * ss_json.c show.
 */
#ifndef ANP_SS_H
#define ANP_SS_H

#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "match.h"
#include "table.h"
#include "users.h"

/**
 * struct anp_ss - what to show and how
 * @tables: a bit for each table wanted
 * @states: a bit for each state wanted
 * @numeric: ports as numbers
 * @extended: owner and inode
 * @timer: timers
 * @info: what TCP knows
 * @memory: buffers
 * @no_header: no first line
 * @match: what else must hold
 * @users: processes, or NULL
 */
struct anp_ss {
	unsigned int tables;
	unsigned int states;
	bool numeric;
	bool extended;
	bool timer;
	bool info;
	bool memory;
	bool no_header;
	struct anp_match match;
	const struct anp_users *users;
};

/** anp_ss_wants() - is this socket to be shown? */
static inline bool anp_ss_wants(const struct anp_ss *ss, const struct anp_socket *s)
{
	return ss->tables & 1u << s->table && ss->states & 1u << s->state &&
	       anp_match_fits(&ss->match, s);
}

struct anp_nl_request;

/** anp_ss_put_filter() - the part of it that the kernel understands, which may let more pass */
void anp_ss_put_filter(struct anp_nl_request *req, const struct anp_ss *ss);

/** anp_ss_text() - show sockets as ss does; 0, or -1 and errno */
int anp_ss_text(const struct anp_ss *ss, const struct anp_sockets *sockets, FILE *to);

/** anp_ss_json() - show sockets as an array of objects, with everything that is known */
void anp_ss_json(const struct anp_ss *ss, const struct anp_sockets *sockets, FILE *to);

/** anp_timer_name() - the word ss has for a timer */
const char *anp_timer_name(unsigned int timer);

/** anp_ss_line() - one socket as a line without columns, for events */
void anp_ss_line(const struct anp_ss *ss, const struct anp_socket *s, FILE *to);

/** anp_ss_members() - one socket as the members of a JSON object */
void anp_ss_members(struct anp_json *j, const struct anp_ss *ss, const struct anp_socket *s);

#endif /* ANP_SS_H */
