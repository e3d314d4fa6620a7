/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data of pattern_client and pattern_server: every byte follows from the stream's seed and its
 * position, so that a byte lost, doubled, moved or taken from another connection is seen at once.
 *
 * What travels: the client sends struct pattern_header and then length bytes of the pattern, and
 * shuts its side down.  The server checks them while they arrive and sends the pattern back, or,
 * one-way, a struct pattern_report at the end, and closes.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stddef.h>
#include <stdint.h>

#define PATTERN_MAGIC 0x21504e41u	/* "ANP!" */
#define PATTERN_ONE_WAY 1u

/* All fields of both are little-endian. */
struct pattern_header {
	uint32_t magic;
	uint32_t flags;
	uint64_t seed;
	uint64_t length;
};

struct pattern_report {
	uint64_t count;
	uint64_t checksum;
};

/**
 * struct pattern_sum - a checksum over a stream, however it is cut into pieces
 * @a: sum of the 64-bit words
 * @b: sum of those sums, which makes the order of the words count
 * @word: the bytes of a word that is not complete yet
 * @fill: how many
 */
struct pattern_sum {
	uint64_t a;
	uint64_t b;
	uint64_t word;
	unsigned int fill;
};

/** pattern_fill() - write @len bytes of the pattern of @seed from position @pos on */
void pattern_fill(uint64_t seed, uint64_t pos, void *buf, size_t len);

/** pattern_check() - compare; returns the index of the first difference, or @len */
size_t pattern_check(uint64_t seed, uint64_t pos, const void *buf, size_t len);

/** pattern_byte() - the byte at @pos */
unsigned char pattern_byte(uint64_t seed, uint64_t pos);

/** pattern_sum_add() - add the next @len bytes of the stream */
void pattern_sum_add(struct pattern_sum *sum, const void *buf, size_t len);

/** pattern_sum_value() - the checksum of what was added so far */
uint64_t pattern_sum_value(const struct pattern_sum *sum);

/** pattern_random() - the next number of the generator whose state is @state */
uint64_t pattern_random(uint64_t *state);

/** pattern_chunk() - a random length of 1 to @max, small ones as likely as large ones */
size_t pattern_chunk(uint64_t *state, size_t max);

/** pattern_open() - a non-blocking stream socket on ANP, or on the host's stack if @plain */
int pattern_open(int plain);

/** pattern_parse_size() - "4096", "64K", "10M", "1G"; returns 0, or -1 if it is no size */
int pattern_parse_size(const char *text, uint64_t *size);

/** pattern_now() - seconds on the monotonic clock */
double pattern_now(void);

#endif /* PATTERN_H */
