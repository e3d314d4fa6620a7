#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# UDP: the calls, and datagrams of all sizes to and from the host's stack.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
dgram "$A" udp_api.py
finish
