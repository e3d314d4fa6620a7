#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Conversations of every protocol with a peer that knows them well and damages what it sends: helpers/fuzz_wire.c.
# FRAMES says how many (make fuzz-wire).
# TIMEOUT=700
. "$(dirname "$0")/../lib.sh"

anp_stat() { awk -v n="$1" '$1 == n { print $2 }' /proc/net/anp/stat; }
no_sockets() { ! awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | grep -q .; }
drop_reasons() { awk '$1 == "AnpDropLinkDown" { on = 1 } on && $2 > 0' /proc/net/anp/stat | wc -l; }

# This program is in a namespace of its own already; the harness sees to that.
must load_anp
[ -e /dev/net/tun ] || must modprobe tun
# What nobody answers for is given up soon.
must sysctl -qw net.anp.tcp_orphan_retries=1 net.anp.tcp_fin_timeout=2 net.anp.tcp_retries2=3 net.anp.tcp_rto_max_ms=2000
: "${FRAMES:=$((20000 / ${TIMEOUT_FACTOR:-1}))}"
check "$FRAMES frames are got over, and ANP still answers" \
	timeout "$((200 + FRAMES / 50))" "$(dirname "$0")/../helpers/fuzz_wire" "$SEED" "$FRAMES"
comment <"$WORK/check.out"
reasons=$(drop_reasons)
for name in TcpInSegs TcpPassiveOpens TcpActiveOpens TcpOutSegs IpReasmOKs UdpInDatagrams; do
	echo "# $name $(anp_stat $name)"
done
check "conversations took place" [ "$(anp_stat TcpPassiveOpens)" -gt $((FRAMES / 1000)) ]
check "frames were dropped for $reasons reasons" [ "$reasons" -ge 15 ]
# A peer whose timestamps lie makes a round trip last as long as the longest RTO. So FIN-WAIT-2 may last
# 3.5 times that, and what is not acknowledged eleven times (sim/unit_orphan.c).
left=$(awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | wc -l)
echo "# $left connections are left at first"
check "no connection is left" wait_for 30 no_sockets || anp ss -a -n -o -i -m | comment
finish
