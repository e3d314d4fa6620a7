#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# haproxy between clients and two servers: bytes (by splice), and HTTP.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages haproxy nginx
topo_programs
certificate
cat "$WORK/cert.pem" "$WORK/key.pem" >"$WORK/both.pem"
backends=$(nginx_conf backends 1 <<END
server { listen 0.0.0.0:8001; root $WWW; add_header X-Backend 1; }
server { listen 0.0.0.0:8002; root $WWW; add_header X-Backend 2; }
END
)

conf() {
	cat >"$WORK/haproxy" <<-END
		global
			maxconn 1000
			nbthread 2
			tune.ssl.default-dh-param 2048
		defaults
			timeout connect 20s
			timeout client 60s
			timeout server 60s
			option splice-auto
			option tcp-smart-accept
		listen bytes
			bind 0.0.0.0:9001 tfo
			mode tcp
			server one $PEER:8001 check
		listen http
			bind 0.0.0.0:9002
			bind 0.0.0.0:9003 ssl crt $WORK/both.pem alpn h2,http/1.1
			mode http
			option httpchk GET /small
			server one $PEER:8001 check inter 500ms
			server two $PEER:8002 check inter 500ms
	END
}
turns() {
	[ "$(client curl -sS --max-time "$LIMIT" -o /dev/null -D - "http://$ADDR:9002/small?[1-20]" |
		sed -n 's/^x-backend: \([0-9]\).*/\1/p' | sort | uniq -c | tr -s ' ' | tr -d '\n')" = " 10 1 10 2" ]
}

each() {
	PROGRAM=haproxy
	conf
	serve "$A" 8001 nginx -c "$backends" || return
	serve "$B" 9001 haproxy -db -f "$WORK/haproxy" || return
	pt "TCP mode, a file by splice" same curl -sS --max-time "$LIMIT" "http://$ADDR:9001/file"
	pt "HTTP mode, a file" same curl -sS --max-time "$LIMIT" "http://$ADDR:9002/file"
	pt "TLS and HTTP/2 in front" same curl -sS --http2 --cacert "$WORK/cert.pem" --max-time "$LIMIT" "https://$ADDR:9003/file"
	pt "HTTP mode, servers in turn, watched by checks" turns
	pt "HTTP mode, under wrk" load "http://$ADDR:9002/small"
}
roles each
finish
