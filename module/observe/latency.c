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
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "anp.h"
#include "observe/latency_store.h"

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

const char *anp_lat_name(enum anp_lat_stage stage)
{
	return names[stage];
}

/* The smallest value in bucket @i. */
static u64 bucket_low(unsigned int i)
{
	unsigned int power = i / ANP_LAT_SUBS;

	if (!power)
		return i;
	return (u64)(ANP_LAT_SUBS + i % ANP_LAT_SUBS) << (power - 1);
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

/*
 * Counts the stages of @sk from @first on, which took so many ns: in the namespace's histograms of this
 * CPU, and in the socket's if it is to have @own.  Returns whether it has.
 */
static bool record(struct anp_latency *l, const struct sock *sk, bool own,
		   enum anp_lat_stage first, const u64 *ns, unsigned int n)
{
	struct anp_lat_sock *mine;
	struct anp_lat_stages *all;
	unsigned int i;

	/* A softirq may not come between the counts of one CPU. */
	local_bh_disable();
	all = this_cpu_ptr(l->stages);
	for (i = 0; i < n; i++)
		anp_lat_count(&all->stage[first + i], ns[i]);
	rcu_read_lock();
	mine = own ? anp_lat_sock_find(l, sk) : NULL;
	if (mine) {
		spin_lock(&mine->lock);
		for (i = 0; i < n; i++)
			anp_lat_count(&mine->stages.stage[first + i], ns[i]);
		spin_unlock(&mine->lock);
	}
	rcu_read_unlock();
	local_bh_enable();
	return mine;
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
	c->took[ANP_LAT_RX_IRQ] = 0;
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

void __anp_lat_rx_ring_out(const struct sk_buff *skb, u64 raised)
{
	const struct ring_cb *cb = (const struct ring_cb *)skb->cb;
	struct chain *c = this_cpu_ptr(&rx_chain);

	c->of = NULL;
	if (!cb->start || cb->not_start != ~cb->start)
		return;
	c->of = skb;
	c->start = cb->start;
	c->last = ktime_get_ns();
	/* What came while the poll was on its way, or going on, waited for nothing else. */
	raised = clamp(raised, c->start, c->last);
	c->took[ANP_LAT_RX_RING] = raised - c->start;
	c->took[ANP_LAT_RX_IRQ] = c->last - raised;
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
	struct anp_latency *l;
	struct chain *c;

	/* From the backlog it may come in process context: the chain was broken then. */
	local_bh_disable();
	c = this_cpu_ptr(&rx_chain);
	l = slot->start || c->of != skb ? NULL : wanted(sk);
	if (l) {
		c->took[ANP_LAT_RX_TCP] = lap(&c->last);
		slot->own = record(l, sk, true, ANP_LAT_RX_RING, &c->took[ANP_LAT_RX_RING],
				   ANP_LAT_RX_TCP - ANP_LAT_RX_RING + 1);
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
	u64 now, ns[2];

	/* Its queue and wake-up stages are over already, or nobody measures any more. */
	if (!l || slot->woken == U64_MAX) {
		if (!l)
			slot->start = 0;
		return;
	}
	now = ktime_get_ns();
	if (!slot->woken)
		slot->woken = now;
	ns[0] = slot->woken - slot->last;
	ns[ANP_LAT_RX_WAKEUP - ANP_LAT_RX_QUEUE] = now - slot->woken;
	record(l, sk, slot->own, ANP_LAT_RX_QUEUE, ns, ARRAY_SIZE(ns));
	slot->last = now;
	slot->woken = U64_MAX;
}

void __anp_lat_rx_copied(const struct sock *sk, struct anp_lat_slot *slot)
{
	struct anp_latency *l;
	u64 ns;

	if (!slot->start || slot->woken != U64_MAX)
		return;
	l = wanted(sk);
	if (!l) {
		slot->start = 0;
		return;
	}
	ns = lap(&slot->last);
	record(l, sk, slot->own, ANP_LAT_RX_COPY, &ns, 1);
}

void __anp_lat_rx_returns(const struct sock *sk, struct anp_lat_slot *slot)
{
	struct anp_latency *l;
	u64 ns[2];

	if (!slot->start || slot->woken != U64_MAX)
		return;
	l = wanted(sk);
	if (l) {
		ns[0] = lap(&slot->last);
		ns[ANP_LAT_RX_TOTAL - ANP_LAT_RX_RETURN] = slot->last - slot->start;
		record(l, sk, slot->own, ANP_LAT_RX_RETURN, ns, ARRAY_SIZE(ns));
	}
	slot->start = 0;
}

/* @sk is to have histograms of its own, if there is room.  A program's call, which may sleep. */
void __anp_lat_own(const struct sock *sk)
{
	struct anp_latency *l = wanted(sk);

	if (l)
		anp_lat_sock_make(l, sk);
}

void __anp_lat_tx_enter(const struct sock *sk, struct anp_lat_send *s)
{
	struct anp_latency *l = wanted(sk);

	if (!l)
		return;
	anp_lat_sock_make(l, sk);
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

	c->of = NULL;
	if (!l)
		return;
	c->took[ANP_LAT_TX_TOTAL] = c->last - c->start;
	record(l, sk, true, ANP_LAT_TX_ENTRY, &c->took[ANP_LAT_TX_ENTRY],
	       ANP_LAT_TX_TOTAL - ANP_LAT_TX_ENTRY + 1);
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

void anp_lat_sum(const struct anp_latency *l, enum anp_lat_stage stage, struct anp_lat_histogram *sum)
{
	unsigned int i;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct anp_lat_histogram *h = &per_cpu_ptr(l->stages, cpu)->stage[stage];

		sum->sum += READ_ONCE(h->sum);
		sum->max = max(sum->max, READ_ONCE(h->max));
		for (i = 0; i < ANP_LAT_BUCKETS; i++)
			sum->bucket[i] = min_t(u64, (u64)sum->bucket[i] + READ_ONCE(h->bucket[i]),
					       U32_MAX);
	}
}

static void show_stage(struct seq_file *seq, enum anp_lat_stage stage,
		       const struct anp_lat_histogram *h)
{
	unsigned int i;
	u64 count = 0;

	for (i = 0; i < ANP_LAT_BUCKETS; i++)
		count += h->bucket[i];
	seq_printf(seq, "stage %s count %llu sum %llu max %llu\n", names[stage], count, h->sum, h->max);
	for (i = 0; i < ANP_LAT_BUCKETS; i++)
		if (h->bucket[i])
			seq_printf(seq, "%llu %llu %u\n", bucket_low(i), bucket_low(i + 1),
				   h->bucket[i]);
}

int anp_latency_show(struct seq_file *seq, void *v)
{
	const struct anp_latency *l = READ_ONCE(anp_net(seq_file_single_net(seq))->latency);
	struct anp_lat_histogram *h;
	int stage;

	seq_printf(seq, "latency %s port %u sockets %u of %u refused %u\n",
		   l && READ_ONCE(l->on) ? "on" : "off", l ? READ_ONCE(l->port) : 0,
		   l ? READ_ONCE(l->socks) : 0, l ? READ_ONCE(l->socks_max) : 0,
		   l ? READ_ONCE(l->refused) : 0);
	if (!l)
		return 0;
	h = kmalloc(sizeof(*h), GFP_KERNEL);
	if (!h)
		return -ENOMEM;
	for (stage = 0; stage < ANP_LAT_COUNT; stage++) {
		anp_lat_sum(l, stage, h);
		show_stage(seq, stage, h);
	}
	kfree(h);
	return 0;
}

/* Samples that are being taken may still be counted: a reset is not a border in time. */
static void reset(struct anp_latency *l)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(l->stages, cpu), 0, sizeof(struct anp_lat_stages));
	anp_lat_sock_reset(l, l->socks_max);
}

/* The namespace's measurement, made if there is none; NULL: no memory.  Under @control. */
static struct anp_latency *get(struct anp_net *anet)
{
	struct anp_latency *l = anet->latency;

	if (l)
		return l;
	l = kzalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return NULL;
	l->stages = alloc_percpu(struct anp_lat_stages);
	if (!l->stages) {
		kfree(l);
		return NULL;
	}
	spin_lock_init(&l->lock);
	/* Whoever sees it sees it whole. */
	smp_store_release(&anet->latency, l);
	return l;
}

static int switch_on(struct anp_net *anet, u16 port)
{
	struct anp_latency *l = get(anet);

	if (!l)
		return -ENOMEM;
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

static int keep_sockets(struct anp_net *anet, u16 max)
{
	struct anp_latency *l;

	if (max > ANP_LAT_SOCKS_MAX)
		return -ERANGE;
	l = get(anet);
	if (!l)
		return -ENOMEM;
	anp_lat_sock_reset(l, max);
	return 0;
}

/* A word and its number; -EINVAL: it is another word, or there is none. */
static int number_after(const char *words, const char *word, u16 *number)
{
	size_t len = strlen(word);

	if (strncmp(words, word, len) || words[len] != ' ')
		return -EINVAL;
	return kstrtou16(skip_spaces(words + len), 10, number);
}

static int command(struct anp_net *anet, const char *words)
{
	u16 n;

	if (!strcmp(words, "on"))
		return switch_on(anet, 0);
	if (!number_after(words, "on", &n))
		return n ? switch_on(anet, n) : -EINVAL;
	if (!number_after(words, "sockets", &n))
		return keep_sockets(anet, n);
	if (!strcmp(words, "off"))
		switch_off(anet->latency);
	else if (strcmp(words, "reset"))
		return -EINVAL;
	else if (anet->latency)
		reset(anet->latency);
	return 0;
}

/* "on [PORT]", "off", "reset", "sockets N" */
int anp_latency_write(struct file *file, char *buf, size_t size)
{
	struct net *net = seq_file_single_net(file->private_data);
	int err;

	if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	mutex_lock(&control);
	err = command(anp_net(net), strim(buf));
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
	/* Orphans and timers of this namespace are gone, and with them histograms of sockets. */
	WARN_ON_ONCE(l->socks);
	/* Softirqs that saw it are over. */
	synchronize_net();
	anet->latency = NULL;
	free_percpu(l->stages);
	kfree(l);
}
