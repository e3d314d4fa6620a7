#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The stages of a message's way: whole chains that add up to the end-to-end time, per port and per
# socket, only while somebody measures, and only for who may.
# TIMEOUT=120
. "$(dirname "$0")/../interop/lib.sh"

BENCH=/anp/userspace/bench/anp_bench

topo_anp_pair
lat_a() { in_a anp latency "$@"; }
lat_b() { in_b anp latency "$@"; }
rr() { "$BENCH" -c "$A:anp" -S "$B:anp" -a 10.0.0.3 -s 1 -n "$1" -w 5 rr; }
stage_count() { lat_a show --json | python3 latency.py count "$1"; } # STAGE
sums() { "$1" show --json | python3 latency.py sums "$2"; }

check_output "off at first" 'Measuring is off' lat_a
check "traffic" rr 20
check_eq "... and nothing was measured" "latency off port 0 sockets 0 of 0 refused 0" \
	"$(in_a cat /proc/net/anp/latency)"
check "on" lat_a on
check "... at the other end too" lat_b on
check "requests and responses" rr 100
check "what was received adds up" sums lat_a rx
check "what was sent adds up" sums lat_a tx
check "... at the other end too" sums lat_b rx
n=$(stage_count rx-total)
check "a response is a sample" [ "$n" -ge 90 ]
check_output "the table" 'rx-wakeup +[0-9]+ .* [mnu]?s .*[0-9]%' lat_a show
check_output "CSV" '^tx-total,[0-9]+,[0-9]+,' lat_a show --csv
check "off" lat_a off
n=$(stage_count rx-total)
check "traffic goes on" rr 20
check_eq "... and is not measured" "$n" "$(stage_count rx-total)"
check "reset" lat_a reset
check_eq "... forgets" 0 "$(stage_count rx-total)"
check "on for a port that nobody uses" lat_a on -p 1
check "traffic on another" rr 20
check_eq "... is not measured" 0 "$(stage_count tx-total)"
check_output "record a command" 'rx-total +[1-9]' lat_a record "$BENCH" -c "$A:anp" -S "$B:anp" \
	-a 10.0.0.3 -n 30 rr
check "what a copy of the file says" sh -c \
	"nsenter --net=/run/netns/$A cat /proc/net/anp/latency >'$WORK/copy' && anp latency -f '$WORK/copy' --csv"
check_fails "a plot is .svg or .png" lat_a show --plot "$WORK/x.gif"
check_fails "a file has no sockets" lat_a sockets -f "$WORK/copy"
check_fails "too many sockets are asked for" lat_a on -s 1025
for word in nonsense 'on 65536' 'on x' 'on 0'; do
	check_fails "refused: $word" in_a sh -c "echo '$word' >/proc/net/anp/latency"
done
# Opened by root, written by somebody else: who opened counts, as with sysctls of a namespace.
check_fails "not for everybody" in_a setpriv --reuid 65534 --clear-groups anp latency on
# With moderation a frame waits: at least as long as it is told to.
must in_a ethtool -C anp0 rx-usecs 2000
check "measured with a ring" lat_a on
must lat_a reset
check "traffic through the ring" rr 30
check "... adds up" sums lat_a rx
check "... and the wait is seen" sh -c "nsenter --net=/run/netns/$A anp latency show --json |
	jq -e '.stages[] | select(.stage == \"rx-ring\") | .p50 > 1000000'"
check "... from its interrupt on it is shorter" sh -c "nsenter --net=/run/netns/$A anp latency show --json |
	jq -e '[.stages[] | select(.stage == (\"rx-irq\", \"rx-ring\"))] |
		(map({(.stage): .p50}) | add) as \$p | .[0].count > 0 and \$p[\"rx-irq\"] < \$p[\"rx-ring\"]'"
check "on while the namespace goes away" lat_a on
finish
