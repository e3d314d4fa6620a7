#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many connections, one after the other and at once, leave nothing behind.
# TIMEOUT=240
. "$(dirname "$0")/lib.sh"

topo_pair
bg in_a "$PATTERN/pattern_server" -q 7999
check "a listener" wait_for 30 listening "$A" 7999
check_output "anp ss shows its backlog" 'LISTEN +0 +[1-9][0-9]* ' in_a anp ss -ltn
kill_bg
# objects: what the slabs of connections hold, TIME-WAITs apart, and all sk_buffs
objects() {
	awk '$1 ~ /^(ANP-TCP|anp_req)$/ { n += $2 } END { print n + 0 }' /proc/slabinfo
}
skbs() { awk '$1 ~ /^skbuff_(head|fclone)_cache$/ { n += $2 } END { print n + 0 }' /proc/slabinfo; }
# What per-CPU caches keep is given back by shrinking them.
shrink() {
	local c
	for c in ANP-TCP anp_req skbuff_head_cache skbuff_fclone_cache; do
		echo 1 >"/sys/kernel/slab/$c/shrink"
	done 2>/dev/null
}
few_left() { # WANTED COMMAND
	shrink
	[ "$($2)" -le "$1" ]
}
shrink
skbs_before=$(skbs)
pattern "1000 in a row, ANP client" "$A" "$B" 10.0.0.1 100 -n 1000
pattern "1000 in a row, ANP server" "$B" "$A" 10.0.0.2 100 -n 1000
pattern "200 at once, ANP client" "$A" "$B" 10.0.0.1 20000 -c 200
pattern "200 at once, ANP server" "$B" "$A" 10.0.0.2 20000 -c 200
check "no connection is left" wait_for 30 no_sockets "$A"
check "no socket and no request is left in the slabs" wait_for 30 few_left 0 objects
echo "# sk_buffs: $skbs_before before, $(skbs) after"
# 2 400 connections with a leak each would leave thousands; a CPU's caches keep some.
check "no sk_buff is left behind" wait_for 30 few_left $((skbs_before + 300)) skbs
finish
