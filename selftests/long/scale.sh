#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many of each: connections with data, connects a second, TIME-WAITs, namespaces with a device each.
# Made for countable time and a gigabyte of memory (make scale); ANP is at both ends.
# CONNECTIONS, RATE (a second, for SPAN seconds) and SPACES say how many.
# TIMEOUT=9000
. "$(dirname "$0")/../interop/lib.sh"

MANY=$(dirname "$0")/../helpers/many
CONNECTIONS=${CONNECTIONS:-10000} RATE=${RATE:-5000} SPACES=${SPACES:-256}
PORTS=16 SPAN=${SPAN:-60}

memory_mb() { # what is not to be had, buffers and caches apart
	awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { free = $2 } END { print int((all - free) / 1024) }' /proc/meminfo
}
in_state() { in_ns "$1" awk -v s="$2" '$4 == s { n++ } END { print n + 0 }' /proc/net/anp/tcp; }
# wait_long SECONDS PAUSE COMMAND...: a table of so many lines is not read too often.
wait_long() {
	local end=$((SECONDS + $1)) pause=$2
	shift 2
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep "$pause"
	done
}
# What there is to be seen on the console meanwhile, too.
tell() { echo "# $*"; echo "scale: $*" >/dev/kmsg; }
none_in_state() { [ "$(in_state "$1" "$2")" -eq 0 ]; }
only_listeners() { [ "$(anp_sockets "$1")" -eq "$PORTS" ]; }
counter() { in_ns "$1" awk -v n="$2" '$1 == n { print $2 }' /proc/net/anp/stat; }

# They go on until they are told, so that all of them are counted however long each step takes.
hold() {
	local before holder all
	before=$(memory_mb)
	bg in_a "$MANY" hold 22 10.0.0.3 100 "$CONNECTIONS" 0
	holder=$BG
	all() { [ "$(in_state "$A" 01)" -eq "$CONNECTIONS" ]; }
	check "$CONNECTIONS connections at once" wait_long 600 1 all
	sleep 2
	check_eq "... for some time" "$CONNECTIONS" "$(in_state "$A" 01)"
	tell "in use: $before MB before, $(memory_mb) MB with them; $(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo) MB in all"
	# shellcheck disable=SC2046 # the program's only; bg's shell has to say how it ended
	kill -ALRM $(children_of "$holder")
	check "... all of which exchange data" join "$holder"
	tell "they said: $(bg_output "$holder")"
	check "... and go" wait_long 120 1 none_in_state "$A" 01
	check "... at the peer, too" wait_long 120 1 only_listeners "$B"
}

rate() {
	local waiting
	check "$RATE connections a second for $SPAN s" in_a "$MANY" rate 22 10.0.0.3 100 $PORTS "$RATE" "$SPAN"
	tell "$(cat "$WORK/check.out")"
	waiting=$(in_state "$A" 06)
	tell "$waiting in TIME-WAIT; in use: $(memory_mb) MB"
	check "... TIME-WAIT holds what is left of the last of them" [ "$waiting" -ge $((RATE * (SPAN < 50 ? SPAN : 50))) ]
	check_eq "... none was sent away" 0 "$(counter "$A" TcpExtTCPTimeWaitOverflow)"
	sleep 58
	check "TIME-WAIT ends" wait_long 200 10 none_in_state "$A" 06
	tell "in use: $(memory_mb) MB"
}

# One program a namespace and step: each costs more than what it does.
space() { # NUMBER
	ip netns add "scale-$1" || return
	spaces+=("scale-$1")
	ip -batch - <<-END && ip -n "scale-$1" -batch - <<-END
		link add v$1 type veth peer name eth0 netns scale-$1
		addr add 10.1.$1.1/24 dev v$1
		link set v$1 up
	END
		link set eth0 up
		link add anp0 link eth0 type anp
		addr add 10.1.$1.2/24 dev anp0
		link set anp0 up
	END
}

devices() {
	local i answers=0 before
	before=$(memory_mb)
	for ((i = 0; i < SPACES; i++)); do
		space "$i" || break
	done
	check_eq "$SPACES namespaces with a device each" "$SPACES" "$i"
	for ((i = 0; i < SPACES; i++)); do
		! ping -q -c 1 -W 5 "10.1.$i.2" >/dev/null || answers=$((answers + 1))
	done
	check_eq "... each of which answers" "$SPACES" "$answers"
	tell "in use: $before MB before, $(memory_mb) MB with $SPACES namespaces"
}

topo_anp_pair
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.anp.tcp_max_tw_buckets=1000000 net.anp.ip_local_port_range="1024 65535"
	must in_ns "$ns" sysctl -qw net.core.somaxconn=8192
done
bg in_b "$MANY" serve 22 100 $PORTS
server=$BG
must wait_for 30 grep -q ready "$WORK/bg.$server"
hold
rate
kill_bg "$server"
devices
unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }
check "no reference is left" wait_for 60 unused
check "... and the devices go with the module" rmmod anp
check_eq "no device is left" "" "$(for ns in "${spaces[@]}"; do ip -n "$ns" -br link show type anp 2>/dev/null; done)"
must load_anp
finish
