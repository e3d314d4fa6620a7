#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unmodified programs over UDP: transfers, traceroutes, path MTU discovery, many datagrams a second.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"

anp() { in_a anp run "$@"; }
server() { # NS PORT COMMAND...: ready on return
	bg in_ns "$1" "${@:3}"
	must wait_for 30 taken "$1" "$(printf ':%04X ' "$2")"
}
taken() { # cat, because a namespace may lack some of the tables
	in_ns "$1" cat /proc/net/{,anp/}{udp,tcp} 2>/dev/null | grep -q "$2"
}
# A file that the receive buffers hold goes there and back.
echoed() { # SIDE PEER
	head -c 70000 /dev/urandom >"$WORK/file"
	"$1" socat -b 1400 -t 2 - "UDP:$2" <"$WORK/file" >"$WORK/back"
	cmp "$WORK/file" "$WORK/back"
}

hops() { anp traceroute -n -q 1 -w 3 10.0.2.2 | awk 'NR > 1 { printf "%s %s ", $1, $2 }'; }

topo_router
# What waits for a neighbour may be overtaken by what is sent once it is known, and socat numbers nothing.
must anp ping -q -c 1 10.0.2.2
server "$B" 7000 socat -b 1400 UDP-LISTEN:7000 PIPE
check "socat, ANP client" echoed anp 10.0.2.2:7000
server "$A" 7001 anp run socat -b 1400 UDP-LISTEN:7001 PIPE
check "socat, ANP server" echoed in_b 10.0.1.2:7001
server "$A" 7002 anp run nc -u -l -p 7002
check "nc -u to ANP" sh -c "echo hello | nsenter --net=/run/netns/$B nc -u -q 1 10.0.1.2 7002"
check "... arrives" wait_for 30 grep -q hello "$WORK/bg.$BG"

check_output "traceroute" '^1 10\.0\.1\.1 2 10\.0\.2\.2' hops
check_output "tracepath" 'pmtu 1500 hops 2' anp tracepath -n 10.0.2.2
must ip -n "$R" link set eth1 mtu 1300
must ip -n "$B" link set eth0 mtu 1300
check_output "tracepath finds a narrow link" 'pmtu 1300 hops 2' anp tracepath -n 10.0.2.2
check_output "tracepath to ANP" 'pmtu 1300 hops 2' in_b tracepath -n 10.0.1.2

server "$B" 5201 iperf3 -s -B 0.0.0.0
check_output "iperf3 -u, ANP sends" 'receiver' \
	anp iperf3 -u -c 10.0.2.2 -b 2M -l 1200 -t 2
check_output "iperf3 -u, ANP receives" 'receiver' anp iperf3 -u -R -c 10.0.2.2 -b 2M -l 1200 -t 2
kill_bg
server "$A" 5201 anp run iperf3 -s -B 0.0.0.0
check_output "iperf3 -u, ANP is the server" 'receiver' in_b iperf3 -u -c 10.0.1.2 -b 2M -l 1200 -t 2
finish
