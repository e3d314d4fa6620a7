// SPDX-License-Identifier: GPL-2.0
/*
 * A network card on a wire that never tires: the device flood0 receives UDP datagrams of 64-byte
 * frames at any rate, whatever becomes of them.
 *
 *	insmod anp_flood.ko
 *	ip link set flood0 up		(and an anp device on top of it)
 *	echo MAC ADDRESS PORT >/sys/module/anp_flood/parameters/to
 *	echo 100000 >/sys/module/anp_flood/parameters/rate	(frames a second; 0: none)
 *
 * The card is a model of a real one: a ring of descriptors that its wire fills without the CPU's help,
 * an interrupt (a hard one) for the first frame, a NAPI that then empties the ring.  A frame that finds
 * the ring full is lost at no cost and counted as missed.  What it sends is lost, too.
 */
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/udp.h>
#include <linux/version.h>
#include <net/ip.h>

#define RING	256
#define FRAME	60	/* and four bytes of checksum on the wire */

struct card {
	struct napi_struct	napi;
	struct hrtimer		timer;
	struct net_device	*dev;
	unsigned int		rate;
	u64			since;		/* ns; the rate holds since then */
	u64			came;		/* frames since then */
	unsigned int		filled;		/* of the ring */
	unsigned int		next_port;
	u8			frame[FRAME];
};

static unsigned int usecs = 50;
module_param(usecs, uint, 0644);
MODULE_PARM_DESC(usecs, "how long an interrupt waits for more frames");

static struct net_device *flood;
static DEFINE_MUTEX(control);

/* The wire: puts into the ring what has come by now. */
static void wire(struct card *c)
{
	u64 due = mul_u64_u64_div_u64(ktime_get_ns() - c->since, c->rate, NSEC_PER_SEC);
	u64 n = due - c->came;

	c->came = due;
	if (c->filled + n > RING) {
		c->dev->stats.rx_missed_errors += c->filled + n - RING;
		n = RING - c->filled;
	}
	c->filled += n;
}

static void arm(struct card *c)
{
	u64 at;

	if (!c->rate)
		return;
	at = c->since + mul_u64_u64_div_u64(c->came + 1, NSEC_PER_SEC, c->rate) + 1 +
	     usecs * NSEC_PER_USEC;
	hrtimer_start(&c->timer, ns_to_ktime(at), HRTIMER_MODE_ABS_PINNED_HARD);
}

static enum hrtimer_restart interrupt(struct hrtimer *timer)
{
	struct card *c = container_of(timer, struct card, timer);

	napi_schedule_irqoff(&c->napi);
	return HRTIMER_NORESTART;
}

static struct sk_buff *frame(struct card *c)
{
	struct sk_buff *skb = napi_alloc_skb(&c->napi, FRAME);
	struct udphdr *uh;

	if (!skb)
		return NULL;
	skb_put_data(skb, c->frame, FRAME);
	uh = (struct udphdr *)(skb->data + ETH_HLEN + sizeof(struct iphdr));
	uh->source = htons(1024 + c->next_port++ % 16);
	skb->protocol = eth_type_trans(skb, c->dev);
	/* As a real card says. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

static int poll(struct napi_struct *napi, int budget)
{
	struct card *c = container_of(napi, struct card, napi);
	struct sk_buff *skb;
	int n;

	wire(c);
	for (n = 0; n < budget && c->filled; n++, c->filled--) {
		skb = frame(c);
		if (!skb) {
			c->dev->stats.rx_dropped++;
			continue;
		}
		c->dev->stats.rx_packets++;
		napi_gro_receive(napi, skb);
	}
	if (n < budget && napi_complete_done(napi, n))
		arm(c);
	return n;
}

static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev->stats.tx_packets++;
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static int open(struct net_device *dev)
{
	struct card *c = netdev_priv(dev);

	napi_enable(&c->napi);
	return 0;
}

static void quiet(struct card *c)
{
	napi_disable(&c->napi);
	hrtimer_cancel(&c->timer);
	c->filled = 0;
}

static int stop(struct net_device *dev)
{
	struct card *c = netdev_priv(dev);

	c->rate = 0;
	quiet(c);
	return 0;
}

static const struct net_device_ops ops = {
	.ndo_open		= open,
	.ndo_stop		= stop,
	.ndo_start_xmit		= xmit,
	.ndo_set_mac_address	= eth_mac_addr,
};

static void setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &ops;
	dev->priv_flags |= IFF_UNICAST_FLT;
	eth_hw_addr_random(dev);
}

static int set_rate(const char *val, const struct kernel_param *kp)
{
	unsigned int rate;
	struct card *c;
	int err = kstrtouint(val, 0, &rate);

	if (err)
		return err;
	if (!flood || !netif_running(flood))
		return -ENETDOWN;
	mutex_lock(&control);
	c = netdev_priv(flood);
	quiet(c);
	c->rate = rate;
	c->since = ktime_get_ns();
	c->came = 0;
	napi_enable(&c->napi);
	arm(c);
	mutex_unlock(&control);
	return 0;
}

static int get_rate(char *val, const struct kernel_param *kp)
{
	const struct card *c = flood ? netdev_priv(flood) : NULL;

	return sprintf(val, "%u\n", c ? c->rate : 0);
}

static const struct kernel_param_ops rate_ops = { .set = set_rate, .get = get_rate };

module_param_cb(rate, &rate_ops, NULL, 0644);
MODULE_PARM_DESC(rate, "frames that come in a second");

/* "MAC ADDRESS PORT": what the datagrams say, from 10.0.0.1. */
static int set_to(const char *val, const struct kernel_param *kp)
{
	struct ethhdr *eth;
	struct iphdr *iph;
	struct udphdr *uh;
	char addr[16];
	u8 mac[ETH_ALEN];
	struct card *c;
	u16 port;

	if (!flood)
		return -ENODEV;
	if (sscanf(val, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx %15s %hu", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5], addr, &port) != 8)
		return -EINVAL;
	c = netdev_priv(flood);
	memset(c->frame, 0, FRAME);
	eth = (struct ethhdr *)c->frame;
	iph = (struct iphdr *)(eth + 1);
	uh = (struct udphdr *)(iph + 1);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, flood->dev_addr);
	eth->h_source[5] ^= 1;
	eth->h_proto = htons(ETH_P_IP);
	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(FRAME - ETH_HLEN);
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	iph->saddr = htonl(0x0a000001);
	iph->daddr = in_aton(addr);
	ip_send_check(iph);
	uh->dest = htons(port);
	uh->len = htons(FRAME - ETH_HLEN - sizeof(*iph));
	return 0;
}

static const struct kernel_param_ops to_ops = { .set = set_to };

module_param_cb(to, &to_ops, NULL, 0200);
MODULE_PARM_DESC(to, "MAC ADDRESS PORT of the datagrams");

static int __init flood_init(void)
{
	struct card *c;
	int err;

	flood = alloc_netdev(sizeof(*c), "flood0", NET_NAME_USER, setup);
	if (!flood)
		return -ENOMEM;
	c = netdev_priv(flood);
	c->dev = flood;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(&c->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	c->timer.function = interrupt;
#else
	hrtimer_setup(&c->timer, interrupt, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
#endif
	netif_napi_add(flood, &c->napi, poll);
	err = register_netdev(flood);
	if (err)
		free_netdev(flood);
	return err;
}

static void __exit flood_exit(void)
{
	unregister_netdev(flood);
	free_netdev(flood);
}

module_init(flood_init);
module_exit(flood_exit);
MODULE_DESCRIPTION("A network card that receives at any rate, for tests");
MODULE_LICENSE("GPL");
