#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A gigabyte each way on a clean link, checked at the receiver.
# TIMEOUT=400
. "$(dirname "$0")/lib.sh"

topo_pair
pattern "1 GB, ANP to Linux" "$A" "$B" 10.0.0.1 $((1 << 30)) -o
pattern "1 GB, Linux to ANP" "$B" "$A" 10.0.0.2 $((1 << 30)) -o
finish
