#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP Fast Open (RFC 7413), with Linux as the server and as the client, with hand-made SYNs, and with
# curl and nginx.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# What is sent to the address that hand-made SYNs come from reaches nobody who would reset it.
must ip -n "$A" neigh replace 10.0.0.50 lladdr 02:00:00:00:00:50 dev anp0 nud permanent
# Servers that nothing is known of.
must ip -n "$B" addr add 10.0.0.7/24 dev eth0
must ip -n "$B" addr add 10.0.0.8/24 dev eth0
must ip -n "$B" addr add 10.0.0.9/24 dev eth0
must in_b sysctl -qw net.ipv4.tcp_fastopen=3
must in_a sysctl -qw net.anp.tcp_fastopen=3
export PEER_NS=/run/netns/$B
dgram "$A" fastopen.py

stat_of() { in_a awk -v name="$1" '$1 == name { print $2 }' /proc/net/anp/stat; }

nginx_in() { # NAMESPACE [LAUNCHER...]
	local ns=$1 d=$WORK/nginx-$1
	shift
	mkdir -p "$d"
	echo "a file" >"$d/file"
	chmod 755 "$WORK" "$d"
	cat >"$d/conf" <<-END
		daemon off; master_process off; pid $d/pid; error_log stderr;
		events { }
		http { access_log off; server { listen 8080 fastopen=16; root $d; } }
	END
	bg in_ns "$ns" "$@" nginx -c "$d/conf"
}
fetch() { # NAMESPACE ADDRESS [LAUNCHER...]
	local ns=$1 addr=$2
	shift 2
	in_ns "$ns" "$@" curl -sS --max-time 20 --tcp-fastopen "http://$addr:8080/file"
}
answers() { [ "$(fetch "$@")" = "a file" ]; }

nginx_in "$B"
must wait_for 30 in_b curl -sS --max-time 5 http://10.0.0.1:8080/file
before=$(stat_of TcpExtTCPFastOpenActive)
check "anp run curl --tcp-fastopen" answers "$A" 10.0.0.1 anp run
check "... again" answers "$A" 10.0.0.1 anp run
check "... with its request on the SYN" [ "$(stat_of TcpExtTCPFastOpenActive)" -gt "$before" ]
kill_bg

nginx_in "$A" anp run
before=$(stat_of TcpExtTCPFastOpenPassive)
must wait_for 30 in_b curl -sS --max-time 5 http://10.0.0.2:8080/file
check "curl --tcp-fastopen from Linux to anp run nginx" answers "$B" 10.0.0.2
check "... again" answers "$B" 10.0.0.2
check "... with its request on the SYN" [ "$(stat_of TcpExtTCPFastOpenPassive)" -gt "$before" ]
kill_bg
finish
