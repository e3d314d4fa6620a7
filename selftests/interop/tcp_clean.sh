#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Byte-exact exchanges on a clean link, in both directions, with the host's TCP as the peer.
# TIMEOUT=240
. "$(dirname "$0")/lib.sh"

topo_pair
capture "$A" anp0 'tcp port 7001 or tcp port 7002'
for bytes in 0 1 1448 1449 65536; do
	pattern "$bytes bytes, ANP client" "$A" "$B" 10.0.0.1 "$bytes"
	pattern "$bytes bytes, ANP server" "$B" "$A" 10.0.0.2 "$bytes"
done
# Slow kernels take less, or they would take longer for this than for all the rest.
slow=${TIMEOUT_FACTOR:-1}
much=$((64 * 1024 / slow / slow / slow))
pattern "$much KB echoed, ANP client" "$A" "$B" 10.0.0.1 $((much << 10))
pattern "$much KB echoed, ANP server" "$B" "$A" 10.0.0.2 $((much << 10))
much=$((5 * 1024 / slow / slow))
pattern "$much KB in chunks of random size, ANP client" "$A" "$B" 10.0.0.1 $((much << 10)) -r
pattern "$much KB in chunks of random size, ANP server" "$B" "$A" 10.0.0.2 $((much << 10)) -r
check_output "the handshake is SYN, SYN-ACK, ACK" 'Flags \[S\].*' tcpdump -nn -r "$CAPTURE" -c 1
kill_bg

# As a wire would see it: no offloads, every packet with a sum of its own.
must in_a ethtool -K eth0 tx off tso off gso off
must in_b ethtool -K eth0 tx off tso off gso off gro off
must capture "$B" eth0 tcp
pattern "$SOME_KB without offloads, ANP client" "$A" "$B" 10.0.0.1 "$SOME"
pattern "$SOME_KB without offloads, ANP server" "$B" "$A" 10.0.0.2 "$SOME"
sent_whole() { tcpdump -nn -r "$CAPTURE" 'src host 10.0.0.2 and tcp[tcpflags] & tcp-fin != 0' 2>/dev/null | grep -c . | grep -q '^2$'; }
check "the capture is whole" wait_for 30 sent_whole
too_big=$(tcpdump -nn -r "$CAPTURE" 'src host 10.0.0.2 and ip[2:2] > 1500' 2>/dev/null | wc -l)
check_eq "no packet of ANP is larger than the MTU" 0 "$too_big"
# A dissector takes minutes on slow kernels, on which the bytes are the same.
if [ "${TIMEOUT_FACTOR:-1}" -lt 4 ]; then
	problems=$(pcap_problems "$CAPTURE" 'src host 10.0.0.2')
	check_eq "no packet of ANP is malformed or has a wrong checksum" "" "$problems"
fi
check "no connection is left" wait_for 30 no_sockets "$A"
finish
