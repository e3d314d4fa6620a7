#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Connections at rest give most of their memory back, and nobody notices.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" park.py
finish
