#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules, played with hand-made segments: how connections begin, and what their SYNs agree on.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/wire.sh"

rules closed listen syn_sent syn_received options fastopen
finish
