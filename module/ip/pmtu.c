// SPDX-License-Identifier: GPL-2.0
/*
 * What ICMP taught about path MTUs: a bounded cache for each network namespace, keyed by
 * destination.  An entry ages out after mtu_expires seconds (RFC 1191 6.3); a timer for the earliest
 * one makes cached routes stale when it does.  anp_pmtu.lock protects everything.
 */
#include <linux/jiffies.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include "ip.h"

#define PMTU_WAYS	4
#define PMTU_SETS	(ANP_PMTU_SLOTS / PMTU_WAYS)

/*
 * Never below this, whatever a message says: 512 bytes of data and 40 of headers, the smallest
 * segment that RFC 1122 expects hosts to take.  Lower values are attacks more often than links.
 */
#define PMTU_FLOOR	552

struct pmtu_entry {
	__be32		daddr;		/* 0: free */
	u32		mtu;
	unsigned long	expires;
};

struct anp_pmtu {
	spinlock_t		lock;		/* all of it */
	unsigned int		used;
	struct timer_list	timer;
	struct anp_net		*anet;
	struct pmtu_entry	e[PMTU_SETS][PMTU_WAYS];
};

/* Keyed, so that nobody outside can aim at the entry of another destination. */
static struct pmtu_entry *find_set(struct anp_pmtu *p, __be32 daddr)
{
	u64 h = siphash_1u32((__force u32)daddr, &p->anet->port_key);

	return p->e[h & (PMTU_SETS - 1)];
}

static struct pmtu_entry *find(struct anp_pmtu *p, __be32 daddr)
{
	struct pmtu_entry *set = find_set(p, daddr);
	int i;

	lockdep_assert_held(&p->lock);
	for (i = 0; i < PMTU_WAYS; i++)
		if (set[i].daddr == daddr)
			return &set[i];
	return NULL;
}

/* A free entry of @daddr's set, or else the one that would expire first. */
static struct pmtu_entry *take(struct anp_pmtu *p, __be32 daddr)
{
	struct pmtu_entry *set = find_set(p, daddr);
	struct pmtu_entry *best = &set[0];
	int i;

	lockdep_assert_held(&p->lock);
	for (i = 0; i < PMTU_WAYS; i++) {
		if (!set[i].daddr) {
			best = &set[i];
			break;
		}
		if (time_before(set[i].expires, best->expires))
			best = &set[i];
	}
	if (!best->daddr)
		WRITE_ONCE(p->used, p->used + 1);
	best->daddr = daddr;
	return best;
}

u32 anp_pmtu_get(struct net *net, __be32 daddr, u32 mtu)
{
	struct anp_pmtu *p = anp_net(net)->pmtu;
	struct pmtu_entry *e;

	if (!READ_ONCE(p->used))
		return mtu;

	spin_lock_bh(&p->lock);
	e = find(p, daddr);
	if (e && time_before(jiffies, e->expires))
		mtu = min(mtu, e->mtu);
	spin_unlock_bh(&p->lock);
	return mtu;
}

u32 anp_pmtu_update(struct net *net, __be32 daddr, u32 mtu)
{
	struct anp_net *anet = anp_net(net);
	struct anp_pmtu *p = anet->pmtu;
	struct pmtu_entry *e;
	bool changed;

	mtu = max_t(u32, mtu, PMTU_FLOOR);

	spin_lock_bh(&p->lock);
	e = find(p, daddr);
	changed = !e || e->mtu != mtu;
	if (!e)
		e = take(p, daddr);
	e->mtu = mtu;
	e->expires = jiffies + READ_ONCE(anet->mtu_expires) * HZ;
	if (!timer_pending(&p->timer) || time_before(e->expires, p->timer.expires))
		mod_timer(&p->timer, e->expires);
	spin_unlock_bh(&p->lock);

	if (changed) {
		anp_count(net, ANP_MIB_PMTU_UPDATES);
		atomic_inc(&anet->route_gen);
	}
	return mtu;
}

u32 anp_pmtu_plateau(u32 len)
{
	static const u16 plateaus[] = {
		65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(plateaus); i++)
		if (plateaus[i] < len)
			return plateaus[i];
	return plateaus[ARRAY_SIZE(plateaus) - 1];
}

/* Frees what has expired and waits for the next. */
static void pmtu_timer(struct timer_list *t)
{
	struct anp_pmtu *p = timer_container_of(p, t, timer);
	unsigned long now = jiffies, next = now + MAX_JIFFY_OFFSET;
	struct pmtu_entry *e;
	int i;

	spin_lock(&p->lock);
	for (i = 0; i < ANP_PMTU_SLOTS; i++) {
		e = &p->e[i / PMTU_WAYS][i % PMTU_WAYS];
		if (!e->daddr)
			continue;
		if (time_before(now, e->expires)) {
			if (time_before(e->expires, next))
				next = e->expires;
			continue;
		}
		e->daddr = 0;
		WRITE_ONCE(p->used, p->used - 1);
	}
	if (p->used)
		mod_timer(&p->timer, next);
	spin_unlock(&p->lock);

	atomic_inc(&p->anet->route_gen);
}

int anp_pmtu_net_init(struct anp_net *anet)
{
	struct anp_pmtu *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	spin_lock_init(&p->lock);
	timer_setup(&p->timer, pmtu_timer, 0);
	p->anet = anet;
	anet->pmtu = p;
	return 0;
}

ALLOW_ERROR_INJECTION(anp_pmtu_net_init, ERRNO);

/* No packet of the namespace can arrive any more. */
void anp_pmtu_net_exit(struct anp_net *anet)
{
	timer_delete_sync(&anet->pmtu->timer);
	kfree(anet->pmtu);
	anet->pmtu = NULL;
}
