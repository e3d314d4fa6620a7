#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Goodput over a grid of paths, run in the VM by `make grid`: each cell by Linux TCP at both ends, by
# ANP as the sender, as the receiver, and as both. Each run is a line of $RESULTS/grid.jsonl, which
# userspace/bench/grid.py makes the table of.
#
# QUICK=1: a few short cells without chance, which `make check` looks at. CELLS=REGEX: those whose name matches.
# REPS=N: runs of each; else three where chance has a part, and one elsewhere.
# PAIRS=anp/host,host/host: only these pairs of sender and receiver.
. "$(dirname "$0")/lib.sh"

FLOW=/anp/userspace/bench/anp_flow
OUT=${RESULTS:-/tmp}/grid.jsonl
QUICK=${QUICK:-}
REPS=${REPS:-}
CELLS=${CELLS:-.}
PAIRS=${PAIRS:-host/host,anp/host,host/anp,anp/anp}

#	A: anp0 10.0.0.2, eth0 10.0.0.12   R: a bridge   B: anp0 10.0.0.3, eth0 10.0.0.13
# The senders' devices segment before the bridge, so that what is lost there is one packet. The
# bottleneck and its queue lie on the way from R to B, the delay on the way back.
setup() {
	local ns
	must load_anp
	must new_ns A
	must new_ns R
	must new_ns B
	must veth "$A" eth0 "$R" eth0
	must veth "$R" eth1 "$B" eth0
	must ip -n "$R" link add br0 type bridge
	must ip -n "$R" link set br0 up
	must ip -n "$R" link set eth0 master br0
	must ip -n "$R" link set eth1 master br0
	must anp_on "$A" eth0 10.0.0.2/24
	must anp_on "$B" eth0 10.0.0.3/24
	must ip -n "$A" addr add 10.0.0.12/24 dev eth0
	must ip -n "$B" addr add 10.0.0.13/24 dev eth0
	for ns in "$A" "$B"; do
		must in_ns "$ns" ethtool -K eth0 tso off gso off
	done
}

# The queue: what the path holds in a round trip, in packets, within reason.
queue_of() { # MBIT RTT_MS
	local n=$(($1 * $2 * 1000 / 8 / 1500))
	[ $n -ge 64 ] || n=64
	[ $n -le 2000 ] || n=2000
	echo $n
}

forth() { must tc -n "$R" qdisc replace dev eth1 root "$@"; }

back() { # RTT_MS
	must tc -n "$R" qdisc replace dev eth0 root netem delay "$1ms" limit 100000
}

clear_path() {
	tc -n "$R" qdisc del dev eth1 root
	tc -n "$R" qdisc del dev eth0 root
	tc -n "$R" qdisc del dev eth0 clsact
	for ns in "$A" "$B"; do
		in_ns "$ns" sysctl -qw net.ipv4.tcp_ecn=2 net.anp.tcp_ecn=2
		in_ns "$ns" bash -c 'echo 1 >/proc/sys/net/ipv4/route/flush; ip tcp_metrics flush'
	done
} 2>/dev/null

path() { # KIND LOSS RTT_MS MBIT
	local queue
	queue=$(queue_of "$4" "$3")
	clear_path
	back "$3"
	case $1 in
	plain) forth netem loss "$2%" rate "$4mbit" limit "$queue" ;;
	burst) forth netem loss gemodel 0.1% 10% 50% 0% rate "$4mbit" limit "$queue" ;;
	reorder) forth netem delay "$(($3 / 2))ms" reorder 25% 50% rate "$4mbit" limit $((2 * queue)) ;;
	police)
		must tc -n "$R" qdisc add dev eth0 clsact
		must tc -n "$R" filter add dev eth0 ingress matchall \
			action police rate "$4mbit" burst 40k conform-exceed drop/pass
		;;
	ecn)
		forth handle 1: tbf rate "$4mbit" burst 3k limit 1000000
		must tc -n "$R" qdisc replace dev eth1 parent 1: fq_codel ecn
		for ns in "$A" "$B"; do
			must in_ns "$ns" sysctl -qw net.ipv4.tcp_ecn=1 net.anp.tcp_ecn=1
		done
		;;
	esac
}

# The neighbours get to know each other: the first SYN of all would wait for that.
meet() {
	local pair
	clear_path
	for pair in host/host anp/host host/anp anp/anp; do
		must "$FLOW" -t 10 -b 100000 -f "$(flow $pair)" >/dev/null
	done
}

address() { # STACK: of B
	[ "$1" = anp ] && echo 10.0.0.3 || echo 10.0.0.13
}

flow() { # FROM_STACK/TO_STACK
	echo "$A:${1%/*},$B:${1#*/},$(address "${1#*/}")"
}

note() { # NAME PAIR JSON
	echo "{\"cell\": \"$1\", \"pair\": \"$2\", ${3#\{}" >>"$OUT"
}

# cell KIND LOSS RTT_MS MBIT SECONDS BYTES: each pair in turn, on one path.
cell() {
	local name="$1 $2 $3 $4" reps=1 rep pair out
	[[ $name =~ $CELLS ]] || return
	case $1-$2-$QUICK in
	plain-0-* | police-* | ecn-* | *-1) ;;
	*) reps=3 ;;
	esac
	for ((rep = 0; rep < ${REPS:-$reps}; rep++)); do
		for pair in ${PAIRS//,/ }; do
			path "$1" "$2" "$3" "$4"
			out=$("$FLOW" -t "$5" -b "$6" -f "$(flow "$pair")") || {
				echo "grid: $name $pair failed"
				exit 1
			}
			note "$name" "$pair" "$out"
		done
	done
	echo "$name"
}

# share RTT_MS MBIT WARMUP SECONDS: CUBIC of both stacks through one bottleneck, two flows of each.
share() {
	local name="share 0 $1 $2" out
	[[ $name =~ $CELLS ]] || return
	path plain 0 "$1" "$2"
	out=$("$FLOW" -C cubic -t "$4" -w "$3" -g 0.5 -f "$(flow anp/host)" -f "$(flow host/host)" \
		-f "$(flow anp/host)" -f "$(flow host/host)") || exit 1
	note "$name" mixed "$out"
	echo "$name"
}

# What comes decides how long it takes, and on long lossy paths the time. Where chance has a part there
# have to be enough losses that it does not decide.
grid() {
	local loss rtt rate mb
	for rate in 10 1000; do
		for rtt in 0 10 50 200; do
			for loss in 0 0.1 1 5; do
				mb=8
				[ "$loss" != 0 ] || mb=4
				[ $rate = 10 ] || mb=$((mb == 4 ? 32 : 16))
				cell plain $loss $rtt $rate 120 $((mb << 20))
			done
		done
	done
}

special() {
	cell burst 0 50 10 120 $((8 << 20))
	cell reorder 0 40 10 60 $((8 << 20))
	cell police 0 20 10 60 $((8 << 20))
	cell ecn 0 40 10 60 $((8 << 20))
	share 40 20 20 100
}

: >"$OUT"
setup
meet
if [ -n "$QUICK" ]; then
	cell plain 0 10 10 20 $((2 << 20))
	cell plain 0 50 10 20 $((2 << 20))
	cell ecn 0 40 10 20 $((2 << 20))
else
	grid
	special
fi
exit 0
