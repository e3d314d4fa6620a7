#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Damaged frames of every protocol, while routes, addresses and neighbours change.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

churn() {
	while :; do
		ip -n "$A" addr add 10.0.0.3/24 dev anp0
		ip -n "$A" route replace default via 10.0.0.1 dev anp0 table anp
		ip -n "$A" neigh flush dev anp0
		ip -n "$A" addr del 10.0.0.3/24 dev anp0
		ip -n "$A" route del default table anp
	done
}

topo_pair
packets_setup
packets fuzz.py "$SEED" 10000
bg churn
packets fuzz.py $((SEED + 1)) 5000
kill_bg
check "ANP answers the host" in_b ping -c 1 -W 2 10.0.0.2

# A raw socket hears all replies: those to the flood would fill the judge's buffer before its own
# comes. Ping sockets hear their own.
in_b sysctl -qw net.ipv4.ping_group_range="0 0"

# Pulled out under traffic; each new device has a MAC of its own, and announces it.
ip -n "$B" neigh del 10.0.0.2 dev eth0
flood() { bg nsenter --net="/run/netns/$B" ping -q -f "$@" 10.0.0.2; }
flood
small=$BG
flood -s 20000
for _ in {1..10}; do
	ip -n "$A" link del anp0
	anp_on "$A" eth0 10.0.0.2/24
done
kill_bg "$small"
check "ten new devices under a flood of fragments" wait_for 30 in_b ping -c 1 -W 1 10.0.0.2
check "the namespace goes under it" ip netns del "$A"
kill_bg
spaces=("$B")
finish
