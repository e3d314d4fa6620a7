#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# nginx: several workers under load from wrk, ab and h2load, reload meanwhile, reuseport, and as a proxy.
# TIMEOUT=500
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages nginx wrk apache2-utils nghttp2-client
topo_programs
certificate
conf=$(nginx_conf workers 3 <<END
log_format pid '\$pid';
server { listen 0.0.0.0:80 backlog=1024; listen 0.0.0.0:443 ssl http2; root $WWW; }
server { listen 0.0.0.0:81 reuseport backlog=1024; root $WWW; access_log $WORK/pids pid; }
END
)
backends=$(nginx_conf backends 1 <<END
server { listen 0.0.0.0:8001; root $WWW; add_header X-Backend 1; }
server { listen 0.0.0.0:8002; root $WWW; add_header X-Backend 2; }
server { listen 0.0.0.0:8003; root $WWW; add_header X-Backend 3; }
END
)

ab_keeps() {
	client ab -q -k -n 2000 -c 20 "http://$ADDR/small" >"$WORK/ab"
	cat "$WORK/ab"
	grep -q '^Complete requests: *2000' "$WORK/ab" && grep -q '^Failed requests: *0' "$WORK/ab" &&
		grep -q '^Keep-Alive requests: *2000' "$WORK/ab"
}
http2() {
	client h2load -n 400 -c 10 -m 10 "https://$ADDR/small" >"$WORK/h2"
	cat "$WORK/h2"
	grep -q '400 succeeded, 0 failed, 0 errored' "$WORK/h2"
}
# Requests on a connection each, while the workers are replaced: none may fail.
reloaded() {
	local master old i
	bg client curl -sS -H 'Connection: close' --max-time "$LIMIT" --fail "http://$ADDR/small?[1-300]"
	master=$(cat "$WORK/nginx-workers/pid")
	for i in 1 2 3; do
		old=$(pgrep -P "$master" | sort)
		kill -HUP "$master"
		wait_for 30 renewed "$master" "$old" || return
	done
	join "$BG" && [ "$(bg_output "$BG" | wc -c)" = 1200000 ]
}
renewed() { # MASTER PIDS: none of these is left
	[ -z "$(comm -12 <(pgrep -P "$1" | sort) <(echo "$2"))" ]
}
several_workers() {
	: >"$WORK/pids"
	client curl -sS -H 'Connection: close' --max-time "$LIMIT" -o /dev/null "http://$ADDR:81/small?[1-60]" || return
	sort "$WORK/pids" | uniq -c
	[ "$(wc -l <"$WORK/pids")" = 60 ] && [ "$(sort -u "$WORK/pids" | wc -l)" -ge 2 ]
}
listeners() { # one for each worker; the host has them in its table in the same way
	[ "$(table_of "$B" tcp | grep -c ":0051 .* 0A ")" = 3 ]
}
all_backends() {
	[ "$(client curl -sS --max-time "$LIMIT" -o /dev/null -D - "http://$ADDR:8080/small?[1-30]" |
		sed -n 's/^X-Backend: \([0-9]\).*/\1/p' | sort | uniq -c | tr -s ' ' | tr -d '\n')" = " 10 1 10 2 10 3" ]
}

each() {
	PROGRAM=nginx
	: >"$WORK/pids"
	chmod 666 "$WORK/pids"
	serve "$B" 80 nginx -c "$conf" || return
	pt "3 workers, sendfile, under wrk" load "http://$ADDR/small"
	pt "TLS, under wrk" load "https://$ADDR/small"
	pt "HTTP/2, 10 streams on each of 10 connections (h2load)" http2
	pt "kept connections (ab -k)" ab_keeps
	pt "reload under load, no request lost" reloaded
	pt "reuseport: a listener for each worker" listeners
	pt "reuseport: several workers are given connections" several_workers
	stop
	serve "$A" 8001 nginx -c "$backends" || return
	# An upstream takes no variable: the configuration is this role's.
	serve "$B" 8080 nginx -c "$(nginx_conf proxy 2 <<-END
		upstream three { server $PEER:8001; server $PEER:8002; server $PEER:8003; keepalive 8; zone z 64k; }
		server { listen 0.0.0.0:8080; location / { proxy_pass http://three; proxy_http_version 1.1;
		proxy_set_header Connection ""; } }
	END
	)" || return
	pt "reverse proxy, a file through it" same curl -sS --max-time "$LIMIT" "http://$ADDR:8080/file"
	pt "reverse proxy, 3 backends in turn" all_backends
	pt "reverse proxy, under wrk" load "http://$ADDR:8080/small"
}
roles each
finish
