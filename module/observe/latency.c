// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of the stages, and the stamps that fill them.
 *
 * Between the lower device's handler and the receive queue a segment never leaves its CPU, nor
 * between the engine and the lower device: its stamps are kept per CPU.  What a softirq is doing
 * there and what it interrupted have records of their own.
 */
#include <linux/capability.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/timekeeping.h>
#include "anp.h"
#include "observe/latency.h"

/*
 * Log-linear: eight buckets for each power of two, so that a bucket's bounds differ by an eighth
 * at most.  The last one is open.
 */
#define SUB_BITS	3
#define SUBS		(1u << SUB_BITS)
#define BUCKETS		256u

struct histogram {
	u64	sum;		/* ns */
	u64	max;
	u32	bucket[BUCKETS];
};

struct stages {
	struct histogram stage[ANP_LAT_COUNT];
};

/* A namespace's measurement.  Made when it is first switched on, freed with the namespace. */
struct anp_latency {
	bool			on;
	u16			port;	/* only connections from or to it; 0: all */
	struct stages __percpu	*stages;
};

/* The chain of stages that is being stamped. */
struct chain {
	const void	*of;	/* the skb; only compared */
	u64		start;
	u64		last;
	u64		took[ANP_LAT_COUNT];
};

static DEFINE_PER_CPU(struct chain, rx_chain);
static DEFINE_PER_CPU(struct chain, tx_chain);
static DEFINE_MUTEX(control);	/* switching on and off, resetting */

DEFINE_STATIC_KEY_FALSE(anp_lat_key);

static const char * const names[ANP_LAT_COUNT] = {
#define X(name, text) text,
	ANP_LAT_STAGES(X)
#undef X
};

static unsigned int bucket_of(u64 ns)
{
	unsigned int shift, i;

	if (ns < SUBS)
		return ns;
	shift = fls64(ns) - 1 - SUB_BITS;
	i = (shift + 1) * SUBS + (unsigned int)(ns >> shift & (SUBS - 1));
	return min(i, BUCKETS - 1);
}

/* The smallest value in bucket @i. */
static u64 bucket_low(unsigned int i)
{
	unsigned int power = i / SUBS;

	if (!power)
		return i;
	return (u64)(SUBS + i % SUBS) << (power - 1);
}

/* What is measured of @sk, or NULL. */
static struct anp_latency *wanted(const struct sock *sk)
{
	struct anp_latency *l = READ_ONCE(anp_net(sock_net(sk))->latency);
	u16 port;

	if (!l || !READ_ONCE(l->on))
		return NULL;
	port = READ_ONCE(l->port);
	if (port && port != sk->sk_num && port != ntohs(sk->sk_dport))
		return NULL;
	return l;
}

static void record(struct anp_latency *l, enum anp_lat_stage stage, u64 ns)
{
	struct histogram *h;

	/* A softirq may interrupt this on the same CPU. */
	local_bh_disable();
	h = &this_cpu_ptr(l->stages)->stage[stage];
	h->sum += ns;
	h->max = max(h->max, ns);
	h->bucket[bucket_of(ns)]++;
	local_bh_enable();
}

/* Ends a stage that began at *@last. */
static u64 lap(u64 *last)
{
	u64 now = ktime_get_ns(), took = now - *last;

	*last = now;
	return took;
}

void __anp_lat_rx_begin(const struct sk_buff *skb)
{
	struct chain *c = this_cpu_ptr(&rx_chain);

	c->of = skb;
	c->start = ktime_get_ns();
	c->last = c->start;
	c->took[ANP_LAT_RX_RING] = 0;
}

/* Told twice: it may have gone in before anybody measured. */
struct ring_cb {
	u64	start;
	u64	not_start;
};

void __anp_lat_rx_ring_in(struct sk_buff *skb)
{
	struct chain *c = this_cpu_ptr(&rx_chain);
	struct ring_cb *cb = (struct ring_cb *)skb->cb;

	cb->start = c->of == skb ? c->start : 0;
	cb->not_start = ~cb->start;
	c->of = NULL;
}

void __anp_lat_rx_ring_out(const struct sk_buff *skb)
{
	const struct ring_cb *cb = (const struct ring_cb *)skb->cb;
	struct chain *c = this_cpu_ptr(&rx_chain);

	c->of = NULL;
	if (!cb->start || cb->not_start != ~cb->start)
		return;
	c->of = skb;
	c->start = cb->start;
	c->last = c->start;
	c->took[ANP_LAT_RX_RING] = lap(&c->last);
}

void __anp_lat_rx_mark(const struct sk_buff *skb, enum anp_lat_stage stage)
{
	struct chain *c = this_cpu_ptr(&rx_chain);

	/* Looped, copied or reassembled: not a chain from the wire. */
	if (!skb)
		c->of = NULL;
	else if (c->of == skb)
		c->took[stage] = lap(&c->last);
}

void __anp_lat_rx_queued(const struct sock *sk, struct anp_lat_slot *slot,
			 const struct sk_buff *skb)
{
	enum anp_lat_stage stage;
	struct anp_latency *l;
	struct chain *c;

	/* From the backlog it may come in process context: the chain was broken then. */
	local_bh_disable();
	c = this_cpu_ptr(&rx_chain);
	l = slot->start || c->of != skb ? NULL : wanted(sk);
	if (l) {
		c->took[ANP_LAT_RX_TCP] = lap(&c->last);
		for (stage = ANP_LAT_RX_RING; stage <= ANP_LAT_RX_TCP; stage++)
			record(l, stage, c->took[stage]);
		slot->start = c->start;
		slot->last = c->last;
		slot->woken = 0;
	}
	c->of = NULL;
	local_bh_enable();
}

void __anp_lat_rx_woken(struct anp_lat_slot *slot)
{
	if (slot->start && !slot->woken)
		slot->woken = ktime_get_ns();
}

void __anp_lat_rx_found(const struct sock *sk, struct anp_lat_slot *slot)
{
	struct anp_latency *l = slot->start ? wanted(sk) : NULL;
	u64 now;

	/* Its queue and wake-up stages are over already, or nobody measures any more. */
	if (!l || slot->woken == U64_MAX) {
		if (!l)
			slot->start = 0;
		return;
	}
	now = ktime_get_ns();
	if (!slot->woken)
		slot->woken = now;
	record(l, ANP_LAT_RX_QUEUE, slot->woken - slot->last);
	record(l, ANP_LAT_RX_WAKEUP, now - slot->woken);
	slot->last = now;
	slot->woken = U64_MAX;
}

void __anp_lat_rx_copied(const struct sock *sk, struct anp_lat_slot *slot)
{
	struct anp_latency *l;

	if (!slot->start || slot->woken != U64_MAX)
		return;
	l = wanted(sk);
	if (l)
		record(l, ANP_LAT_RX_COPY, lap(&slot->last));
	else
		slot->start = 0;
}

void __anp_lat_rx_returns(const struct sock *sk, struct anp_lat_slot *slot)
{
	struct anp_latency *l;

	if (!slot->start || slot->woken != U64_MAX)
		return;
	l = wanted(sk);
	if (l) {
		record(l, ANP_LAT_RX_RETURN, lap(&slot->last));
		record(l, ANP_LAT_RX_TOTAL, slot->last - slot->start);
	}
	slot->start = 0;
}

void __anp_lat_tx_enter(const struct sock *sk, struct anp_lat_send *s)
{
	if (wanted(sk))
		s->start = ktime_get_ns();
}

void __anp_lat_tx_locked(struct anp_lat_send *s)
{
	if (s->start)
		s->locked = ktime_get_ns();
}

void __anp_lat_tx_push(const struct sock *sk, struct anp_lat_send *s)
{
	struct chain *c = this_cpu_ptr(&tx_chain);

	c->of = NULL;
	if (!s->start)
		return;
	c->of = sk;
	c->start = s->start;
	c->took[ANP_LAT_TX_ENTRY] = s->locked - s->start;
	c->last = s->locked;
	c->took[ANP_LAT_TX_COPY] = lap(&c->last);
	/* The next segments of this call would not be a chain from its entry. */
	s->start = 0;
}

static void tx_done(struct chain *c, const struct sock *sk)
{
	struct anp_latency *l = wanted(sk);
	enum anp_lat_stage stage;

	c->of = NULL;
	if (!l)
		return;
	for (stage = ANP_LAT_TX_ENTRY; stage < ANP_LAT_TX_TOTAL; stage++)
		record(l, stage, c->took[stage]);
	record(l, ANP_LAT_TX_TOTAL, c->last - c->start);
}

void __anp_lat_tx_mark(const struct sk_buff *skb, enum anp_lat_stage stage)
{
	struct chain *c;

	local_bh_disable();
	c = this_cpu_ptr(&tx_chain);
	/* At the end the skb is the lower device's. */
	if (c->of && (!skb || c->of == skb->sk)) {
		c->took[stage] = lap(&c->last);
		if (stage == ANP_LAT_TX_LOWER)
			tx_done(c, c->of);
	}
	local_bh_enable();
}

/* What the push did not send now has another history. */
void __anp_lat_tx_end(void)
{
	this_cpu_write(tx_chain.of, NULL);
}

static void show_stage(struct seq_file *seq, const struct anp_latency *l, enum anp_lat_stage stage)
{
	u64 sum = 0, max = 0, count = 0, n;
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct histogram *h = &per_cpu_ptr(l->stages, cpu)->stage[stage];

		sum += READ_ONCE(h->sum);
		max = max(max, READ_ONCE(h->max));
		for (i = 0; i < BUCKETS; i++)
			count += READ_ONCE(h->bucket[i]);
	}
	seq_printf(seq, "stage %s count %llu sum %llu max %llu\n", names[stage], count, sum, max);
	for (i = 0; i < BUCKETS; i++) {
		n = 0;
		for_each_possible_cpu(cpu)
			n += READ_ONCE(per_cpu_ptr(l->stages, cpu)->stage[stage].bucket[i]);
		if (n)
			seq_printf(seq, "%llu %llu %llu\n", bucket_low(i), bucket_low(i + 1), n);
	}
}

int anp_latency_show(struct seq_file *seq, void *v)
{
	const struct anp_latency *l = READ_ONCE(anp_net(seq_file_single_net(seq))->latency);
	int stage;

	seq_printf(seq, "latency %s port %u\n", l && l->on ? "on" : "off", l ? l->port : 0);
	for (stage = 0; l && stage < ANP_LAT_COUNT; stage++)
		show_stage(seq, l, stage);
	return 0;
}

/* Samples that are being taken may still be counted: a reset is not a border in time. */
static void reset(struct anp_latency *l)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(l->stages, cpu), 0, sizeof(struct stages));
}

static int switch_on(struct anp_net *anet, u16 port)
{
	struct anp_latency *l = anet->latency;

	if (!l) {
		l = kzalloc(sizeof(*l), GFP_KERNEL);
		if (!l)
			return -ENOMEM;
		l->stages = alloc_percpu(struct stages);
		if (!l->stages) {
			kfree(l);
			return -ENOMEM;
		}
		/* Whoever sees it sees it whole. */
		smp_store_release(&anet->latency, l);
	}
	WRITE_ONCE(l->port, port);
	if (!l->on)
		static_branch_inc(&anp_lat_key);
	WRITE_ONCE(l->on, true);
	return 0;
}

static void switch_off(struct anp_latency *l)
{
	if (!l || !l->on)
		return;
	WRITE_ONCE(l->on, false);
	static_branch_dec(&anp_lat_key);
}

/* "on [PORT]", "off", "reset" */
int anp_latency_write(struct file *file, char *buf, size_t size)
{
	struct net *net = seq_file_single_net(file->private_data);
	struct anp_net *anet = anp_net(net);
	char *word = strim(buf);
	u16 port = 0;
	int err = 0;

	if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	mutex_lock(&control);
	if (!strncmp(word, "on ", 3))
		err = kstrtou16(skip_spaces(word + 3), 10, &port);
	if (err)
		goto out;
	if (!strcmp(word, "on") || port)
		err = switch_on(anet, port);
	else if (!strcmp(word, "off"))
		switch_off(anet->latency);
	else if (strcmp(word, "reset"))
		err = -EINVAL;
	else if (anet->latency)
		reset(anet->latency);
out:
	mutex_unlock(&control);
	return err;
}

void anp_latency_net_exit(struct anp_net *anet)
{
	struct anp_latency *l = anet->latency;

	if (!l)
		return;
	mutex_lock(&control);
	switch_off(l);
	mutex_unlock(&control);
	/* Orphans and timers of this namespace are gone, softirqs that saw it are over. */
	synchronize_net();
	anet->latency = NULL;
	free_percpu(l->stages);
	kfree(l);
}
