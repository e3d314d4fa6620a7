#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Under a thousand connections that exchange data with Linux over a lossy path, each byte checked:
# the lower device down and up, its carrier, MTUs, the MAC address, unloading that is refused, a
# namespace with connections of its own that goes, the wall clock ten years ahead, and the machine
# suspended to memory. At the end the memory is what it was.
# SOAK says for how many seconds (make soak); CONNECTIONS how many.
# TIMEOUT=7200
. "$(dirname "$0")/../interop/lib.sh"

MANY=$(dirname "$0")/../helpers/many
SOAK=${SOAK:-60} CONNECTIONS=${CONNECTIONS:-1000}

kernel_kb() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(Slab|Percpu|VmallocUsed|KernelStack):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# A namespace whose ANP talks to itself, and which is deleted in the midst of it.
guest() {
	local ns=$TEST_NAME-$$-guest
	ip netns add "$ns" && ip -n "$ns" link set lo up
	ip -n "$ns" link add eth0 type veth peer name eth1
	ip -n "$ns" link set eth0 up
	anp_on "$ns" eth0 10.2.0.2/24
	# What it leaves has nobody to send to, and holds the namespace until it is given up.
	in_ns "$ns" sysctl -qw net.anp.tcp_orphan_retries=1
	in_ns "$ns" timeout 20 "$MANY" serve 22 300 1 >/dev/null &
	local server=$!
	in_ns "$ns" timeout 20 "$MANY" hold 22 10.2.0.2 300 50 15 >/dev/null 2>&1 &
	local client=$!
	sleep 1
	ip -n "$ns" link del anp0
	ip netns del "$ns"
	kill_tree $server
	kill_tree $client
	wait $server $client
	return 0
}

# The wall clock is right again before anybody here looks at it.
ten_years() {
	local now up
	now=$(date +%s) up=$(cut -d. -f1 /proc/uptime)
	date -s "@$((now + 315360000))" >/dev/null
	sleep 1
	date -s "@$((now + $(cut -d. -f1 /proc/uptime) - up))" >/dev/null
}

# The peer sleeps, too; what was on its way has to be sent again.
suspended=0
can_suspend() { grep -qw mem /sys/power/state; }
suspend() { ! can_suspend || ! rtcwake -m mem -s 5 >/dev/null 2>&1 || suspended=$((suspended + 1)); }

round=0 refused=0
disturb() {
	case $((round++ % 8)) in
	0) ip -n "$A" link set eth0 down; sleep 0.2; ip -n "$A" link set eth0 up ;;
	1) suspend ;;
	2) ip -n "$B" link set eth0 down; sleep 0.2; ip -n "$B" link set eth0 up ;;
	3) ten_years ;;
	4) ip -n "$A" link set eth0 mtu $((1000 + RANDOM % 501)) ;;
	5) ip -n "$A" link set anp0 address "02:11:22:33:44:$(printf %02x $((RANDOM % 256)))" ;;
	6) rmmod anp 2>/dev/null || refused=$((refused + 1)) ;;
	7) guest ;;
	esac
	ip -n "$A" link set anp0 up 2>/dev/null
}

# One load, with or without disturbances: both directions, half of the connections each.
load() { # SECONDS DISTURB
	local client server end=$((SECONDS + $1))
	in_a "$MANY" hold 22 10.0.0.1 200 $((CONNECTIONS / 2)) "$1" >"$WORK/out" 2>&1 &
	client=$!
	in_b "$MANY" hold 2 10.0.0.2 200 $((CONNECTIONS / 2)) "$1" >"$WORK/in" 2>&1 &
	server=$!
	while [ "$2" = 1 ] && [ "$SECONDS" -lt "$end" ]; do
		sleep 1
		disturb
	done
	wait "$client" && wait "$server"
}

topo_pair
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.core.somaxconn=8192
done
must in_a sysctl -qw net.anp.tcp_fin_timeout=2
netem "$A" eth0 loss 1% delay 1ms
netem "$B" eth0 loss 1% delay 1ms
bg in_a "$MANY" serve 22 200 1
must wait_for 30 grep -q ready "$WORK/bg.$BG"
bg in_b "$MANY" serve 2 200 1
must wait_for 30 grep -q ready "$WORK/bg.$BG"
closed() { [ "$(anp_sockets "$A")" -eq 1 ]; }

# What caches and hash tables take at first is not what is looked for.
check "once for warmth" load 5 0
guest
check "no connection is left" wait_for 60 closed
before=$(kernel_kb)
check "$CONNECTIONS connections for $SOAK s" load "$SOAK" 1
cat "$WORK/out" "$WORK/in" | comment
check "no connection is left" wait_for 60 closed
after=$(kernel_kb)
echo "# $round disturbances; unloading was refused $refused times, the machine suspended $suspended times; the kernel's own memory: $before kB before, $after kB after"
check "unloading was refused each time" [ "$refused" -ge $((round / 8)) -a -d /sys/module/anp ]
! can_suspend || check "the machine was suspended each time" [ "$suspended" -ge $((round / 8)) ]
check "the memory is what it was" [ $((after - before)) -lt 2000 ]
finish
