#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tracepoints tell of every change of state, retransmission and drop, in words.
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
	check "anp_tcp_state: $step" wait_for 5 traced "anp_tcp_state: .*$peer $step"
done
pattern "a passive connection" "$B" "$A" 10.0.0.2 1000
for step in "CLOSE -> SYN_RECV" "SYN_RECV -> ESTABLISHED" "ESTABLISHED -> CLOSE_WAIT" \
	"CLOSE_WAIT -> LAST_ACK"; do
	check "anp_tcp_state: $step" wait_for 5 traced "10.0.0.2:$PORT -> 10.0.0.1:[0-9]+ $step"
done
check_fails "nobody listens there" no_page
check "anp_drop names the reason" wait_for 5 traced \
	'anp_drop: reason=AnpDropTcpReset .*10.0.0.1:9 -> 10.0.0.2:'
netem "$A" eth0 loss 10%
pattern "a lossy connection" "$A" "$B" 10.0.0.1 2000000 -o
check "anp_tcp_retransmit" wait_for 5 traced "anp_tcp_retransmit: .*10.0.0.1:$PORT .*len=[1-9]"
finish
