// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/anp of a namespace: `stat` (counters), `dev` (devices), `compat` (what was refused), and
 * the tables of sockets that the layers above fill.
 */
#include <linux/proc_fs.h>
#include "anp.h"
#include "link/link.h"
#include "observe/latency.h"
#include "observe/proc.h"

static int anp_stat_show(struct seq_file *seq, void *v)
{
	const struct net *net = seq_file_single_net(seq);
	unsigned int i;

	for (i = 0; i < ANP_MIB_COUNT; i++)
		seq_printf(seq, "%s %lu\n", anp_mib_names[i], anp_mib_read(net, i));
	return 0;
}

static int anp_dev_show(struct seq_file *seq, void *v)
{
	const struct net *net = seq_file_single_net(seq);
	const struct anp_dev *ad;

	seq_printf(seq, "%-15s %-15s %s\n", "device", "lower", "table");
	rcu_read_lock();
	list_for_each_entry_rcu(ad, &anp_net(net)->devs, node)
		seq_printf(seq, "%-15s %-15s %u\n", ad->dev->name, ad->lower->name, ANP_RT_TABLE);
	rcu_read_unlock();
	return 0;
}

static bool add_table(struct proc_dir_entry *dir, const char *name,
		      const struct seq_operations *ops)
{
	return proc_create_net(name, 0444, dir, ops, sizeof(struct anp_seq_state));
}

int anp_observe_net_init(struct anp_net *anet)
{
	struct net *net = anet->net;
	struct proc_dir_entry *dir;

	dir = proc_net_mkdir(net, "anp", net->proc_net);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_net_single("stat", 0444, dir, anp_stat_show, NULL) ||
	    !proc_create_net_single("dev", 0444, dir, anp_dev_show, NULL) ||
	    !proc_create_net_single("compat", 0444, dir, anp_refused_show, NULL) ||
	    !proc_create_net_single_write("latency", 0644, dir, anp_latency_show,
					  anp_latency_write, NULL) ||
	    !add_table(dir, "tcp", &anp_tcp_seq_ops) ||
	    !add_table(dir, "udp", &anp_udp_seq_ops) ||
	    !add_table(dir, "icmp", &anp_icmp_seq_ops) ||
	    !add_table(dir, "raw", &anp_raw_seq_ops)) {
		proc_remove(dir);
		return -ENOMEM;
	}
	anet->proc = dir;
	return 0;
}

ALLOW_ERROR_INJECTION(anp_observe_net_init, ERRNO);

void anp_observe_net_exit(struct anp_net *anet)
{
	proc_remove(anet->proc);
	anp_latency_net_exit(anet);
}
