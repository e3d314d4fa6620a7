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
	pt "asyncio streams, 100 connections" client python3 asyncio_io.py streams "$ADDR" "$WORK"
	pt "asyncio over TLS" client python3 asyncio_io.py tls "$ADDR" "$WORK"
	pt "asyncio datagrams" client python3 asyncio_io.py datagrams "$ADDR" "$WORK"
	pt "asyncio sendfile" client python3 asyncio_io.py sendfile "$ADDR" "$WORK"
	pt "asyncio sock_* calls" client python3 asyncio_io.py sockets "$ADDR" "$WORK"
}
roles each
finish
