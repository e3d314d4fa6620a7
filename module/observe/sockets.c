// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: dumps of sockets, with filters; their destruction; events.  A dump
 * takes references to what one bucket of a hash holds, leaves the bucket's lock, and only then
 * looks closer; it remembers its place, not a lock.
 */
#include <linux/inetdevice.h>
#include <linux/sock_diag.h>
#include "observe/latency.h"
#include "observe/sockets.h"

/* In the order in which they are listed. */
static const struct anp_sock_table * const tables[] = {
	&anp_raw_sock_table,
	&anp_ping_sock_table,
	&anp_udp_sock_table,
	&anp_tcp_sock_table,
};

/* In netlink_callback.ctx, all zero at first. */
struct dump_state {
	unsigned int		table;
	struct anp_sock_pos	pos;
};

static bool addr_fits(__be32 addr, __be32 want, __be32 mask)
{
	return !((addr ^ want) & mask);
}

static bool port_fits(u16 port, u16 min, u16 max)
{
	return port >= min && port <= max;
}

/*
 * The kernel's own generator is not for modules; its numbers count up from 1, so those with the
 * highest bit are not taken.
 */
u64 anp_sock_cookie(struct sock *sk)
{
	static atomic64_t last = ATOMIC64_INIT(S64_MIN);
	s64 old = atomic64_read(&sk->sk_cookie), new;

	if (old)
		return old;
	new = atomic64_inc_return(&last);
	old = atomic64_cmpxchg(&sk->sk_cookie, 0, new);
	return old ?: new;
}

bool anp_sock_fits(const struct anp_sock_filter *f, struct sock *sk, u8 state)
{
	/* Asked only of the few that are left: a cookie is made when it is first asked for. */
	return net_eq(sock_net(sk), f->net) && f->states & (1u << state) &&
	       port_fits(READ_ONCE(sk->sk_num), f->lport_min, f->lport_max) &&
	       port_fits(ntohs(READ_ONCE(sk->sk_dport)), f->dport_min, f->dport_max) &&
	       addr_fits(READ_ONCE(sk->sk_rcv_saddr), f->laddr, f->lmask) &&
	       addr_fits(READ_ONCE(sk->sk_daddr), f->daddr, f->dmask) &&
	       (!f->cookie || anp_sock_cookie(sk) == f->cookie);
}

int anp_sock_fill_names(struct sk_buff *msg, struct sock *sk, u8 state)
{
	int dev = READ_ONCE(sk->sk_bound_dev_if);

	if (nla_put_u8(msg, ANP_ATTR_STATE, state) ||
	    nla_put_in_addr(msg, ANP_ATTR_LADDR, READ_ONCE(sk->sk_rcv_saddr)) ||
	    nla_put_in_addr(msg, ANP_ATTR_DADDR, READ_ONCE(sk->sk_daddr)) ||
	    nla_put_be16(msg, ANP_ATTR_LPORT, htons(READ_ONCE(sk->sk_num))) ||
	    nla_put_be16(msg, ANP_ATTR_DPORT, READ_ONCE(sk->sk_dport)) ||
	    nla_put_u64_64bit(msg, ANP_ATTR_COOKIE, anp_sock_cookie(sk), ANP_ATTR_PAD))
		return -EMSGSIZE;
	return dev ? nla_put_u32(msg, ANP_ATTR_IFINDEX, dev) : 0;
}

/* What sk_get_meminfo() tells, which is not for modules. */
static void get_meminfo(const struct sock *sk, u32 *mem)
{
	mem[SK_MEMINFO_RMEM_ALLOC] = sk_rmem_alloc_get(sk);
	mem[SK_MEMINFO_RCVBUF] = READ_ONCE(sk->sk_rcvbuf);
	mem[SK_MEMINFO_WMEM_ALLOC] = sk_wmem_alloc_get(sk);
	mem[SK_MEMINFO_SNDBUF] = READ_ONCE(sk->sk_sndbuf);
	mem[SK_MEMINFO_FWD_ALLOC] = READ_ONCE(sk->sk_forward_alloc);
	mem[SK_MEMINFO_WMEM_QUEUED] = READ_ONCE(sk->sk_wmem_queued);
	mem[SK_MEMINFO_OPTMEM] = atomic_read(&sk->sk_omem_alloc);
	mem[SK_MEMINFO_BACKLOG] = READ_ONCE(sk->sk_backlog.len);
	mem[SK_MEMINFO_DROPS] = atomic_read(&sk->sk_drops);
}

int anp_sock_fill_owner(struct sk_buff *msg, struct sock *sk, const struct anp_sock_show *show)
{
	u32 mem[SK_MEMINFO_VARS];

	if (nla_put_u32(msg, ANP_ATTR_UID, from_kuid_munged(show->user_ns, sk_uid(sk))) ||
	    nla_put_u64_64bit(msg, ANP_ATTR_INODE, sock_i_ino(sk), ANP_ATTR_PAD))
		return -EMSGSIZE;
	if (!(show->want & ANP_WANT_MEMINFO))
		return 0;
	get_meminfo(sk, mem);
	return nla_put(msg, ANP_ATTR_MEMINFO, sizeof(mem), mem);
}

static u16 get_port(const struct nlattr *attr, u16 absent)
{
	return attr ? ntohs(nla_get_be16(attr)) : absent;
}

static __be32 get_mask(const struct nlattr *addr, const struct nlattr *prefix)
{
	unsigned int bits = !addr ? 0 : prefix ? nla_get_u8(prefix) : 32;

	return inet_make_mask(bits);
}

int anp_sock_get_filter(struct netlink_callback *cb, struct anp_sock_filter *f)
{
	struct nlattr **attrs = anp_genl_dump_attrs(cb);
	struct nlattr *a = attrs[ANP_ATTR_PROTOCOL];

	f->states = attrs[ANP_ATTR_STATES] ? nla_get_u32(attrs[ANP_ATTR_STATES]) : ~0u;
	f->cookie = attrs[ANP_ATTR_COOKIE] ? nla_get_u64(attrs[ANP_ATTR_COOKIE]) : 0;
	f->lmask = get_mask(attrs[ANP_ATTR_LADDR], attrs[ANP_ATTR_LPREFIX]);
	f->dmask = get_mask(attrs[ANP_ATTR_DADDR], attrs[ANP_ATTR_DPREFIX]);
	f->laddr = attrs[ANP_ATTR_LADDR] ? nla_get_in_addr(attrs[ANP_ATTR_LADDR]) : 0;
	f->daddr = attrs[ANP_ATTR_DADDR] ? nla_get_in_addr(attrs[ANP_ATTR_DADDR]) : 0;
	f->lport_min = get_port(attrs[ANP_ATTR_LPORT], 0);
	f->dport_min = get_port(attrs[ANP_ATTR_DPORT], 0);
	f->lport_max = get_port(attrs[ANP_ATTR_LPORT_MAX],
				attrs[ANP_ATTR_LPORT] ? f->lport_min : U16_MAX);
	f->dport_max = get_port(attrs[ANP_ATTR_DPORT_MAX],
				attrs[ANP_ATTR_DPORT] ? f->dport_min : U16_MAX);
	f->protocol = a ? nla_get_u8(a) : 0;
	if (a && f->protocol != IPPROTO_TCP && f->protocol != IPPROTO_UDP &&
	    f->protocol != IPPROTO_ICMP && f->protocol != IPPROTO_RAW) {
		NL_SET_ERR_MSG_ATTR(cb->extack, a, "There are sockets of TCP, UDP, ICMP, and raw ones");
		return -EPROTONOSUPPORT;
	}
	return 0;
}

/* One socket as a message; -EMSGSIZE: there is no room, and nothing is written. */
static int put_socket(struct sk_buff *msg, u32 portid, u32 seq, int flags, u8 cmd,
		      const struct anp_sock_table *t, struct sock *sk,
		      const struct anp_sock_show *show)
{
	void *header = genlmsg_put(msg, portid, seq, &anp_genl_family, flags, cmd);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_u8(msg, ANP_ATTR_PROTOCOL, t->protocol) || t->fill(msg, sk, show)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/*
 * Writes the @n of @found, destroys them if @cmd says so, and gives back their references.  Moves
 * @pos behind what was written.  False: the message is full.
 */
static bool put_batch(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd,
		      const struct anp_sock_table *t, struct anp_sock_found *found,
		      unsigned int n, struct anp_sock_pos *pos)
{
	struct nlattr **attrs = anp_genl_dump_attrs(cb);
	const struct anp_sock_show show = {
		.user_ns = sk_user_ns(NETLINK_CB(cb->skb).sk),
		.want = attrs[ANP_ATTR_WANT] ? nla_get_u32(attrs[ANP_ATTR_WANT]) : 0,
	};
	unsigned int i, gone = 0;
	bool full = false;

	for (i = 0; i < n; i++) {
		struct sock *sk = found[i].sk;

		full = full || put_socket(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
					  NLM_F_MULTI, cmd, t, sk, &show);
		if (!full && cmd == ANP_CMD_SOCK_DEL) {
			t->destroy(sk);
			gone += sk_unhashed(sk);
		}
		/* What was destroyed has left its chain: those behind it have moved up. */
		if (!full)
			pos->place = found[i].place + 1 - gone;
		t->put(sk);
	}
	return !full;
}

static int dump(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd)
{
	struct dump_state *st = (struct dump_state *)cb->ctx;
	struct anp_sock_filter f = { .net = sock_net(msg->sk) };
	struct anp_sock_found *found;
	unsigned int n;
	int err;

	BUILD_BUG_ON(sizeof(*st) > sizeof(cb->ctx));
	err = anp_sock_get_filter(cb, &f);
	if (err)
		return err;
	found = kmalloc_array(ANP_SOCK_BATCH, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	for (; st->table < ARRAY_SIZE(tables); st->table++) {
		const struct anp_sock_table *t = tables[st->table];

		while (!f.protocol || f.protocol == t->protocol) {
			n = t->gather(&f, &st->pos, found);
			if (!n)
				break;
			if (!put_batch(msg, cb, cmd, t, found, n, &st->pos))
				goto out;
			if (fatal_signal_pending(current))
				goto out;
			cond_resched();
		}
		st->pos = (struct anp_sock_pos){ };
	}
out:
	kfree(found);
	return msg->len;
}

static int dump_get(struct sk_buff *msg, struct netlink_callback *cb)
{
	return dump(msg, cb, ANP_CMD_SOCK_NEW);
}

static int dump_del(struct sk_buff *msg, struct netlink_callback *cb)
{
	return dump(msg, cb, ANP_CMD_SOCK_DEL);
}

void __anp_sock_notify(const struct anp_sock_table *t, struct sock *sk, u8 cmd)
{
	const struct anp_sock_show show = {
		.user_ns = sock_net(sk)->user_ns,
		.want = ANP_WANT_ALL,
		.locked = true,
	};
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC);

	/* Who listens learns of a loss as of a full buffer. */
	if (!msg || put_socket(msg, 0, 0, 0, cmd, t, sk, &show)) {
		nlmsg_free(msg);
		genl_set_err(&anp_genl_family, sock_net(sk), 0, 0, -ENOBUFS);
		return;
	}
	genlmsg_multicast_netns(&anp_genl_family, sock_net(sk), msg, 0, 0, GFP_ATOMIC);
}

static const struct nla_policy policy[] = {
	[ANP_ATTR_PROTOCOL]	= { .type = NLA_U8 },
	[ANP_ATTR_STATES]	= { .type = NLA_U32 },
	[ANP_ATTR_STATE]	= { .type = NLA_REJECT },
	[ANP_ATTR_LADDR]	= { .type = NLA_BE32 },
	[ANP_ATTR_DADDR]	= { .type = NLA_BE32 },
	[ANP_ATTR_LPREFIX]	= NLA_POLICY_MAX(NLA_U8, 32),
	[ANP_ATTR_DPREFIX]	= NLA_POLICY_MAX(NLA_U8, 32),
	[ANP_ATTR_LPORT]	= { .type = NLA_BE16 },
	[ANP_ATTR_DPORT]	= { .type = NLA_BE16 },
	[ANP_ATTR_LPORT_MAX]	= { .type = NLA_BE16 },
	[ANP_ATTR_DPORT_MAX]	= { .type = NLA_BE16 },
	[ANP_ATTR_COOKIE]	= { .type = NLA_U64 },
	[ANP_ATTR_WANT]		= NLA_POLICY_MASK(NLA_U32, ANP_WANT_ALL),
};

static const struct genl_small_ops ops[] = {
	{ .cmd = ANP_CMD_SOCK_GET, .dumpit = dump_get },
	{ .cmd = ANP_CMD_SOCK_DEL, .dumpit = dump_del, .flags = GENL_UNS_ADMIN_PERM },
	{ .cmd = ANP_CMD_LATENCY_GET, .dumpit = anp_latency_dump },
};

static const struct genl_multicast_group groups[] = {
	{ .name = ANP_GENL_MCGRP_SOCKETS },
};

struct genl_family anp_genl_family __ro_after_init = {
	.name		= ANP_GENL_NAME,
	.version	= ANP_GENL_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,
	.maxattr	= ARRAY_SIZE(policy) - 1,
	.policy		= policy,
	.small_ops	= ops,
	.n_small_ops	= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

int __init anp_sockets_init(void)
{
	return genl_register_family(&anp_genl_family);
}

void anp_sockets_exit(void)
{
	genl_unregister_family(&anp_genl_family);
}
