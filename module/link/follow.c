// SPDX-License-Identifier: GPL-2.0
/*
 * An anp device follows its lower device: carrier, MTU, limits, and its end.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include "link/link.h"

struct anp_dev *anp_dev_of_lower(const struct net_device *lower)
{
	ASSERT_RTNL();
	if (rcu_access_pointer(lower->rx_handler) != anp_lower_frame)
		return NULL;
	return rtnl_dereference(lower->rx_handler_data);
}

void anp_follow_carrier(struct anp_dev *ad)
{
	/* Not every driver takes the carrier away when it is set down. */
	if (ad->lower->flags & IFF_UP)
		netif_stacked_transfer_operstate(ad->lower, ad->dev);
	else
		netif_carrier_off(ad->dev);
}

/* An MTU that was set by hand to less than the lower device's stays. */
void anp_follow_mtu(struct anp_dev *ad)
{
	unsigned int mtu = min_t(unsigned int, ad->lower->mtu, ETH_MAX_MTU);
	struct net_device *dev = ad->dev;
	bool follows = dev->mtu == dev->max_mtu;

	dev->max_mtu = mtu;
	if (follows || dev->mtu > mtu)
		dev_set_mtu(dev, mtu);
}

/*
 * Checksums and segmentation are always offered, as software does them for a lower device that
 * cannot.  The size of super-packets follows, unless it was set by hand on the anp device; which
 * cannot be above what the kernel lets IPv4 have.
 */
void anp_follow_features(struct anp_dev *ad)
{
	struct net_device *dev = ad->dev, *lower = ad->lower;
	bool size_follows = !ad->gso_size || anp_gso_max_size(dev) == ad->gso_size;
	bool segs_follow = !ad->gso_segs || dev->gso_max_segs == ad->gso_segs;

	netif_set_tso_max_size(dev, min_t(unsigned int, lower->tso_max_size, ANP_GSO_MAX_SIZE));
	netif_set_tso_max_segs(dev, lower->tso_max_segs);
	ad->gso_size = min(anp_gso_max_size(lower), dev->tso_max_size);
	ad->gso_segs = min_t(unsigned int, lower->gso_max_segs, dev->tso_max_segs);
	if (size_follows)
		anp_gso_max_size_set(dev, ad->gso_size);
	if (segs_follow)
		WRITE_ONCE(dev->gso_max_segs, ad->gso_segs);

	dev->needed_headroom = lower->needed_headroom +
			       max_t(int, lower->hard_header_len - dev->hard_header_len, 0);
	dev->needed_tailroom = lower->needed_tailroom;
}

/* Routes copy the limits, and are told when these have changed. */
static void follow_limits(struct anp_dev *ad)
{
	unsigned int size = anp_gso_max_size(ad->dev);

	anp_follow_features(ad);
	if (size != anp_gso_max_size(ad->dev))
		call_netdevice_notifiers(NETDEV_FEAT_CHANGE, ad->dev);
}

/*
 * The lower device moves to another namespace, which empties its address lists.  Ours come off before
 * that, else our own lists would count addresses as passed on that are not.
 */
static void leave_for_move(struct anp_dev *ad)
{
	if (netif_running(ad->dev))
		anp_dev_addr_stop(ad);
}

static void return_from_move(struct anp_dev *ad)
{
	struct net_device *dev = ad->dev;

	if (!netif_running(dev))
		return;
	if (anp_dev_addr_start(ad))
		netdev_warn(dev, "%s does not take our address after its move\n", ad->lower->name);
	netif_addr_lock_bh(dev);
	dev_mc_sync(ad->lower, dev);
	netif_addr_unlock_bh(dev);
}

/* Would the lower device's new address be ours? */
static int check_address(const struct anp_dev *ad,
			 const struct netdev_notifier_pre_changeaddr_info *info)
{
	struct netlink_ext_ack *extack = info->info.extack;

	if (!anp_dev_is_ether(ad->dev) || !ether_addr_equal(info->dev_addr, ad->dev->dev_addr))
		return NOTIFY_DONE;
	NL_SET_ERR_MSG(extack, "The address is that of the anp device on top");
	return notifier_from_errno(-EADDRINUSE);
}

static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *lower = netdev_notifier_info_to_dev(ptr);
	struct anp_dev *ad = anp_dev_of_lower(lower);
	LIST_HEAD(kill);

	if (!ad)
		return NOTIFY_DONE;

	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		follow_limits(ad);
		anp_follow_carrier(ad);
		break;
	case NETDEV_CHANGEMTU:
		anp_follow_mtu(ad);
		break;
	case NETDEV_FEAT_CHANGE:
		follow_limits(ad);
		break;
	case NETDEV_PRE_CHANGEADDR:
		return check_address(ad, ptr);
	case NETDEV_NOTIFY_PEERS:
		/* A bond has failed over: the switches have to learn our address anew, too. */
		call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, ad->dev);
		break;
	case NETDEV_REGISTER:
		return_from_move(ad);
		break;
	case NETDEV_UNREGISTER:
		/* Also said of a device that moves to another namespace; then we stay. */
		if (lower->reg_state != NETREG_UNREGISTERING) {
			leave_for_move(ad);
			break;
		}
		/* Both may go at once; the lower device may not end with somebody on top. */
		if (ad->dev->reg_state != NETREG_REGISTERED) {
			netdev_upper_dev_unlink(lower, ad->dev);
			break;
		}
		anp_dellink(ad->dev, &kill);
		unregister_netdevice_many(&kill);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		return NOTIFY_BAD;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

int anp_follow_init(void)
{
	return register_netdevice_notifier(&netdev_nb);
}

void anp_follow_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
}
