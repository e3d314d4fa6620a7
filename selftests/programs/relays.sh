#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The small tools: socat, nc, and a static binary (busybox).
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages socat netcat-openbsd busybox-static
topo_programs

# There and back, and each direction is closed on its own.
echoed() { # PEER (as socat writes it) OPTION...
	client socat -t 30 "${@:2}" - "$1" <"$WWW/file" | sha256sum | grep -qF "$SUM"
}
datagrams() {
	head -c 60000 /dev/urandom >"$WORK/part"
	client socat -b 1400 -t 5 - "UDP:$ADDR:9001" <"$WORK/part" >"$WORK/back"
	cmp "$WORK/part" "$WORK/back"
}
reversed() { # all is read before the first byte is answered: only a half-close says that it is all
	[ "$(printf '1\n2\n3\n' | client socat -t 30 - "TCP:$ADDR:9002" | paste -sd,)" = 3,2,1 ]
}
to_nc() {
	client nc -N -w 30 "$ADDR" 9003 <"$WWW/file" && wait_for 30 cmp "$WORK/bg.$1" "$WWW/file"
}
to_nc_udp() {
	echo hello | client nc -u -q 1 "$ADDR" 9004 && wait_for 30 grep -q hello "$WORK/bg.$1"
}

each() {
	PROGRAM=socat
	# Blocks of a page: a pipe that takes anything takes that. A larger one may find room for its first part only,
	# and who writes is who would read.
	serve "$B" 9000 socat -b 4096 TCP-LISTEN:9000,bind=0.0.0.0,reuseaddr,fork PIPE || return
	# It does not fork: a parent that listens again before its child is connected gets what was meant for that,
	# and two children answer in any order.
	serve_udp "$B" 9001 socat -b 1400 UDP-LISTEN:9001,rcvbuf=500000 PIPE || return
	serve "$B" 9002 socat TCP-LISTEN:9002,bind=0.0.0.0,reuseaddr,fork EXEC:tac || return
	pt "3 MB there and back" echoed "TCP:$ADDR:9000"
	pt "... without delay, from a chosen port" echoed "TCP:$ADDR:9000,nodelay,keepalive,bind=:40000,reuseaddr"
	pt "a half-close is seen (tac)" reversed
	pt "60 KB of datagrams there and back" datagrams
	PROGRAM=nc
	serve "$B" 9003 nc -l 0.0.0.0 9003 || return
	pt "3 MB" to_nc "$BG"
	serve_udp "$B" 9004 nc -u -l 0.0.0.0 9004 || return
	pt "a datagram" to_nc_udp "$BG"
	PROGRAM="busybox (static)"
	serve "$B" 8081 busybox httpd -f -p 0.0.0.0:8081 -h "$WWW" || return
	pt "httpd and wget" same busybox wget -q -O - "http://$ADDR:8081/file"
	pt "nc" static_nc
}
static_nc() { [ "$(echo ask | client busybox nc "$ADDR" 9002)" = ask ]; }
roles each
finish
