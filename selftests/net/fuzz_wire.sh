#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Conversations of every protocol with a peer that knows them well and damages what it sends: helpers/fuzz_wire.c.
# FRAMES says how many (make fuzz-wire).
# TIMEOUT=700
. "$(dirname "$0")/../lib.sh"
exec 3>&1

anp_stat() { awk -v n="$1" '$1 == n { print $2 }' /proc/net/anp/stat; }
no_sockets() { ! awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | grep -q .; }
# Of the protocol's time, which a slow kernel does not stretch; what takes long is shown.
wait_rto() {
	local end=$((SECONDS + $1)) shown=$((SECONDS + 30))
	until no_sockets; do
		[ "$SECONDS" -lt "$end" ] || return 1
		[ "$SECONDS" -lt "$shown" ] || { anp ss -a -n -o -i | comment >&3; shown=$end; }
		sleep 0.2
	done
}
drop_reasons() { awk '$1 == "AnpDropLinkDown" { on = 1 } on && $2 > 0' /proc/net/anp/stat | wc -l; }

# This program is in a namespace of its own already; the harness sees to that.
must load_anp
[ -e /dev/net/tun ] || must modprobe tun
# What nobody answers for is given up soon.
must sysctl -qw net.anp.tcp_orphan_retries=1 net.anp.tcp_fin_timeout=2 net.anp.tcp_retries2=3
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
# A peer whose timestamps lie makes a round trip last up to two minutes, and with it the timer. So FIN-WAIT-2
# may last 3.5 times that, and what is not acknowledged three times (sim/unit_orphan.c): seldom more than a moment.
left=$(awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | wc -l)
echo "# $left connections are left at first"
check "no connection is left" wait_rto 425 || anp ss -a -n -o -i -m | comment
finish
