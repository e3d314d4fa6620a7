#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Super-packets whose virtio header lies about them.
# TIMEOUT=90
. "$(dirname "$0")/../lib.sh"

must load_anp
must new_ns A
[ -e /dev/net/tun ] || must modprobe tun
in_a python3 "$(dirname "$0")/super.py"
