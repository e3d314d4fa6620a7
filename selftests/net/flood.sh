#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Floods of each kind, with a connection that goes on and others that come in meanwhile; and peers
# that hold connections and take nothing from them.
# FLOOD says how many frames of each kind.
# TIMEOUT=150
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
must ip -n "$A" route add default via 10.0.0.1 dev anp0 table anp
# The host in B is to resolve nothing and to answer nothing of what is sent to invented sources.
must in_b sysctl -qw net.ipv4.ip_forward=0
export PEER_NS=/run/netns/$B
export ANP_MAC FLOOD=${FLOOD:-$((6000 / ${TIMEOUT_FACTOR:-1}))}
ANP_MAC=$(ip -n "$A" -br link show dev anp0 | awk '{ print $3 }')
dgram "$A" flood.py
finish
