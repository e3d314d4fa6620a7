#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ICMP: echo of any size both ways, errors sent and received, the rate limit, and what no error may
# ever answer.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/packets.sh"

topo_pair
packets_setup
packets icmp.py

for size in 0 8 1472 1473 3000 20000 65000 65507; do
	check "the host pings ANP with $size octets" in_b ping -c 1 -W 3 -s "$size" 10.0.0.2
done
check "200 pings in a flood" in_b ping -f -c 200 -W 2 10.0.0.2
check_output "traceroute to ANP" '^ 1  10\.0\.0\.2' in_b traceroute -n -q 1 -w 2 10.0.0.2
finish
