#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The wall clock is set years ahead and back under connections, to whom that is nothing.
# TIMEOUT=90
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
must in_a sysctl -qw net.anp.tcp_fastopen=3
must in_b sysctl -qw net.ipv4.tcp_fastopen=3
dgram "$A" clock.py
finish
