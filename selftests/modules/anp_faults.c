// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations that fail by who makes them: each place in the anp module from which the kernel is asked for
 * memory gets none in its turn, at whatever depth below it and in whatever context, and nobody else is harmed.
 * The kernel's own failslab picks callers at random, so that what is asked for rarely hardly ever fails.
 *
 *	insmod anp_faults.ko seed=7			before anp
 *	echo Y >/sys/kernel/debug/anp_faults/on
 *	cat /sys/kernel/debug/anp_faults/places		how often each asked, how often it got nothing
 *
 * Needs a kernel whose slab asks should_failslab(), whether it was built with CONFIG_FAILSLAB or not (to 6.10).
 */
#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/stringhash.h>

static unsigned int seed;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "which of the later calls of each place fail");

#define PLACES_BITS	11
#define DEPTH		24	/* frames that are looked at, those of the probe included */
/* Frames between the allocator and who asked. Below a frame that is sent lies, on the same stack, the softirq
 * that receives it at the other end, a dozen or more from there: whoever that is, it is not the one.
 */
#define BELOW		8
#define LATER		4096	/* the first call of a place fails, and then one of so many */

/* The place's name is told where it is first seen: later on the module may be gone. */
struct place {
	unsigned long	key;		/* place in the module; 0: unused */
	unsigned long	seen, failed;
	unsigned int	left;		/* calls until the next one that fails */
	const char	*what;
	char		name[KSYM_SYMBOL_LEN];
};

static struct place *places;
static DEFINE_RAW_SPINLOCK(lock);	/* all of them, and the state of chance */
static struct rnd_state chance;
static unsigned long overflown;
static struct module *anp;
static bool on;

static unsigned int one_of(unsigned int n)
{
	return 1 + prandom_u32_state(&chance) % n;
}

static struct place *find(unsigned long address, unsigned long key, const char *what)
{
	unsigned int i = hash_long(key, PLACES_BITS), n;
	struct place *p;

	lockdep_assert_held(&lock);
	for (n = 0; n < 1 << PLACES_BITS; n++) {
		p = &places[(i + n) % (1 << PLACES_BITS)];
		if (p->key == key && p->what == what)
			return p;
		if (p->key)
			continue;
		p->key = key;
		p->what = what;
		p->left = 1;
		sprint_symbol(p->name, address);
		return p;
	}
	overflown++;
	return NULL;
}

static bool turn(unsigned long address, unsigned long key, const char *what)
{
	struct place *p;
	bool fails = false;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	p = find(address, key, what);
	if (p) {
		p->seen++;
		fails = !--p->left;
		if (fails) {
			p->failed++;
			p->left = one_of(LATER);
		}
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return fails;
}

/* Where a place lies in the module, which does not change when it is loaded again; what it only has for loading
 * is somewhere else each time, and has but its name.
 */
static unsigned long key_of(unsigned long address, struct module *module)
{
	char name[KSYM_SYMBOL_LEN];

	if (within_module_core(address, module))
		return address - (unsigned long)module;
	return hashlen_hash(hashlen_string(NULL, (sprint_symbol(name, address), name)));
}

/* What detectors of lost and misused memory ask for themselves, while they are told of an allocation. */
#define DETECTORS	(__GFP_NORETRY | __GFP_NOMEMALLOC | __GFP_NOWARN)

/* Whether this call of @kp's function is the module's and is to fail. What lies on the stack above that function
 * is the probe. One unwinder tells the function and misses who called it, another the caller alone.
 */
static bool fails(struct kprobe *kp, struct pt_regs *regs, gfp_t gfp, const char *what)
{
	unsigned long stack[DEPTH], caller = *(unsigned long *)kernel_stack_pointer(regs);
	struct module *module = READ_ONCE(anp);
	unsigned int n, from, i;

	if (!READ_ONCE(on) || !module || gfp & __GFP_NOFAIL || (gfp & DETECTORS) == DETECTORS)
		return false;
	n = stack_trace_save(stack, DEPTH, 0);
	for (from = 0; from < n; from++)
		if (stack[from] == caller || stack[from] - (unsigned long)kp->addr <= MAX_INSN_SIZE)
			break;
	for (i = from; i < n && i <= from + BELOW; i++)
		if (within_module(stack[i], module))
			return turn(stack[i], key_of(stack[i], module), what);
	return false;
}

/* What is called in place of the kernel's own, which may fail by these very functions. */
static noinline int no_slab(struct kmem_cache *s, gfp_t gfp)
{
	return -ENOMEM;
}

static noinline bool no_page(gfp_t gfp, unsigned int order)
{
	return true;
}

static int before_slab(struct kprobe *kp, struct pt_regs *regs)
{
	if (!fails(kp, regs, regs_get_kernel_argument(regs, 1), "slab"))
		return 0;
	instruction_pointer_set(regs, (unsigned long)no_slab);
	return 1;
}

static int before_page(struct kprobe *kp, struct pt_regs *regs)
{
	if (!fails(kp, regs, regs_get_kernel_argument(regs, 0), "page"))
		return 0;
	instruction_pointer_set(regs, (unsigned long)no_page);
	return 1;
}

/* A probe that has this is not made a jump, which could not go elsewhere. */
static void after(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe slab = {
	.symbol_name = "should_failslab", .pre_handler = before_slab, .post_handler = after,
};

static struct kprobe page = {
	.symbol_name = "should_fail_alloc_page", .pre_handler = before_page, .post_handler = after,
};

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *module = data;

	if (strcmp(module->name, "anp"))
		return NOTIFY_DONE;
	if (event == MODULE_STATE_COMING) {
		WRITE_ONCE(anp, module);
	} else if (event == MODULE_STATE_GOING) {
		WRITE_ONCE(anp, NULL);
		synchronize_rcu();
	}
	return NOTIFY_OK;
}

static struct notifier_block module_nb = { .notifier_call = module_event };

static int places_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	for (i = 0; i < 1 << PLACES_BITS; i++)
		if (places[i].key)
			seq_printf(m, "%lu %lu %s %s\n", places[i].seen, places[i].failed, places[i].what,
				   places[i].name);
	if (overflown)
		seq_printf(m, "%lu 0 more than there is room for\n", overflown);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(places);

static struct dentry *folder;

static int __init anp_faults_init(void)
{
	int err = -ENOMEM;

	prandom_seed_state(&chance, seed);
	places = kvcalloc(1 << PLACES_BITS, sizeof(*places), GFP_KERNEL);
	if (!places)
		return err;
	err = register_module_notifier(&module_nb);
	if (err)
		goto out;
	err = register_kprobe(&slab);
	if (err)
		goto out_notifier;
	err = register_kprobe(&page);
	if (err)
		goto out_slab;
	folder = debugfs_create_dir("anp_faults", NULL);
	debugfs_create_bool("on", 0600, folder, &on);
	debugfs_create_file("places", 0400, folder, NULL, &places_fops);
	return 0;

out_slab:
	unregister_kprobe(&slab);
out_notifier:
	unregister_module_notifier(&module_nb);
out:
	kvfree(places);
	return err;
}

static void __exit anp_faults_exit(void)
{
	debugfs_remove(folder);
	unregister_kprobe(&page);
	unregister_kprobe(&slab);
	unregister_module_notifier(&module_nb);
	kvfree(places);
}

module_init(anp_faults_init);
module_exit(anp_faults_exit);
MODULE_DESCRIPTION("Lets allocations of the anp module fail, by place");
MODULE_AUTHOR("AF_ANP developers");
MODULE_LICENSE("GPL");
