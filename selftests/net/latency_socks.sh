#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Histograms of single sockets: counted apart, told over netlink to who may look, no more than were
# asked for, gone with their socket; and requests that are wrong.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" latency_socks.py
finish
