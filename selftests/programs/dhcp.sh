#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An ANP device gets its address, routes and name server by DHCP: udhcpc, from dnsmasq on the host's stack.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages udhcpc dnsmasq-base
must load_anp
must new_ns A
must new_ns B
must veth "$A" eth0 "$B" eth0
must ip -n "$B" addr add 10.0.0.1/24 dev eth0
must ip -n "$A" link add anp0 link eth0 type anp
must ip -n "$A" link set anp0 up
ROLE="ANP to host"
LAUNCH_A="anp run" LAUNCH_B=''

# What udhcpc calls with what it has learnt; routes of ANP's are in the table of ANP's.
cat >"$WORK/script" <<'END'
#!/bin/sh
echo "$1 $ip $router $dns" >>"$LOG"
case $1 in
deconfig) ip addr flush dev "$interface" ;;
bound | renew)
	ip addr replace "$ip/$mask" dev "$interface"
	ip route replace default via "$router" dev "$interface" table anp
	;;
esac
END
chmod 755 "$WORK/script"
export LOG=$WORK/log

said() { grep -q "$1" "$LOG"; }
reaches() { in_a anp run ping -c 1 -W 5 10.0.0.1; }
must in_a sysctl -qw net.ipv4.ping_group_range='0 2147483647'

PROGRAM=dnsmasq
serve_udp "$B" 67 dnsmasq -k -p 0 -C /dev/null -u root --log-dhcp --bind-interfaces --interface=eth0 --leasefile-ro \
	--dhcp-range=10.0.0.50,10.0.0.60,2m --dhcp-option=3,10.0.0.1 --dhcp-option=6,10.0.0.1
PROGRAM=udhcpc
bg in_a anp run udhcpc -f -i anp0 -s "$WORK/script"
client=$BG
servers+=("$BG")
pt "anp0 gets an address and a route" wait_for 60 said 'bound 10.0.0.[56][0-9] 10.0.0.1 10.0.0.1'
pt "... and reaches its router by it" reaches
# Renewed by a socket that knows the address by now, asked by a signal.
renewal=$(pgrep -P "$client" udhcpc || echo "$client")
kill -USR1 "$renewal"
pt "the lease is renewed" wait_for 60 said 'renew 10.0.0.[56][0-9]'
stop
finish
