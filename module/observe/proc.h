/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/net/anp: what the socket layers provide for its tables `tcp`, `udp`, `icmp` and `raw`.
 */
#ifndef ANP_OBSERVE_PROC_H
#define ANP_OBSERVE_PROC_H

#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

/* seq->private of the tables below; the namespace is seq_file_net(seq). */
struct anp_seq_state {
	struct seq_net_private	p;		/* must be first */
	unsigned int		bucket;
};

int anp_refused_show(struct seq_file *seq, void *v);	/* refused.c: `compat` */

extern const struct seq_operations anp_tcp_seq_ops;	/* socket/ */
extern const struct seq_operations anp_udp_seq_ops;	/* udp/ */
extern const struct seq_operations anp_icmp_seq_ops;	/* udp/ */
extern const struct seq_operations anp_raw_seq_ops;	/* udp/ */

#endif /* ANP_OBSERVE_PROC_H */
