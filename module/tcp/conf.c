// SPDX-License-Identifier: GPL-2.0
/*
 * The defaults of what can be configured: those of Linux.
 */
#include <linux/kernel.h>
#include "conf.h"

const struct anp_tcp_conf anp_tcp_conf_default = {
	.sack			= 1,
	.timestamps		= 1,
	.window_scaling		= 1,
	.syn_retries		= 6,
	.synack_retries		= 5,
	.retries1		= 3,
	.retries2		= 15,
	.rto_max_ms		= 120000,
	.fin_timeout		= 60,
	/* RFC 9293 3.8.4: keepalive no sooner than two hours. */
	.keepalive_time		= 7200,
	.keepalive_intvl	= 75,
	.keepalive_probes	= 9,
	.slow_start_after_idle	= ANP_TCP_IDLE_HALVE,
	.base_mss		= 1024,
	.mtu_probe_floor	= 48,
	.mtu_probe_threshold	= 8,
	.mtu_probe_interval	= 600,
	.limit_output_bytes	= 1 << 20,
	.autocorking		= 1,
	.challenge_ack_limit	= INT_MAX,
	.invalid_ratelimit	= 500,
	.reuse_tw		= 2,
	.ecn			= 2,	/* ANP_TCP_ECN_PASSIVE, as Linux: who asks gets it */
	.syncookies		= 1,
	.max_syn_backlog	= 1024,
	.fastopen		= ANP_TCP_FO_CLIENT,
	.max_orphans		= 16384,
	.max_tw_buckets		= 16384,
	.rmem			= { ANP_TCP_BUF_MIN, 131072, 6291456 },
	.wmem			= { ANP_TCP_BUF_MIN, 16384, 4194304 },
};
