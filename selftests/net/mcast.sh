#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Multicast: groups and sources that sockets join, the lower device's filter, IGMP 1 to 3.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

topo_pair
# The host's own reports are not repeated: seconds later they would be counted with what is sent then.
must in_b sysctl -qw net.ipv4.igmp_qrv=1
packets_setup
packets mcast.py
check "a device with groups can go" ip -n "$A" link del anp0
finish
