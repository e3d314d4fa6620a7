// SPDX-License-Identifier: GPL-2.0
/*
 * What the network and the program say beside the data: path MTU, ICMP errors, options, questions.
 */
#include "engine.h"

void anp_tcp_mss_changed(struct anp_tcb *t, u16 mss, u64 now)
{
	u16 before = t->mss;

	t->now = now;
	t->mss_local = max_t(u16, mss, ANP_TCP_MSS_MIN);
	if (anp_tcp_in(t, TCPF_CLOSE | TCPF_LISTEN | TCPF_SYN_SENT))
		return;
	anp_tcp_mtup_bounds(t);
	anp_tcp_mss_set(t);
	if (t->mss < before)
		anp_tcp_recovery_mtu(t);
}

void anp_tcp_icmp_error(struct anp_tcb *t, u32 seq, int err, u64 now)
{
	t->now = now;
	/* RFC 5927 4.1: about something that is in flight. */
	if (!anp_tcp_in_flight(t, seq))
		return;
	/* RFC 5461: an established connection outlives it; one that is being made does not. */
	if (anp_tcp_in(t, TCPF_SYN_SENT | TCPF_SYN_RECV))
		anp_tcp_fail(t, err);
	else
		t->err = err;
}

void anp_tcp_set_quickack(struct anp_tcb *t, bool on, u64 now)
{
	t->now = now;
	if (!on) {
		t->quickack = 0;
		return;
	}
	t->quickack = 16;
	if (t->t_delack)
		anp_tcp_send_ack(t);
}

void anp_tcp_get_info(const struct anp_tcb *t, struct tcp_info *info, u64 now)
{
	memset(info, 0, sizeof(*info));
	info->tcpi_state = t->state;
	info->tcpi_ca_state = t->ca_state == ANP_TCP_CA_LOSS ? 4 :
			      t->ca_state == ANP_TCP_CA_RECOVERY ? 3 : t->ca_state;
	info->tcpi_retransmits = t->retransmits;
	info->tcpi_probes = t->probes;
	info->tcpi_backoff = t->backoff;
	if (t->ts_ok)
		info->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if (t->sack_ok)
		info->tcpi_options |= TCPI_OPT_SACK;
	if (t->wscale_ok)
		info->tcpi_options |= TCPI_OPT_WSCALE;
	info->tcpi_snd_wscale = t->snd_wscale;
	info->tcpi_rcv_wscale = t->rcv_wscale;
	info->tcpi_rto = t->rto;
	info->tcpi_ato = t->ato;
	info->tcpi_snd_mss = t->mss;
	info->tcpi_rcv_mss = t->rcv_mss;
	/* Linux counts these in segments. */
	info->tcpi_unacked = DIV_ROUND_UP(anp_tcp_flight(t), t->mss);
	info->tcpi_sacked = t->sacked_out / t->mss;
	info->tcpi_lost = DIV_ROUND_UP(t->lost_out, t->mss);
	info->tcpi_retrans = DIV_ROUND_UP(t->retrans_out, t->mss);
	info->tcpi_snd_cwnd = t->cwnd / t->mss;
	info->tcpi_snd_ssthresh = t->ssthresh == U32_MAX ? 0x7fffffff : t->ssthresh / t->mss;
	info->tcpi_last_data_sent = t->last_data_sent ? div_u64(now - t->last_data_sent, 1000) : 0;
	info->tcpi_last_data_recv = t->last_data_rcvd ? div_u64(now - t->last_data_rcvd, 1000) : 0;
	info->tcpi_last_ack_recv = t->last_ack_rcvd ? div_u64(now - t->last_ack_rcvd, 1000) : 0;
	info->tcpi_pmtu = t->mss_local + 40;
	info->tcpi_rtt = t->srtt;
	info->tcpi_rttvar = t->rttvar;
	info->tcpi_min_rtt = t->rtt_min;
	info->tcpi_advmss = min(t->advmss, t->mss_local);
	info->tcpi_reordering = t->reordering;
	info->tcpi_reord_seen = t->reord_seen;
	info->tcpi_dsack_dups = t->dsack_dups;
	info->tcpi_rcv_space = t->rcv_wnd;
	info->tcpi_rcv_ssthresh = t->rcv_wnd_max;
	info->tcpi_total_retrans = t->total_retrans;
	info->tcpi_bytes_acked = t->bytes_acked;
	info->tcpi_bytes_received = t->bytes_received;
	info->tcpi_segs_out = t->segs_out;
	info->tcpi_segs_in = t->segs_in;
	info->tcpi_notsent_bytes = max_t(s32, t->write_seq - t->snd_nxt, 0);
	info->tcpi_data_segs_in = t->data_segs_in;
	info->tcpi_data_segs_out = t->data_segs_out;
	info->tcpi_bytes_sent = t->bytes_sent;
	info->tcpi_bytes_retrans = t->bytes_retrans;
	info->tcpi_snd_wnd = t->snd_wnd;
}
