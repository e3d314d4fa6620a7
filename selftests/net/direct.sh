#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Between anp0 and its lower device packets go the short way while nobody wants to see them, and
# whoever wants to (tap, qdisc, classifier, netfilter, offload setting) sees each of them.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"

count() { in_a ethtool -S anp0 | awk -v n="$1:" '$1 == n { print $2 }'; }
mac() { ip -n "$1" -br link show dev "$2" | awk '{ print $3 }'; }
pings() { in_b ping -q -c 3 -i 0.01 -W 5 10.0.0.2; }
no_pings() { in_b ping -q -c 2 -i 0.01 -W 1 10.0.0.2 && return 1 || return 0; }

# went DESC RX TX: three pings; how many packets of each direction went straight.
went() {
	local rx tx all
	rx=$(count rx_direct) tx=$(count tx_direct) all=$(count rx_packets)
	pings >"$WORK/pings" 2>&1
	check_eq "$1: packets that went straight, in and out" "$2 $3" \
		"$(($(count rx_direct) - rx)) $(($(count tx_direct) - tx))"
	check_output "$1: all are answered" ' 0% packet loss' cat "$WORK/pings"
	check_eq "$1: all are counted" 3 "$(($(count rx_packets) - all))"
}

topo_pair
must pings
# Else ARP's packets come in between.
must ip -n "$B" neigh replace 10.0.0.2 dev eth0 nud permanent lladdr "$(mac "$A" anp0)"
must ip -n "$A" neigh replace 10.0.0.1 dev anp0 nud permanent lladdr "$(mac "$B" eth0)"
went "plain" 3 3

must capture "$A" anp0 icmp
went "tcpdump" 0 0
seen() { [ "$(tcpdump -nn -r "$CAPTURE" 2>/dev/null | grep -c 'ICMP echo')" -eq 6 ]; }
check "tcpdump: sees them all" wait_for 30 seen
kill_bg

must tc -n "$A" qdisc add dev anp0 root pfifo
went "a qdisc" 3 0
must tc -n "$A" qdisc del dev anp0 root

must tc -n "$A" qdisc add dev anp0 clsact
must tc -n "$A" filter add dev anp0 ingress matchall action ok
must tc -n "$A" filter add dev anp0 egress matchall action ok
went "classifiers" 0 0
must tc -n "$A" filter replace dev anp0 egress matchall action drop
check "tc egress drops what ANP sends" no_pings
must tc -n "$A" filter del dev anp0 egress
must tc -n "$A" filter add dev anp0 ingress matchall action drop
check "tc ingress drops what ANP would get" no_pings
must tc -n "$A" qdisc del dev anp0 clsact

for hook in ingress egress; do
	must in_a nft "add table netdev t; add chain netdev t c { type filter hook $hook device anp0 priority 0; }"
	[ $hook = ingress ] && went "nft $hook" 0 3 || went "nft $hook" 3 0
	must in_a nft add rule netdev t c drop
	check "nft $hook drops" no_pings
	must in_a nft delete table netdev t
done

must in_a ethtool -K anp0 tx off
went "an offload switched off" 3 0
must in_a ethtool -K anp0 tx on
went "plain again" 3 3
finish
