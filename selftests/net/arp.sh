#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ARP: ANP asks and answers by packets of its own, and what it learns is in the kernel's neighbour
# table, where ip neigh shows and changes it.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

neigh_state() { ip -n "$1" neigh show "$2" | awk '{ print $NF }'; }
neigh_is() { [ "$(neigh_state "$A" "$1")" = "$2" ]; }
announced() { # ADDRESS [TIMES]
	[ "$(tcpdump -nn -r "$CAPTURE" 2>/dev/null |
		grep -c "Request who-has $1 .*tell $1,")" -ge "${2:-1}" ]
}

topo_pair
packets_setup
# A stale entry that is used is probed after this long, not after five seconds.
in_a sysctl -qw net.ipv4.neigh.anp0.delay_first_probe_time=1
# On slow kernels the requests come in slower turn: ip neigh has to see what is between them.
in_a sysctl -qw net.ipv4.neigh.anp0.retrans_time_ms=$((1000 * ${TIMEOUT_FACTOR:-1}))
packets arp.py "$A"

ip -n "$B" neigh flush dev eth0 nud permanent
check "arping -c 3 gets three answers" in_b arping -c 3 -w 5 -I eth0 10.0.0.2
check_fails "arping -D finds the address taken" in_b arping -D -c 2 -w 3 -I eth0 10.0.0.2
check "... and one that nobody has free" in_b arping -D -c 1 -w 2 -I eth0 10.0.0.88
check "the host's ping resolves ANP" in_b ping -c 1 -W 2 10.0.0.2
check_output "... and shows it reachable" 'REACHABLE|DELAY|STALE' ip -n "$B" neigh show 10.0.0.2
check "ANP's entry of the host" wait_for 30 neigh_is 10.0.0.1 REACHABLE
check_eq "the host's own stack in A has no entry" "" "$(ip -n "$A" neigh show dev eth0)"

must capture "$B" eth0 arp
ip -n "$A" addr add 10.0.0.22/24 dev anp0
check "a new address is announced" wait_for 3 announced 10.0.0.22
check "... and answered for" in_b ping -c 1 -W 2 10.0.0.22
check "... and announced once more (RFC 5227 2.3)" wait_for 30 announced 10.0.0.22 2
ip -n "$A" link set anp0 down
ip -n "$A" link set anp0 up
check "... and twice when the device comes up" wait_for 30 announced 10.0.0.22 4
ip -n "$A" addr del 10.0.0.22/24 dev anp0
ip -n "$B" neigh flush dev eth0
check_fails "a removed address is not answered for" in_b arping -c 1 -w 1 -I eth0 10.0.0.22
kill_bg

in_a sysctl -qw net.ipv4.conf.anp0.arp_ignore=8
check_fails "arp_ignore=8 silences it" in_b arping -c 1 -w 1 -I eth0 10.0.0.2
in_a sysctl -qw net.ipv4.conf.anp0.arp_ignore=0

ip -n "$A" neigh replace 10.0.0.1 lladdr 02:00:00:00:00:55 dev anp0 nud permanent
check_fails "a wrong permanent entry stops the answers" in_b ping -c 1 -W 1 10.0.0.2
ip -n "$A" neigh del 10.0.0.1 dev anp0
check "... until it is deleted" wait_for 30 in_b ping -c 1 -W 1 10.0.0.2
finish
