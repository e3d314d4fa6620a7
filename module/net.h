/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What main.c takes from net.c.
 */
#ifndef ANP_NET_H
#define ANP_NET_H

/* Each namespace's struct anp_net: counters, keys, empty lists. */
int anp_net_init(void);
void anp_net_exit(void);

/* What the layers keep in it; after the layers' own init, before theirs can be reached. */
int anp_net_layers_init(void);
void anp_net_layers_exit(void);

#endif /* ANP_NET_H */
