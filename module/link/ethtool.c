// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool on an anp device: -i, the link's settings, rings, queues, private flags.  -C is in
 * coalesce.c, -S in stats.c; -k needs nothing of its own.
 */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include "link/link.h"
#include "link/ring.h"

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	const struct anp_dev *ad = netdev_priv(dev);

	strscpy(info->driver, ANP_LINK_KIND, sizeof(info->driver));
	strscpy(info->version, ANP_VERSION, sizeof(info->version));
	strscpy(info->bus_info, ad->lower->name, sizeof(info->bus_info));
	info->n_priv_flags = ANP_RX_MODE_MAX;
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	const struct anp_dev *ad = netdev_priv(dev);

	return __ethtool_get_link_ksettings(ad->lower, cmd);
}

/* ---- private flags: the receive mode; bit n is ANP_RX_MODE_ n + 1, none is inline ---- */

static const char * const flag_names[ANP_RX_MODE_MAX] = {
	[ANP_RX_MODE_INTERRUPT - 1]	= "rx-interrupt",
	[ANP_RX_MODE_POLL - 1]		= "rx-poll",
	[ANP_RX_MODE_HYBRID - 1]	= "rx-hybrid",
};

static u32 get_priv_flags(struct net_device *dev)
{
	u8 mode = anp_rx_mode(netdev_priv(dev));

	return mode == ANP_RX_MODE_INLINE ? 0 : BIT(mode - 1);
}

/* A flag that is switched on switches the others off. */
static int set_priv_flags(struct net_device *dev, u32 flags)
{
	u32 added = flags & ~get_priv_flags(dev);

	if (added)
		flags = added;
	if (hweight32(flags) > 1)
		return -EINVAL;
	return anp_rx_mode_set(netdev_priv(dev), flags ? ilog2(flags) + 1 : ANP_RX_MODE_INLINE);
}

/* ---- strings of both ---- */

static int get_sset_count(struct net_device *dev, int sset)
{
	switch (sset) {
	case ETH_SS_STATS:
		return anp_stats_count(netdev_priv(dev));
	case ETH_SS_PRIV_FLAGS:
		return ARRAY_SIZE(flag_names);
	}
	return -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	unsigned int i;

	switch (sset) {
	case ETH_SS_STATS:
		anp_stats_strings(netdev_priv(dev), data);
		break;
	case ETH_SS_PRIV_FLAGS:
		for (i = 0; i < ARRAY_SIZE(flag_names); i++)
			ethtool_sprintf(&data, "%s", flag_names[i]);
		break;
	}
}

/* ---- rings and queues ---- */

static void get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *extack)
{
	const struct anp_dev *ad = netdev_priv(dev);

	ring->rx_max_pending = ANP_RING_MAX;
	ring->rx_pending = ad->set.ring;
}

static int set_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
			 struct kernel_ethtool_ringparam *kring, struct netlink_ext_ack *extack)
{
	struct anp_dev *ad = netdev_priv(dev);
	const struct anp_mod_settings *s = &ad->set;

	if (ring->rx_pending < ANP_RING_MIN) {
		NL_SET_ERR_MSG(extack, "A ring holds at least 64 frames");
		return -EINVAL;
	}
	if (ring->rx_pending < max(max(s->normal.frames, s->irq.frames),
				   max(s->low.frames, s->high.frames))) {
		NL_SET_ERR_MSG(extack, "The ring would hold fewer frames than an interrupt waits for (ethtool -c)");
		return -EINVAL;
	}
	ad->set.ring = ring->rx_pending;
	return anp_rx_apply(ad);
}

static void get_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	const struct anp_dev *ad = netdev_priv(dev);

	ch->max_rx = min_t(u32, dev->num_rx_queues, ANP_QUEUES_MAX);
	ch->rx_count = ad->queues;
	/* Sending needs no queue of its own. */
	ch->max_tx = 1;
	ch->tx_count = 1;
}

static int set_channels(struct net_device *dev, struct ethtool_channels *ch)
{
	struct anp_dev *ad = netdev_priv(dev);
	unsigned int old = ad->queues;
	int err;

	if (!ch->rx_count || ch->tx_count != 1)
		return -EINVAL;
	ad->queues = ch->rx_count;
	err = anp_rx_apply(ad);
	if (err)
		ad->queues = old;
	return err;
}

const struct ethtool_ops anp_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_ALL_PARAMS,
	.get_drvinfo		= get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= get_link_ksettings,
	.get_coalesce		= anp_coalesce_get,
	.set_coalesce		= anp_coalesce_set,
	.get_ringparam		= get_ringparam,
	.set_ringparam		= set_ringparam,
	.get_channels		= get_channels,
	.set_channels		= set_channels,
	.get_priv_flags		= get_priv_flags,
	.set_priv_flags		= set_priv_flags,
	.get_sset_count		= get_sset_count,
	.get_strings		= get_strings,
	.get_ethtool_stats	= anp_stats_get,
	.get_ts_info		= ethtool_op_get_ts_info,
};
