#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ECN with the host's TCP as the peer and a router that marks instead of dropping: marks are echoed
# and answered with CWR, on the segments that may carry them and on no others.
# TIMEOUT=150
. "$(dirname "$0")/lib.sh"

A_IP=10.0.1.2 B_IP=10.0.2.2
FIELDS=(ip.src tcp.len ip.dsfield.ecn tcp.flags.syn tcp.flags.ack tcp.flags.ece tcp.flags.cwr tcp.seq)

# How many captured segments hold for an awk condition on a or b, the sender, and len, ecn, syn, ack, ece,
# cwr, again: A's are seen as it sends them, so what begins before the highest end is sent again.
count() {
	awk -F '\t' "{ len = \$2; ecn = \$3; syn = \$4; ack = \$5; ece = \$6; cwr = \$7; seq = \$8
		a = \$1 == \"$A_IP\"; b = \$1 == \"$B_IP\"; again = a && len > 0 && seq < end
		if (a && seq + len > end) end = seq + len }
		$1 { n++ } END { print n + 0 }" "$WORK/segments"
}
some() { [ "$(count "$1")" -gt 0 ]; }
stat_of() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }

topo_router
must in_b sysctl -qw net.ipv4.tcp_ecn=1
# Of ECN-capable segments some are marked, super-packets of which there are few, or dropped. No others are:
# who loses a SYN asks for no ECN afterwards, and after lost ACKs long timeouts would follow each other.
ect_netem() { # NS DEV ARGUMENTS...
	must tc -n "$1" qdisc add dev "$2" root handle 1: prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
	must tc -n "$1" qdisc add dev "$2" parent 1:2 netem "${@:3}"
	must tc -n "$1" filter add dev "$2" parent 1: protocol ip u32 match ip tos 0x02 0x02 flowid 1:2
}
ect_netem "$R" eth1 loss 20% ecn
ect_netem "$R" eth0 loss 20% ecn
ect_netem "$A" eth0 loss 3%
netem "$B" eth0 delay 2ms

# B asks for ECN, ANP agrees; the bytes go there and back, so both ends send and are marked.
must capture "$B" eth0 "src $A_IP and ip[1] & 3 = 3"
marked=$CAPTURE capture_pids=$BG
must capture "$A" anp0 tcp
capture_pids+=" $BG"
pattern "2 MB there and back, a fifth marked" "$B" "$A" $A_IP $((2 << 20))
for pid in $capture_pids; do kill_bg "$pid"; done
must tshark -r "$CAPTURE" -T fields "${FIELDS[@]/#/-e}"
sed 's/True/1/g; s/False/0/g' "$WORK/must.out" >"$WORK/segments"
check "the SYN-ACK agrees" some "a && syn == 1 && ack == 1 && ece == 1 && cwr == 0"
check_eq "... and is not ECN-capable itself" 0 "$(count "a && syn == 1 && ecn != 0")"
check "ANP's data is ECT(0)" some "a && len > 0 && ecn == 2"
check_eq "... and never ECT(1)" 0 "$(count "a && ecn == 1")"
check_eq "its pure ACKs are not ECN-capable" 0 "$(count "a && len == 0 && ecn != 0")"
check "it had to send some again" some again
check_eq "... which is not ECN-capable either" 0 "$(count "again && ecn != 0")"
check "the router marked ANP's data" [ "$(tcpdump -nn -r "$marked" 2>"$WORK/tcpdump" | wc -l)" -gt 0 ]
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
pattern "ANP asks for ECN" "$A" "$B" $B_IP $((1 << 20)) -o
check "... and is told of marks" [ "$(stat_of AnpTcpEcnReductions)" -gt "$before" ]

finish
