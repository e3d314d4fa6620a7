#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Multicast: groups and sources that sockets join, the lower device's filter, IGMP 1 to 3.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

topo_pair
packets_setup
packets mcast.py
check "a device with groups can go" ip -n "$A" link del anp0
finish
