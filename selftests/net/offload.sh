#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ethtool -K on an anp device: sg, tx, tso, gso, gro, rx, UDP's segmentation, each for real, by what is
# on the wire (offload.py); VLANs below it with their tags in and beside the frames, none above it.
# TIMEOUT=240
. "$(dirname "$0")/../interop/lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

[ -d /sys/kernel/tracing/events ] || must mount -t tracefs tracefs /sys/kernel/tracing

# How anp0 receives is what this test sets.
RX_MODE=
topo_pair
dgram "$A" offload.py "$A" "$B"

check_output "no VLAN above it" 'vlan-challenged: on \[fixed\]' in_a ethtool -k anp0
check_fails "... is made" ip -n "$A" link add link anp0 name anp0.7 type vlan id 7
must ip -n "$A" link del anp0
must ip -n "$B" addr flush dev eth0
for ns in "$A" "$B"; do
	must ip -n "$ns" link add link eth0 name eth0.7 type vlan id 7
	must ip -n "$ns" link set eth0.7 up
done
must ip -n "$B" addr add 10.0.0.1/24 dev eth0.7
must anp_on "$A" eth0.7 10.0.0.2/24
for state in off on; do
	for ns in "$A" "$B"; do
		must in_ns "$ns" ethtool -K eth0 txvlan $state
		must in_ns "$ns" ethtool -K eth0 rxvlan $state
	done
	pattern "on a VLAN, tags beside the frames $state: out" "$A" "$B" 10.0.0.1 200000
	pattern "on a VLAN, tags beside the frames $state: in" "$B" "$A" 10.0.0.2 200000
done
finish
