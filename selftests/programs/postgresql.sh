#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# PostgreSQL: pgbench, COPY both ways, TLS, LISTEN and NOTIFY.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages postgresql-15
topo_programs
certificate
PATH=$PATH:/usr/lib/postgresql/15/bin
db=$WORK/db
as_postgres="setpriv --reuid postgres --regid postgres --init-groups"
mkdir "$db"
cp "$WORK"/{cert,key}.pem "$db/"
chown -R postgres: "$db"
chmod 600 "$db/key.pem"
mkdir -m 700 "$db/data" && chown postgres: "$db/data"
must $as_postgres initdb -D "$db/data" -A trust --no-sync --locale=C -E UTF8
echo "host all all 10.0.0.0/24 trust" >>"$db/data/pg_hba.conf"
base64 <"$WWW/file" >"$WORK/lines"
chmod 644 "$WORK/lines"

sql() { client psql -X -q -At -v ON_ERROR_STOP=1 "host=$ADDR user=postgres sslmode=${SSL:-disable}" "$@"; }
copied() {
	sql -c "drop table if exists t; create table t (i serial, line text)" -c "\\copy t (line) from '$WORK/lines'" &&
		sql -c "copy (select line from t order by i) to stdout" | cmp - "$WORK/lines"
}
bench() { client pgbench -h "$ADDR" -U postgres -n "$@" postgres; }
notified() { # a session that is told between two questions of its own
	bg client sh -c '{ echo "listen news;"; while sleep 1; do echo "select 1;"; done; } | psql -X "$1"' - \
		"host=$ADDR user=postgres sslmode=disable"
	wait_for "$LIMIT" grep -q LISTEN "$WORK/bg.$BG" &&
		sql -c "notify news, 'hello'" && wait_for "$LIMIT" grep -q 'notification "news".*hello' "$WORK/bg.$BG"
	local result=$?
	kill_bg
	return $result
}
encrypted() { [ "$(SSL=require sql -c "select ssl from pg_stat_ssl where pid = pg_backend_pid()")" = t ]; }

each() {
	PROGRAM=postgresql
	serve "$B" 5432 $as_postgres postgres -D "$db/data" -h "$ADDR" -k "$db" -F -c shared_buffers=16MB \
		-c ssl=on -c ssl_cert_file="$db/cert.pem" -c ssl_key_file="$db/key.pem" || return
	wait_for "$LIMIT" sql -c 'select 1'
	pt "4 MB by COPY in, and out again" copied
	pt "TLS" encrypted
	pt "pgbench -i: tables of 100000 rows" bench -i -s 1
	pt "pgbench, 4 clients" bench -c 4 -j 2 -t 25
	pt "pgbench, prepared, a connection for each" bench -S -M prepared -C -c 2 -t 20
	pt "LISTEN and NOTIFY" notified
}
roles each
finish
