#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Routes by plain iproute2: source addresses, gateways, multipath, errors, MTUs, broadcast,
# multicast, loopback, and what changes under open sockets.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_router
# Somebody takes what is sent, so that no port unreachable disturbs.
bg nsenter --net="/run/netns/$B" socat -u UDP-RECV:9 OPEN:/dev/null
dgram "$A" route.py "$R"
check_eq "the host's tables know none of it" "" "$(ip -n "$A" route show table main)"

# Several devices in one namespace, one set of routes.
must veth "$A" eth1 "$R" eth2
must ip -n "$R" addr add 10.0.3.1/24 dev eth2
must anp_on "$A" eth0 10.0.1.2/24 anp0
must anp_on "$A" eth1 10.0.3.2/24 anp1
check "the router pings the first" in_r ping -c 1 -W 2 10.0.1.2
check "... and the second" in_r ping -c 1 -W 2 10.0.3.2
must ip -n "$A" route add default via 10.0.3.1 dev anp1 table anp
check "the far host pings the second" in_b ping -c 1 -W 2 10.0.3.2
check "... and the first, whose answer leaves by the second" in_b ping -c 1 -W 2 10.0.1.2
ip -n "$A" link del anp1
check_fails "the second is gone" in_r ping -c 1 -W 1 10.0.3.2
check "... the first is not" in_r ping -c 1 -W 2 10.0.1.2

# Every packet asks whose its addresses are: what was remembered must not outlive a change.
for i in 1 2 3; do
	must ip -n "$A" addr add 10.0.1.33/24 dev anp0
	check "an address that was added answers ($i)" in_r ping -c 1 -W 5 10.0.1.33
	must ip -n "$R" addr add 10.0.1.34/24 dev eth0
	check "... to a neighbour too ($i)" in_r ping -c 1 -W 5 -I 10.0.1.34 10.0.1.33
	must ip -n "$R" addr del 10.0.1.34/24 dev eth0
	must ip -n "$A" addr del 10.0.1.33/24 dev anp0
	must ip -n "$A" addr add 10.0.1.34/24 dev anp0
	check_fails "one that was removed does not ($i)" in_r ping -c 1 -W 1 10.0.1.33
	check "one that was the neighbour's is ours now ($i)" in_r ping -c 1 -W 5 10.0.1.34
	must ip -n "$A" addr del 10.0.1.34/24 dev anp0
	must ip -n "$R" neigh flush dev eth0
done
finish
