#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Pacing: SO_MAX_PACING_RATE in both of its sizes holds a connection down, by the engine or by the
# qdisc fq, on a bulk sender that TCP_INFO then tells the truth about; the same on the host's TCP.
# And BBR, which paces by what it measures.
# TIMEOUT=150
. "$(dirname "$0")/../interop/lib.sh"

PY=$(dirname "$0")/pacing.py
topo_pair
must ip -n "$B" addr add 10.0.0.3/24 dev eth0
netem "$A" eth0 delay 5ms limit 20000
netem "$B" eth0 delay 5ms limit 20000

bg in_b python3 "$PY" sink 7300
must wait_for 30 listening "$B" 7300
bg in_a anp run python3 "$PY" sink 7300
must wait_for 30 listening "$A" 7300
sink=$BG

in_a anp run python3 "$PY" options 10.0.0.1 7300 >"$WORK/anp" 2>&1 || fail "options on ANP"
in_b python3 "$PY" options 10.0.0.2 7300 >"$WORK/host" 2>&1 || fail "options on the host"
check "options and TCP_INFO are the host's" diff "$WORK/host" "$WORK/anp"

check "1 MB at 500 KB/s: ANP to Linux" in_a anp run python3 "$PY" rate 10.0.0.1 7300 1000000 500000
check "the same of Linux to ANP" in_b python3 "$PY" rate 10.0.0.2 7300 1000000 500000
check "a higher rate takes less time" in_a anp run python3 "$PY" rate 10.0.0.1 7300 4000000 4000000
check "a listener's limit is its children's" in_a anp run python3 "$PY" inherit 10.0.0.2 7301

# A second of queue at 1.25 MB/s, which a loss-based control would fill; then losses.
netem "$A" eth0 delay 5ms rate 10mbit limit 1000
check "BBR: the link's rate, without its queue" in_a anp run python3 "$PY" bbr 10.0.0.1 7300 3000000 1250000
netem "$A" eth0 delay 5ms loss 1% limit 20000
must in_a sysctl -qw net.anp.tcp_congestion_control=bbr
pattern "BBR as the default, 1 MB, 1% loss" "$A" "$B" 10.0.0.1 $((1 << 20)) -o
must in_a sysctl -qw net.anp.tcp_congestion_control=cubic
netem "$A" eth0 delay 5ms limit 20000

# fq sees the socket, and paces it: the engine leaves that to it.
if in_a tc qdisc replace dev eth0 root fq 2>"$WORK/fq"; then
	check "1 MB at 500 KB/s: by fq" in_a anp run python3 "$PY" rate 10.0.0.1 7300 1000000 500000
	check "fq held packets back" in_a sh -c "tc -s qdisc show dev eth0 | grep -q 'throttled [1-9]'"
else
	comment <"$WORK/fq"
fi
kill_bg "$sink"
check "no connection is left" wait_for 30 no_sockets "$A"
finish
