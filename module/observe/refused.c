// SPDX-License-Identifier: GPL-2.0
/*
 * What programs asked for and did not get: /proc/net/anp/compat, which `anp compat` shows.  A table
 * by program and request, so that who ports a program sees at once what it would miss.  Bounded:
 * what has no place in it any more is counted in one number.
 */
#include <linux/errno.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/sched.h>
#include <linux/seq_file_net.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "anp.h"
#include "observe/proc.h"
#include "socket/option_list.h"

#define REFUSED_MAX 128

struct refused {
	char			comm[TASK_COMM_LEN];
	enum anp_refused_call	call;
	int			level;
	int			name;
	int			err;
	u64			count;
};

struct anp_refusals {
	spinlock_t	lock;		/* all below */
	unsigned int	used;
	u64		lost;
	struct refused	list[REFUSED_MAX];
};

struct option_name {
	int		level;
	int		name;
	int		err;
	const char	*level_text;
	const char	*name_text;
};

static const struct option_name options[] = {
#define X(level, name, sockets, err, note) { level, name, err, #level, #name },
	ANP_OPTION_LIST(X)
#undef X
};

static const char * const calls[] = {
	[ANP_REFUSED_SETSOCKOPT]	= "setsockopt",
	[ANP_REFUSED_GETSOCKOPT]	= "getsockopt",
	[ANP_REFUSED_IOCTL]		= "ioctl",
	[ANP_REFUSED_SOCKET]		= "socket",
};

static const struct option_name *option_find(int level, int name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].level == level && options[i].name == name)
			return &options[i];
	return NULL;
}

static bool same(const struct refused *a, const struct refused *b)
{
	return a->call == b->call && a->level == b->level && a->name == b->name &&
	       a->err == b->err && !strcmp(a->comm, b->comm);
}

void anp_refused(const struct net *net, enum anp_refused_call call, int level, int name, int err)
{
	struct anp_refusals *r = anp_net(net)->refusals;
	struct refused new = { .call = call, .level = level, .name = name, .err = -err, .count = 1 };
	unsigned int i;

	get_task_comm(new.comm, current);
	spin_lock(&r->lock);
	for (i = 0; i < r->used && !same(&r->list[i], &new); i++)
		;
	if (i < r->used)
		r->list[i].count++;
	else if (i < REFUSED_MAX)
		r->list[r->used++] = new;
	else
		r->lost++;
	spin_unlock(&r->lock);
}

int anp_refuse_option(const struct sock *sk, bool set, int level, int name)
{
	const struct option_name *o = option_find(level, name);
	int err = set && o ? -o->err : -ENOPROTOOPT;

	anp_count(sock_net(sk), ANP_MIB_SOCKOPT_REFUSED);
	anp_refused(sock_net(sk), set ? ANP_REFUSED_SETSOCKOPT : ANP_REFUSED_GETSOCKOPT, level,
		    name, err);
	return err;
}

static void show(struct seq_file *seq, const struct refused *e)
{
	bool option = e->call <= ANP_REFUSED_GETSOCKOPT;
	const struct option_name *o = option ? option_find(e->level, e->name) : NULL;

	seq_printf(seq, "%s %d %d %d %llu %s %s ", calls[e->call], e->level, e->name, e->err,
		   e->count, o ? o->level_text : "-", o ? o->name_text : "-");
	/* A program may call itself anything. */
	seq_escape_str(seq, e->comm, ESCAPE_SPACE | ESCAPE_SPECIAL | ESCAPE_NP, "\\");
	seq_putc(seq, '\n');
}

int anp_refused_show(struct seq_file *seq, void *v)
{
	struct anp_refusals *r = anp_net(seq_file_single_net(seq))->refusals;
	unsigned int i;

	seq_puts(seq, "call level name errno count level-name option-name program\n");
	spin_lock(&r->lock);
	for (i = 0; i < r->used; i++)
		show(seq, &r->list[i]);
	if (r->lost)
		seq_printf(seq, "lost - - - %llu - - -\n", r->lost);
	spin_unlock(&r->lock);
	return 0;
}

int anp_refused_net_init(struct anp_net *anet)
{
	anet->refusals = kvzalloc(sizeof(*anet->refusals), GFP_KERNEL_ACCOUNT);
	if (!anet->refusals)
		return -ENOMEM;
	spin_lock_init(&anet->refusals->lock);
	return 0;
}

ALLOW_ERROR_INJECTION(anp_refused_net_init, ERRNO);

void anp_refused_net_exit(struct anp_net *anet)
{
	kvfree(anet->refusals);
}
