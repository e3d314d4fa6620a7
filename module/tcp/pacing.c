// SPDX-License-Identifier: GPL-2.0
/*
 * Pacing: data leaves in bursts of about a millisecond, at a rate that the congestion control or the
 * program has set, instead of all that a window allows at once.  The host keeps the rate, where
 * qdiscs look for it too; the time of the next departure is the connection's deadline while
 * something waits for it.
 */
#include <linux/export.h>
#include "engine.h"

#define RTT_SHIFT	9		/* each 512 us of round trip halve what is sent at once beside */
#define SS_PERCENT	200		/* of cwnd in a round trip, in slow start */
#define CA_PERCENT	120
#define UNPACED_BYTES	14600		/* a connection's first: RFC 6928's window goes at once */

/* Rate at which a window goes out within the round trip, with room to grow; as Linux. */
static u64 window_rate(const struct anp_tcb *t)
{
	u64 window = max(t->cwnd, anp_tcp_flight(t));

	if (!t->srtt)
		return ANP_TCP_RATE_MAX;
	window *= t->cwnd < t->ssthresh / 2 ? SS_PERCENT : CA_PERCENT;
	return div_u64(window * (1000000 / 100), t->srtt);
}

u64 anp_tcp_pacing_rate(const struct anp_tcb *t)
{
	return anp_tcp_host_rate_wanted(t) ? anp_tcp_host_rate(t) : window_rate(t);
}

void anp_tcp_pacing_update(struct anp_tcb *t)
{
	if (!t->cong->cong_control)
		anp_tcp_host_rate_set(t, window_rate(t));
}

void anp_tcp_pacing_set(struct anp_tcb *t, u64 rate)
{
	anp_tcp_host_rate_set(t, rate);
}
EXPORT_SYMBOL_GPL(anp_tcp_pacing_set);

/* On a short path nobody waits behind a large super-packet, and it costs the host least. */
u32 anp_tcp_burst(const struct anp_tcb *t)
{
	u32 shift = t->rtt_min >> RTT_SHIFT, bytes = 0;
	u64 rate;

	if (!shift && t->rtt_min)
		return t->gso_max;
	if (shift && shift < 32)
		bytes = t->gso_max >> shift;
	rate = anp_tcp_pacing_rate(t) >> ANP_TCP_BURST_SHIFT;
	return clamp_t(u64, rate + bytes, 2 * t->mss, max_t(u32, t->gso_max, 2 * t->mss));
}

bool anp_tcp_paced(struct anp_tcb *t)
{
	t->pace_wait = t->next_send_ns > t->now * 1000;
	return t->pace_wait;
}

void anp_tcp_pacing_sent(struct anp_tcb *t, u32 len)
{
	u64 rate = anp_tcp_host_rate(t), now = t->now * 1000, late, gap;

	if (!rate || rate == ANP_TCP_RATE_MAX || t->bytes_sent <= UNPACED_BYTES)
		return;
	gap = div64_u64((u64)len * 1000000000, rate);
	/* A timer that came late is made up for, by half of each gap. */
	if (t->next_send_ns < now) {
		late = now - t->next_send_ns;
		gap -= min(gap / 2, late);
		t->next_send_ns = now;
	}
	t->next_send_ns += gap;
}

u64 anp_tcp_pacing_deadline(const struct anp_tcb *t)
{
	return div_u64(t->next_send_ns + 999, 1000);
}

void anp_tcp_pacing_timeout(struct anp_tcb *t)
{
	t->pace_wait = 0;
	anp_tcp_send_all(t);
}
