// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 reassembly (RFC 791 3.2, RFC 815) on the kernel's inet_frag library: its hash, its memory
 * limits and its timers.  A queue's lock protects what is in it; a queue lives by references of
 * the hash, the timer and whoever has looked it up.
 */
#include <linux/icmp.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <net/inet_ecn.h>
#include <net/inet_frag.h>
#include <net/ip.h>
#include "ip.h"

/* As Linux' defaults: memory of all queues of a namespace, and RFC 1122 3.3.2's lifetime. */
#define REASM_HIGH	(4 << 20)
#define REASM_LOW	(3 << 20)
#define REASM_TIME	(30 * HZ)

#define MAX_DATAGRAM	65535

struct anp_frag_queue {
	struct inet_frag_queue	q;		/* first: the library allocates by qsize */
	u8			ecn;		/* 1 << codepoint of each fragment, ORed */
	int			iif;
};

/* Where a fragment lies in its datagram. */
struct span {
	int	start;
	int	end;
	bool	last;
};

static u32 key_hash(const void *data, u32 len, u32 seed)
{
	return jhash2(data, sizeof(struct frag_v4_compare_key) / sizeof(u32), seed);
}

static u32 obj_hash(const void *data, u32 len, u32 seed)
{
	const struct inet_frag_queue *q = data;

	return key_hash(&q->key.v4, len, seed);
}

static int obj_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct inet_frag_queue *q = obj;

	return memcmp(&q->key.v4, arg->key, sizeof(q->key.v4)) != 0;
}

static void queue_init(struct inet_frag_queue *q, const void *key)
{
	q->key.v4 = *(const struct frag_v4_compare_key *)key;
}

/*
 * Time is up.  RFC 1122 3.3.2: tell the sender, if the first fragment is there to quote.
 */
static void queue_expire(struct timer_list *t)
{
	struct inet_frag_queue *q = timer_container_of(q, t, timer);
	struct anp_frag_queue *fq = container_of(q, struct anp_frag_queue, q);
	struct net *net = q->fqdir->net;
	struct sk_buff *head = NULL;
	int refs = 1;			/* the timer's */

	rcu_read_lock();
	/* The namespace is going: so are its counters.  Pairs with fqdir_pre_exit(). */
	if (READ_ONCE(q->fqdir->dead))
		goto out;

	spin_lock(&q->lock);
	if (q->flags & INET_FRAG_COMPLETE) {
		spin_unlock(&q->lock);
		goto out;
	}
	anp_frag_kill(q, &refs);
	if (q->flags & INET_FRAG_FIRST_IN)
		head = inet_frag_pull_head(q);
	spin_unlock(&q->lock);

	if (!head) {
		anp_count(net, ANP_MIB_DROP_IP_REASM_TIMEOUT);
		goto out;
	}
	/* dev shares its place with the tree's links. */
	head->dev = dev_get_by_index_rcu(net, fq->iif);
	if (head->dev)
		anp_icmp_send(head, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
	anp_drop(net, head, ANP_MIB_DROP_IP_REASM_TIMEOUT);
out:
	rcu_read_unlock();
	anp_frag_put(q, refs);
}

static struct inet_frags frags = {
	.qsize			= sizeof(struct anp_frag_queue),
	.constructor		= queue_init,
	.frag_expire		= queue_expire,
	.frags_cache_name	= "anp-frags",
	.rhash_params		= {
		.head_offset		= offsetof(struct inet_frag_queue, node),
		.key_offset		= offsetof(struct inet_frag_queue, key),
		.key_len		= sizeof(struct frag_v4_compare_key),
		.hashfn			= key_hash,
		.obj_hashfn		= obj_hash,
		.obj_cmpfn		= obj_cmp,
		.automatic_shrinking	= true,
	},
};

static struct anp_frag_queue *find_queue(struct net *net, const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct frag_v4_compare_key key = {
		.saddr = iph->saddr,
		.daddr = iph->daddr,
		.vif = skb->dev->ifindex,
		.id = iph->id,
		.protocol = iph->protocol,
	};
	struct inet_frag_queue *q = inet_frag_find(anp_net(net)->fqdir, &key);

	return q ? container_of(q, struct anp_frag_queue, q) : NULL;
}

/* False: the fragment contradicts itself or would make the datagram too long. */
static bool get_span(const struct sk_buff *skb, struct span *s)
{
	const struct iphdr *iph = ip_hdr(skb);
	int ihl = iph->ihl * 4;

	s->start = (ntohs(iph->frag_off) & IP_OFFSET) * 8;
	s->end = s->start + skb->len - ihl;
	s->last = !(iph->frag_off & htons(IP_MF));

	/* RFC 791 3.2: all but the last carry a multiple of eight octets. */
	if (!s->last && (s->end & 7))
		return false;
	return s->end > s->start && s->end <= MAX_DATAGRAM - ihl;
}

/* False: the fragments disagree about where the datagram ends. */
static bool note_end(struct inet_frag_queue *q, const struct span *s)
{
	if (s->last) {
		if (s->end < q->len || ((q->flags & INET_FRAG_LAST_IN) && s->end != q->len))
			return false;
		q->flags |= INET_FRAG_LAST_IN;
		q->len = s->end;
	} else if (s->end > q->len) {
		if (q->flags & INET_FRAG_LAST_IN)
			return false;
		q->len = s->end;
	}
	return true;
}

/*
 * Makes one datagram of the complete queue; @skb, just queued behind @prev_tail, becomes its head.
 * Returns 0, and @skb is the caller's; or the drop reason, and @skb is freed with the queue.
 */
static int assemble(struct anp_frag_queue *fq, struct sk_buff *skb, struct sk_buff *prev_tail,
		    struct net_device *dev, int *refs)
{
	u8 ecn = ip_frag_ecn_table[fq->ecn];
	struct iphdr *iph;
	void *parts;
	int len;

	anp_frag_kill(&fq->q, refs);
	/* RFC 3168 5.3: fragments that are ECN-capable and fragments that are not. */
	if (ecn == 0xff)
		return ANP_MIB_DROP_IP_REASM;

	parts = inet_frag_reasm_prepare(&fq->q, skb, prev_tail);
	if (!parts)
		return ANP_MIB_DROP_NOMEM;
	/* The first fragment's header is the datagram's; it may be longer than the others'. */
	len = ip_hdrlen(skb) + fq->q.len;
	if (len > MAX_DATAGRAM)
		return ANP_MIB_DROP_IP_REASM;
	inet_frag_reasm_finish(&fq->q, skb, parts, true);
	fq->q.rb_fragments = RB_ROOT;
	fq->q.fragments_tail = NULL;
	fq->q.last_run_head = NULL;

	skb->dev = dev;
	iph = ip_hdr(skb);
	iph->tot_len = htons(len);
	iph->tos |= ecn;
	iph->frag_off = 0;
	ip_send_check(iph);
	skb_set_transport_header(skb, iph->ihl * 4);
	return 0;
}

/* What became of a fragment. */
enum verdict {
	QUEUED,			/* the queue has it */
	DUPLICATE,		/* drop it, keep the queue */
	BROKEN,			/* drop it and the queue */
	COMPLETE,		/* it is the datagram */
	FAILED,			/* it would be, but is freed with the queue */
};

static enum verdict queue_insert(struct anp_frag_queue *fq, struct sk_buff *skb,
				 const struct span *s, int *reason, int *refs)
{
	struct inet_frag_queue *q = &fq->q;
	struct net_device *dev = skb->dev;
	struct sk_buff *prev_tail;
	u8 tos = ip_hdr(skb)->tos;
	int err;

	lockdep_assert_held(&q->lock);
	*reason = ANP_MIB_DROP_IP_REASM;
	if (q->flags & INET_FRAG_COMPLETE)
		return DUPLICATE;
	if (!note_end(q, s))
		return BROKEN;
	if (!pskb_pull(skb, ip_hdr(skb)->ihl * 4)) {
		*reason = ANP_MIB_DROP_NOMEM;
		return BROKEN;
	}

	prev_tail = q->fragments_tail;
	/* From here on skb->dev is part of the tree's node. */
	err = inet_frag_queue_insert(q, skb, s->start, s->end);
	if (err) {
		skb->dev = dev;
		return err == IPFRAG_DUP ? DUPLICATE : BROKEN;
	}
	fq->iif = dev->ifindex;
	fq->ecn |= 1 << (tos & INET_ECN_MASK);
	q->stamp = skb->tstamp;
	q->meat += skb->len;
	add_frag_mem_limit(q->fqdir, skb->truesize);
	if (!s->start)
		q->flags |= INET_FRAG_FIRST_IN;

	if (q->flags != (INET_FRAG_FIRST_IN | INET_FRAG_LAST_IN) || q->meat != q->len)
		return QUEUED;
	*reason = assemble(fq, skb, prev_tail, dev, refs);
	return *reason ? FAILED : COMPLETE;
}

struct sk_buff *anp_reasm(struct net *net, struct sk_buff *skb)
{
	struct anp_frag_queue *fq;
	enum verdict verdict;
	struct span s;
	int refs = 0;
	int reason;

	anp_count(net, ANP_MIB_IP_REASM_REQDS);
	if (!get_span(skb, &s)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_REASM);
		return NULL;
	}
	fq = find_queue(net, skb);
	if (!fq) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_REASM);
		return NULL;
	}

	spin_lock(&fq->q.lock);
	verdict = queue_insert(fq, skb, &s, &reason, &refs);
	if (verdict == BROKEN)
		anp_frag_kill(&fq->q, &refs);
	spin_unlock(&fq->q.lock);
	anp_frag_put(&fq->q, refs);

	switch (verdict) {
	case COMPLETE:
		anp_count(net, ANP_MIB_IP_REASM_OKS);
		return skb;
	case FAILED:
		anp_count(net, reason);
		return NULL;
	case QUEUED:
		return NULL;
	case DUPLICATE:
	case BROKEN:
		break;
	}
	anp_drop(net, skb, reason);
	return NULL;
}

int anp_reasm_init(void)
{
	return inet_frags_init(&frags);
}

/* Waits for the queues of all namespaces. */
void anp_reasm_exit(void)
{
	inet_frags_fini(&frags);
}

int anp_reasm_net_init(struct anp_net *anet)
{
	int err = fqdir_init(&anet->fqdir, &frags, anet->net);

	if (err)
		return err;
	anet->fqdir->high_thresh = REASM_HIGH;
	anet->fqdir->low_thresh = REASM_LOW;
	anet->fqdir->timeout = REASM_TIME;
	return 0;
}

ALLOW_ERROR_INJECTION(anp_reasm_net_init, ERRNO);

void anp_reasm_net_exit(struct anp_net *anet)
{
	fqdir_pre_exit(anet->fqdir);
	/* Timers that have not seen it yet still count in the namespace. */
	synchronize_rcu();
	fqdir_exit(anet->fqdir);
	anet->fqdir = NULL;
}
