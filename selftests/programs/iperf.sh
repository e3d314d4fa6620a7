#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# iperf3 in all its ways; what it tells of itself must agree at both ends.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages iperf3
topo_programs

# What was sent has arrived, all but what was on its way at the end.
agrees() { # EXPRESSION OPTION...
	local expr=$1
	shift
	client iperf3 -c "$ADDR" -J "$@" >"$WORK/json" || { tail -n 40 "$WORK/json"; return 1; }
	jq -e "$expr" "$WORK/json" >/dev/null || { jq .end "$WORK/json"; return 1; }
}
tcp='.end | .sum_received.bytes > 100000 and .sum_received.bytes <= .sum_sent.bytes'
udp='.end.sum | .packets > 50 and .lost_packets < .packets / 10'

each() {
	PROGRAM=iperf3
	serve "$B" 5201 iperf3 -s -B 0.0.0.0 || return
	pt "sends" agrees "$tcp" -t 1
	pt "receives (-R)" agrees "$tcp" -R -t 1
	pt "both at once (--bidir)" agrees '.end.sum_received_bidir_reverse.bytes > 100000' --bidir -t 1
	pt "4 streams (-P 4)" agrees "$tcp" -P 4 -t 1
	pt "sendfile (--zerocopy)" agrees "$tcp" --zerocopy -t 1
	pt "no less than told (-n)" agrees "$tcp and .sum_sent.bytes >= 4194304" -n 4M
	pt "small segments (-M 536), no delay (-N)" agrees "$tcp" -M 536 -N -t 1
	pt "UDP" agrees "$udp" -u -b 4M -l 1200 -t 1
	pt "UDP received (-R)" agrees "$udp" -u -R -b 4M -l 1200 -t 1
}
roles each
finish
