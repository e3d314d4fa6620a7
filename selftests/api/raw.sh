#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Raw sockets: who may have one, what they send and hear, with and without a header of their own; the
# same calls on AF_INET have to answer the same.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" raw.py
finish
