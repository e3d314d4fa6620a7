// SPDX-License-Identifier: GPL-2.0
/*
 * ANP in a network namespace.  In two parts, because of what happens when the module is unloaded:
 * the state comes before the layers and outlives them; what the layers keep in it is purged while
 * their caches still exist.
 */
#include <linux/random.h>
#include <net/net_namespace.h>
#include "anp.h"
#include "net.h"

unsigned int anp_net_id __read_mostly;

static int __net_init state_init(struct net *net)
{
	struct anp_net *anet = anp_net(net);

	anet->net = net;
	INIT_LIST_HEAD(&anet->devs);
	INIT_LIST_HEAD(&anet->tw_list);
	spin_lock_init(&anet->icmp_lock);
	INIT_LIST_HEAD(&anet->mc_groups);
	spin_lock_init(&anet->mc_lock);
	anp_tcp_cong_net_init(anet);
	anp_sysctl_defaults(anet);
	get_random_bytes(&anet->iss_key, sizeof(anet->iss_key));
	get_random_bytes(&anet->port_key, sizeof(anet->port_key));
	get_random_bytes(&anet->cookie_key, sizeof(anet->cookie_key));
	anet->mib = alloc_percpu(struct anp_mib);
	if (!anet->mib)
		return -ENOMEM;
	if (anp_refused_net_init(anet))
		goto mib;
	if (anp_fo_net_init(anet))
		goto refused;
	return 0;
refused:
	anp_refused_net_exit(anet);
mib:
	free_percpu(anet->mib);
	return -ENOMEM;
}

static void __net_exit state_exit(struct net *net)
{
	anp_tcp_cong_net_exit(anp_net(net));
	anp_fo_net_exit(anp_net(net));
	anp_refused_net_exit(anp_net(net));
	free_percpu(anp_net(net)->mib);
}

static struct pernet_operations state_ops = {
	.init	= state_init,
	.exit	= state_exit,
	.id	= &anp_net_id,
	.size	= sizeof(struct anp_net),
};

static int __net_init layers_init(struct net *net)
{
	struct anp_net *anet = anp_net(net);
	int err;

	err = anp_ip_net_init(anet);
	if (err)
		return err;
	err = anp_link_net_init(anet);
	if (err)
		goto err_ip;
	err = anp_observe_net_init(anet);
	if (err)
		goto err_link;
	err = anp_sysctl_net_init(anet);
	if (err)
		goto err_observe;
	return 0;

err_observe:
	anp_observe_net_exit(anet);
err_link:
	anp_link_net_exit(anet);
err_ip:
	anp_ip_net_exit(anet);
	return err;
}

static void __net_exit layers_exit(struct net *net)
{
	struct anp_net *anet = anp_net(net);

	anp_sysctl_net_exit(anet);
	anp_observe_net_exit(anet);
	/* What is in TIME-WAIT may still want to send. */
	anp_stream_net_exit(anet);
	anp_link_net_exit(anet);
	anp_ip_net_exit(anet);
}

static struct pernet_operations layers_ops = {
	.init	= layers_init,
	.exit	= layers_exit,
};

int anp_net_init(void)
{
	return register_pernet_subsys(&state_ops);
}

void anp_net_exit(void)
{
	unregister_pernet_subsys(&state_ops);
}

int anp_net_layers_init(void)
{
	return register_pernet_subsys(&layers_ops);
}

void anp_net_layers_exit(void)
{
	unregister_pernet_subsys(&layers_ops);
}
