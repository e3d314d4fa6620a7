// SPDX-License-Identifier: GPL-2.0
/*
 * ip link add NAME link LOWER type anp: making and deleting anp devices.
 */
#include <linux/etherdevice.h>
#include <net/ip_fib.h>
#include <net/rtnetlink.h>
#include "link/link.h"

static const struct nla_policy policy[IFLA_ANP_MAX + 1] = {
	[IFLA_ANP_RX_MODE]	= NLA_POLICY_MAX(NLA_U32, ANP_RX_MODE_MAX),
};

static int validate(struct nlattr *tb[], struct nlattr *data[], struct netlink_ext_ack *extack)
{
	if (ANP_LINK_NETNSID_MOVES && tb[IFLA_LINK_NETNSID]) {
		NL_SET_ERR_MSG(extack, "An anp device cannot change its namespace: run this where the lower device is, with \"netns NAME\"");
		return -EOPNOTSUPP;
	}
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
		NL_SET_ERR_MSG(extack, "The address of an anp device has 6 bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG(extack, "Not a unicast Ethernet address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

/* Can @lower carry an anp device? */
static int check_lower(struct net_device *lower, struct nlattr *tb[],
		       struct netlink_ext_ack *extack)
{
	if (anp_dev_is_anp(lower)) {
		NL_SET_ERR_MSG(extack, "An anp device cannot be stacked on another one");
		return -EINVAL;
	}
	if (lower->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "The loopback device cannot carry an anp device: ANP reaches its own addresses without it");
		return -EINVAL;
	}
	if (lower->type != ARPHRD_ETHER && lower->type != ARPHRD_NONE) {
		NL_SET_ERR_MSG(extack, "The lower device must be an Ethernet one, or a tunnel of IP packets such as tun or wireguard");
		return -EINVAL;
	}
	if (lower->priv_flags & IFF_NO_RX_HANDLER) {
		NL_SET_ERR_MSG(extack, "The lower device does not let its packets be taken");
		return -EINVAL;
	}
	if (netdev_is_rx_handler_busy(lower)) {
		NL_SET_ERR_MSG(extack, "The lower device is taken by another anp, macvlan, ipvlan, bridge, bond or team device");
		return -EBUSY;
	}
	if (tb[IFLA_ADDRESS] && lower->type != ARPHRD_ETHER) {
		NL_SET_ERR_MSG(extack, "On a lower device without link addresses an anp device has none");
		return -EINVAL;
	}
	if (tb[IFLA_ADDRESS] && ether_addr_equal(nla_data(tb[IFLA_ADDRESS]), lower->dev_addr)) {
		NL_SET_ERR_MSG(extack, "The address is that of the lower device");
		return -EADDRINUSE;
	}
	return 0;
}

/*
 * The lower device named on the command line.  Who may configure the anp device's namespace has not
 * yet the right to take a device of another one.
 */
static struct net_device *get_lower(const struct net_device *dev, struct net *link_net,
				    struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	struct net_device *lower;
	int err;

	if (!tb[IFLA_LINK]) {
		NL_SET_ERR_MSG(extack, "Name the lower device: ip link add NAME link LOWER type anp");
		return ERR_PTR(-EINVAL);
	}
	lower = __dev_get_by_index(link_net, nla_get_u32(tb[IFLA_LINK]));
	if (!lower) {
		NL_SET_ERR_MSG(extack, "The lower device does not exist");
		return ERR_PTR(-ENODEV);
	}
	err = check_lower(lower, tb, extack);
	return err ? ERR_PTR(err) : lower;
}

/* The private table; it stays until the namespace ends, so that readers need no lock. */
static int get_table(struct net *net)
{
	struct anp_net *anet = anp_net(net);
	struct fib_table *tb;

	if (anet->fib)
		return 0;
	tb = fib_new_table(net, ANP_RT_TABLE);
	if (!tb)
		return -ENOMEM;
	WRITE_ONCE(anet->fib, tb);
	return 0;
}

int anp_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
		struct netlink_ext_ack *extack)
{
	struct anp_dev *ad = netdev_priv(dev);
	struct net_device *lower;
	int err;

	lower = get_lower(dev, rtnl_newlink_link_net(params), params->tb, extack);
	if (IS_ERR(lower))
		return PTR_ERR(lower);
	err = get_table(dev_net(dev));
	if (err)
		return err;

	anp_dev_set_lower(dev, lower);
	if (anp_dev_is_ether(dev) && !params->tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	dev->min_mtu = lower->min_mtu;
	dev->max_mtu = min_t(unsigned int, lower->mtu, ETH_MAX_MTU);
	if (!params->tb[IFLA_MTU]) {
		dev->mtu = dev->max_mtu;
	} else if (dev->mtu > dev->max_mtu) {
		NL_SET_ERR_MSG(extack, "The MTU is larger than the lower device's");
		return -EINVAL;
	}
	if (params->data && params->data[IFLA_ANP_RX_MODE])
		anp_rx_mode_set(ad, nla_get_u32(params->data[IFLA_ANP_RX_MODE]));
	err = netif_set_real_num_rx_queues(dev, ad->queues);
	if (err)
		return err;
	anp_follow_features(ad);
	/* So that the first carrier makes the device operational. */
	netif_carrier_off(dev);

	err = register_netdevice(dev);
	if (err)
		return err;
	err = netdev_upper_dev_link(lower, dev, extack);
	if (err)
		goto err_unregister;
	/* Not earlier: the FIB would take the linking for the start of a VRF. */
	dev->priv_flags |= IFF_L3MDEV_MASTER;
	list_add_tail_rcu(&ad->node, &anp_net(dev_net(dev))->devs);
	anp_follow_carrier(ad);
	return 0;

err_unregister:
	unregister_netdevice(dev);
	return err;
}

/* Also called for every device left when a namespace ends or the module is unloaded. */
void anp_dellink(struct net_device *dev, struct list_head *head)
{
	struct anp_dev *ad = netdev_priv(dev);

	list_del_rcu(&ad->node);
	unregister_netdevice_queue(dev, head);
}

static struct net *get_link_net(const struct net_device *dev)
{
	const struct anp_dev *ad = netdev_priv(dev);

	return dev_net(ad->lower);
}

static int changelink(struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		      struct netlink_ext_ack *extack)
{
	if (!data || !data[IFLA_ANP_RX_MODE])
		return 0;
	return anp_rx_mode_set(netdev_priv(dev), nla_get_u32(data[IFLA_ANP_RX_MODE]));
}

static size_t get_size(const struct net_device *dev)
{
	return nla_total_size(sizeof(u32));
}

static int fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	return nla_put_u32(skb, IFLA_ANP_RX_MODE, anp_rx_mode(netdev_priv(dev)));
}

static unsigned int num_rx_queues(void)
{
	return ANP_QUEUES_MAX;
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind		= ANP_LINK_KIND,
	.priv_size	= sizeof(struct anp_dev),
	.setup		= anp_dev_setup,
	.maxtype	= IFLA_ANP_MAX,
	.policy		= policy,
	.validate	= validate,
	.newlink	= anp_newlink_compat,
	.dellink	= anp_dellink,
	.get_link_net	= get_link_net,
	.changelink	= changelink,
	.get_size	= get_size,
	.fill_info	= fill_info,
	.get_num_rx_queues = num_rx_queues,
};

int anp_newlink_init(void)
{
	return rtnl_link_register(&link_ops);
}

void anp_newlink_exit(void)
{
	rtnl_link_unregister(&link_ops);
}
