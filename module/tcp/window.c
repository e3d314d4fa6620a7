// SPDX-License-Identifier: GPL-2.0
/*
 * The window we offer (RFC 9293 3.8.6): never takes back what was offered, never opens by crumbs.
 */
#include "engine.h"

u8 anp_tcp_wscale(u32 space)
{
	u8 scale = 0;

	while (space > 65535 && scale < ANP_TCP_WSCALE_MAX) {
		space >>= 1;
		scale++;
	}
	return scale;
}

/* The largest window to offer now: the buffer, what the scale was chosen for, TCP_WINDOW_CLAMP. */
static u32 window_full(const struct anp_tcb *t)
{
	u32 full = min(anp_tcp_host_rcv_full(t), t->rcv_wnd_max);

	return t->window_clamp ? min(full, t->window_clamp) : full;
}

/* What the buffer allows, without regard to what was offered before; @full: window_full(). */
static u32 window_wanted(const struct anp_tcb *t, u32 full)
{
	u32 free = min(anp_tcp_host_rcv_free(t), full);
	u32 mss = min_t(u32, t->rcv_mss, full);

	/* RFC 9293 3.8.6.2.2: silly window avoidance; also stop well before the buffer is full. */
	if (free < full / 16 || free < mss)
		return 0;
	free = min(free, 65535u << t->rcv_wscale);
	/* The unit of a scaled window is coarse: round down to it, or to a segment if unscaled. */
	if (t->rcv_wscale)
		return free >> t->rcv_wscale << t->rcv_wscale;
	return mss ? free - free % mss : free;
}

bool anp_tcp_window_moves(const struct anp_tcb *t)
{
	return window_wanted(t, window_full(t)) >= t->rcv_wnd;
}

u16 anp_tcp_window_select(struct anp_tcb *t)
{
	u32 left = anp_tcp_rcv_wnd_left(t);
	u32 full = window_full(t);
	u32 wnd = window_wanted(t, full);
	u32 old = t->rcv_wnd;

	/* Move the right edge by no less than a segment or half the buffer, and never back. */
	if (wnd <= left || (left && wnd - left < min_t(u32, full / 2, t->rcv_mss)))
		wnd = left;
	/* Rounded up, or the edge would go back by less than one unit of the scale. */
	wnd = DIV_ROUND_UP(wnd, 1u << t->rcv_wscale);
	wnd = min(wnd, 65535u);
	t->rcv_wnd = wnd << t->rcv_wscale;
	t->rcv_wup = t->rcv_nxt;
	if (!wnd && old)
		anp_tcp_host_count(t, ANP_MIB_TCP_TO_ZERO_WINDOW);
	else if (wnd && !old)
		anp_tcp_host_count(t, ANP_MIB_TCP_FROM_ZERO_WINDOW);
	return wnd;
}

/* Is so much of the window used that reading may be worth an ACK? */
static bool window_half_used(const struct anp_tcb *t)
{
	return 2 * anp_tcp_rcv_wnd_left(t) <= window_full(t);
}

bool anp_tcp_read_matters(const struct anp_tcb *t)
{
	return t->rcv_rtt || anp_tcp_delack_read(t) || window_half_used(t);
}

void anp_tcp_data_read(struct anp_tcb *t, u64 now)
{
	u32 left, full, wnd;

	t->now = now;
	anp_tcp_rcv_space_adjust(t);
	if (!anp_tcp_in(t, TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2))
		return;
	if (anp_tcp_delack_read(t)) {
		anp_tcp_send_ack(t);
		return;
	}
	/* A held-back ACK may go out with the window that reading opened. */
	if (!window_half_used(t))
		return;
	left = anp_tcp_rcv_wnd_left(t);
	full = window_full(t);
	wnd = window_wanted(t, full);
	/* RFC 9293 3.8.6.2.2 with the halving that Linux uses: tell when the window has doubled. */
	if (wnd && wnd >= 2 * left && wnd - left >= min_t(u32, t->rcv_mss, full / 2))
		anp_tcp_send_ack(t);
}
