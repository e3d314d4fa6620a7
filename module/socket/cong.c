// SPDX-License-Identifier: GPL-2.0
/*
 * The congestion controls there are: the engine's own and those that other modules register.  A
 * socket that has one pins its module, as does a namespace whose default it is.
 */
#include <linux/capability.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/user_namespace.h>
#include "../tcp/tcp.h"
#include "stream.h"

static LIST_HEAD(controls);		/* struct anp_tcp_cong_ops; @lock to write, RCU to read */
static DEFINE_SPINLOCK(lock);

/* Under RCU or @lock. */
static struct anp_tcp_cong_ops *find(const char *name)
{
	struct anp_tcp_cong_ops *ops;

	list_for_each_entry_rcu(ops, &controls, node, lockdep_is_held(&lock))
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

int anp_tcp_cong_register(struct anp_tcp_cong_ops *ops)
{
	int err = 0;

	if (!ops->ssthresh || !(ops->cong_avoid || ops->cong_control) || !ops->undo ||
	    !ops->name[0] || strnlen(ops->name, sizeof(ops->name)) == sizeof(ops->name))
		return -EINVAL;
	spin_lock(&lock);
	if (find(ops->name))
		err = -EEXIST;
	else
		list_add_tail_rcu(&ops->node, &controls);
	spin_unlock(&lock);
	return err;
}
EXPORT_SYMBOL_GPL(anp_tcp_cong_register);

void anp_tcp_cong_unregister(struct anp_tcp_cong_ops *ops)
{
	spin_lock(&lock);
	list_del_rcu(&ops->node);
	spin_unlock(&lock);
	/* Who found it without taking it is through, and so is who read a socket's without its lock. */
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(anp_tcp_cong_unregister);

/*
 * The control @name, pinned, or an ERR_PTR(): -ENOENT, -EPERM (restricted and not @admin), -EBUSY
 * (its module is on its way out).
 */
static struct anp_tcp_cong_ops *take(const char *name, bool admin)
{
	struct anp_tcp_cong_ops *ops;

	rcu_read_lock();
	ops = find(name);
	if (!ops)
		ops = ERR_PTR(-ENOENT);
	else if (!(READ_ONCE(ops->flags) & ANP_TCP_CONG_NON_RESTRICTED) && !admin)
		ops = ERR_PTR(-EPERM);
	else if (!try_module_get(ops->owner))
		ops = ERR_PTR(-EBUSY);
	rcu_read_unlock();
	return ops;
}

static void give(const struct anp_tcp_cong_ops *ops)
{
	module_put(ops->owner);
}

/* As Linux: only who may load modules anyway has one loaded for him. */
static struct anp_tcp_cong_ops *take_or_load(const struct net *net, const char *name)
{
	bool admin = ns_capable(net->user_ns, CAP_NET_ADMIN);
	struct anp_tcp_cong_ops *ops = take(name, admin);

	if (ops == ERR_PTR(-ENOENT) && capable(CAP_NET_ADMIN)) {
		request_module("anp-tcp-%s", name);
		ops = take(name, admin);
	}
	return ops;
}

/* The default of @net, pinned; one that cannot be had any more is replaced by NewReno. */
static const struct anp_tcp_cong_ops *take_default(const struct net *net)
{
	const struct anp_tcp_cong_ops *ops;

	rcu_read_lock();
	ops = rcu_dereference(anp_net(net)->cong_default);
	if (!try_module_get(ops->owner))
		ops = &anp_tcp_newreno;
	rcu_read_unlock();
	return ops;
}

void anp_tcp_cong_default_name(struct net *net, char *name)
{
	rcu_read_lock();
	strscpy(name, rcu_dereference(anp_net(net)->cong_default)->name, ANP_TCP_CONG_NAME_MAX);
	rcu_read_unlock();
}

int anp_tcp_cong_set_default(struct net *net, const char *name)
{
	struct anp_tcp_cong_ops *ops = take_or_load(net, name);
	const struct anp_tcp_cong_ops *old;

	if (IS_ERR(ops))
		return PTR_ERR(ops);
	/* As in Linux: what all sockets begin with, programs may also ask for. */
	WRITE_ONCE(ops->flags, ops->flags | ANP_TCP_CONG_NON_RESTRICTED);
	old = unrcu_pointer(xchg(&anp_net(net)->cong_default,
				 RCU_INITIALIZER((const struct anp_tcp_cong_ops *)ops)));
	give(old);
	return 0;
}

void anp_tcp_cong_list(char *buf, size_t size, bool allowed)
{
	const struct anp_tcp_cong_ops *ops;
	size_t len = 0;

	*buf = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(ops, &controls, node)
		if (!allowed || (READ_ONCE(ops->flags) & ANP_TCP_CONG_NON_RESTRICTED))
			len += scnprintf(buf + len, size - len, "%s%s", len ? " " : "", ops->name);
	rcu_read_unlock();
}

/* Is @ops one of the @n @names? */
static bool listed(const struct anp_tcp_cong_ops *ops, char * const *names, unsigned int n)
{
	while (n--)
		if (!strcmp(ops->name, names[n]))
			return true;
	return false;
}

int anp_tcp_cong_set_allowed(char *names)
{
	struct anp_tcp_cong_ops *ops;
	char *name[ANP_TCP_CONG_LIST_MAX / 16];
	unsigned int n = 0, i;
	int err = 0;

	while ((name[n] = strsep(&names, " \t")))
		if (*name[n] && ++n == ARRAY_SIZE(name))
			return -EINVAL;
	spin_lock(&lock);
	for (i = 0; i < n && !err; i++)
		err = find(name[i]) ? 0 : -ENOENT;
	if (!err) {
		list_for_each_entry(ops, &controls, node) {
			u32 flags = ops->flags & ~ANP_TCP_CONG_NON_RESTRICTED;

			if (listed(ops, name, n))
				flags |= ANP_TCP_CONG_NON_RESTRICTED;
			WRITE_ONCE(ops->flags, flags);
		}
	}
	spin_unlock(&lock);
	return err;
}

void anp_tcp_cong_net_init(struct anp_net *anet)
{
	RCU_INIT_POINTER(anet->cong_default, &anp_tcp_cubic);
}

void anp_tcp_cong_net_exit(struct anp_net *anet)
{
	give(rcu_access_pointer(anet->cong_default));
}

void anp_tcp_cong_take_default(struct sock *sk)
{
	anp_tcb(sk)->cong = take_default(sock_net(sk));
	anp_tcp_sk(sk)->cong_chosen = false;
}

/* @child is a copy of @sk: what the program chose goes on to it, and nothing else. */
void anp_tcp_cong_inherit(struct sock *child, const struct sock *sk)
{
	const struct anp_tcp_cong_ops *ops = anp_tcb(sk)->cong;

	if (anp_tcp_sk(sk)->cong_chosen && try_module_get(ops->owner))
		anp_tcb(child)->cong = ops;
	else
		anp_tcp_cong_take_default(child);
}

void anp_tcp_cong_give(struct sock *sk)
{
	give(anp_tcb(sk)->cong);
}

int anp_tcp_cong_choose(struct sock *sk, const char *name)
{
	struct anp_tcp_cong_ops *ops = take_or_load(sock_net(sk), name);
	const struct anp_tcp_cong_ops *old;

	lock_sock(sk);
	old = anp_tcp_wake(sk)->cong;
	/* What it has already nobody needs to be allowed. */
	if (IS_ERR(ops) && !strcmp(old->name, name)) {
		ops = NULL;
	} else if (IS_ERR(ops)) {
		release_sock(sk);
		anp_count(sock_net(sk), ANP_MIB_SOCKOPT_REFUSED);
		anp_refused(sock_net(sk), ANP_REFUSED_SETSOCKOPT, SOL_TCP, TCP_CONGESTION,
			    PTR_ERR(ops));
		return PTR_ERR(ops);
	}
	anp_tcp_sk(sk)->cong_chosen = true;
	if (ops && ops != old) {
		anp_tcp_set_cong(anp_tcp_begin(sk), ops, anp_tcp_now());
		anp_tcp_end(sk);
		give(old);
	} else if (ops) {
		give(ops);
	}
	release_sock(sk);
	return 0;
}

ALLOW_ERROR_INJECTION(anp_tcp_cong_choose, ERRNO);

int anp_tcp_cong_init(void)
{
	struct anp_tcp_cong_ops * const *ops;
	int err = 0;

	for (ops = anp_tcp_cong_own; *ops && !err; ops++)
		err = anp_tcp_cong_register(*ops);
	return err;
}
