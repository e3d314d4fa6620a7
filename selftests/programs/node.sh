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
	pt "http client, 60 requests on 5 kept connections" client $io http "$ADDR" "$WORK"
	pt "an upload in pieces (chunked), its checksum answered" client $io upload "$ADDR" "$WORK"
	pt "https" client $io https "$ADDR" "$WORK"
	pt "HTTP/2, 30 streams on one connection" client $io http2 "$ADDR" "$WORK"
	pt "net, 100 connections, half-closed" client $io net "$ADDR" "$WORK"
	pt "dgram" client $io dgram "$ADDR" "$WORK"
}
roles each
finish
