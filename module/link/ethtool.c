// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool on an anp device: -i, -S, the link's settings.  -k needs nothing of its own.
 */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include "link/link.h"

/* The first lines of -S; behind them a line for every drop reason, named as in /proc/net/anp. */
static const char * const stat_names[] = {
	"rx_packets", "rx_bytes", "rx_multicast", "rx_dropped",
	"tx_packets", "tx_bytes", "tx_dropped",
	"rx_direct", "tx_direct",
};

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	const struct anp_dev *ad = netdev_priv(dev);

	strscpy(info->driver, ANP_LINK_KIND, sizeof(info->driver));
	strscpy(info->version, ANP_VERSION, sizeof(info->version));
	strscpy(info->bus_info, ad->lower->name, sizeof(info->bus_info));
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *cmd)
{
	const struct anp_dev *ad = netdev_priv(dev);

	return __ethtool_get_link_ksettings(ad->lower, cmd);
}

static int get_sset_count(struct net_device *dev, int sset)
{
	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return ARRAY_SIZE(stat_names) + ANP_DROP_REASONS;
}

static void get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	unsigned int i;

	if (sset != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(stat_names); i++)
		ethtool_sprintf(&data, "%s", stat_names[i]);
	for (i = ANP_MIB_DROP_FIRST; i < ANP_MIB_COUNT; i++)
		ethtool_sprintf(&data, "%s", anp_mib_names[i]);
}

static u64 sum_drops(const struct anp_dev *ad, unsigned int reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(ad->pcpu, cpu)->drops[reason]);
	return sum;
}

static void get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct anp_dev *ad = netdev_priv(dev);
	u64 rx_direct = 0, tx_direct = 0;
	struct rtnl_link_stats64 s;
	unsigned int i;
	int cpu;

	dev_get_stats(dev, &s);
	*data++ = s.rx_packets;
	*data++ = s.rx_bytes;
	*data++ = s.multicast;
	*data++ = s.rx_dropped;
	*data++ = s.tx_packets;
	*data++ = s.tx_bytes;
	*data++ = s.tx_dropped;
	for_each_possible_cpu(cpu) {
		rx_direct += READ_ONCE(per_cpu_ptr(ad->pcpu, cpu)->rx_direct);
		tx_direct += READ_ONCE(per_cpu_ptr(ad->pcpu, cpu)->tx_direct);
	}
	*data++ = rx_direct;
	*data++ = tx_direct;
	for (i = 0; i < ANP_DROP_REASONS; i++)
		*data++ = sum_drops(ad, i);
}

const struct ethtool_ops anp_ethtool_ops = {
	.get_drvinfo		= get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= get_link_ksettings,
	.get_sset_count		= get_sset_count,
	.get_strings		= get_strings,
	.get_ethtool_stats	= get_ethtool_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
};
