#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The routes' metrics mtu and advmss.  A link in the middle of the path takes less than both ends'
# links: with its router saying so (RFC 1191), and with one that swallows what is too large in
# silence (RFC 4821).
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_router
must ip -n "$R" link set eth1 mtu 1400
for host in 3 4 5; do
	must ip -n "$B" addr add 10.0.2.$host/24 dev eth0
done
export PEER_NS=/run/netns/$B ROUTER_NS=/run/netns/$R
dgram "$A" pmtu.py told
dgram "$A" pmtu.py expires
must ip -n "$A" route add 10.0.2.4 via 10.0.1.1 dev anp0 table anp advmss 700
must ip -n "$A" route add 10.0.2.5 via 10.0.1.1 dev anp0 table anp mtu 1000
dgram "$A" pmtu.py metrics
must in_r nft add table ip silent
must in_r nft add chain ip silent out '{ type filter hook output priority 0; }'
must in_r nft add rule ip silent out icmp type destination-unreachable drop
must in_a sysctl -qw net.anp.tcp_mtu_probing=1
dgram "$A" pmtu.py silent
finish
