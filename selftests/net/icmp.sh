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

# errors N: how many port unreachables answer N datagrams for nobody.
errors() {
	local refused answered
	refused=$(anp_stat UdpNoPorts) answered=$(anp_stat IcmpOutDestUnreachs)
	in_b python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(int(sys.argv[1])): s.sendto(b"?", ("10.0.0.2", 9))' "$1"
	wait_for 30 all_refused $((refused + $1))
	echo $(($(anp_stat IcmpOutDestUnreachs) - answered))
}
all_refused() { [ "$(anp_stat UdpNoPorts)" -ge "$1" ]; }

must in_a sysctl -qw net.anp.icmp_msgs_per_sec=0
errors 60 >/dev/null
check_eq "icmp_msgs_per_sec 0: none when the burst is used up" 0 "$(errors 20)"
must in_a sysctl -qw net.anp.icmp_msgs_per_sec=1000000 net.anp.icmp_msgs_burst=200000
check_eq "icmp_msgs_burst: so many at once" 150 "$(errors 150)"
must in_a sysctl -qw net.anp.icmp_msgs_per_sec=1000 net.anp.icmp_msgs_burst=50

for size in 0 8 1472 1473 3000 20000 65000 65507; do
	check "the host pings ANP with $size octets" in_b ping -c 1 -W 3 -s "$size" 10.0.0.2
done
check "200 pings in a flood" in_b ping -f -c 200 -W 2 10.0.0.2
check_output "traceroute to ANP" '^ 1  10\.0\.0\.2' in_b traceroute -n -q 1 -w 2 10.0.0.2
finish
