// SPDX-License-Identifier: GPL-2.0
/*
 * A datagram that several calls of sendmsg() make together: MSG_MORE, UDP_CORK.
 */
#include <linux/mm.h>
#include <linux/uio.h>
#include "udp.h"

/* Grows from this size by doubling. */
#define CORK_MIN	2048

void anp_udp_cork_free(struct anp_udp_cork *c)
{
	if (c)
		kvfree(c->data);
	kfree(c);
}

/* Appends @len bytes of @from to @c, which may hold @max. */
static int append(struct anp_udp_cork *c, struct iov_iter *from, size_t len, unsigned int max)
{
	unsigned int size;
	u8 *data;

	if (len > max - c->len)
		return -EMSGSIZE;
	if (c->len + len > c->size) {
		size = clamp_t(unsigned int, roundup_pow_of_two(c->len + len), CORK_MIN, SZ_64K);
		data = kvmalloc(size, GFP_KERNEL_ACCOUNT);
		if (!data)
			return -ENOBUFS;
		if (c->len)
			memcpy(data, c->data, c->len);
		kvfree(c->data);
		c->data = data;
		c->size = size;
	}
	if (!copy_from_iter_full(c->data + c->len, len, from))
		return -EFAULT;
	c->len += len;
	return 0;
}

int anp_udp_cork_add(struct sock *sk, const struct anp_udp_dest *d, struct iov_iter *from,
		     size_t len, unsigned int max)
{
	struct anp_udp_sock *up = anp_udp_sk(sk);
	int err;

	sock_owned_by_me(sk);
	if (!up->cork) {
		up->cork = kzalloc(sizeof(*up->cork), GFP_KERNEL_ACCOUNT);
		if (!up->cork)
			return -ENOBUFS;
		up->cork->dest = *d;
	}
	err = append(up->cork, from, len, max);
	/* As Linux: nothing of it is sent then. */
	if (err)
		anp_udp_cork_free(anp_udp_cork_take(sk));
	return err;
}

struct anp_udp_cork *anp_udp_cork_take(struct sock *sk)
{
	struct anp_udp_cork *c = anp_udp_sk(sk)->cork;

	anp_udp_sk(sk)->cork = NULL;
	return c;
}

void anp_udp_cork_iter(const struct anp_udp_cork *c, struct iov_iter *from, struct kvec *vec)
{
	vec->iov_base = c->data;
	vec->iov_len = c->len;
	iov_iter_kvec(from, ITER_SOURCE, vec, 1, c->len);
}
