# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Hand-made frames: runs a script on helpers/packets.py in B, the peer, and
# makes a TAP point of each point it reports.

# packets_setup: what the scripts need to know; once the topology stands. B
# gets a static neighbour, so that its own ARP stays out of the counters.
packets_setup() {
	bg nsenter --net="/run/netns/$A" sleep infinity
	must wait_for 30 in_ns_of_a "$BG"
	ANP_STAT=/proc/$BG/net/anp/stat
	ANP_MAC=$(ip -n "$A" -br link show dev anp0 | awk '{ print $3 }')
	PEER_MAC=$(ip -n "$B" -br link show dev eth0 | awk '{ print $3 }')
	export ANP_STAT ANP_MAC PEER_MAC
	ip -n "$B" neigh replace 10.0.0.2 lladdr "$ANP_MAC" dev eth0 nud permanent
}

in_ns_of_a() { [ "/proc/$1/ns/net" -ef "/run/netns/$A" ]; }

# packets SCRIPT [ARGUMENT...]
packets() {
	local line last=
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "${line#ok }" ;;
		"not ok "*) fail "${line#not ok }" ;;
		"#"*) printf '%s\n' "$line" ;;
		*) last=$line ;;
		esac
	done < <(PYTHONPATH=$(dirname "$0")/../helpers PYTHONDONTWRITEBYTECODE=1 \
		in_b python3 "$@" 2>"$WORK/packets.err")
	[ "$last" = "done" ] && return
	comment <"$WORK/packets.err"
	fail "${1##*/} ran to its end"
}

anp_stat() { # NAME -> value in A
	in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat
}
