// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading.  What can be reached from outside comes last: the link type, netlink, then
 * the address family.  A socket or a device's user pins the module, so at exit only devices,
 * TIME-WAIT and caches are left.
 */
#include <linux/module.h>
#include <net/rtnetlink.h>
#include "anp.h"
#include "net.h"
#include "observe/sockets.h"

static int __init anp_init(void)
{
	int err;

	err = anp_net_init();
	if (err)
		return err;
	err = anp_ip_init();
	if (err)
		goto err_net;
	err = anp_stream_init();
	if (err)
		goto err_ip;
	err = anp_udp_init();
	if (err)
		goto err_stream;
	err = anp_ping_init();
	if (err)
		goto err_udp;
	err = anp_raw_init();
	if (err)
		goto err_ping;
	err = anp_net_layers_init();
	if (err)
		goto err_raw;
	err = anp_link_init();
	if (err)
		goto err_layers;
	err = anp_sockets_init();
	if (err)
		goto err_link;
	err = anp_family_init();
	if (err)
		goto err_sockets;
	return 0;

err_sockets:
	anp_sockets_exit();
err_link:
	anp_link_exit();
err_layers:
	anp_net_layers_exit();
err_raw:
	anp_raw_exit();
err_ping:
	anp_ping_exit();
err_udp:
	anp_udp_exit();
err_stream:
	anp_stream_exit();
err_ip:
	anp_ip_exit();
err_net:
	anp_net_exit();
	rcu_barrier();
	return err;
}

static void __exit anp_exit(void)
{
	anp_family_exit();
	anp_sockets_exit();
	anp_link_exit();
	anp_net_layers_exit();
	anp_raw_exit();
	anp_ping_exit();
	anp_udp_exit();
	anp_stream_exit();
	anp_ip_exit();
	anp_net_exit();
	/* Callbacks of call_rcu() and kfree_rcu() are the module's code and data. */
	rcu_barrier();
}

module_init(anp_init);
module_exit(anp_exit);

MODULE_DESCRIPTION("AF_ANP: a second TCP/IP stack");
MODULE_AUTHOR("AF_ANP developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(ANP_VERSION);
/* socket(AF_ANP) and "ip link add type anp" load the module. */
MODULE_ALIAS_NETPROTO(AF_ANP);
MODULE_ALIAS_RTNL_LINK(ANP_LINK_KIND);
