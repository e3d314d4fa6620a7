#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Stream sockets over time - backlog, linger, timeouts, resets, wake-ups - behave as AF_INET's.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"

LIFE=$(dirname "$0")/../helpers/stream_life
topo_pair

life() { # NS FAMILY ADDRESS SYSCTLS
	in_ns "$1" "$LIFE" "$2" "$3" 10.0.0.99 &&
		in_ns "$1" sysctl -qw "net.$4.ip_local_port_range=40000 40003" &&
		in_ns "$1" "$LIFE" "$2" "$3" ports
}
bg life "$B" 2 10.0.0.1 ipv4
inet_pid=$BG
bg life "$A" 22 10.0.0.2 anp
anp_pid=$BG
join "$inet_pid"
check_eq "the cases run on AF_INET" 0 $?
join "$anp_pid"
check_eq "the cases run on AF_ANP" 0 $?
bg_output "$anp_pid" | grep '^#'
mapfile -t inet < <(bg_output "$inet_pid" | grep -v '^#')
mapfile -t anp < <(bg_output "$anp_pid" | grep -v '^#')
for i in "${!inet[@]}"; do
	check_eq "${inet[i]%%:*}" "${inet[i]}" "${anp[i]:-nothing}"
done
finish
