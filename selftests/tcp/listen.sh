#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Listeners under pressure: SYN cookies both ways with Linux, a flood of SYNs, full accept queues,
# TCP_DEFER_ACCEPT, TCP_SAVE_SYN.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# What is sent to the address the flood comes from reaches nobody who would reset it.
must ip -n "$A" neigh replace 10.0.0.50 lladdr 02:00:00:00:00:50 dev anp0 nud permanent
must in_b sysctl -qw net.ipv4.tcp_syncookies=2
export PEER_NS=/run/netns/$B
dgram "$A" listen.py
finish
