// SPDX-License-Identifier: GPL-2.0
/*
 * Small queues: a connection keeps little of its data in the layers below, in qdiscs and in the device's
 * ring.  What waits there delays everybody, cannot be taken back when it turns out to be lost or of no
 * use, and is measured as round trip; what waits in the send queue can still grow to a whole segment.
 * A host that was told to calls anp_tcp_drained() when the layers below have let go of something.
 */
#include "engine.h"

/* A millisecond of what the path takes; without pacing a new rate may be far off. */
static u32 limit(const struct anp_tcb *t, u32 two)
{
	u64 max = max_t(u64, anp_tcp_pacing_rate(t) >> ANP_TCP_BURST_SHIFT, two);

	if (!anp_tcp_host_rate_wanted(t))
		max = min_t(u64, max, READ_ONCE(t->conf->limit_output_bytes));
	return min_t(u64, max, S32_MAX);
}

bool anp_tcp_smallq_exceeds(struct anp_tcb *t, u32 weight, bool again)
{
	u32 below = anp_tcp_host_below(t), max;

	max = min_t(u32, 2 * weight, READ_ONCE(t->conf->limit_output_bytes));
	if (likely(below <= max))
		return false;
	/* What is lost holds up all that came after it. */
	max = limit(t, 2 * weight) << again;
	/* As Linux: the next one may always lie there when the last ACK comes. */
	if (below <= max || !anp_tcp_flight(t) || !anp_tcp_host_below_wait(t, max))
		return false;
	anp_tcp_host_count(t, ANP_MIB_TCP_SMALL_QUEUE);
	return true;
}

bool anp_tcp_autocorks(struct anp_tcb *t)
{
	const struct sk_buff *tail = anp_tcp_tail(t);

	if (!tail || anp_tcp_host_below(t) <= tail->truesize ||
	    tail->len >= anp_tcp_size_goal(t) || t->urg_out || !READ_ONCE(t->conf->autocorking))
		return false;
	if (!anp_tcp_host_below_wait(t, tail->truesize))
		return false;
	anp_tcp_host_count(t, ANP_MIB_TCP_AUTOCORKING);
	return true;
}

bool anp_tcp_still_below(struct anp_tcb *t, const struct sk_buff *skb)
{
	if (likely(!anp_tcp_host_below_has(t, skb)) || !anp_tcp_host_below_wait(t, 0))
		return false;
	anp_tcp_host_count(t, ANP_MIB_TCP_SPURIOUS_RTX_HOST_QUEUES);
	return true;
}

void anp_tcp_drained(struct anp_tcb *t, u64 now)
{
	t->now = now;
	anp_tcp_send_all(t);
}
