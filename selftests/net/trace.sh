#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tracepoints tell of every change of state, retransmission and drop, in words, and of each step
# of a receive queue in order.
# TIMEOUT=120
. "$(dirname "$0")/../interop/lib.sh"

tracefs=/sys/kernel/tracing
trace=$tracefs/instances/anp-test
[ -d "$tracefs/events" ] || must mount -t tracefs tracefs "$tracefs"

# shellcheck disable=SC2317 # called by the trap
untrace() {
	echo 0 >"$trace/events/anp/enable"
	rmdir "$trace"
}
traced() { grep -qE -- "$1" "$trace/trace"; }
no_page() { in_a anp run curl -sS --max-time 5 http://10.0.0.1:9/; }

topo_pair
must mkdir "$trace"
trap 'untrace; cleanup' EXIT
echo 1 >"$trace/events/anp/enable"

pattern "an active connection" "$A" "$B" 10.0.0.1 1000
peer="10.0.0.2:[0-9]+ -> 10.0.0.1:$PORT"
for step in "CLOSE -> SYN_SENT" "SYN_SENT -> ESTABLISHED" "ESTABLISHED -> FIN_WAIT1"; do
	check "anp_tcp_state: $step" wait_for 30 traced "anp_tcp_state: .*$peer $step"
done
pattern "a passive connection" "$B" "$A" 10.0.0.2 1000
for step in "CLOSE -> SYN_RECV" "SYN_RECV -> ESTABLISHED" "ESTABLISHED -> CLOSE_WAIT" \
	"CLOSE_WAIT -> LAST_ACK"; do
	check "anp_tcp_state: $step" wait_for 30 traced "10.0.0.2:$PORT -> 10.0.0.1:[0-9]+ $step"
done
check_fails "nobody listens there" no_page
check "anp_drop names the reason" wait_for 30 traced \
	'anp_drop: reason=AnpDropTcpReset .*10.0.0.1:9 -> 10.0.0.2:'

must in_a ethtool --set-priv-flags anp0 rx-interrupt on
check "a ping through a ring" in_b ping -q -c 3 -i 0.05 -W 5 10.0.0.2
must in_a ethtool --set-priv-flags anp0 rx-interrupt off
steps=$(sed -n 's/.* anp_\(irq_raise\|napi_schedule\|napi_poll\|napi_complete\|irq_enable\): .*dev=anp0 .*/\1/p' \
	"$trace/trace" | tr '\n' ' ')
check_output "a queue's steps are in order" \
	'^(irq_enable )?((irq_raise napi_schedule napi_poll napi_complete )+irq_enable )+$' echo "$steps"

netem "$A" eth0 loss 10%
pattern "a lossy connection" "$A" "$B" 10.0.0.1 2000000 -o
check "anp_tcp_retransmit" wait_for 30 traced "anp_tcp_retransmit: .*10.0.0.1:$PORT .*len=[1-9]"
finish
