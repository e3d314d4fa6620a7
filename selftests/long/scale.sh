#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many of each: connections with data, connects a second, TIME-WAITs, namespaces with a device each.
# Made for countable time and a gigabyte of memory (make scale); ANP is at both ends.
# CONNECTIONS, RATE (a second, for a minute) and SPACES say how many.
# TIMEOUT=3000
. "$(dirname "$0")/../interop/lib.sh"

MANY=$(dirname "$0")/../helpers/many
CONNECTIONS=${CONNECTIONS:-10000} RATE=${RATE:-5000} SPACES=${SPACES:-256}
PORTS=8 SPAN=${SPAN:-60}

memory_mb() { # what is not to be had, buffers and caches apart
	awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { free = $2 } END { print int((all - free) / 1024) }' /proc/meminfo
}
in_state() { in_ns "$1" awk -v s="$2" '$4 == s { n++ } END { print n + 0 }' /proc/net/anp/tcp; }
# A table of so many lines is not read too often.
wait_long() { local end=$((SECONDS + $1)); shift; until "$@" || [ "$SECONDS" -ge "$end" ]; do sleep 5; done; "$@"; }
# What there is to be seen on the console meanwhile, too.
tell() { echo "# $*"; echo "scale: $*" >/dev/kmsg; }
none_in_state() { [ "$(in_state "$1" "$2")" -eq 0 ]; }
only_listeners() { [ "$(anp_sockets "$1")" -eq "$PORTS" ]; }
counter() { in_ns "$1" awk -v n="$2" '$1 == n { print $2 }' /proc/net/anp/stat; }

topo_anp_pair
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.anp.tcp_max_tw_buckets=1000000 net.anp.ip_local_port_range="1024 65535"
	must in_ns "$ns" sysctl -qw net.core.somaxconn=8192
done
bg in_b "$MANY" serve 22 100 $PORTS
server=$BG
must wait_for 30 grep -q ready "$WORK/bg.$server"

before=$(memory_mb)
bg in_a "$MANY" hold 22 10.0.0.3 100 "$CONNECTIONS" 20
holder=$BG
all_there() { [ "$(in_state "$A" 01)" -eq "$CONNECTIONS" ]; }
check "$CONNECTIONS connections at once" wait_long 600 all_there
tell "in use: $before MB before, $(memory_mb) MB with them; $(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo) MB in all"
check "... all of which exchange data" join "$holder"
tell "they said: $(bg_output "$holder")"
check "... and go" wait_long 120 none_in_state "$A" 01
check "... at the peer, too" wait_long 120 only_listeners "$B"

check "$RATE connections a second for $SPAN s" in_a "$MANY" rate 22 10.0.0.3 100 $PORTS "$RATE" "$SPAN"
tell "$(cat "$WORK/check.out")"
waiting=$(in_state "$A" 06)
tell "$waiting in TIME-WAIT; in use: $(memory_mb) MB"
check "... TIME-WAIT holds what is left of the last of them" [ "$waiting" -ge $((RATE * (SPAN < 50 ? SPAN : 50))) ]
check_eq "... none was sent away" 0 "$(counter "$A" TcpExtTCPTimeWaitOverflow)"
check "TIME-WAIT ends" wait_long 200 none_in_state "$A" 06
tell "in use: $(memory_mb) MB"
kill_bg "$server"

for ((i = 0; i < SPACES; i++)); do
	ip netns add "scale-$i" && ip link add v$i type veth peer name eth0 netns "scale-$i" || break
	spaces+=("scale-$i")
	ip -n "scale-$i" link set eth0 up && ip addr add 10.1.$i.1/24 dev v$i && ip link set v$i up &&
		anp_on "scale-$i" eth0 10.1.$i.2/24 || break
done
check_eq "$SPACES namespaces with a device each" "$SPACES" "$i"
tell "in use: $(memory_mb) MB"
answers=0
for ((i = 0; i < SPACES; i++)); do
	! ping -q -c 1 -W 5 10.1.$i.2 >/dev/null || answers=$((answers + 1))
done
check_eq "... each of which answers" "$SPACES" "$answers"
unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }
check "no reference is left" wait_for 60 unused
check "... and the devices go with the module" rmmod anp
check_eq "no device is left" "" "$(for ns in "${spaces[@]}"; do ip -n "$ns" -br link show type anp 2>/dev/null; done)"
must load_anp
finish
