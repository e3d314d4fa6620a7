/* SPDX-License-Identifier: GPL-2.0 */
/* SipHash-2-4, as the kernel's. */
#ifndef ANP_SHIM_LINUX_SIPHASH_H
#define ANP_SHIM_LINUX_SIPHASH_H

#include <linux/types.h>

#define __force

typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 shim_rol64(u64 x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void shim_sipround(u64 v[4])
{
	v[0] += v[1];
	v[1] = shim_rol64(v[1], 13) ^ v[0];
	v[0] = shim_rol64(v[0], 32);
	v[2] += v[3];
	v[3] = shim_rol64(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = shim_rol64(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = shim_rol64(v[1], 17) ^ v[2];
	v[2] = shim_rol64(v[2], 32);
}

/* Of @n words, the last of which ends in the length. */
static inline u64 shim_siphash(const u64 *m, int n, const siphash_key_t *key)
{
	u64 v[4] = {
		0x736f6d6570736575ull ^ key->key[0], 0x646f72616e646f6dull ^ key->key[1],
		0x6c7967656e657261ull ^ key->key[0], 0x7465646279746573ull ^ key->key[1],
	};
	int i;

	for (i = 0; i < n; i++) {
		v[3] ^= m[i];
		shim_sipround(v);
		shim_sipround(v);
		v[0] ^= m[i];
	}
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		shim_sipround(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline u64 siphash_4u32(u32 a, u32 b, u32 c, u32 d, const siphash_key_t *key)
{
	const u64 m[3] = { (u64)b << 32 | a, (u64)d << 32 | c, 16ull << 56 };

	return shim_siphash(m, 3, key);
}

/* SipHash-2-4 of two 32-bit words, as the kernel's siphash_2u32(). */
static inline u64 siphash_2u32(u32 a, u32 b, const siphash_key_t *key)
{
	const u64 m[2] = { (u64)b << 32 | a, 8ull << 56 };

	return shim_siphash(m, 2, key);
}

#endif
