#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sockets over generic netlink: listed, filtered, destroyed, watched; by anp ss and anp events, and
# by requests that are wrong.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" sockets.py
finish
