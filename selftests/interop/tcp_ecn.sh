#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ECN with the host's TCP as the peer and a router that marks instead of dropping: marks are echoed
# and answered with CWR, on the segments that may carry them and on no others.
# TIMEOUT=150
. "$(dirname "$0")/lib.sh"

A_IP=10.0.1.2 B_IP=10.0.2.2
FIELDS=(ip.src tcp.len ip.dsfield.ecn tcp.flags.syn tcp.flags.ack tcp.flags.ece tcp.flags.cwr
	tcp.analysis.retransmission)

# How many captured segments hold for an awk condition on src, len, ecn, syn, ack, ece, cwr, again.
count() {
	awk -F '\t' "{ src = \$1; len = \$2; ecn = \$3; syn = \$4; ack = \$5; ece = \$6; cwr = \$7
		again = \$8; a = src == \"$A_IP\"; b = src == \"$B_IP\" }
		$1 { n++ } END { print n + 0 }" "$WORK/segments"
}
some() { [ "$(count "$1")" -gt 0 ]; }
stat_of() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }

topo_router
# A SYN that was lost is to ask for ECN again.
must in_b sysctl -qw net.ipv4.tcp_ecn=1 net.ipv4.tcp_ecn_fallback=0
# Of super-packets, of which there are few.
netem "$R" eth1 loss 20% delay 2ms ecn
netem "$R" eth0 loss 20% delay 2ms ecn

# B asks for ECN, ANP agrees; the bytes go there and back, so both ends send and are marked.
must capture "$B" eth0 tcp
capture_pid=$BG
pattern "2 MB there and back, a fifth marked" "$B" "$A" $A_IP $((2 << 20))
kill_bg "$capture_pid"
must tshark -r "$CAPTURE" -T fields "${FIELDS[@]/#/-e}"
sed 's/True/1/g; s/False/0/g' "$WORK/must.out" >"$WORK/segments"
check "the SYN-ACK agrees" some "a && syn == 1 && ack == 1 && ece == 1 && cwr == 0"
check_eq "... and is not ECN-capable itself" 0 "$(count "a && syn == 1 && ecn != 0")"
check "ANP's data is ECT(0)" some "a && len > 0 && ecn == 2"
check_eq "... and never ECT(1)" 0 "$(count "a && ecn == 1")"
check_eq "its pure ACKs are not ECN-capable" 0 "$(count "a && len == 0 && ecn != 0")"
check_eq "nor is what it sends again" 0 "$(count "a && again != \"\" && ecn != 0")"
check "the router marked ANP's data" some "a && ecn == 3"
check "... B echoed that" some "b && syn == 0 && ece == 1"
check "... and ANP answered with CWR" some "a && syn == 0 && cwr == 1 && len > 0"
check_eq "CWR is on nothing but data" 0 "$(count "a && cwr == 1 && len == 0")"
check "ANP echoed B's marks" some "a && syn == 0 && ece == 1"
check "... and B answered with CWR" some "b && syn == 0 && cwr == 1"
check "ANP counted marks" [ "$(stat_of AnpTcpInCE)" -gt 0 ]
check "... and cut its window" [ "$(stat_of AnpTcpEcnReductions)" -gt 0 ]

# ANP asks, when it is told to.
must in_a sysctl -qw net.anp.tcp_ecn=1
before=$(stat_of AnpTcpEcnReductions)
# It does not ask again where its SYN was lost.
for _ in {1..5}; do
	pattern "ANP asks for ECN" "$A" "$B" $B_IP $((1 << 20)) -o
	[ "$(stat_of AnpTcpEcnReductions)" -eq "$before" ] || break
done
check "... and is told of marks" [ "$(stat_of AnpTcpEcnReductions)" -gt "$before" ]

finish
