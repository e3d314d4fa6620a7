#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Stream sockets used in every order there is, at random, leave nothing behind and break nothing.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"

STORM=$(dirname "$0")/../helpers/stream_storm
SECONDS_EACH=${SECONDS_EACH:-10}

anp_objects() { # NS -> sockets and requests
	in_ns "$1" awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | wc -l
}
no_objects() { [ "$(anp_objects "$1")" -eq 0 ]; }
unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }

topo_anp_pair
# What is left in FIN-WAIT-2 is waited for at the end.
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.anp.tcp_fin_timeout=5
done
netem "$A" eth0 delay 1ms loss 2% reorder 5%
check "within a host" in_a "$STORM" 22 10.0.0.2 "$SEED" "$SECONDS_EACH" 4
# Each side connects to the other, and to what the other side accepts.
bg in_b "$STORM" 22 10.0.0.2 "$((SEED + 1))" "$SECONDS_EACH" 3
check "two hosts, one way" in_a "$STORM" 22 10.0.0.3 "$((SEED + 2))" "$SECONDS_EACH" 3
check "two hosts, the other way" join
accepted() {
	[ "$(in_ns "$1" awk '$1 == "TcpPassiveOpens" { print $2 }' /proc/net/anp/stat)" -gt $((20 / ${TIMEOUT_FACTOR:-1})) ]
}
check "one side accepted many" accepted "$A"
check "the other side accepted many" accepted "$B"
check "wildcard address" in_a "$STORM" 22 0.0.0.0 "$((SEED + 3))" "$SECONDS_EACH" 4

# Orphans get an answer or give up; lost RSTs take longest.
tc -n "$A" qdisc del dev eth0 root
check "the sockets of one side are gone" wait_for 90 no_objects "$A"
check "the sockets of the other side are gone" wait_for 90 no_objects "$B"
check "no reference stays behind" wait_for 30 unused
check "rmmod with TIME-WAITs" rmmod anp
check "no slab object stays behind" sh -c "! grep -E '^(anp_tw|anp_req|ANP-TCP) ' /proc/slabinfo"
must load_anp
finish
