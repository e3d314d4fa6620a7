#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# memcached over TCP and UDP.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages memcached
topo_programs

each() {
	PROGRAM=memcached
	serve "$B" 11211 memcached -u nobody -l "$ADDR" -p 11211 -U 11211 -t 2 || return
	pt "values up to 1 MB, set and got" client python3 memcached.py "$ADDR" values
	pt "2000 requests at once on one connection" client python3 memcached.py "$ADDR" pipeline
	pt "50 connections" client python3 memcached.py "$ADDR" connections
	pt "UDP, an answer of many datagrams" client python3 memcached.py "$ADDR" datagrams
}
roles each
finish
