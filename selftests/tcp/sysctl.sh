#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/sys/net/anp: each file's default and limits, who may write, and that it does what it says.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# Whoever is sent something there never hears of it.
must ip -n "$A" neigh replace 10.0.0.77 lladdr \
	"$(ip -n "$B" -br link show dev eth0 | awk '{ print $3 }')" dev anp0 nud permanent
before=$(in_b sh -c 'head /proc/sys/net/anp/*')
bg nsenter --net="/run/netns/$B" python3 "$(dirname "$0")/sysctl_peer.py"
must wait_for 30 grep -q ready "$WORK/bg.$BG"
dgram "$A" sysctl.py
check_eq "nothing of it has reached another namespace" "$before" \
	"$(in_b sh -c 'head /proc/sys/net/anp/*')"

# Root of a user namespace has its own network namespace's files.
sysctls_of_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn sh -c "$1"
}
check_eq "root of a user namespace may write its namespace's" 3 \
	"$(sysctls_of_nobody 'cd /proc/sys/net/anp && echo 3 >tcp_retries2 && cat tcp_retries2')"
check_fails "a user may not write ours" in_a setpriv --reuid 65534 --regid 65534 --clear-groups \
	sh -c 'echo 3 >/proc/sys/net/anp/tcp_retries2'
finish
