#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bird speaks BGP over ANP with a bird on the host's stack, or on ANP: 100 000 prefixes.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages bird2
topo_programs
COUNT=${COUNT:-100000}
awk -v n="$COUNT" 'BEGIN { print "protocol static {\nipv4;"
	for (i = 0; i < n; i++)
		printf "route 20.%d.%d.%d/30 blackhole;\n", i / 16384, i / 64 % 256, i % 64 * 4
	print "}" }' >"$WORK/routes"

conf() { # NAME OWN-ADDRESS OWN-AS PEER PEER-AS
	cat >"$WORK/$1.conf" <<-END
		log "$WORK/$1.log" all;
		router id $2;
		protocol device { scan time 2; }
		$6
		protocol bgp peer {
			local $2 as $3; neighbor $4 as $5; direct;
			hold time 60; connect delay time 1; connect retry time 2; error wait time 1, 5;
			ipv4 { import all; export all; };
		}
	END
}
birdc() { "/usr/sbin/birdc" -r -s "$WORK/$1.ctl" "${@:2}"; }
routes_of() { birdc "$1" show route count | grep -q "^$2 of"; }
established() { birdc a show protocols peer | grep -q Established; }

each() {
	PROGRAM=bird
	conf a "$PEER" 65001 "$ADDR" 65002 ""
	conf b "$ADDR" 65002 "$PEER" 65001 "include \"$WORK/routes\";"
	# shellcheck disable=SC2046
	bg in_ns "$A" $(launcher_of "$A") bird -f -c "$WORK/a.conf" -s "$WORK/a.ctl"
	servers+=("$BG")
	# shellcheck disable=SC2046
	bg in_ns "$B" $(launcher_of "$B") bird -f -c "$WORK/b.conf" -s "$WORK/b.ctl"
	servers+=("$BG")
	pt "a BGP session" wait_for "$LIMIT" established
	pt "$COUNT prefixes are learnt" wait_for "$LIMIT" routes_of a "$COUNT"
	pt "they are withdrawn" withdrawn
}
withdrawn() {
	"/usr/sbin/birdc" -s "$WORK/b.ctl" disable static1 && wait_for "$LIMIT" routes_of a 0
}
roles each
finish
