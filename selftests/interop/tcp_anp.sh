#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ANP at both ends: sizes, a gigabyte, a bad network, itself.
# TIMEOUT=400
. "$(dirname "$0")/lib.sh"

topo_anp_pair
for bytes in 0 1 65536 $((16 << 20)); do
	pattern "$bytes bytes" "$A" "$B" 10.0.0.3 "$bytes"
done
pattern "1 GB" "$A" "$B" 10.0.0.3 $((1 << 30)) -o
pattern "1 MB to its own address" "$A" "$A" 10.0.0.2 $((1 << 20))
pattern "1 MB to 127.0.0.1" "$A" "$A" 127.0.0.1 $((1 << 20))
netem "$A" eth0 loss 1% duplicate 1% delay 1ms reorder 95%
netem "$B" eth0 loss 1% duplicate 1% delay 1ms reorder 95%
pattern "64 MB under loss, duplication, reordering" "$A" "$B" 10.0.0.3 $((64 << 20)) -o
finish
