#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A router with nftables between ANP and the host's stack: masquerade one way, DNAT the other.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages nftables nginx curl
topo_router
mkdir -p "$WWW"
chmod 755 "$WORK" "$WWW"
head -c 3000000 /dev/urandom >"$WWW/file"
head -c 4000 /dev/urandom >"$WWW/small"
SUM=$(sha256sum <"$WWW/file")
LAUNCH_A="anp run" LAUNCH_B=''
must ip -n "$B" route del default
must in_a sysctl -qw net.ipv4.ping_group_range='0 2147483647'
in_r nft -f - <<'END'
table ip nat {
	chain out { type nat hook postrouting priority srcnat; oifname "eth1" masquerade; }
	chain in { type nat hook prerouting priority dstnat; iifname "eth1" tcp dport 8080 dnat to 10.0.1.2:80;
		iifname "eth1" udp dport 5300 dnat to 10.0.1.2:53; }
}
END
conf=$(nginx_conf nat 2 <<END
server { listen 0.0.0.0:80; root $WWW; }
END
)
dns="dnsmasq -k -p 53 -C /dev/null -u root --no-resolv --no-hosts --bind-interfaces --address=/a.example/192.0.2.9"
answered() { [ "$("$@")" = 192.0.2.9 ]; }
from_b() { [ "$(in_b "$@" | sha256sum)" = "$SUM" ]; }

PROGRAM="nftables in the path"
ROLE="ANP to host"
serve "$B" 80 nginx -c "$conf"
pt "masquerade, a file by http" same curl -sS --max-time "$LIMIT" http://10.0.2.2/file
pt "masquerade, 50 connections" same sh -c 'curl -sS -Z -o /dev/null "http://10.0.2.2/small?[1-50]"; curl -sS http://10.0.2.2/file'
serve_udp "$B" 53 $dns
pt "masquerade, dig over UDP" answered client dig +short +time=5 @10.0.2.2 a.example
pt "masquerade, ping" client ping -c 1 -W 5 10.0.2.2
stop
ROLE="host to ANP"
must ip -n "$B" route add default via 10.0.2.1
serve "$A" 80 nginx -c "$conf"
serve_udp "$A" 53 $dns
pt "DNAT, a file by http" from_b curl -sS --max-time "$LIMIT" http://10.0.2.1:8080/file
pt "DNAT, dig over UDP" answered in_b dig +short +time=5 -p 5300 @10.0.2.1 a.example
stop
finish
