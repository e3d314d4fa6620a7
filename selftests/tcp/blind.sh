#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Segments of somebody who does not see the connection: the limit of challenge ACKs; and when a port
# in TIME-WAIT may be used again.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" blind.py
finish
