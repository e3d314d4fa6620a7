#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loss recovery against the host's TCP, each way: by SACK without timeouts where without SACK there
# are some, and a path that reorders is told from one that loses.
# TIMEOUT=300
. "$(dirname "$0")/../interop/lib.sh"

LIMIT=150
topo_pair
# Losses are to hit segments, not super-packets, in both directions.
for ns in "$A" "$B"; do
	must ip -n "$ns" link set eth0 gso_max_segs 1 gso_max_size 1500
done
must ip -n "$A" link set anp0 gso_max_size 1500

anp_count() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }
host_count() { # NAME of TcpExt, without that
	in_b awk -v name="$1" '$1 == "TcpExt:" { if (!n) { for (i = 2; i <= NF; i++) if ($i == name) n = i } else { print $n; exit } }' \
		/proc/net/netstat
}

# since NAME...: remembers counters; grew NAME: by how much since.
declare -A base
since() {
	local name
	for name; do base[$name]=$(anp_count "$name"); done
}
grew() { echo $(($(anp_count "$1") - base[$1])); }

COUNTERS="TcpExtTCPTimeouts TcpExtTCPLossUndo TcpExtTCPSackRecovery TcpExtTCPRenoRecovery TcpExtTCPFastRetrans
TcpExtTCPLossProbes TcpExtTCPSACKReorder TcpExtTCPDSACKRecv TcpExtTCPDSACKOldSent
TcpExtTCPDSACKUndo TcpExtTCPFullUndo TcpExtTCPPartialUndo TcpExtTCPLostRetransmit"
report() {
	local name
	for name in $COUNTERS; do echo "$name $(grew "$name")"; done | comment
}

lossy() {
	netem "$A" eth0 delay 5ms loss "$1" limit 20000
	netem "$B" eth0 delay 5ms loss "$1" limit 20000
}

# shellcheck disable=SC2086 # a list
since $COUNTERS
lossy 3%
pattern "1 MB, 3% loss: ANP to Linux" "$A" "$B" 10.0.0.1 $((1 << 20)) -o
report
check "SACK recovered" test "$(grew TcpExtTCPSackRecovery)" -ge 2
# A slow machine makes timeouts of its own, which are found out and undone.
with=$(($(grew TcpExtTCPTimeouts) - $(grew TcpExtTCPLossUndo)))
check "nearly without timeouts: $with" test "$with" -le 3
before=$(host_count TCPSackRecovery)
pattern "1 MB, 3% loss: Linux to ANP" "$B" "$A" 10.0.0.2 $((1 << 20)) -o
check "Linux recovered by our SACKs" test $(($(host_count TCPSackRecovery) - before)) -ge 2

# Small pieces are joined when they are sent again, and where they arrive out of order.
SMALL=$(dirname "$0")/../helpers/small_writes.py
must in_b sysctl -q net.ipv4.tcp_autocorking=0
bg in_b python3 "$SMALL" serve 7100
must wait_for 30 grep -q ready "$WORK/bg.$BG"
check "small pieces: ANP to Linux" in_a timeout 100 anp run python3 "$SMALL" send 10.0.0.1 7100 2000 20
bg in_a anp run python3 "$SMALL" serve 7101
must wait_for 30 grep -q ready "$WORK/bg.$BG"
check "small pieces: Linux to ANP" in_b timeout 100 python3 "$SMALL" send 10.0.0.2 7101 2000 20

# The same without SACK.
must in_b sysctl -q net.ipv4.tcp_sack=0
# shellcheck disable=SC2086
since $COUNTERS
pattern "1 MB, 3% loss, no SACK: ANP to Linux" "$A" "$B" 10.0.0.1 $((1 << 20)) -o
report
check "without SACK there are timeouts, or as many recoveries" \
	test $(($(grew TcpExtTCPTimeouts) + $(grew TcpExtTCPRenoRecovery))) -ge 5
check_eq "no recovery by SACK" 0 "$(grew TcpExtTCPSackRecovery)"
must in_b sysctl -q net.ipv4.tcp_sack=1

# A quarter of the segments overtakes the others, none is lost.  A slow machine makes them later
# than RACK waits for (the simulator shows that it does): then it is found out and undone.
netem "$A" eth0 delay 2ms reorder 25% limit 20000
netem "$B" eth0 delay 20ms limit 20000
# shellcheck disable=SC2086
since $COUNTERS
pattern "1 MB, 25% reordered: ANP to Linux" "$A" "$B" 10.0.0.1 $((1 << 20)) -o
report
check "reordering was seen" test "$(grew TcpExtTCPSACKReorder)" -ge 1
undone=$(($(grew TcpExtTCPDSACKUndo) + $(grew TcpExtTCPFullUndo) + $(grew TcpExtTCPPartialUndo)))
check "of $(grew TcpExtTCPSackRecovery) recoveries $undone were undone" \
	test $(($(grew TcpExtTCPSackRecovery) - undone)) -le 5
check "no connection is left" wait_for 30 no_sockets "$A"
finish
