#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Ping sockets: who may have one, what they send and hear, and ping(8), unmodified, on them.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

ping_a() { in_a anp run ping "$@"; }

topo_router
ip -n "$R" route add prohibit 192.0.2.0/24
must in_a sysctl -qw net.ipv4.ping_group_range='1 0'
dgram "$A" ping_api.py

must in_a sysctl -qw net.ipv4.ping_group_range='0 2147483647'
check_output "ping" '2 received, 0% packet loss' ping_a -c 2 -i 0.2 -W 5 10.0.1.1
check_fails "... without a warning" grep -qi 'warning\|error' "$WORK/check.out"
check_output "ping across a router shows the TTL" 'ttl=63 ' ping_a -c 1 -W 5 10.0.2.2
for size in 0 1 1472 1473 8000 65507; do
	check "ping with $size bytes" ping_a -c 1 -W 5 -s "$size" 10.0.2.2
done
check "ping to ourselves" ping_a -c 1 -W 5 10.0.1.2
check_eq "ping to 127.0.0.1 does not leave" 0 "$(ping_a -q -c 1 -W 5 127.0.0.1 >/dev/null; echo $?)"
check_output "ping -f" '300 received, 0% packet loss' ping_a -q -f -c 300 10.0.1.1
check_output "ping -I DEVICE" 'from 10.0.1.2 anp0' ping_a -c 1 -W 5 -I anp0 10.0.2.2
check "ping -I ADDRESS" ping_a -c 1 -W 5 -I 10.0.1.2 10.0.2.2
check_fails "ping -I with an address not ours" ping_a -c 1 -W 5 -I 10.0.1.77 10.0.2.2
check_output "ping -D" '^\[[0-9.]+\] 64 bytes' ping_a -c 1 -W 5 -D 10.0.2.2
check_output "ping -t 1" 'From 10.0.1.1 icmp_seq=1 Time to live exceeded' \
	ping_a -c 1 -W 5 -t 1 10.0.2.2
check_output "a network that is not there" 'From 10.0.1.1 .* Net Unreachable' \
	ping_a -c 1 -W 5 198.51.100.1
check_output "a prohibited network" 'From 10.0.1.1 .* Packet filtered' ping_a -c 1 -W 5 192.0.2.1
check_output "a neighbour that is not there" 'From 10.0.1.2 .* Host Unreachable' \
	ping_a -c 1 -W 8 10.0.1.77
check_output "ping -M do" 'message too long, mtu.?=.?1500' ping_a -c 1 -W 5 -M "do" -s 1473 10.0.2.2
check "... and what fits" ping_a -c 1 -W 5 -M "do" -s 1472 10.0.2.2
check_output "a pattern" '1 received' ping_a -c 1 -W 5 -p a55a -s 1000 10.0.2.2

tool() { in_a anp ping "$@" | tee "$WORK/tool"; }
check_output "anp ping" '64 bytes from 10.0.2.2: icmp_seq=2 ttl=63 time=' tool -c 2 -i 0.1 10.0.2.2
check "... sums up" grep -q '^2 packets transmitted, 2 received, 0% packet loss' "$WORK/tool"
check "... and the times" grep -Eq '^rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/' "$WORK/tool"
check_output "anp ping, fragments" ' 1 received' tool -q -c 1 -s 65507 10.0.2.2
check_output "anp ping without room for a time" '^8 bytes from 10.0.2.2: icmp_seq=1 ttl=63$' \
	tool -c 1 -s 0 10.0.2.2
check_output "anp ping -t 1" 'From 10.0.1.1 icmp_seq=1 Time to live exceeded' tool -c 1 -t 1 10.0.2.2
check "... is an error" grep -q '^1 packets transmitted, 0 received, +1 errors' "$WORK/tool"
check_output "anp ping to a prohibited network" 'Packet filtered' tool -c 1 192.0.2.1
in_a anp ping -q -c 1 192.0.2.1 >/dev/null
check_eq "... has its status" 1 $?
check_output "anp ping -j" '"received": 1,' tool -j -c 1 -I 10.0.1.2 10.0.2.2
check_output "anp ping -I, not ours" 'bind: Cannot assign' in_a anp ping -c 1 -I 10.0.1.77 10.0.2.2
# To it alone: a shell around it would end by the signal, too.
in_a timeout -s INT --preserve-status 2 anp ping -i 0.05 10.0.1.1 >"$WORK/tool"
check_eq "anp ping ends by an interrupt" 0 $?
check_output "... and sums up" ' 0% packet loss, time ' cat "$WORK/tool"

must ip -n "$R" link set eth1 mtu 1300
must ip -n "$B" link set eth0 mtu 1300
check_output "a narrow link: the router says so" 'mtu ?= ?1300' \
	ping_a -c 2 -i 0.3 -W 5 -M "do" -s 1400 10.0.2.2
check "... and fragments go through it" ping_a -c 1 -W 5 -s 1400 10.0.2.2

netem "$A" eth0 delay 10ms duplicate 100%
check_output "duplicates are told apart" 'DUP!' ping_a -c 2 -i 0.2 -W 5 10.0.1.1
check_output "... by anp ping, too" '2 received, \+[12] duplicates' tool -c 2 -i 0.5 10.0.1.1
netem "$A" eth0 loss 100%
check_output "nothing comes" '0 received' ping_a -c 1 -W 1 10.0.1.1
finish
