// SPDX-License-Identifier: GPL-2.0
/*
 * The pattern and its checksum: a few instructions for each 8 bytes.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <anp.h>

#include "pattern.h"

#define GOLDEN 0x9e3779b97f4a7c15ull

/* Word @i of the stream is mix(seed + i * GOLDEN): random access, and cheap to walk. */
static inline uint64_t mix(uint64_t x)
{
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9ull;
	return x ^ x >> 32;
}

unsigned char pattern_byte(uint64_t seed, uint64_t pos)
{
	return mix(seed + (pos / 8) * GOLDEN) >> (pos % 8) * 8;
}

void pattern_fill(uint64_t seed, uint64_t pos, void *buf, size_t len)
{
	unsigned char *p = buf;
	uint64_t x, word;

	for (; len && pos % 8; len--)
		*p++ = pattern_byte(seed, pos++);
	x = seed + (pos / 8) * GOLDEN;
	for (; len >= 8; len -= 8, p += 8, pos += 8, x += GOLDEN) {
		word = htole64(mix(x));
		memcpy(p, &word, 8);
	}
	while (len--)
		*p++ = pattern_byte(seed, pos++);
}

size_t pattern_check(uint64_t seed, uint64_t pos, const void *buf, size_t len)
{
	const unsigned char *p = buf;
	size_t i = 0;
	uint64_t x, word;

	for (; i < len && (pos + i) % 8; i++)
		if (p[i] != pattern_byte(seed, pos + i))
			return i;
	x = seed + ((pos + i) / 8) * GOLDEN;
	for (; len - i >= 8; i += 8, x += GOLDEN) {
		memcpy(&word, p + i, 8);
		if (word != htole64(mix(x)))
			break;
	}
	/* The last bytes, or the word that differs: which byte is it? */
	for (; i < len; i++)
		if (p[i] != pattern_byte(seed, pos + i))
			return i;
	return len;
}

void pattern_sum_add(struct pattern_sum *sum, const void *buf, size_t len)
{
	const unsigned char *p = buf;
	uint64_t a, b, word;

	for (; len && sum->fill; len--) {
		sum->word |= (uint64_t)*p++ << sum->fill * 8;
		sum->fill = (sum->fill + 1) % 8;
		if (!sum->fill) {
			sum->a += sum->word;
			sum->b += sum->a;
			sum->word = 0;
		}
	}
	a = sum->a;
	b = sum->b;
	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		a += le64toh(word);
		b += a;
	}
	sum->a = a;
	sum->b = b;
	while (len--)
		sum->word |= (uint64_t)*p++ << sum->fill++ * 8;
}

uint64_t pattern_sum_value(const struct pattern_sum *sum)
{
	return mix(sum->a + sum->word * GOLDEN) ^ sum->b;
}

uint64_t pattern_random(uint64_t *state)
{
	*state += GOLDEN;
	return mix(*state);
}

size_t pattern_chunk(uint64_t *state, size_t max)
{
	uint64_t r = pattern_random(state);
	size_t limit = max >> r % 16;

	return limit > 1 ? 1 + (r >> 8) % limit : 1;
}

int pattern_open(int plain)
{
	int type = SOCK_STREAM | SOCK_NONBLOCK;

	return plain ? socket(AF_INET, type | SOCK_CLOEXEC, 0) : anp_socket(type, 0);
}

int pattern_parse_size(const char *text, uint64_t *size)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	*size = strtoull(text, &end, 10);
	if (errno)
		return -1;
	if (!*end)
		return 0;
	unit = strchr(units, *end);
	if (!unit || end[1])
		return -1;
	*size <<= 10 * (unit - units + 1);
	return 0;
}

double pattern_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}
