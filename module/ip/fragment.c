// SPDX-License-Identifier: GPL-2.0
/*
 * Fragmentation on send: RFC 791 3.2.  The data is copied: fragments are rare, and a copy takes
 * any layout of the original's pages.
 */
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include "ip.h"

/* A fragment of @skb's data from @off, @len bytes, with @skb's header; NULL without memory. */
static struct sk_buff *make_fragment(const struct sk_buff *skb, const struct net_device *dev,
				     int off, int len, bool more)
{
	int hlen = ip_hdrlen(skb);
	struct sk_buff *f;
	struct iphdr *iph;

	f = alloc_skb(LL_RESERVED_SPACE(dev) + hlen + len + dev->needed_tailroom, GFP_ATOMIC);
	if (!f)
		return NULL;
	skb_reserve(f, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(f);
	iph = skb_put_data(f, ip_hdr(skb), hlen);
	skb_set_transport_header(f, hlen);
	if (skb_copy_bits(skb, hlen + off, skb_put(f, len), len)) {
		kfree_skb(f);
		return NULL;
	}
	iph->tot_len = htons(hlen + len);
	iph->frag_off = htons((off >> 3) | (more ? IP_MF : 0));
	ip_send_check(iph);

	f->priority = skb->priority;
	f->mark = skb->mark;
	skb_set_owner_w(f, skb->sk);
	return f;
}

int anp_ip_fragment(struct net *net, struct sk_buff *skb, const struct anp_route *rt)
{
	int hlen = ip_hdrlen(skb);
	int left = skb->len - hlen;
	int room = (rt->mtu - hlen) & ~7;
	int off = 0, len, err;
	struct sk_buff *f;

	/* RFC 791 3.1: a device that cannot carry 8 octets of data carries no IPv4. */
	if (rt->mtu < hlen + 8) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_FRAG_FAIL);
		return -EMSGSIZE;
	}
	/* The checksum covers all fragments together. */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_FRAG_FAIL);
		return -ENOMEM;
	}

	while (left > 0) {
		/* The last may fill the MTU to the octet. */
		len = left <= rt->mtu - hlen ? left : room;
		f = make_fragment(skb, rt->dev, off, len, len < left);
		if (!f) {
			err = -ENOMEM;
			goto fail;
		}
		anp_count(net, ANP_MIB_IP_FRAG_CREATES);
		err = anp_ip_xmit(net, f, rt);
		if (err)
			goto fail;
		off += len;
		left -= len;
	}
	anp_count(net, ANP_MIB_IP_FRAG_OKS);
	consume_skb(skb);
	return 0;

fail:
	anp_drop(net, skb, ANP_MIB_DROP_IP_FRAG_FAIL);
	return err;
}
