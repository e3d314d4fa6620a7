#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# curl against nginx: HTTP 1.1 and 2, TLS, kept and many connections, Fast Open, uploads.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages curl wget nginx
topo_programs
certificate
for ns in "$A" "$B"; do
	must in_ns "$ns" sysctl -qw net.ipv4.tcp_fastopen=3 net.anp.tcp_fastopen=3
done
conf=$(nginx_conf curl 2 <<END
server { listen 0.0.0.0:80 fastopen=64 backlog=1024; listen 0.0.0.0:443 ssl http2; root $WWW;
	location /out { dav_methods PUT; } }
END
)
get="curl -sS --max-time $LIMIT --cacert $WORK/cert.pem"

version() { [ "$(client $get -o "$WORK/got" -w '%{http_version}' "$@")" = 2 ] && cmp "$WORK/got" "$WWW/file"; }
kept() { # 20 requests, of which the first alone connects
	client $get -w '%{stderr}%{num_connects}\n' "http://$ADDR/small?[1-20]" >"$WORK/got" 2>"$WORK/connects"
	[ "$(wc -c <"$WORK/got")" = 80000 ] && [ "$(awk '{ n += $1 } END { print n }' "$WORK/connects")" = 1 ]
}
upload() { # with "Expect: 100-continue", since it is large
	rm -f "$WWW/out/up"
	client $get -T "$WWW/file" "http://$ADDR/out/up" && cmp "$WWW/file" "$WWW/out/up"
}
fast_open() {
	local before
	same $get --tcp-fastopen "http://$ADDR/file" || return
	before=$(counter "$A" TcpExtTCPFastOpenActive)
	same $get --tcp-fastopen "http://$ADDR/file" &&
		[ "$(counter "$A" TcpExtTCPFastOpenActive)" -gt "$before" ]
}
parallel() {
	rm -rf "$WORK/many"
	client $get --no-progress-meter -Z --parallel-immediate --parallel-max 300 -H 'Connection: close' --create-dirs \
		-o "$WORK/many/#1" "http://$ADDR/small?[1-1000]" || return
	[ "$(cd "$WORK/many" && sha256sum -- * | awk '{ print $1 }' | sort | uniq -c | tr -s ' ')" = \
		" 1000 $(sha256sum <"$WWW/small" | cut -d' ' -f1)" ]
}
slowly() { same $get --limit-rate 2M "http://$ADDR/file"; }

each() {
	PROGRAM=curl
	serve "$B" 80 nginx -c "$conf" || return
	pt "a file by http" same $get "http://$ADDR/file"
	pt "a file by https" same $get --http1.1 "https://$ADDR/file"
	pt "a file by HTTP/2 over TLS" version "https://$ADDR/file"
	pt "20 requests on one connection" kept
	pt "an upload (PUT, 100-continue)" upload
	pt "--tcp-fastopen, the request on the SYN" fast_open
	pt "--limit-rate, a reader that is slow" slowly
	pt "1000 connections, 300 at once" parallel
	PROGRAM=wget
	pt "a file by http" same wget -q -O - "http://$ADDR/file"
}
roles each
finish
