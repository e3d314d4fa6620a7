// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool -S of an anp device: its traffic, each receive queue, and a line for every drop reason,
 * named as in /proc/net/anp.
 */
#include <linux/ethtool.h>
#include "link/link.h"
#include "link/ring.h"

static const char * const traffic_names[] = {
	"rx_packets", "rx_bytes", "rx_multicast", "rx_dropped",
	"tx_packets", "tx_bytes", "tx_dropped",
	"rx_direct", "tx_direct",
};

/* In the order of struct anp_queue_stats, which is an array of as many counters. */
static const char * const queue_names[] = {
	"frames", "bytes", "ring_drops", "irqs", "polls", "busy_polls", "budget_exhausted",
	"irq_to_poll", "poll_to_irq", "dim_changes",
	"batch_1", "batch_2", "batch_4", "batch_8", "batch_16", "batch_32", "batch_64",
};

static_assert(sizeof(struct anp_queue_stats) ==
	      ARRAY_SIZE(queue_names) * sizeof(unsigned long));

int anp_stats_count(const struct anp_dev *ad)
{
	return ARRAY_SIZE(traffic_names) + ad->queues * ARRAY_SIZE(queue_names) +
	       ANP_DROP_REASONS;
}

void anp_stats_strings(const struct anp_dev *ad, u8 *data)
{
	unsigned int i, q;

	for (i = 0; i < ARRAY_SIZE(traffic_names); i++)
		ethtool_sprintf(&data, "%s", traffic_names[i]);
	for (q = 0; q < ad->queues; q++)
		for (i = 0; i < ARRAY_SIZE(queue_names); i++)
			ethtool_sprintf(&data, "rx%u_%s", q, queue_names[i]);
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

static u64 *get_traffic(struct net_device *dev, u64 *data)
{
	const struct anp_dev *ad = netdev_priv(dev);
	u64 rx_direct = 0, tx_direct = 0;
	struct rtnl_link_stats64 s;
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
	return data;
}

void anp_stats_get(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct anp_dev *ad = netdev_priv(dev);
	const unsigned long *counter;
	unsigned int i, q;

	data = get_traffic(dev, data);
	for (q = 0; q < ad->queues; q++) {
		counter = (const unsigned long *)&ad->queue_stats[q];
		for (i = 0; i < ARRAY_SIZE(queue_names); i++)
			*data++ = READ_ONCE(counter[i]);
	}
	for (i = 0; i < ANP_DROP_REASONS; i++)
		*data++ = sum_drops(ad, i);
}
