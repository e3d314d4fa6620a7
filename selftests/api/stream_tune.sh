#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Buffers: both grow with a long path's rate, stay where the program has set them, and hold what a
# peer sends in crumbs.
# TIMEOUT=150
. "$(dirname "$0")/../lib.sh"

BULK=$(dirname "$0")/../helpers/stream_bulk

# between WHICH LOW HIGH FILE: a number of the line that stream_bulk prints
between() {
	local n
	n=$(sed -n "s/.*\\b$1=\\([0-9]*\\).*/\\1/p" "$4")
	echo "$1 is ${n:-not there}, wanted $2..$3"
	[ -n "$n" ] && [ "$n" -ge "$2" ] && [ "$n" -le "$3" ]
}

count() { # NAME
	in_a sed -n "s/^$1 *//p" /proc/net/anp/stat
}

same_sum() {
	[ "$(sed -n 's/.*\(bytes=[0-9]* sum=[0-9]*\).*/\1/p' "$WORK/one")" = \
		"$(sed -n 's/.*\(bytes=[0-9]* sum=[0-9]*\).*/\1/p' "$WORK/other")" ]
}

# In a ring the crumbs would be joined before.
RX_MODE=
topo_pair
must netem "$B" eth0 delay 20ms limit 20000

# transfer ANP'S-ROLE BYTES OPTIONS-OF-ANP OPTIONS-OF-LINUX: the lines go to one (ANP) and other
port=5000
transfer() {
	local peer=send
	[ "$1" = recv ] || peer=recv
	port=$((port + 1))
	# shellcheck disable=SC2086 # options are words
	bg in_b "$BULK" 2 listen 10.0.0.1 $port $peer "$2" $4
	# shellcheck disable=SC2086
	check "ANP to $1 $2 bytes $3" in_a "$BULK" 22 connect 10.0.0.1 $port "$1" "$2" $3
	cp "$WORK/check.out" "$WORK/one"
	join "$BG"
	bg_output "$BG" >"$WORK/other"
	check "the bytes are the same" same_sum
}

transfer recv 6000000
check "the receive buffer has grown" between rcvbuf 400000 6291456 "$WORK/one"
check "with what was read in a round trip" between rcv_space 100000 6000000 "$WORK/one"
check "whose time it knows" between rcv_rtt 15000 1000000 "$WORK/one"

transfer recv 1000000 rcvbuf=30000
check "a receive buffer that was set stays" between rcvbuf 60000 60000 "$WORK/one"

transfer send 6000000
check "the send buffer has grown" between sndbuf 200000 4194304 "$WORK/one"

transfer send 1000000 sndbuf=30000
check "a send buffer that was set stays" between sndbuf 60000 60000 "$WORK/one"

# Each byte a segment of its own, and nobody reads: what was acknowledged must be kept.
before=$(count TcpExtTCPRcvCollapsed)
dropped=$(count TcpExtTCPRcvQDrop)
# How many bytes a segment has is the peer's choice, when it is hurried.
for _ in {1..5}; do
	transfer recv 3000 "rcvbuf=4000 wait=1500000" "nodelay write=1"
	[ "$(count TcpExtTCPRcvCollapsed)" -eq "$before" ] || break
done
check "crumbs are put together" [ "$(count TcpExtTCPRcvCollapsed)" -gt "$before" ]
check_eq "and none is dropped" "$dropped" "$(count TcpExtTCPRcvQDrop)"
finish
