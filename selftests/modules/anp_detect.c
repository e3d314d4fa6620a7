// SPDX-License-Identifier: GPL-2.0
/*
 * One deliberate bug at a time, to see that the debug kernel notices: a detector that never fired
 * proves nothing.
 *
 *	insmod anp_detect.ko bug=NAME
 *
 * Loading fails with ECANCELED once the bug is done.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *bug = "none";
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "which bug to commit");

static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);
static LIST_HEAD(list);
static unsigned int racy;

static void out_of_bounds(void)
{
	char *p = kmalloc(24, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	if (p)
		p[24] = 1;
	kfree(p);
}

static void use_after_free(void)
{
	char *p = kmalloc(24, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	/* Behind what KASAN itself keeps in a free object, by which it would stumble later on. */
	if (p)
		WRITE_ONCE(p[20], 1);
}

static void double_free(void)
{
	char *p = kmalloc(24, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
}

static void bad_shift(void)
{
	unsigned int by = 40;

	OPTIMIZER_HIDE_VAR(by);
	racy = 1U << by;
}

static void bad_index(void)
{
	static int array[4];
	int i = 5;	/* WRITE_ONCE() takes an address, which may be one past the end */

	OPTIMIZER_HIDE_VAR(i);
	WRITE_ONCE(array[i], 1);
}

static void sleep_in_atomic(void)
{
	spin_lock(&lock_a);
	might_sleep();
	spin_unlock(&lock_a);
}

static void lock_order(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);

	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

static void rcu_unprotected(void)
{
	struct list_head *head = &list;
	struct netdev_hw_addr *a;

	list_for_each_entry_rcu(a, head, list)
		racy++;
}

/* The same reference is given back twice; a plain one keeps the count right. */
static void device_reference(void)
{
	struct net_device *dev = init_net.loopback_dev;
	netdevice_tracker tracker;

	netdev_hold(dev, &tracker, GFP_KERNEL);
	netdev_put(dev, &tracker);
	dev_hold(dev);
	netdev_put(dev, &tracker);
}

static void leak(void)
{
	int i;

	for (i = 0; i < 8; i++)
		memset(kmalloc(1200, GFP_KERNEL | __GFP_NOFAIL), 0x5a, 1200);
}

static int race_thread(void *arg)
{
	unsigned long end = jiffies + 2 * HZ;

	while (time_before(jiffies, end)) {
		int i;

		for (i = 0; i < 10000; i++)
			racy += 3;
		cond_resched();
	}
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static void race(void)
{
	struct task_struct *a = kthread_run(race_thread, NULL, "anp_detect_a");
	struct task_struct *b = kthread_run(race_thread, NULL, "anp_detect_b");

	msleep(2500);
	if (!IS_ERR(a))
		kthread_stop(a);
	if (!IS_ERR(b))
		kthread_stop(b);
}

static const struct {
	const char *name;
	void (*commit)(void);
} bugs[] = {
	{ "out-of-bounds", out_of_bounds },
	{ "use-after-free", use_after_free },
	{ "double-free", double_free },
	{ "shift", bad_shift },
	{ "index", bad_index },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "lock-order", lock_order },
	{ "rcu", rcu_unprotected },
	{ "reference", device_reference },
	{ "leak", leak },
	{ "race", race },
};

static int __init detect_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bug, bugs[i].name))
			continue;
		bugs[i].commit();
		return -ECANCELED;
	}
	return -EINVAL;
}
module_init(detect_init);

MODULE_DESCRIPTION("Deliberate bugs, to test a debug kernel");
MODULE_LICENSE("GPL");
