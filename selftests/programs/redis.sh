#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# redis: many small requests, pipelines, large values, a replica.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages redis-server
topo_programs
redis="--save  --appendonly no --protected-mode no --dir $WORK --loglevel warning"
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "SET key:%d %d\r\n", i, i * i }' >"$WORK/commands"
cli() { client redis-cli -h "$ADDR" "$@"; }

bench() { # every line of its report is a rate
	client redis-benchmark -h "$ADDR" -q "$@" | tr '\r' '\n' >"$WORK/bench"
	cat "$WORK/bench"
	[ "$(grep -c 'requests per second' "$WORK/bench")" -ge 2 ] && ! grep -qi error "$WORK/bench"
}
mass() {
	cli flushall && cli --pipe <"$WORK/commands" >"$WORK/out"
	cat "$WORK/out"
	grep -q 'errors: 0, replies: 20000' "$WORK/out" && [ "$(cli get key:19999)" = 399960001 ]
}
large() {
	cli -x set large <"$WWW/file" && [ "$(cli --raw get large | head -c -1 | sha256sum)" = "$SUM" ]
}
subscribed() {
	bg client redis-cli -h "$ADDR" subscribe news
	wait_for 30 grep -q subscribe "$WORK/bg.$BG" || return
	cli publish news hello && wait_for 30 grep -q hello "$WORK/bg.$BG" || return
	kill_bg
	true
}
replicated() {
	[ "$(client redis-cli -h "$PEER" -p 6380 dbsize)" = 20001 ] &&
		[ "$(client redis-cli -h "$PEER" -p 6380 --raw get large | head -c -1 | sha256sum)" = "$SUM" ]
}

each() {
	PROGRAM=redis
	serve "$B" 6379 redis-server --port 6379 --bind "$ADDR" $redis || return
	pt "redis-benchmark, 20 connections" bench -n 1000 -c 20 -t set,get,lpush
	pt "redis-benchmark, 16 requests at a time" bench -n 8000 -c 20 -P 16 -t set,get
	pt "mass insertion (redis-cli --pipe)" mass
	pt "a value of 3 MB" large
	pt "subscribe and publish" subscribed
	serve "$A" 6380 redis-server --port 6380 --bind "$PEER" $redis --replicaof "$ADDR" 6379 || return
	pt "a replica gets everything" wait_for "$LIMIT" replicated
}
roles each
finish
