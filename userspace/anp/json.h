/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing JSON, piece by piece.  A key of NULL makes an element of an array.
 */
#ifndef ANP_JSON_H
#define ANP_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct anp_json - a document being written
 * @to: where
 * @depth: how many objects and arrays are open
 * @flat: all on one line
 * @comma: something stands before the next member
 */
struct anp_json {
	FILE *to;
	int depth;
	bool flat;
	bool comma;
};

/** anp_json_open() - begin an object ('{') or an array ('[') */
void anp_json_open(struct anp_json *j, const char *key, char bracket);

/** anp_json_open_flat() - begin a document that is an object on one line */
void anp_json_open_flat(struct anp_json *j);

/** anp_json_close() - end it ('}' or ']'); the outermost one ends the line */
void anp_json_close(struct anp_json *j, char bracket);

/** anp_json_number() - a number */
void anp_json_number(struct anp_json *j, const char *key, uint64_t value);

/** anp_json_string() - a string, escaped */
void anp_json_string(struct anp_json *j, const char *key, const char *value);

#endif /* ANP_JSON_H */
