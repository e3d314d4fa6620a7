#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Functions of the module that fail, each where a program waits for it and each rung of a namespace's beginning
# (fail_function.py); then lookups of routes and new connections at random, under transfers that are
# checked.
# TIMEOUT=200
# OPTIONAL=stock kernels cannot make functions fail
. "$(dirname "$0")/../interop/lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

DEBUG=/sys/kernel/debug
mountpoint -q "$DEBUG" || must mount -t debugfs none "$DEBUG"
FAIL=$DEBUG/fail_function
[ -e "$FAIL" ] || skip_all "the kernel has no fault injection"

off() { echo 0 >"$FAIL/probability" && echo >"$FAIL/inject"; }
trap 'status=$?; off; (exit $status); cleanup' EXIT
topo_pair
bg in_ns "$B" "$PATTERN/pattern_server" -q -4 7000
must wait_for 30 listening "$B" 7000
dgram "$A" fail_function.py
kill_bg

at_random() { # PERCENT FUNCTION ERRNO
	echo "$2" >"$FAIL/inject" && printf '0x%x\n' "-$3" >"$FAIL/$2/retval" && echo "$1" >"$FAIL/probability"
}
counter() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }

# some FUNCTION ERRNO COUNTER: of twenty SYNs a few meet it, and are sent again.
failing() { at_random 30 "${fails[@]:0:2}"; }
ONCE_LISTENING=failing
some() {
	local -a fails=("$@")
	local before
	before=$(counter "$3")
	pattern "$1 fails for three in ten of twenty SYNs" "$B" "$A" 10.0.0.2 4K -c 20
	off
	echo "# $3: $before before, $(counter "$3") after"
	check "... some of them did" [ "$(counter "$3")" -gt "$before" ]
}
some anp_route_get 101 IpOutNoRoutes
some anp_tcp_conn_new 12 TcpExtListenDrops
ONCE_LISTENING=
pattern "afterwards: $SOME_KB, ANP client" "$A" "$B" 10.0.0.1 "$SOME"
must in_a sysctl -qw net.anp.tcp_fin_timeout=1
check "no connection is left" wait_for 90 no_sockets "$A"
finish
