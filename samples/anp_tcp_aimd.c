// SPDX-License-Identifier: GPL-2.0
/*
 * A congestion control for ANP that is a module of its own: additive increase and multiplicative
 * decrease (RFC 5681) with both numbers free to choose.  It is here to be copied.
 *
 *	insmod anp_tcp_aimd.ko increase=4 decrease=75
 *	sysctl net.anp.tcp_congestion_control=aimd	(or TCP_CONGESTION; the alias loads it)
 *
 * A socket that uses it, and a namespace whose default it is, pin the module: rmmod says "in use".
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include "tcp/tcb.h"

static unsigned int increase = 1;
module_param(increase, uint, 0444);
MODULE_PARM_DESC(increase, "segments that the window grows by in a round trip (1 to 100)");

static unsigned int decrease = 50;
module_param(decrease, uint, 0444);
MODULE_PARM_DESC(decrease, "percent of the window that a loss leaves (10 to 95)");

/* What a connection keeps: it lies in the tcb, and is zeroed before init(). */
struct aimd {
	u32	cuts;			/* losses so far */
	u32	w_loss;			/* window at the last one, bytes */
};

static struct aimd *aimd(struct anp_tcb *t)
{
	return anp_tcp_cong_priv(t, struct aimd);
}

/* @acked bytes were acknowledged, and the window was in use. */
static void aimd_cong_avoid(struct anp_tcb *t, u32 acked)
{
	acked = anp_tcp_slow_start(t, acked);
	if (acked)
		anp_tcp_grow_linear(t, max(t->cwnd / increase, 1u), acked);
}

/* A loss: to what the window is cut. */
static u32 aimd_ssthresh(struct anp_tcb *t)
{
	struct aimd *a = aimd(t);

	a->cuts++;
	a->w_loss = t->cwnd;
	return anp_tcp_cong_part(t, t->cwnd, decrease, 100);
}

/* It was none. */
static u32 aimd_undo(struct anp_tcb *t)
{
	struct aimd *a = aimd(t);

	a->cuts -= !!a->cuts;
	return max(t->cwnd, a->w_loss);
}

static void aimd_release(struct anp_tcb *t)
{
	pr_debug("aimd: %u cuts, the last at %u bytes\n", aimd(t)->cuts, aimd(t)->w_loss);
}

static struct anp_tcp_cong_ops aimd_ops = {
	.name		= "aimd",
	.owner		= THIS_MODULE,
	.flags		= ANP_TCP_CONG_NON_RESTRICTED,
	.release	= aimd_release,
	.ssthresh	= aimd_ssthresh,
	.cong_avoid	= aimd_cong_avoid,
	.undo		= aimd_undo,
};

static int __init aimd_module_init(void)
{
	if (increase < 1 || increase > 100 || decrease < 10 || decrease > 95)
		return -EINVAL;
	return anp_tcp_cong_register(&aimd_ops);
}

static void __exit aimd_module_exit(void)
{
	anp_tcp_cong_unregister(&aimd_ops);
}

module_init(aimd_module_init);
module_exit(aimd_module_exit);

MODULE_DESCRIPTION("AIMD congestion control for AF_ANP, a sample");
MODULE_AUTHOR("AF_ANP developers");
MODULE_LICENSE("GPL");
/* Choosing the name loads the module. */
MODULE_ALIAS("anp-tcp-aimd");
