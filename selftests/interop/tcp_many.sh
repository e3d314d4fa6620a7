#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many connections, one after the other and at once, leave nothing behind.
# TIMEOUT=240
. "$(dirname "$0")/lib.sh"

topo_pair
bg in_a "$PATTERN/pattern_server" -q 7999
check "a listener" wait_for 5 listening "$A" 7999
check_output "anp ss shows its backlog" 'LISTEN +0 +[1-9][0-9]* ' in_a anp ss -ltn
kill_bg
pattern "1000 in a row, ANP client" "$A" "$B" 10.0.0.1 100 -n 1000
pattern "1000 in a row, ANP server" "$B" "$A" 10.0.0.2 100 -n 1000
pattern "200 at once, ANP client" "$A" "$B" 10.0.0.1 20000 -c 200
pattern "200 at once, ANP server" "$B" "$A" 10.0.0.2 20000 -c 200
check "no connection is left" wait_for 20 no_sockets "$A"
finish
