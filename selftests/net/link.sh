#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The device: how it is made and refused, what follows the lower, and that it goes away cleanly
# from under traffic, whichever end is pulled first.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"

link_field() { # NS DEV KEY -> value of "KEY value" in ip -d link
	ip -n "$1" -d link show dev "$2" | grep -o "$3 [^ ]*" | head -n 1 | cut -d' ' -f2
}
stat_of() { in_ns "$1" awk -v n="$2" '$1 == n { print $2 }' /proc/net/anp/stat; }
gone() { ! ip -n "$1" link show dev "$2"; }
state_is() { ip -n "$1" -br link show dev "$2" | grep -q "$3"; }
lower_mtu() { ip -n "$A" link set eth0 mtu "$1" && ip -n "$B" link set eth0 mtu "$1"; }

topo_pair
check_output "ip -d link names the type" ' anp' ip -n "$A" -d link show dev anp0
# The plugin of iproute2, from where it was built.
plugin=$(dirname "$(command -v anp)")/../iproute2
ip_anp() { IP_LIB_DIR=$plugin ip -n "$A" "$@"; }
check_output "ip link help anp" 'rx-mode MODE' ip_anp link help anp
check_output "... and with add" 'inline . interrupt . poll . hybrid' ip_anp link add anp1 link eth0 type anp help
check "ip link set rx-mode" ip_anp link set anp0 type anp rx-mode poll
check_output "ip -d link shows it" 'anp rx-mode poll' ip_anp -d link show dev anp0
check_output "... as JSON" '"info_data":\{"rx_mode":"poll"' ip_anp -j -d link show dev anp0
check_output "ethtool agrees" 'rx-poll *: on' in_a ethtool --show-priv-flags anp0
check_fails "a mode that there is not" ip_anp link set anp0 type anp rx-mode never
check_output "... is told" 'no rx-mode' ip_anp link set anp0 type anp rx-mode never
check_output "an option that there is not" 'unknown option .mode.' ip_anp link set anp0 type anp mode poll
check "back to inline" ip_anp link set anp0 type anp rx-mode inline
check_output "ip link names the lower" 'anp0@eth0' ip -n "$A" link show dev anp0
check_output "the route table is named" 'local 10.0.0.2 ' ip -n "$A" route show table anp
check_eq "the main table has no route of anp0" "" "$(ip -n "$A" route show table main dev anp0)"
check_output "ethtool -i says anp" 'driver: anp' in_a ethtool -i anp0
check_output "ethtool -k answers" 'scatter-gather: on' in_a ethtool -k anp0
check_output "ethtool -S answers" '[a-z_]+: [0-9]+' in_a ethtool -S anp0
[ "$(link_field "$A" anp0 link/ether)" != "$(link_field "$A" eth0 link/ether)" ]
check_eq "anp0 has a MAC of its own" 0 $?

check_fails "a second anp on the same lower is refused" ip -n "$A" link add anp1 link eth0 type anp
check_output "... with a reason" 'Error: .*' ip -n "$A" link add anp1 link eth0 type anp
check_fails "a device without a lower is refused" ip -n "$A" link add anp1 type anp
check_fails "an anp above an anp is refused" ip -n "$A" link add anp1 link anp0 type anp
check_fails "an anp above lo is refused" ip -n "$A" link add anp1 link lo type anp

check "ping before" in_b ping -c 1 -W 2 10.0.0.2
lower_mtu 1400
check_eq "a smaller MTU of the lower is followed" 1400 "$(link_field "$A" anp0 mtu)"
check_fails "a larger MTU than the lower's is refused" ip -n "$A" link set anp0 mtu 9000
lower_mtu 1500
ip -n "$A" link set anp0 mtu 1500
ip -n "$A" link set anp0 address 02:11:22:33:44:55
ip -n "$B" neigh flush dev eth0
check "ping after a change of the MAC" in_b ping -c 1 -W 2 10.0.0.2
check_output "the peer has learned the new MAC" '02:11:22:33:44:55' ip -n "$B" neigh show 10.0.0.2
ip -n "$B" link set eth0 down
check "carrier follows the lower" wait_for 30 state_is "$A" anp0 'LOWERLAYERDOWN\|DOWN'
ip -n "$B" link set eth0 up
check "... and comes back" wait_for 30 state_is "$A" anp0 UP
check "ping after the carrier came back" wait_for 30 in_b ping -c 1 -W 2 10.0.0.2
before=$(stat_of "$A" AnpDropLinkHostTx)
in_a ping -c 1 -W 1 -I anp0 10.0.0.1 >/dev/null 2>&1
check_fails "the host's stack does not send through anp0" test "$(stat_of "$A" AnpDropLinkHostTx)" = "$before" \
	-a -n "$(in_a ip route get 10.0.0.1 2>/dev/null | grep anp0)"

netem "$A" anp0 delay 50ms
check_output "netem on anp0 delays what ANP sends" 'time=([5-9][0-9]|1[0-9][0-9])' in_b ping -c 1 -W 2 10.0.0.2
tc -n "$A" qdisc del dev anp0 root
must capture "$A" anp0 icmp
in_b ping -c 1 -W 2 10.0.0.2 >/dev/null
check "tcpdump on anp0 sees both ways" wait_for 30 sh -c \
	"tcpdump -nn -r $CAPTURE 2>/dev/null | grep -c echo | grep -q 2"
kill_bg

flood() { bg in_b ping -q -f -s 1000 10.0.0.2; }
flood
ip -n "$A" link del anp0
check "anp0 deleted under traffic" gone "$A" anp0
kill_bg
must anp_on "$A" eth0 10.0.0.2/24
flood
ip -n "$A" link del eth0
check "the lower deleted under traffic takes anp0 along" gone "$A" anp0
kill_bg
must veth "$A" eth0 "$B" eth1
for ((i = 0; i < 100; i++)); do
	printf '%s\n' "link add anp0 link eth0 type anp" "link del anp0"
done >"$WORK/hundred"
check "added and deleted a hundred times" ip -n "$A" -batch "$WORK/hundred"
must new_ns C
must ip -n "$A" link add anp0 netns "$C" link eth0 type anp
check "the device in another namespace than its lower" ip -n "$C" link show dev anp0
ip netns del "$C"
unset 'spaces[-1]'
check "that namespace deleted with the device in it" wait_for 30 test ! -e "/run/netns/$C"
must anp_on "$A" eth0 10.0.0.2/24
finish
