#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Receive moderation: the modes, ethtool -C, -G, -L, what is refused and why, changes under traffic;
# and (moderation.py) the effect of each setting.
# TIMEOUT=240
. "$(dirname "$0")/../interop/lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

set_c() { in_a ethtool -C anp0 "$@"; }
flag() { in_a ethtool --set-priv-flags anp0 "$@"; }
mode() { in_a ethtool --show-priv-flags anp0 | awk -F'[ :]+' '$2 == "on" { print $1 }'; }
shown() { in_a ethtool -c anp0 | sed -n 's/^\([a-z-]*\):[[:space:]]*\([0-9]*\)$/\1=\2/p'; }
mac() { ip -n "$1" -br link show dev "$2" | awk '{ print $3 }'; }

# How anp0 receives is what this test sets.
RX_MODE=
topo_pair
must ip -n "$B" neigh replace 10.0.0.2 dev eth0 nud permanent lladdr "$(mac "$A" anp0)"
must ip -n "$A" neigh replace 10.0.0.1 dev anp0 nud permanent lladdr "$(mac "$B" eth0)"
must in_b ethtool -K eth0 tx-udp-segmentation off

check_eq "a new device handles frames inline" "" "$(mode)"
must set_c rx-usecs 50 rx-frames 32
check_eq "rx-usecs makes inline interrupt" rx-interrupt "$(mode)"
must set_c rx-frames 1
check_eq "rx-frames 1 is no moderation" "" "$(mode)"
must flag rx-poll on
must flag rx-hybrid on
check_eq "one mode at a time" rx-hybrid "$(mode)"
check_fails "two modes are refused" flag rx-poll on rx-interrupt on
must flag rx-hybrid off
check_eq "... and off again" "" "$(mode)"

fields="rx-usecs=11 rx-frames=12 rx-usecs-irq=13 rx-frames-irq=14 pkt-rate-low=15 rx-usecs-low=16
rx-frames-low=17 pkt-rate-high=18 rx-usecs-high=19 rx-frames-high=20 sample-interval=21"
# shellcheck disable=SC2086 # words
must set_c ${fields//=/ }
# ethtool writes these two in the singular.
shown | sed 's/rx-frame-/rx-frames-/' >"$WORK/shown"
check_eq "-c shows what was set" "" "$(tr ' ' '\n' <<<"$fields" | grep -vxFf "$WORK/shown")"
must set_c rx-usecs 0 rx-frames 0 rx-usecs-irq 0 rx-frames-irq 0 sample-interval 1
for f in tx-usecs tx-frames tx-usecs-irq tx-frames-irq tx-usecs-low tx-frames-low tx-usecs-high \
	tx-frames-high adaptive-tx cqe-mode-tx; do
	case $f in adaptive* | cqe*) v=on ;; *) v=5 ;; esac
	check_output "$f is refused" 'no transmit interrupts' set_c $f $v
done
check_output "stats-block-usecs is refused" 'no block' set_c stats-block-usecs 5
check_output "rx-frames without rx-usecs is refused" 'wait for ever' set_c rx-frames 5
check_output "rx-frames above the ring is refused" 'ring holds' set_c rx-usecs 5 rx-frames 513
check_output "rx-usecs above a second is refused" 'a second' set_c rx-usecs 1000001
check_output "crossed rates are refused" 'above' set_c pkt-rate-low 5 pkt-rate-high 4
check_output "sample-interval 0 is refused" 'seconds' set_c sample-interval 0
check_output "a ring smaller than rx-frames-high is refused" 'fewer frames' \
	sh -c "nsenter --net=/run/netns/$A ethtool -C anp0 rx-frames-high 100 &&
		nsenter --net=/run/netns/$A ethtool -G anp0 rx 64"
check_output "a ring of 63 is refused" 'at least 64' in_a ethtool -G anp0 rx 63
check_fails "17 queues are refused" in_a ethtool -L anp0 rx 17

dgram "$A" moderation.py "$A" "$B"

must set_c rx-usecs 50 rx-frames 0 pkt-rate-low 0 pkt-rate-high 0
check_output "-l shows the queues" 'RX:[[:space:]]+4' in_a ethtool -l anp0
must in_a ethtool -G anp0 rx 256
check_output "-g shows the ring" 'RX:[[:space:]]+256' in_a ethtool -g anp0
pattern "four queues: 1 MB in" "$B" "$A" 10.0.0.2 1000000 -n 4
pattern "four queues: 1 MB out" "$A" "$B" 10.0.0.1 1000000 -n 4

bg in_b ping -q -f -l 20 10.0.0.2
for i in 1 2 3; do
	must flag rx-poll on
	must in_a ethtool -L anp0 rx "$i"
	must flag rx-hybrid on
	must in_a ethtool -G anp0 rx $((128 * i))
	must flag rx-hybrid off
	must set_c rx-usecs $((i % 2 * 50))
done
must flag rx-hybrid on
must ip -n "$A" link set anp0 down
must ip -n "$A" link set anp0 up
must ip -n "$A" link del anp0
kill_bg
ok "changed and deleted under traffic"
finish
