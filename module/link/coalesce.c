// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of receive moderation: the mode, and ethtool -C.  What they mean is in moderation.h.
 * What has no meaning for a device without a wire of its own is refused, with the reason.
 */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include "link/link.h"
#include "link/ring.h"

/* Longer would look like a device that is broken. */
#define USECS_MAX	1000000
#define SAMPLE_MAX	3600

u8 anp_rx_mode(const struct anp_dev *ad)
{
	if (ad->rx_mode != ANP_RX_MODE_INLINE)
		return ad->rx_mode;
	if (ad->set.adaptive || !anp_mod_is_plain(&ad->set.normal))
		return ANP_RX_MODE_INTERRUPT;
	return ANP_RX_MODE_INLINE;
}

static enum anp_mod_mode mod_mode(u8 mode)
{
	if (mode == ANP_RX_MODE_POLL)
		return ANP_MOD_POLLED;
	return mode == ANP_RX_MODE_HYBRID ? ANP_MOD_HYBRID : ANP_MOD_INTERRUPT;
}

/* Applies @mode and @set, or leaves all as it was. */
static int change(struct anp_dev *ad, u8 mode, const struct anp_mod_settings *set)
{
	const struct anp_mod_settings old = ad->set;
	const u8 old_mode = ad->rx_mode;
	int err;

	ASSERT_RTNL();
	ad->rx_mode = mode;
	ad->set = *set;
	ad->set.mode = mod_mode(anp_rx_mode(ad));
	err = anp_rx_apply(ad);
	if (err) {
		ad->rx_mode = old_mode;
		ad->set = old;
	}
	return err;
}

int anp_rx_mode_set(struct anp_dev *ad, u8 mode)
{
	if (mode > ANP_RX_MODE_MAX)
		return -EINVAL;
	return change(ad, mode, &ad->set);
}

void anp_coalesce_init(struct anp_dev *ad)
{
	ad->queues = 1;
	ad->rx_mode = ANP_RX_MODE_INLINE;
	ad->set = (struct anp_mod_settings){
		.mode = ANP_MOD_INTERRUPT,
		.ring = ANP_RING_DEF,
		.sample = 1,
	};
}

int anp_coalesce_get(struct net_device *dev, struct ethtool_coalesce *ec,
		     struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *extack)
{
	const struct anp_dev *ad = netdev_priv(dev);
	const struct anp_mod_settings *s = &ad->set;

	ec->rx_coalesce_usecs = s->normal.usecs;
	ec->rx_max_coalesced_frames = s->normal.frames;
	ec->rx_coalesce_usecs_irq = s->irq.usecs;
	ec->rx_max_coalesced_frames_irq = s->irq.frames;
	ec->use_adaptive_rx_coalesce = s->adaptive;
	ec->pkt_rate_low = s->rate_low;
	ec->rx_coalesce_usecs_low = s->low.usecs;
	ec->rx_max_coalesced_frames_low = s->low.frames;
	ec->pkt_rate_high = s->rate_high;
	ec->rx_coalesce_usecs_high = s->high.usecs;
	ec->rx_max_coalesced_frames_high = s->high.frames;
	ec->rate_sample_interval = s->sample;
	kec->use_cqe_mode_rx = s->cqe;
	return 0;
}

static int check_supported(const struct ethtool_coalesce *ec,
			   const struct kernel_ethtool_coalesce *kec,
			   struct netlink_ext_ack *extack)
{
	if (ec->tx_coalesce_usecs || ec->tx_max_coalesced_frames || ec->tx_coalesce_usecs_irq ||
	    ec->tx_max_coalesced_frames_irq || ec->tx_coalesce_usecs_low ||
	    ec->tx_max_coalesced_frames_low || ec->tx_coalesce_usecs_high ||
	    ec->tx_max_coalesced_frames_high || ec->use_adaptive_tx_coalesce ||
	    kec->use_cqe_mode_tx) {
		NL_SET_ERR_MSG(extack, "An anp device has no transmit interrupts: set this on the lower device");
		return -EOPNOTSUPP;
	}
	if (ec->stats_block_coalesce_usecs) {
		NL_SET_ERR_MSG(extack, "An anp device's statistics are always up to date: there is no block to write back");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_pair(const struct anp_dev *ad, const struct anp_mod_pair *p,
		      struct netlink_ext_ack *extack)
{
	if (p->usecs > USECS_MAX) {
		NL_SET_ERR_MSG(extack, "A frame cannot wait longer than a second (1000000 usecs)");
		return -ERANGE;
	}
	if (p->frames > ad->set.ring) {
		NL_SET_ERR_MSG(extack, "More frames than the ring holds (ethtool -g)");
		return -ERANGE;
	}
	if (!p->usecs && p->frames > 1) {
		NL_SET_ERR_MSG(extack, "More than 1 frame without usecs: a frame that comes alone would wait for ever");
		return -EINVAL;
	}
	return 0;
}

static int check(const struct anp_dev *ad, const struct anp_mod_settings *s,
		 struct netlink_ext_ack *extack)
{
	const struct anp_mod_pair *pairs[] = { &s->normal, &s->irq, &s->low, &s->high };
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		err = check_pair(ad, pairs[i], extack);
		if (err)
			return err;
	}
	if (s->rate_high && s->rate_low > s->rate_high) {
		NL_SET_ERR_MSG(extack, "pkt-rate-low is above pkt-rate-high");
		return -EINVAL;
	}
	if (!s->sample || s->sample > SAMPLE_MAX) {
		NL_SET_ERR_MSG(extack, "The sample interval is 1 to 3600 seconds");
		return -ERANGE;
	}
	return 0;
}

int anp_coalesce_set(struct net_device *dev, struct ethtool_coalesce *ec,
		     struct kernel_ethtool_coalesce *kec, struct netlink_ext_ack *extack)
{
	struct anp_dev *ad = netdev_priv(dev);
	struct anp_mod_settings s = ad->set;
	int err;

	err = check_supported(ec, kec, extack);
	if (err)
		return err;
	s.normal = (struct anp_mod_pair){ ec->rx_coalesce_usecs, ec->rx_max_coalesced_frames };
	s.irq = (struct anp_mod_pair){ ec->rx_coalesce_usecs_irq,
				       ec->rx_max_coalesced_frames_irq };
	s.low = (struct anp_mod_pair){ ec->rx_coalesce_usecs_low,
				       ec->rx_max_coalesced_frames_low };
	s.high = (struct anp_mod_pair){ ec->rx_coalesce_usecs_high,
					ec->rx_max_coalesced_frames_high };
	s.adaptive = ec->use_adaptive_rx_coalesce;
	s.cqe = kec->use_cqe_mode_rx;
	s.rate_low = ec->pkt_rate_low;
	s.rate_high = ec->pkt_rate_high;
	s.sample = ec->rate_sample_interval;
	err = check(ad, &s, extack);
	if (err)
		return err;
	return change(ad, ad->rx_mode, &s);
}
