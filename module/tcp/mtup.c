// SPDX-License-Identifier: GPL-2.0
/*
 * Packetization layer path MTU discovery (RFC 4821, RFC 8899): finds out by data of its own what the
 * path takes, where no ICMP comes back to tell.  Sizes are those of the MSS option: payload, options
 * not taken off.  All that is known is a range: mtup_low has passed, above mtup_high nothing can;
 * segments have mtup_low, a probe lies between the two.
 */
#include "engine.h"

/* Without options of the segment; the peer's, our link's, the program's limit. */
static u16 size_max(const struct anp_tcb *t)
{
	u16 max = min(t->mss_clamp, t->mss_local);

	return max_t(u16, t->user_mss ? min(max, t->user_mss) : max, ANP_TCP_MSS_MIN);
}

static void search(struct anp_tcb *t, u16 low)
{
	t->mtup_on = 1;
	t->mtup_high = size_max(t);
	t->mtup_low = min(low, t->mtup_high);
	t->mtup_at = t->now;
	t->probe_size = 0;
	anp_tcp_mss_set(t);
}

void anp_tcp_mtup_established(struct anp_tcb *t)
{
	if (READ_ONCE(t->conf->mtu_probing) > 1)
		search(t, READ_ONCE(t->conf->base_mss));
}

void anp_tcp_mtup_bounds(struct anp_tcb *t)
{
	if (!t->mtup_on)
		return;
	/* What ICMP or the device says counts at once, down and up. */
	t->mtup_high = size_max(t);
	t->mtup_low = min(t->mtup_low, t->mtup_high);
	t->probe_size = 0;
}

void anp_tcp_mtup_timeout(struct anp_tcb *t)
{
	u16 base = READ_ONCE(t->conf->base_mss);
	u16 floor = max_t(u16, READ_ONCE(t->conf->mtu_probe_floor), ANP_TCP_MSS_MIN);

	/* RFC 4821 7.7: again and again nothing of this size comes through. */
	if (!READ_ONCE(t->conf->mtu_probing) || t->retransmits < READ_ONCE(t->conf->retries1))
		return;
	if (t->mtup_on)
		search(t, max_t(u16, min_t(u16, base, t->mtup_low / 2), floor));
	else
		search(t, base);
}

/* The payload of the next probe; 0: there is nothing to find out now. */
static u32 probe_len(struct anp_tcb *t)
{
	if (t->mtup_high - t->mtup_low < READ_ONCE(t->conf->mtu_probe_threshold)) {
		/* RFC 4821 7.5: the path may have changed to the better. */
		if (t->now - t->mtup_at >= READ_ONCE(t->conf->mtu_probe_interval) * 1000000ull) {
			t->mtup_high = size_max(t);
			t->mtup_at = t->now;
		}
		return 0;
	}
	return (t->mtup_low + t->mtup_high + 1) / 2 - t->hdr_opts;
}

u32 anp_tcp_mtup_probe(struct anp_tcb *t, const struct sk_buff *skb)
{
	u32 len, need;

	if (!t->mtup_on || t->probe_size || t->state != TCP_ESTABLISHED)
		return 0;
	/* RFC 4821 7.4: not while losses are to be mended, nor with a window of crumbs. */
	if (t->ca_state != ANP_TCP_CA_OPEN || t->sacked_out || t->cwnd < 11u * t->mss)
		return 0;
	len = probe_len(t);
	/* Enough behind it that its loss is told by duplicate ACKs. */
	need = len + 4 * t->mss;
	if (!len || skb->len < len || t->write_seq - t->snd_nxt < need ||
	    seq_gt(ANP_TCP_CB(skb)->seq + need, t->snd_una + t->snd_wnd) ||
	    anp_tcp_pipe(t) + len > t->cwnd)
		return 0;
	return len;
}

void anp_tcp_mtup_sent(struct anp_tcb *t, const struct sk_buff *skb)
{
	t->probe_size = skb->len + t->hdr_opts;
	t->probe_seq = ANP_TCP_CB(skb)->seq;
}

void anp_tcp_mtup_acked(struct anp_tcb *t)
{
	if (!t->probe_size || seq_lt(t->snd_una, t->probe_seq + t->probe_size - t->hdr_opts))
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_MTUP_SUCCESS);
	t->mtup_low = t->probe_size;
	t->probe_size = 0;
	anp_tcp_mss_set(t);
}

bool anp_tcp_mtup_lost(struct anp_tcb *t)
{
	u32 len = t->probe_size - t->hdr_opts;
	bool alone = t->snd_una == t->probe_seq && t->lost_out <= len;

	if (!t->probe_size)
		return false;
	/* RFC 4821 7.6.3: with other losses about it says nothing of the size. */
	if (alone) {
		anp_tcp_host_count(t, ANP_MIB_TCP_MTUP_FAIL);
		t->mtup_high = t->probe_size - 1;
	}
	t->probe_size = 0;
	return alone;
}
