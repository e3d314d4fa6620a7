#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Connections that no program has any more: FIN-WAIT-2 as a small object that answers, TCP_LINGER2,
# too many orphans; Linux is the peer.
# TIMEOUT=90
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" orphan.py
# None of them holds the module.
check "no socket is left" wait_for 30 in_a awk 'NR > 1 && $4 != "06" && $4 != "05" { bad = 1 } END { exit bad }' /proc/net/anp/tcp
finish
