#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A program without privileges calls what it likes with eight threads on the same sockets, while the
# device, its lower, the address, the route and at last the namespace go away under it.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"

CALLS=$(dirname "$0")/../helpers/fuzz_calls
unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }

# Each of them may fail: the one before it may have, too.
take_away() {
	while :; do
		ip -n "$A" link set anp0 down
		ip -n "$A" link set anp0 up
		ip -n "$A" addr del 10.0.0.2/24 dev anp0
		ip -n "$A" addr add 10.0.0.2/24 dev anp0
		ip -n "$A" route replace default via 10.0.0.1 dev anp0 table anp
		ip -n "$A" route flush table anp
		ip -n "$A" link set eth0 mtu $((1000 + RANDOM % 500))
		ip -n "$A" link del anp0
		anp_on "$A" eth0 10.0.0.2/24
		ip -n "$A" link del eth0
		veth "$A" eth0 "$B" eth0
		ip -n "$B" addr add 10.0.0.1/24 dev eth0
		anp_on "$A" eth0 10.0.0.2/24
	done
}

topo_pair
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.ipv4.ping_group_range="0 2147483647"
done
must in_a sysctl -qw net.anp.tcp_orphan_retries=1 net.anp.tcp_fin_timeout=2
check "calls at random, one thread" in_a "$CALLS" "$SEED" 4 1
comment <"$WORK/check.out"
check "calls at random, eight threads" in_a "$CALLS" $((SEED + 10)) 6 8
comment <"$WORK/check.out"
bg take_away
check "... while everything goes away below" in_a "$CALLS" $((SEED + 20)) 10 8
comment <"$WORK/check.out"
kill_bg
# TCP_LINGER2 and SO_MAX_PACING_RATE of random size may keep an orphan for minutes, lawfully.
in_a cat /proc/net/anp/tcp 2>&1 | comment
check "what is left can be destroyed" in_a anp ss -K -a
check "the namespace can be deleted" ip netns del "$A"
spaces=("$B")
check "no reference stays behind" wait_for 60 unused
finish
