#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# When a segment was queued, left, was acknowledged and came: SO_TIMESTAMPING of a stream.  AF_INET is
# played the same and has to answer the same.
# TIMEOUT=60
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" stamps.py
finish
