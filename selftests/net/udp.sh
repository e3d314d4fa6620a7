#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# UDP: the calls, datagrams of all sizes to and from the host's stack, with offloads and without,
# over bad paths, and between two ANPs.
# TIMEOUT=400
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"
. "$(dirname "$0")/../lib/packets.sh"

offloads() { # on|off
	in_a ethtool -K eth0 tx "$1" rx "$1" gso "$1" gro "$1" tso "$1"
	in_b ethtool -K eth0 tx "$1" rx "$1" gso "$1" gro "$1" tso "$1"
}

# The fragments' memory of the host is bounded; losses leave halves there.
topo_pair
in_b sysctl -qw net.ipv4.ipfrag_high_thresh=33554432

printf '# the calls\n'
dgram "$A" udp_api.py

echo_server "$A" anp 0.0.0.0 7000
echo_server "$B" inet 0.0.0.0 7000
printf '# ANP asks, the host answers\n'
dgram "$A" udp_io.py anp 10.0.0.2 10.0.0.1
printf '# the host asks, ANP answers\n'
dgram "$B" udp_io.py inet 10.0.0.1 10.0.0.2

printf '# every checksum is made and checked in software\n'
must offloads off
must capture "$B" eth0 udp
dgram "$A" udp_io.py anp 10.0.0.2 10.0.0.1
kill_bg
dgram "$B" udp_io.py inet 10.0.0.1 10.0.0.2
check_eq "a dissector finds nothing wrong" "" "$(pcap_problems "$CAPTURE" 'src host 10.0.0.2')"

printf '# what no sender makes\n'
packets_setup
packets udp_wire.py
ip -n "$B" neigh del 10.0.0.2 dev eth0

printf '# a bad path\n'
netem "$A" eth0 loss 2% duplicate 3% delay 2ms 1ms reorder 20%
netem "$B" eth0 loss 2% duplicate 3% delay 2ms 1ms reorder 20%
dgram "$A" udp_io.py anp 10.0.0.2 10.0.0.1 storm
dgram "$B" udp_io.py inet 10.0.0.1 10.0.0.2 storm
netem "$A" eth0 corrupt 5%
netem "$B" eth0 corrupt 5%
dgram "$A" udp_io.py anp 10.0.0.2 10.0.0.1 storm
dgram "$B" udp_io.py inet 10.0.0.1 10.0.0.2 storm
finish
