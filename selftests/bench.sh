#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The benchmark, run in the VM by `make bench`: the same work by the host's stack and by ANP, in turn,
# over the same veth pair. Each measurement is a line of $RESULTS/bench.jsonl, which
# userspace/bench/report.py makes the table and the plot of.
#
# QUICK=1: fewer rows and repetitions. ROWS=REGEX: only the rows whose name matches. REPS=N.
# PAIRS=anp/anp,host/host: only these pairs of client and server.
. "$(dirname "$0")/lib.sh"

BENCH=/anp/userspace/bench/anp_bench
OUT=${RESULTS:-/tmp}/bench.jsonl
QUICK=${QUICK:-}
PAIRS=${PAIRS:-}
PAIRS=${PAIRS//,/ }
REPS=${REPS:-${QUICK:+2}}
REPS=${REPS:-3}
ROWS=${ROWS:-.}

#	A: anp0 10.0.0.2, eth0 10.0.0.12	B: anp0 10.0.0.3, eth0 10.0.0.13
# Both stacks at both ends of one cable.
setup() {
	topo_anp_pair
	must ip -n "$A" addr add 10.0.0.12/24 dev eth0
	must ip -n "$B" addr add 10.0.0.13/24 dev eth0
	# A thousand connections speak at once, and ksoftirqd may have to wait for its turn until they have: what does not
	# fit would be measured as timers.
	must sysctl -qw net.core.netdev_max_backlog=10000
}

# The lower devices' offloads, which both stacks follow.
mode() {
	local ns onoff=on segs=65535
	case $1 in
	off) onoff=off ;;
	gso1) segs=1 ;;
	esac
	for ns in "$A" "$B"; do
		must in_ns "$ns" ethtool -K eth0 tso $onoff gso $onoff gro $onoff
		must ip -n "$ns" link set eth0 gso_max_segs $segs
	done
	MODE=$1
}

# row NAME PAIRS ARGUMENTS...: one line for each repetition and pair, the pairs in turn.
row() {
	local name=$1 pairs=$2 rep pair address
	shift 2
	[[ $name =~ $ROWS ]] || return
	for ((rep = 0; rep < REPS; rep++)); do
		for pair in ${PAIRS:-$pairs}; do
			address=10.0.0.13
			[ "${pair#*/}" = host ] || address=10.0.0.3
			"$BENCH" -l "$name" -c "$A:${pair%/*}" -S "$B:${pair#*/}" -a $address "$@" >>"$OUT" || {
				echo "bench: $name $pair failed"
				exit 1
			}
		done
	done
	echo "$name"
}

BOTH='host/host anp/anp'
MIXED="$BOTH anp/host host/anp"

small_work() {
	row rr-1 "$MIXED" -s 1 -n 400 -w 100 rr
	[ -n "$QUICK" ] || row rr-100 "$BOTH" -s 100 -n 400 -w 100 rr
	row rr-1024 "$BOTH" -s 1024 -n 400 -w 100 rr
	row crr "$MIXED" -s 1 -n 200 -w 50 crr
	row udp-rr "$BOTH" -s 1 -n 400 -w 100 udp-rr
	[ -n "$QUICK" ] || row udp-burst "$BOTH" -s 64 -n 1280 -w 320 udp-burst
	[ -n "$QUICK" ] || row many-10 "$BOTH" -s 1 -N 10 -n 600 -w 200 many
	[ -n "$QUICK" ] || row many-1000 "$BOTH" -s 1 -N 1000 -n 2000 -w 1000 many
}

# What a small datagram costs in each receive mode; inline is udp-burst.
receive_modes() {
	local mode
	[ -z "$QUICK" ] || return
	for mode in interrupt poll hybrid; do
		receive "$B" "$mode" 0 0
		row "udp-burst-$mode" anp/anp -s 64 -n 1280 -w 320 udp-burst
	done
	receive "$B" inline 0 0
}

# bulk MODE MEGABYTES: the writes of each size move the same number of bytes.
bulk() {
	local kb n pairs sizes='16 60 64 128'
	[ -z "$QUICK" ] || sizes=64
	mode "$1"
	for kb in $sizes; do
		pairs=$BOTH
		[ "$1-$kb" != tso-64 ] || pairs=$MIXED
		n=$(($2 * 1024 / kb))
		row "bulk-$1-$kb" "$pairs" -s $((kb * 1024)) -n $n -w $((n / 2)) bulk
	done
}

: >"$OUT"
setup
# Neighbours are looked up, and the code is translated, before anything is counted.
mode tso
for pair in $MIXED; do
	address=10.0.0.13
	[ "${pair#*/}" = host ] || address=10.0.0.3
	must "$BENCH" -c "$A:${pair%/*}" -S "$B:${pair#*/}" -a $address -n 20 rr
done
small_work
receive_modes
bulk tso 8
bulk off 3
bulk gso1 1
mode tso
row idle "$BOTH" -N 1000 idle
cat /proc/kallsyms >"${RESULTS:-/tmp}/kallsyms"
exit 0
