#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What stands below stream sockets goes away while they are in use.
# TIMEOUT=200
. "$(dirname "$0")/../interop/lib.sh"

unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }
state_count() { # NS STATE
	in_ns "$1" awk -v s="$2" 'NR > 1 && $4 == s' /proc/net/anp/tcp | wc -l
}
has_state() { [ "$(state_count "$1" "$2")" -gt 0 ]; }
moving() { # NS: a connection that data flows on
	local before
	before=$(in_ns "$1" awk '$1 == "TcpInSegs" { print $2 }' /proc/net/anp/stat)
	sleep 0.3
	[ "$(in_ns "$1" awk '$1 == "TcpInSegs" { print $2 }' /proc/net/anp/stat)" -gt "$before" ]
}

start_stream() {
	bg in_b "$PATTERN/pattern_server" -q -4 7100
	server=$BG
	wait_for 30 listening "$B" 7100
	bg in_a "$PATTERN/pattern_client" -q -S "$SEED" 10.0.0.1 7100 2000000000
	client=$BG
	wait_for 30 has_state "$A" 01
}

topo_pair
start_stream
check "data flows" wait_for 30 moving "$A"
check "the device is deleted under it" ip -n "$A" link del anp0
check "and comes back" anp_on "$A" eth0 10.0.0.2/24
check "the connection goes on" wait_for 30 moving "$A"

check "the lower device goes down and up" sh -c "ip -n $A link set eth0 down && sleep 1 && ip -n $A link set eth0 up"
must ip -n "$A" link set anp0 up
check "the connection goes on" wait_for 30 moving "$A"

check "the address is taken away" ip -n "$A" addr del 10.0.0.2/24 dev anp0
sleep 0.5
check "and given back" ip -n "$A" addr add 10.0.0.2/24 dev anp0
check "the connection goes on" wait_for 30 moving "$A"

# Killed, not closed: the kernel closes for it.
kill_tree "$client" KILL
check "a killed program leaves no connection" wait_for 30 no_sockets "$A"
kill_bg "$server"

# The peer vanishes, then the program, then the namespace. The orphan gives up in time.
start_stream
must ip -n "$B" link set eth0 down
kill_tree "$client" KILL
sleep 0.5
check "an orphan is left" has_state "$A" 04
kill_bg "$server"
must ip -n "$B" link set eth0 up
check "it gets its answer" wait_for 60 no_sockets "$A"

# Namespaces with TIME-WAITs and with a listener in use.
in_a "$PATTERN/pattern_server" -q 7200 &
listener=$!
wait_for 30 listening "$A" 7200
for ((i = 0; i <= 4 / ${TIMEOUT_FACTOR:-1}; i++)); do
	in_b timeout 20 "$PATTERN/pattern_client" -q -4 -S "$SEED" 10.0.0.2 7200 1000 &&
		in_a timeout 20 "$PATTERN/pattern_client" -q -S "$SEED" 10.0.0.2 7200 1000
done >/dev/null 2>&1
check "there are TIME-WAITs" has_state "$A" 06
kill_tree "$listener"
wait "$listener" 2>/dev/null
check "a namespace with TIME-WAITs is deleted" ip netns del "$A"
check "no reference stays behind" wait_for 30 unused
check "rmmod" rmmod anp
must load_anp
spaces=("$B")
finish
