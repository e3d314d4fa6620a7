#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fragments: reassembly in any order, every wrong shape with its counter, the memory limit and the
# time limit; and the fragments that ANP sends.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

topo_pair
packets_setup
packets frag.py "$SEED"

# Both ends fragment at every hop's MTU, also a small one.
for mtu in 576 1280 1499; do
	ip -n "$A" link set eth0 mtu $mtu && ip -n "$B" link set eth0 mtu $mtu
	for size in $((mtu - 28)) $((mtu - 27)) 5000 65507; do
		check "MTU $mtu, ping of $size octets" in_b ping -c 1 -W 3 -s $size 10.0.0.2
	done
done
ip -n "$A" link set eth0 mtu 1500 && ip -n "$B" link set eth0 mtu 1500

netem "$B" eth0 delay 5ms 5ms reorder 30% duplicate 20%
check "ping of 20000 octets, reordered and duplicated" in_b ping -c 5 -i 0.2 -W 3 -s 20000 10.0.0.2
finish
