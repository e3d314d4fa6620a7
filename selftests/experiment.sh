#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The experiment of a course on network devices, run in the VM by `make experiment`: what interrupts,
# polling and the two together do to latency, throughput and a program under a flood. Each measurement
# is a line of $RESULTS/experiment.jsonl, of which userspace/bench/experiment.py makes the report.
#
# PARTS=size,usecs,bulk,flood,neighbour: only these. MODES, RATES: of receive modes and of the flood only some.
# BUFFER: its program's, bytes; 0: the default.
. "$(dirname "$0")/lib.sh"

BENCH=/anp/userspace/bench/anp_bench
SINK=/anp/userspace/bench/anp_sink
OUT=${RESULTS:-/tmp}/experiment.jsonl
PARTS=${PARTS:-size,usecs,bulk,flood,neighbour}
BUFFER=${BUFFER:-4000000}
FLOOD=/sys/module/anp_flood/parameters
MODES=${MODES:-inline,interrupt,poll,hybrid}
MODES=${MODES//,/ }
RATES=${RATES:-100000,150000,200000,230000,260000,300000,350000,450000,690000,900000}

both() { receive "$A" "$@"; receive "$B" "$@"; }

# Frames and virtual interrupts of the server's end so far.
counts() { in_b ethtool -S anp0 | awk '$1 == "rx0_frames:" { f = $2 } $1 == "rx0_irqs:" { i = $2 } END { print f + 0, i + 0 }'; }

# run PART MODE USECS FRAMES ARGUMENTS...: anp_bench, from A to B.
run() {
	local part=$1 mode=$2 usecs=$3 frames=$4 line f0 i0 f1 i1
	shift 4
	read -r f0 i0 < <(counts)
	line=$("$BENCH" -c "$A:anp" -S "$B:anp" -a 10.0.0.3 "$@") || { echo "experiment: $part $mode failed"; exit 1; }
	read -r f1 i1 < <(counts)
	echo "{\"part\": \"$part\", \"mode\": \"$mode\", \"usecs\": \"$usecs\", \"frames\": $frames," \
		"\"seen\": $((f1 - f0)), \"irqs\": $((i1 - i0)), \"run\": $line}" >>"$OUT"
}

# Messages to and fro, from a byte to 16 MB.
part_size() {
	local mode size n
	for mode in $MODES; do
		both "$mode" 0 0
		for size in 1 16 256 1024 4096 16384 65536 262144 1048576 4194304 16777216; do
			n=$((4194304 / size))
			[ "$n" -le 100 ] || n=100
			[ "$n" -ge 1 ] || n=1
			run size "$mode" 0 0 -s "$size" -n "$n" -w "$(((n + 3) / 4))" rr
		done
	done
}

# One byte to and fro, and where its time goes.
part_usecs() {
	local mode usecs
	for mode in $MODES; do
		for usecs in 0 10 20 50 100 200; do
			[ "$mode$usecs" != inline10 ] || break
			both "$mode" "$usecs" 0
			run usecs "$mode" "$usecs" 0 -s 1 -n 200 -w 50 rr
			must in_b anp latency on
			must in_b anp latency reset
			run measured "$mode" "$usecs" 0 -s 1 -n 200 -w 0 rr
			must in_b anp latency off
			echo "{\"part\": \"stages\", \"mode\": \"$mode\", \"usecs\": \"$usecs\"," \
				"\"latency\": $(in_b anp latency show --json | tr -d '\n')}" >>"$OUT"
		done
	done
}

# A stream whose super-packets are cut before the wire: interrupts for each packet.
part_bulk() {
	local ns words mode usecs frames
	for ns in "$A" "$B"; do
		must in_ns "$ns" ethtool -K eth0 tso off gso off gro off
		must in_ns "$ns" ethtool -K anp0 tso off gro off
	done
	for words in 'inline 0 0' 'interrupt 0 0' 'interrupt 10 32' 'interrupt 20 32' 'interrupt 50 32' \
		'interrupt 100 32' 'interrupt 200 32' 'interrupt adaptive 0' 'poll 50 0' 'hybrid 0 0'; do
		read -r mode usecs frames <<<"$words"
		both "$mode" "$usecs" "$frames"
		run bulk "$mode" "$usecs" "$frames" -s 65536 -n 64 -w 16 bulk
	done
	for ns in "$A" "$B"; do
		must in_ns "$ns" ethtool -K eth0 tso on gso on gro on
		must in_ns "$ns" ethtool -K anp0 tso on gro on
	done
}

# F: a namespace with ANP above the card that receives at any rate.
flood_on() {
	local mac
	must insmod /anp/anp_flood.ko
	[ -n "${F:-}" ] || must new_ns F
	must ip link set flood0 netns "$F"
	must ip -n "$F" link set flood0 up
	must anp_on "$F" flood0 10.0.0.2/24
	mac=$(ip -n "$F" -br link show dev anp0 | awk '{ print $3 }')
	echo "$mac 10.0.0.2 9" >"$FLOOD/to" || exit 1
}

flood_off() {
	ip -n "$F" link del anp0
	ip -n "$F" link set flood0 netns 1
	rmmod anp_flood
}

# flood LABEL MODE BUFFER RATES
flood() {
	receive "$F" "$2" 0 0
	# shellcheck disable=SC2086 # words
	in_ns "$F" "$SINK" -l "$1" -b "$3" -p 9 -t 100 ${4//,/ } | sed 's/^{/{"part": "flood", /' >>"$OUT" || exit 1
}

# Frames of 64 bytes at any rate, to a program that receives as fast as it can.
part_flood() {
	local mode
	flood_on
	for mode in $MODES; do
		flood "$mode" "$mode" "$BUFFER" "$RATES"
	done
	flood default hybrid 0 "$RATES"
	flood_off
}

# A TCP connection whose segments come by the card, and the queue, that are flooded: C's cable ends in it. The
# flooded program wants the CPU, too, and has the default buffer, which polls stand back for once it is full.
part_neighbour() {
	local words mode rate line
	flood_on
	must new_ns C
	must veth "$C" eth0 "$F" eth1
	must anp_on "$C" eth0 10.0.0.4/24
	must ip -n "$F" link set eth1 promisc on
	must tc -n "$F" qdisc add dev eth1 clsact
	must tc -n "$F" filter add dev eth1 ingress matchall action mirred ingress redirect dev flood0
	must tc -n "$F" qdisc add dev flood0 clsact
	must tc -n "$F" filter add dev flood0 egress matchall action mirred egress redirect dev eth1
	for words in 'hybrid 0' 'hybrid 300000' 'inline 300000'; do
		read -r mode rate <<<"$words"
		receive "$F" "$mode" 0 0
		bg in_ns "$F" "$SINK" -p 9 -t 60000 "$rate"
		must wait_for 30 grep -qx "$rate" "$FLOOD/rate"
		line=$("$BENCH" -c "$C:anp" -S "$F:anp" -a 10.0.0.2 -s 65536 -n 128 -w 2 bulk) || exit 1
		kill_bg
		echo 0 >"$FLOOD/rate"
		echo "{\"part\": \"neighbour\", \"mode\": \"$mode\", \"offered\": $rate, \"run\": $line}" >>"$OUT"
	done
	flood_off
}

: >"$OUT"
topo_anp_pair
must "$BENCH" -c "$A:anp" -S "$B:anp" -a 10.0.0.3 -n 20 rr
for part in ${PARTS//,/ }; do
	echo "# $part"
	"part_$part"
done
exit 0
