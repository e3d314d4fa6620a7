#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Numbers that nobody off the path may guess, and which must not repeat too soon: initial sequence
# numbers (RFC 6528), ephemeral ports (RFC 6056 3.3.4), IPv4 identifications (RFC 6864, RFC 7739 5).
# TIMEOUT=60
. "$(dirname "$0")/../lib.sh"

dump() { tcpdump -nnS -r "$CAPTURE" -v "$@" 2>/dev/null | tr '\n' ' ' | sed 's/ IP (/\nIP (/g'; }
complete() { [ "$(dump udp dst port 3001 | grep -c 'UDP')" -ge 8 ]; }
# seen FILTER WHAT: one number a packet.
seen() {
	dump "$1" | case $2 in
	seq) sed -n 's/.* seq \([0-9]*\).*/\1/p' ;;
	port) sed -n 's/.* [0-9.]*\.\([0-9]*\) > .*/\1/p' ;;
	id) sed -n 's/.* id \([0-9]*\),.*/\1/p' ;;
	esac
}

# Of numbers, one a line: how many, how many distinct, how many are the one before plus 1 to 4, and
# the largest distance of neighbours.
describe() {
	awk '{ n++; if (!($1 in seen)) { seen[$1]; distinct++ }
	       if (n > 1) { d = $1 - last; if (d > 0 && d < 5) next_one++; if (d < 0) d = -d; if (d > far) far = d }
	       last = $1 }
	     END { printf "%d %d %d %.0f\n", n, distinct, next_one, far }'
}

topo_pair
must capture "$B" eth0 "tcp[tcpflags] == tcp-syn or udp"
must in_a anp run python3 "$(dirname "$0")/guess.py" 10.0.0.1
must wait_for 30 complete
kill_bg

# RFC 6528 3: another function value for each destination, a clock for one and the same.
read -r n distinct next far < <(seen "tcp dst portrange 1000-1999" seq | describe)
echo "# sequence numbers of $n destinations: $distinct distinct, farthest neighbours $far apart"
check "sequence numbers tell nothing from one destination to the next" \
	[ "$n $distinct $next" = "32 32 0" -a "$far" -gt 100000000 ]
mapfile -t isn < <(seen "tcp dst port 2000" seq)
echo "# of one connection made three times: ${isn[*]}"
check "... and those of one connection go up" \
	[ $(((isn[1] - isn[0]) & 0xffffffff)) -gt 0 -a $(((isn[1] - isn[0]) & 0x80000000)) -eq 0 -a \
	$(((isn[2] - isn[1]) & 0xffffffff)) -gt 0 -a $(((isn[2] - isn[1]) & 0x80000000)) -eq 0 ]

# RFC 6056 3.3.4
read -r n distinct next far < <(seen "tcp dst portrange 1000-1999" port | describe)
echo "# ports to $n destinations: $distinct distinct, $next follow the one before"
check "ports tell nothing from one destination to the next" [ "$n" -eq 32 -a "$distinct" -gt 24 -a "$next" -lt 8 ]
check_eq "... and are of the ephemeral range" "" \
	"$(seen "tcp dst portrange 1000-1999" port | awk '$1 < 32768 || $1 > 60999')"

# RFC 6864 4.3 and 4.1
read -r n distinct next far < <(seen "udp dst port 3000" id | describe)
check_eq "identifications of datagrams that routers may cut do not repeat" "32 32" "$n $distinct"
check_eq "... and those that they may not have none" 0 "$(seen "udp dst port 3001" id | sort -u)"
finish
