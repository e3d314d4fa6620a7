/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets as netlink sees them: what the layers above provide for dumps (sockets.c), and what they
 * tell of by themselves.
 */
#ifndef ANP_OBSERVE_SOCKETS_H
#define ANP_OBSERVE_SOCKETS_H

#include <net/genetlink.h>
#include "anp.h"

/* Objects taken from one bucket at a time. */
#define ANP_SOCK_BATCH	32

/* What a request asks for: everything must hold. */
struct anp_sock_filter {
	const struct net *net;
	u64	cookie;			/* 0: any */
	u32	states;			/* 1 << TCP_* */
	__be32	laddr, lmask;
	__be32	daddr, dmask;
	u16	lport_min, lport_max;	/* host order */
	u16	dport_min, dport_max;
	u8	protocol;		/* 0: any */
};

/* Where a walk goes on: a bucket of a table, and how many of its objects lie behind. */
struct anp_sock_pos {
	unsigned int	bucket;
	unsigned int	place;
};

/* How a socket is to be told. */
struct anp_sock_show {
	struct user_namespace *user_ns;	/* of who reads it */
	u32	want;			/* ANP_WANT_* */
	bool	locked;			/* the caller has the socket's lock */
};

/* An object with a reference, and its place in its bucket. */
struct anp_sock_found {
	struct sock	*sk;
	unsigned int	place;
};

/*
 * struct anp_sock_table - the sockets of a protocol
 *
 * @gather: fills @found with at most ANP_SOCK_BATCH objects of one bucket that fit @f, from *@pos
 * on, in order, and sets pos->bucket to theirs; returns how many, 0 at the end.  Sleeps.
 * @fill: writes the attributes of @sk behind its protocol; -EMSGSIZE: no room.  Sleeps unless the
 * socket is locked.
 * @destroy: ends @sk.  Sleeps.  @put: gives back the reference.
 */
struct anp_sock_table {
	u8	protocol;
	unsigned int (*gather)(const struct anp_sock_filter *f, struct anp_sock_pos *pos,
			       struct anp_sock_found *found);
	int	(*fill)(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show);
	void	(*destroy)(struct sock *sk);
	void	(*put)(struct sock *sk);
};

extern const struct anp_sock_table anp_tcp_sock_table;		/* socket/ */
extern const struct anp_sock_table anp_udp_sock_table;		/* udp/ */
extern const struct anp_sock_table anp_ping_sock_table;		/* udp/ */
extern const struct anp_sock_table anp_raw_sock_table;		/* udp/ */

/* Does @sk (or what begins like one), in @state, fit @f?  Under what keeps it from being freed. */
bool anp_sock_fits(const struct anp_sock_filter *f, struct sock *sk, u8 state);

/* SO_COOKIE of @sk, made if nobody has asked for it yet. */
u64 anp_sock_cookie(struct sock *sk);

/* The filter in the request of a dump; -EPROTONOSUPPORT, and extack says why. */
int anp_sock_get_filter(struct netlink_callback *cb, struct anp_sock_filter *f);

/* The attributes that all kinds have: state, names, cookie. */
int anp_sock_fill_names(struct sk_buff *msg, struct sock *sk, u8 state);

/* Those that sockets have: owner, inode, and, where wanted, memory. */
int anp_sock_fill_owner(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show);

extern struct genl_family anp_genl_family;

void __anp_sock_notify(const struct anp_sock_table *t, struct sock *sk, u8 cmd);

/* Tells who listens of the locked @sk: @cmd is ANP_CMD_SOCK_NEW or _DEL.  Any context. */
static inline void anp_sock_notify(const struct anp_sock_table *t, struct sock *sk, u8 cmd)
{
	if (unlikely(genl_has_listeners(&anp_genl_family, sock_net(sk), 0)))
		__anp_sock_notify(t, sk, cmd);
}

int anp_sockets_init(void);
void anp_sockets_exit(void);

#endif /* ANP_OBSERVE_SOCKETS_H */
