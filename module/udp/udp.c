// SPDX-License-Identifier: GPL-2.0
/*
 * UDP, RFC 768 and RFC 1122 4.1: the socket type, and its registration with IP and the family.
 */
#include "udp.h"

void anp_udp_destroy(struct sock *sk)
{
	anp_udp_cork_free(anp_udp_cork_take(sk));
}

static int init_sock(struct sock *sk)
{
	/* io_uring's SEND_ZC */
	set_bit(SOCK_SUPPORT_ZC, &sk->sk_socket->flags);
	return anp_udp_init_sock(sk);
}

static struct proto anp_udp_prot = {
	.name		= "ANP-UDP",
	.owner		= THIS_MODULE,
	.init		= init_sock,
	.close		= anp_udp_close,
	.destroy	= anp_udp_destroy,
	.disconnect	= anp_udp_disconnect,
	.unhash		= anp_udp_unhash,
	.obj_size	= sizeof(struct anp_udp_sock),
	ANP_DGRAM_MEMORY,
};

static const struct proto_ops anp_udp_ops = {
	ANP_DGRAM_OPS,
	.setsockopt	= anp_udp_setsockopt,
	.getsockopt	= anp_udp_getsockopt,
	.sendmsg	= anp_udp_sendmsg,
	.set_peek_off	= sk_set_peek_off,
};

static struct anp_sock_type anp_udp_type = {
	.type		= SOCK_DGRAM,
	.protocol	= IPPROTO_UDP,
	.is_default	= true,
	.prot		= &anp_udp_prot,
	.ops		= &anp_udp_ops,
};

static const struct anp_ip_proto anp_udp_ip = {
	.proto	= IPPROTO_UDP,
	.hdrlen	= sizeof(struct udphdr),
	.rcv	= anp_udp_rcv,
	.err	= anp_udp_err,
};

int anp_udp_init(void)
{
	int err;

	/* As net.ipv4.udp_mem. */
	anp_mem_limits(anp_udp_mem, 8);
	anp_udp_table_init(&anp_udp_table);
	err = anp_ip_register(&anp_udp_ip);
	if (err)
		return err;
	err = anp_sock_register(&anp_udp_type);
	if (err)
		anp_ip_unregister(&anp_udp_ip);
	return err;
}

void anp_udp_exit(void)
{
	anp_sock_unregister(&anp_udp_type);
	anp_ip_unregister(&anp_udp_ip);
}
