#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Lower devices other than a veth beside it: WireGuard (IP packets, no link addresses), a VLAN, a
# lower in another namespace that moves on; and what anp0 says to the rest of the kernel.
# TIMEOUT=180
. "$(dirname "$0")/../interop/lib.sh"

on_link() { ip -n "$1" link show dev "$2"; }

wireguard() {
	local k1=$WORK/k1 k2=$WORK/k2
	wg genkey >"$k1" && wg genkey >"$k2"
	must ip -n "$A" link add wg0 type wireguard
	must ip -n "$B" link add wg0 type wireguard
	must ip -n "$A" addr add 192.168.9.2/24 dev eth0
	must ip -n "$B" addr add 192.168.9.1/24 dev eth0
	must in_a wg set wg0 private-key "$k1" listen-port 1000 \
		peer "$(wg pubkey <"$k2")" allowed-ips 0.0.0.0/0 endpoint 192.168.9.1:1000
	must in_b wg set wg0 private-key "$k2" listen-port 1000 \
		peer "$(wg pubkey <"$k1")" allowed-ips 0.0.0.0/0 endpoint 192.168.9.2:1000
	must ip -n "$A" link set wg0 up
	must ip_batch "$B" "link set wg0 up" "addr add 10.66.0.1/24 dev wg0"
	must anp_on "$A" wg0 10.66.0.2/24 anpw
}

topo_pair
check "arping from anp0" in_a arping -c 1 -w 5 -I anp0 10.0.0.1
check_fails "a route through anp0 in the main table is refused" \
	ip -n "$A" route add 198.51.100.0/24 dev anp0
check_output "... with a reason" 'Error: .*table' ip -n "$A" route add 198.51.100.0/24 dev anp0
check_fails "a VLAN above anp0 is refused" ip -n "$A" link add v link anp0 type vlan id 5

wireguard
check_output "on WireGuard the device has no link address" 'link/none' on_link "$A" anpw
check "ping over WireGuard" in_b ping -c 3 -i 0.2 -W 5 10.66.0.2
check "a fragmented ping over WireGuard" in_b ping -c 1 -W 5 -s 5000 10.66.0.2
pattern "$SOME_KB over WireGuard, ANP client" "$A" "$B" 10.66.0.1 "$SOME"
pattern "$SOME_KB over WireGuard, ANP server" "$B" "$A" 10.66.0.2 "$SOME"
must ip -n "$A" link del wg0
check_fails "the device goes with its tunnel" on_link "$A" anpw

must ip_batch "$A" "link add v5 link eth0 type vlan id 5" "link set v5 up"
must ip_batch "$B" "link add v5 link eth0 type vlan id 5" "link set v5 up" "addr add 10.5.0.1/24 dev v5"
must anp_on "$A" v5 10.5.0.2/24 anp5
check "ping over a VLAN" in_b ping -c 2 -i 0.2 -W 5 10.5.0.2
pattern "$SOME_KB over a VLAN" "$A" "$B" 10.5.0.1 "$SOME"
check "anp0 beside it still answers" in_b ping -c 1 -W 5 10.0.0.2

helper=$(dirname "$0")/../helpers/tun.py
[ -e /dev/net/tun ] || must modprobe tun
check_output "an echo through a tun device" 'reply type 0 from 10.7.0.2, 84 bytes' in_a python3 "$helper"
check "closing the tun takes the device along" wait_for 30 sh -c "! ip -n $A link show anp7"

must new_ns C
must new_ns D
must ip -n "$C" link add eth1 type veth peer name eth1 netns "$B"
must ip_batch "$B" "addr add 10.1.0.1/24 dev eth1" "link set eth1 up"
must ip -n "$C" link add anp1 netns "$D" link eth1 type anp
must ip -n "$C" link set eth1 up
must ip_batch "$D" "addr add 10.1.0.2/24 dev anp1" "link set anp1 up"
check "the lower in another namespace" in_b ping -c 1 -W 5 10.1.0.2
must ip -n "$C" link set eth1 netns "$A"
must ip -n "$A" link set eth1 up
check "... which moves to a third" wait_for 30 in_b ping -c 1 -W 2 10.1.0.2

# In one batch the lower device ends first, with the anp device on its way out as well.
must ip -n "$C" link add eth2 group 7 type veth peer name eth3
must anp_on "$C" eth2 10.2.0.2/24 anp2
must ip -n "$C" link set anp2 group 7
check "a lower and its anp device deleted at once" ip -n "$C" link del group 7
check_fails "... are both gone" on_link "$C" anp2
check_eq "... with their routes" "" "$(ip -n "$C" route show table anp)"
finish
