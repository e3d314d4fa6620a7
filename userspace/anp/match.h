/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The filter expressions of ss: sport, dport, src, dst, dev, compared, and joined by and, or, not.
 */
#ifndef ANP_MATCH_H
#define ANP_MATCH_H

#include "table.h"

#define ANP_MATCH_NODES 128

/** enum anp_match_kind - what a node is, or what it compares */
enum anp_match_kind {
	ANP_MATCH_AND,
	ANP_MATCH_OR,
	ANP_MATCH_NOT,
	ANP_MATCH_PORT,
	ANP_MATCH_ADDR,
	ANP_MATCH_DEV,
};

/**
 * struct anp_match_node - an operator or a comparison
 * @kind: which one
 * @left: of an operator, an index of a node, as @right
 * @right:
 * @peer: of a comparison: of the peer, not the local one
 * @min: of a port, the smallest and the largest that fit; the index of a device
 * @max:
 * @addr: network byte order
 * @mask: likewise
 */
struct anp_match_node {
	enum anp_match_kind kind;
	int left, right;
	bool peer;
	unsigned int min, max;
	uint32_t addr, mask;
};

/**
 * struct anp_match - an expression
 * @nodes: @count of them
 * @count: 0: everything fits
 * @root: the outermost one
 */
struct anp_match {
	struct anp_match_node nodes[ANP_MATCH_NODES];
	int count;
	int root;
};

/**
 * anp_match_parse() - read an expression
 * @words: up to a NULL; none: everything fits
 * @m: is filled
 * @error: is filled with what is wrong, in words
 * @size: of @error
 *
 * Return: 0 or -1.
 */
int anp_match_parse(char *const *words, struct anp_match *m, char *error, size_t size);

/** anp_match_fits() - does the expression hold for @s? */
bool anp_match_fits(const struct anp_match *m, const struct anp_socket *s);

/**
 * struct anp_match_range - what can be said of all that fits, [0] local, [1] of the peer
 * @min: the smallest port, and @max the largest, host order
 * @max:
 * @addr: the address, as far as @mask says, network order
 * @mask:
 * @exact: and of nothing else: it says all that the expression does
 */
struct anp_match_range {
	uint16_t min[2], max[2];
	uint32_t addr[2], mask[2];
	bool exact;
};

/** anp_match_narrow() - a range that nothing is outside of for which the expression holds */
void anp_match_narrow(const struct anp_match *m, struct anp_match_range *range);

#endif /* ANP_MATCH_H */
