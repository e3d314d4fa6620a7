#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Little memory: what tcp_mem bounds for all connections together, and a control group for a user's.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# So that few connections can have as much.
must in_a sysctl -qw net.anp.tcp_rmem='4096 600000 600000' net.anp.tcp_wmem='4096 600000 600000'
export PEER_NS=/run/netns/$B
# The bound is of all namespaces, so it is the first one's to set.
TCP_MEM() { nsenter --net=/proc/1/ns/net sh -c "$1 /proc/sys/net/anp/tcp_mem"; }
default=$(TCP_MEM cat)
trap 'status=$?; TCP_MEM "echo $default >"; (exit $status); cleanup' EXIT
check_output "three numbers of pages, each no less than the one before" '^yes$' awk '{ print $1 < $2 && $2 < $3 ? "yes" : $0 }' <<<"$default"
check_fails "another namespace's root cannot set them" in_a sh -c 'echo 1 2 3 >/proc/sys/net/anp/tcp_mem'
must TCP_MEM 'echo 700 900 1100 >'
dgram "$A" memory.py
finish
