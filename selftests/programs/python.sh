#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Python: http.server and http.client, asyncio with many connections, TLS, datagrams, sendfile.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages python3.11
topo_programs
certificate

each() {
	PROGRAM=python3
	serve "$B" 8000 python3 -m http.server --bind "$ADDR" --directory "$WWW" 8000 || return
	pt "http.server, a file" same curl -sS --max-time "$LIMIT" "http://$ADDR:8000/file"
	pt "urllib" same python3 -c "import sys, urllib.request as u
sys.stdout.buffer.write(u.urlopen('http://$ADDR:8000/file').read())"
	serve "$B" 7000 python3 asyncio_io.py serve "$ADDR" "$WORK" || return
	told_by client python3 asyncio_io.py ask "$ADDR" "$WORK"
	pt "asyncio streams, 100 connections" told streams
	pt "asyncio over TLS" told tls
	pt "asyncio datagrams" told datagrams
	pt "asyncio sendfile" told sendfile
	pt "asyncio sock_* calls" told sockets
}
roles each
finish
