// SPDX-License-Identifier: GPL-2.0
/*
 * DCTCP (RFC 8257): how much of a window was marked, not whether, says how much to give way.  The
 * receiver's half, the exact echo of marks, is in ecn.c.  For networks whose queues mark early and
 * whose hosts all do this; hence only CAP_NET_ADMIN may choose it.
 */
#include <linux/inet_diag.h>
#include "engine.h"

#define ALPHA_SHIFT	20
#define ALPHA_ONE	(1u << ALPHA_SHIFT)
#define G_SHIFT		4		/* RFC 8257 4.2: g = 1/16 */
#define INFO_SHIFT	10		/* of alpha in TCP_CC_INFO */

struct dctcp {
	u32	alpha;			/* DCTCP.Alpha << ALPHA_SHIFT */
	u32	window_end;		/* DCTCP.WindowEnd */
	u32	bytes_acked;		/* DCTCP.BytesAcked */
	u32	bytes_marked;		/* DCTCP.BytesMarked */
};

static void window_begin(struct anp_tcb *t, struct dctcp *d)
{
	d->window_end = t->snd_nxt;
	d->bytes_acked = 0;
	d->bytes_marked = 0;
}

static void dctcp_init(struct anp_tcb *t)
{
	struct dctcp *d = anp_tcp_cong_priv(t, struct dctcp);

	/* RFC 8257 4.2: careful at first. */
	d->alpha = ALPHA_ONE;
	window_begin(t, d);
}

/* RFC 8257 3.3 steps 1 to 8 */
static void dctcp_acked(struct anp_tcb *t, const struct anp_tcp_ack_sample *s)
{
	struct dctcp *d = anp_tcp_cong_priv(t, struct dctcp);
	u32 m;

	d->bytes_acked += s->acked;
	if (s->ece)
		d->bytes_marked += s->acked;
	if (seq_leq(t->snd_una, d->window_end) || !d->bytes_acked)
		return;
	m = div_u64((u64)d->bytes_marked << ALPHA_SHIFT, d->bytes_acked);
	d->alpha = d->alpha - (d->alpha >> G_SHIFT) + (m >> G_SHIFT);
	window_begin(t, d);
}

/* RFC 8257 3.3 step 9 */
static u32 dctcp_ssthresh_ecn(struct anp_tcb *t)
{
	const struct dctcp *d = anp_tcp_cong_priv(t, struct dctcp);

	return anp_tcp_cong_part(t, t->cwnd, 2 * ALPHA_ONE - d->alpha, 2 * ALPHA_ONE);
}

static size_t dctcp_get_info(const struct anp_tcb *t, union tcp_cc_info *info)
{
	const struct dctcp *d = (const struct dctcp *)t->cong_priv;

	memset(&info->dctcp, 0, sizeof(info->dctcp));
	/* Where the peer does not use ECN what is left is NewReno. */
	if (t->ecn_ok) {
		info->dctcp.dctcp_enabled = 1;
		info->dctcp.dctcp_ce_state = t->ecn_echo;
		info->dctcp.dctcp_alpha = d->alpha >> (ALPHA_SHIFT - INFO_SHIFT);
		info->dctcp.dctcp_ab_ecn = d->bytes_marked;
		info->dctcp.dctcp_ab_tot = d->bytes_acked;
	}
	return sizeof(info->dctcp);
}

struct anp_tcp_cong_ops anp_tcp_dctcp = {
	.name		= "dctcp",
	.flags		= ANP_TCP_CONG_NEEDS_ECN,
	.init		= dctcp_init,
	/* RFC 8257 3.4: a loss is a loss. */
	.ssthresh	= anp_tcp_reno_ssthresh,
	.ssthresh_ecn	= dctcp_ssthresh_ecn,
	.cong_avoid	= anp_tcp_reno_cong_avoid,
	.undo		= anp_tcp_reno_undo,
	.acked		= dctcp_acked,
	.get_info	= dctcp_get_info,
};
