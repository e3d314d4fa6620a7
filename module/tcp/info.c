// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine tells of itself: TCP_INFO, and the times that it sums up for that.
 */
#include "engine.h"

#define INIT_CWND	10	/* segments; RFC 6928, as before the MSS is known */

void anp_tcp_chrono_switch(struct anp_tcb *t, u8 what)
{
	u32 tick = anp_tcp_tick(t->now);

	if (t->chrono)
		t->chrono_sum[t->chrono - 1] += tick - t->chrono_start;
	t->chrono = what;
	t->chrono_start = tick;
}

static u32 age_ms(u64 now, u32 then)
{
	return div_u64((u64)(anp_tcp_tick(now) - then) << 10, 1000);
}

/* How long @t has been busy with @what, us. */
static u64 chrono_us(const struct anp_tcb *t, u8 what, u64 now)
{
	u32 ticks = t->chrono_sum[what - 1];

	if (t->chrono == what)
		ticks += anp_tcp_tick(now) - t->chrono_start;
	return (u64)ticks << 10;
}

static void info_options(const struct anp_tcb *t, struct tcp_info *info)
{
	if (t->ts_ok)
		info->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if (t->sack_ok)
		info->tcpi_options |= TCPI_OPT_SACK;
	if (t->ecn_ok)
		info->tcpi_options |= TCPI_OPT_ECN;
	if (t->ecn_seen)
		info->tcpi_options |= TCPI_OPT_ECN_SEEN;
	if (t->fo_acked)
		info->tcpi_options |= TCPI_OPT_SYN_DATA;
	info->tcpi_fastopen_client_fail = t->fo_fail;
	if (t->wscale_ok) {
		info->tcpi_options |= TCPI_OPT_WSCALE;
		info->tcpi_snd_wscale = t->snd_wscale;
		info->tcpi_rcv_wscale = t->rcv_wscale;
	}
}

/* Linux counts these in segments. */
static void info_segments(const struct anp_tcb *t, struct tcp_info *info)
{
	info->tcpi_unacked = DIV_ROUND_UP(anp_tcp_flight(t), t->mss);
	info->tcpi_sacked = t->sacked_out / t->mss;
	/* As Linux, our SYN is one. */
	info->tcpi_delivered = t->delivered_segs + info->tcpi_sacked + (t->snd_una != t->iss);
	info->tcpi_delivered_ce = t->delivered_ce;
	info->tcpi_lost = DIV_ROUND_UP(t->lost_out, t->mss);
	info->tcpi_retrans = DIV_ROUND_UP(t->retrans_out, t->mss);
	info->tcpi_snd_ssthresh = t->ssthresh == U32_MAX ? 0x7fffffff : t->ssthresh / t->mss;
}

/* What is an age since the handshake means nothing before it. */
static void info_times(const struct anp_tcb *t, struct tcp_info *info, u64 now)
{
	info->tcpi_rto = t->rto;
	info->tcpi_ato = t->ato * 1000;
	info->tcpi_rtt = t->srtt;
	info->tcpi_rttvar = t->rttvar;
	info->tcpi_rcv_rtt = t->rcv_rtt;
	info->tcpi_min_rtt = t->rtt_min ?: U32_MAX;
	info->tcpi_rwnd_limited = chrono_us(t, ANP_TCP_CHRONO_RWND, now);
	info->tcpi_sndbuf_limited = chrono_us(t, ANP_TCP_CHRONO_SNDBUF, now);
	info->tcpi_busy_time = chrono_us(t, ANP_TCP_CHRONO_BUSY, now) +
			       info->tcpi_rwnd_limited + info->tcpi_sndbuf_limited;
	if (!t->rcv_tstamp)
		return;
	info->tcpi_last_data_sent = age_ms(now, t->lsndtime);
	info->tcpi_last_data_recv = age_ms(now, t->lrcvtime);
	info->tcpi_last_ack_recv = age_ms(now, t->rcv_tstamp);
}

static void info_counts(const struct anp_tcb *t, struct tcp_info *info)
{
	info->tcpi_total_retrans = t->total_retrans;
	info->tcpi_bytes_acked = t->bytes_acked;
	info->tcpi_bytes_received = t->bytes_received;
	info->tcpi_bytes_sent = t->bytes_sent;
	info->tcpi_bytes_retrans = t->bytes_retrans;
	info->tcpi_segs_out = t->segs_out;
	info->tcpi_segs_in = t->segs_in;
	info->tcpi_data_segs_in = t->data_segs_in;
	info->tcpi_data_segs_out = t->data_segs_out;
	info->tcpi_dsack_dups = t->dsack_dups;
	info->tcpi_reord_seen = t->reord_seen;
	info->tcpi_rcv_ooopack = t->rcv_ooopack;
}

/* Bytes a second. */
static void info_rates(const struct anp_tcb *t, struct tcp_info *info)
{
	if (t->rate_us)
		info->tcpi_delivery_rate = div_u64((u64)t->rate_bytes * 1000000, t->rate_us);
	info->tcpi_delivery_rate_app_limited = t->rate_app_limited;
	info->tcpi_pacing_rate = anp_tcp_pacing_rate(t);
}

void anp_tcp_get_info(const struct anp_tcb *t, bool listening, struct tcp_info *info, u64 now)
{
	memset(info, 0, sizeof(*info));
	info->tcpi_state = listening ? TCP_LISTEN : t->state;
	info->tcpi_reordering = t->reordering;
	info->tcpi_snd_cwnd = t->cwnd ? t->cwnd / t->mss : INIT_CWND;
	/* As Linux: a listener has no connection to tell of. */
	if (listening)
		return;
	/* The numbers are Linux'. */
	info->tcpi_ca_state = t->ca_state;
	info->tcpi_retransmits = t->retransmits;
	info->tcpi_probes = t->probes;
	info->tcpi_backoff = t->backoff;
	info_options(t, info);
	info_segments(t, info);
	info_times(t, info, now);
	info_counts(t, info);
	info_rates(t, info);
	info->tcpi_snd_mss = t->mss;
	info->tcpi_rcv_mss = t->rcv_mss;
	info->tcpi_advmss = min(t->advmss, t->mss_local);
	if (t->user_mss)
		info->tcpi_advmss = min_t(u32, info->tcpi_advmss, t->user_mss);
	info->tcpi_advmss -= t->hdr_opts;
	info->tcpi_pmtu = t->mss_local + 40;
	info->tcpi_rcv_ssthresh = t->rcv_wnd_max;
	info->tcpi_rcv_space = t->rcvq_space;
	info->tcpi_notsent_bytes = max_t(s32, t->write_seq - t->snd_nxt, 0);
	info->tcpi_snd_wnd = t->snd_wnd;
}
