#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Go programs, which make their system calls without the C library: caddy and rclone.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages caddy rclone
topo_programs
mkdir -p "$WWW/tree"
for i in {1..30}; do
	head -c $((i * 1999)) /dev/urandom >"$WWW/tree/$i"
done
export HOME=$WORK XDG_DATA_HOME=$WORK XDG_CONFIG_HOME=$WORK

copied() { # CONFIGURED REMOTE
	rm -rf "$WORK/got"
	client rclone copy -q --transfers 8 "$1" "$WORK/got" && diff -r "$WORK/got" "$WWW/tree"
}
put() {
	rm -rf "$WWW/out/up"
	client rclone copy -q "$WWW/tree" ":webdav,url='http://$ADDR:8082':out/up" && diff -r "$WWW/tree" "$WWW/out/up"
}

each() {
	PROGRAM="caddy (Go)"
	cat >"$WORK/caddyfile" <<-END
		{
			admin off
			auto_https off
		}
		http://:8080 {
			root * $WWW
			file_server browse
		}
		http://:8081 {
			reverse_proxy 127.0.0.1:8080
		}
	END
	serve "$B" 8081 caddy run --adapter caddyfile --config "$WORK/caddyfile" || return
	pt "a file by http" same curl -sS --max-time "$LIMIT" "http://$ADDR:8080/file"
	pt "a file through its proxy, over loopback" same curl -sS --max-time "$LIMIT" "http://$ADDR:8081/file"
	pt "under wrk" load "http://$ADDR:8080/small"
	PROGRAM="rclone (Go)"
	pt "a tree by http, 8 files at once" copied ":http,url='http://$ADDR:8080':tree"
	serve "$B" 8082 rclone serve webdav --addr "$ADDR:8082" "$WWW" || return
	pt "a tree put by WebDAV" put
}
roles each
finish
