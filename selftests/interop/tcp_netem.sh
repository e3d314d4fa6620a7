#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Byte-exact under loss, duplication, reordering, delay and corruption, each way, with the host's
# TCP as the peer.
# TIMEOUT=500
. "$(dirname "$0")/lib.sh"

LIMIT=200
topo_pair
netem "$A" eth0 loss 3% delay 20ms corrupt 0.5%
netem "$B" eth0 loss 3% delay 20ms corrupt 0.5%
pattern "8 MB, 3% loss, 20 ms, 0.5% corrupt: ANP to Linux" "$A" "$B" 10.0.0.1 $((8 << 20)) -o
pattern "8 MB, 3% loss, 20 ms, 0.5% corrupt: Linux to ANP" "$B" "$A" 10.0.0.2 $((8 << 20)) -o
netem "$A" eth0 loss 1% duplicate 1% delay 1ms reorder 95%
netem "$B" eth0 loss 1% duplicate 1% delay 1ms reorder 95%
pattern "64 MB, 1% loss, 1% dup, 5% reorder: ANP to Linux" "$A" "$B" 10.0.0.1 $((64 << 20)) -o
pattern "64 MB, 1% loss, 1% dup, 5% reorder: Linux to ANP" "$B" "$A" 10.0.0.2 $((64 << 20)) -o
receive "$A" interrupt 50 32
pattern "16 MB, the same by interrupts: ANP to Linux" "$A" "$B" 10.0.0.1 $((16 << 20)) -o
pattern "16 MB, the same by interrupts: Linux to ANP" "$B" "$A" 10.0.0.2 $((16 << 20)) -o
check_output "losses were repaired by fast retransmit" 'TcpExtTCPFastRetrans [1-9]' \
	in_a grep TcpExtTCPFastRetrans /proc/net/anp/stat
check "no connection is left" wait_for 30 no_sockets "$A"
finish
