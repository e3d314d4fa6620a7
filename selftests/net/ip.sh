#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# IPv4: every field of the header is checked, each bad one has its drop counter; routes by plain
# iproute2 decide where ANP sends.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

topo_pair
packets_setup
packets ip.py
finish
