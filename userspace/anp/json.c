// SPDX-License-Identifier: GPL-2.0
/*
 * Writing JSON, one line a member of the outermost two levels.
 */
#include <inttypes.h>

#include "json.h"

static void put_string(FILE *to, const char *s)
{
	fputc('"', to);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(to, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			fprintf(to, "\\u%04x", *s);
		else
			fputc(*s, to);
	}
	fputc('"', to);
}

static void begin_member(struct anp_json *j, const char *key)
{
	if (j->comma)
		fputc(',', j->to);
	if (j->depth == 1 && !j->flat)
		fputs("\n  ", j->to);
	else if (j->comma)
		fputc(' ', j->to);
	if (key) {
		put_string(j->to, key);
		fputs(": ", j->to);
	}
	j->comma = true;
}

void anp_json_open(struct anp_json *j, const char *key, char bracket)
{
	begin_member(j, key);
	fputc(bracket, j->to);
	j->depth++;
	j->comma = false;
}

void anp_json_open_flat(struct anp_json *j)
{
	j->flat = true;
	anp_json_open(j, NULL, '{');
}

void anp_json_close(struct anp_json *j, char bracket)
{
	j->depth--;
	if (!j->depth && j->comma && !j->flat)
		fputc('\n', j->to);
	fputc(bracket, j->to);
	j->comma = true;
	if (!j->depth)
		fputc('\n', j->to);
}

void anp_json_number(struct anp_json *j, const char *key, uint64_t value)
{
	begin_member(j, key);
	fprintf(j->to, "%" PRIu64, value);
}

void anp_json_string(struct anp_json *j, const char *key, const char *value)
{
	begin_member(j, key);
	put_string(j->to, value);
}
