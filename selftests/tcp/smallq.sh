#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Small queues: in front of a slow device a connection waits in its own send queue and not in the
# qdisc, as the host's TCP does; the device is never idle for that. Autocorking: small writes behind
# what waits there become one segment.
# TIMEOUT=120
. "$(dirname "$0")/../interop/lib.sh"

PY=$(dirname "$0")/smallq.py
topo_pair
must ip -n "$B" addr add 10.0.0.3/24 dev eth0

# slow NS OTHER RATE: a device with room for seconds; a round trip is 10 ms without its queue.
slow() {
	must in_ns "$1" tc qdisc replace dev eth0 root tbf rate "$3" burst 3000 limit 4000000
	must in_ns "$2" tc qdisc replace dev eth0 root netem delay 10ms limit 20000
}

bg in_b python3 "$PY" sink 7400
must wait_for 30 listening "$B" 7400
bg in_a anp run python3 "$PY" sink 7400
must wait_for 30 listening "$A" 7400
sink=$BG

counter() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }

# A loss-based control alone would fill the queue.
slow "$B" "$A" 8mbit
check "2 MB by the host's TCP: what waits" in_b python3 "$PY" bulk 10.0.0.2 7400 2000000 40000
slow "$A" "$B" 8mbit
# Two CPUs may let packets of a veth overtake each other, which is another reason, and counted.
resent() { echo $(($(counter TcpRetransSegs) - $(counter TcpExtTCPSACKReorder))); }
bulk() {
	local before
	before=$(resent)
	in_a anp run python3 "$PY" bulk 10.0.0.1 7400 2000000 40000 || return
	twice=$(($(resent) - before))
}
check "the same of ANP" bulk
held=$(counter AnpTcpSmallQueue)
check "it was held back ($held times)" [ "$held" -gt 10 ]
# A machine that stands still for a while lets a timer expire. What is ANP's happens each time.
for _ in 1 2 3 4; do
	[ "$twice" -gt 0 ] || break
	bulk >&2
done
check "nothing is sent twice for that" [ "$twice" -le 0 ]

slow "$A" "$B" 400kbit
segments() {
	local before after
	before=$(counter TcpOutSegs)
	in_a anp run python3 "$PY" small 10.0.0.1 7400 >&2 || echo failed
	after=$(counter TcpOutSegs)
	echo $((after - before))
}
few=$(segments)
corked=$(counter TcpExtTCPAutoCorking)
check "small writes wait for the device ($corked times)" [ "$corked" -gt 0 ]
check "... and leave in few segments ($few)" [ "$few" -lt 50 ]
must in_a sysctl -qw net.anp.tcp_autocorking=0
segments >/dev/null
check "not with tcp_autocorking 0" [ "$(counter TcpExtTCPAutoCorking)" -eq "$corked" ]
kill_bg "$sink"
check "no connection is left" wait_for 30 no_sockets "$A"
finish
