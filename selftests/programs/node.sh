#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# node: its HTTP, HTTP/2, TLS, net and dgram modules, at either end.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages nodejs
topo_programs
certificate
io="node --no-warnings node_io.js"

each() {
	PROGRAM=node
	serve "$B" 7003 $io serve "$ADDR" "$WORK" || return
	pt "http, a file" same curl -sS --max-time "$LIMIT" "http://$ADDR:7000/file"
	told_by client $io ask "$ADDR" "$WORK"
	pt "http client, 60 requests on 5 kept connections" told http
	pt "an upload in pieces (chunked), its checksum answered" told upload
	pt "https" told https
	pt "HTTP/2, 30 streams on one connection" told http2
	pt "net, 100 connections, half-closed" told net
	pt "dgram" told dgram
}
roles each
finish
