// SPDX-License-Identifier: GPL-2.0
/*
 * Round trip time and retransmission timeout (RFC 6298).
 */
#include "engine.h"

void anp_tcp_rto_set(struct anp_tcb *t)
{
	/* RFC 6298 2.3: RTO = SRTT + max(G, 4 * RTTVAR); the variance has a floor, as in Linux. */
	u32 rto = t->srtt ? t->srtt + max(4 * t->rttvar, ANP_TCP_RTO_MIN) : ANP_TCP_RTO_INIT;

	t->rto = clamp(rto, ANP_TCP_RTO_MIN, anp_tcp_rto_max(t));
}

void anp_tcp_rtt_sample(struct anp_tcb *t, u32 rtt)
{
	rtt = clamp(rtt, 1u, ANP_TCP_RTO_MAX);
	if (!t->rtt_min || rtt < t->rtt_min)
		t->rtt_min = rtt;
	if (!t->srtt) {
		/* RFC 6298 2.2 */
		t->srtt = rtt;
		t->rttvar = rtt / 2;
	} else {
		/* RFC 6298 2.3 with alpha 1/8, beta 1/4 */
		u32 delta = t->srtt > rtt ? t->srtt - rtt : rtt - t->srtt;

		t->rttvar = t->rttvar - t->rttvar / 4 + delta / 4;
		t->srtt = max(t->srtt - t->srtt / 8 + rtt / 8, 1u);
	}
	/* RFC 6298 5.7 asks for the computed RTO again once a fresh sample exists. */
	t->backoff = 0;
	anp_tcp_rto_set(t);
}
