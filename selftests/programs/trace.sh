#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# traceroute, mtr, tracepath and ping through three routers.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages traceroute mtr-tiny iputils-tracepath iputils-ping
must load_anp
for name in A R1 R2 R3 B; do
	must new_ns $name
done
#	A 10.1.0.2 -- R1 -- 10.2.0.0/24 -- R2 -- 10.3.0.0/24 -- R3 -- B 10.4.0.2
chain=("$A" "$R1" "$R2" "$R3" "$B")
for i in 1 2 3 4; do
	must veth "${chain[i - 1]}" right "${chain[i]}" left
	[ $i = 1 ] || must ip -n "${chain[i - 1]}" addr add 10.$i.0.1/24 dev right
	must ip -n "${chain[i]}" addr add 10.$i.0.2/24 dev left
done
must anp_on "$A" right 10.1.0.9/24
must ip -n "$A" route add default via 10.1.0.2 dev anp0 table anp
must ip -n "$B" route add default via 10.4.0.1
for i in 1 2 3; do
	must in_ns "${chain[i]}" sysctl -qw net.ipv4.ip_forward=1
	[ $i = 3 ] || must ip -n "${chain[i]}" route add 10.4.0.0/24 via 10.$((i + 1)).0.2
	[ $i = 1 ] || must ip -n "${chain[i]}" route add 10.1.0.0/24 via 10.$i.0.1
done
must in_a sysctl -qw net.ipv4.ping_group_range='0 2147483647'
ROLE="ANP to host"
LAUNCH_A="anp run" LAUNCH_B=''
route="10.1.0.2 10.2.0.2 10.3.0.2 10.4.0.2"

passes() { # OPTION...: by all of them, in this order
	client traceroute -n -q 1 -w 10 "$@" 10.4.0.2 >"$WORK/hops"
	cat "$WORK/hops"
	[ "$(awk 'NR > 1 { printf "%s ", $2 }' "$WORK/hops")" = "$route " ]
}
mtr_hops() {
	local got
	got=$(client mtr -n -r -c 1 -G 5 "$@" 10.4.0.2 | awk '$2 != "" && $1 ~ /\|--/ { printf "%s ", $2 }')
	[ "$got" = "$route " ] || { echo "$got"; return 1; }
}

PROGRAM=traceroute
pt "UDP, three routers" passes
pt "UDP, one port (-U)" passes -U -p 33434
PROGRAM=tracepath
pt "three routers" sh -c "nsenter --net=/run/netns/$A anp run tracepath -n 10.4.0.2 | grep -q 'hops 4'"
PROGRAM=ping
pt "with the way recorded in its hop count" client ping -c 2 -W 5 10.4.0.2
# By raw sockets, which are ANP's, too.
PROGRAM=mtr
pt "ICMP, three routers" mtr_hops
pt "UDP, three routers" mtr_hops -u
PROGRAM=traceroute
pt "ICMP (-I), three routers" passes -I
pt "TCP (-T), three routers" passes -T -p 80
must in_ns "$R2" ip link set right mtu 1300
must in_ns "$R3" ip link set left mtu 1300
PROGRAM=tracepath
pt "finds a narrow link" sh -c "nsenter --net=/run/netns/$A anp run tracepath -n 10.4.0.2 | grep -q 'pmtu 1300'"
finish
