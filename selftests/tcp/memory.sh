#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Little memory: what tcp_mem and udp_mem bound for all sockets together, and a control group for a user's.
# TIMEOUT=200
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# So that few connections can have as much.
must in_a sysctl -qw net.anp.tcp_rmem='4096 600000 600000' net.anp.tcp_wmem='4096 600000 600000'
export PEER_NS=/run/netns/$B
# The bound is of all namespaces, so it is the first one's to set.
mem() { nsenter --net=/proc/1/ns/net sh -c "$2 /proc/sys/net/anp/$1_mem"; }
tcp=$(mem tcp cat) udp=$(mem udp cat)
trap 'status=$?; mem tcp "echo $tcp >"; mem udp "echo $udp >"; (exit $status); cleanup' EXIT
for what in tcp udp; do
	check_output "$what: three numbers of pages, each no less than the one before" '^yes$' \
		awk '{ print $1 < $2 && $2 < $3 ? "yes" : $0 }' <<<"${!what}"
	check_fails "another namespace's root cannot set them" in_a sh -c "echo 1 2 3 >/proc/sys/net/anp/${what}_mem"
done
must mem tcp 'echo 700 900 1100 >'
must mem udp 'echo 600 1200 1600 >'
dgram "$A" memory.py
finish
