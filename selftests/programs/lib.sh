# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Real programs over ANP, by `anp run`, as client and as server:
#
#	packages curl nginx		what is tried; its versions go into the ledger
#	PROGRAM=curl
#	each() { serve "$B" 80 nginx ... && pt "a file" same curl "http://$ADDR/file"; }
#	roles each			once for each role that ANP can have
#
# The client is in A, the server in B. An end that is ANP's has no address of the host's stack, and
# an end that is the host's is reached by an address that ANP does not have: what goes astray goes nowhere.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

ROLES=${ROLES:-ANP-host host-ANP ANP-ANP}
LIMIT=${LIMIT:-$((100 * ${TIMEOUT_FACTOR:-1}))}
WWW=$WORK/www
servers=()

packages() { dpkg-query -W -f '# package ${Package} ${Version}\n' "$@"; }

topo_programs() {
	topo_anp_pair
	mkdir -p "$WWW/out"
	chmod 755 "$WORK" "$WWW"
	chmod 1777 "$WWW/out"
	head -c "${FILE_SIZE:-3000000}" /dev/urandom >"$WWW/file"
	head -c 4000 /dev/urandom >"$WWW/small"
	SUM=$(sha256sum <"$WWW/file")
}

# roles BODY...: run it with CLIENT and SERVER (ANP or host), ADDR (the server's address), PEER (the client's).
roles() {
	local role
	for role in $ROLES; do
		CLIENT=${role%-*} SERVER=${role#*-}
		ROLE="$CLIENT to $SERVER"
		end_of A "$CLIENT" 10.0.0.2 10.0.0.4 PEER
		end_of B "$SERVER" 10.0.0.3 10.0.0.1 ADDR
		"$@"
		stop
	done
}

end_of() { # A|B, ANP|host, ANP's address, the host's, the variable it goes to
	local ns=${!1} launcher=
	ip -n "$ns" addr flush dev eth0 >/dev/null
	if [ "$2" = ANP ]; then
		launcher="anp run"
		printf -v "$5" '%s' "$3"
	else
		must ip -n "$ns" addr add "$4/24" dev eth0
		printf -v "$5" '%s' "$4"
	fi
	printf -v "LAUNCH_$1" '%s' "$launcher"
}

launcher_of() { if [ "$1" = "$A" ]; then echo "$LAUNCH_A"; else echo "$LAUNCH_B"; fi; }

# on NS COMMAND...: over the stack that this end has in this role; not for longer than LIMIT.
on() {
	local ns=$1 limit=
	shift
	[ "$(type -t "$1")" != function ] || { "$@"; return; }
	[ -n "${NO_LIMIT:-}" ] || limit="timeout $LIMIT"
	# shellcheck disable=SC2046,SC2086 # an absent launcher is no word
	in_ns "$ns" $(launcher_of "$ns") $limit "$@"
}
client() { on "$A" "$@"; }
same() { [ "$(client "$@" | sha256sum)" = "$SUM" ]; } # the output is the file

table_of() { # NS tcp|udp -> what the stack of this end lists; on the host's some listen by IPv6 for both
	if [ -n "$(launcher_of "$1")" ]; then
		in_ns "$1" cat "/proc/net/anp/$2"
	else
		in_ns "$1" cat "/proc/net/$2" "/proc/net/${2}6"
	fi
}
listens() { table_of "$1" tcp | grep -q "$(printf ':%04X ' "$2").* 0A "; }
bound() { table_of "$1" udp | grep -q "$(printf ':%04X ' "$2")"; }

# serve NS PORT COMMAND...: in the background until the role's end, and ready on return.
serve() { serve_by listens "$@"; }
serve_udp() { serve_by bound "$@"; }
serve_by() {
	local how=$1 ns=$2 port=$3
	shift 3
	# shellcheck disable=SC2046
	bg in_ns "$ns" $(launcher_of "$ns") "$@"
	servers+=("$BG")
	wait_for "$LIMIT" "$how" "$ns" "$port" && return
	fail "$PROGRAM: it serves [$ROLE]"
	return 1
}
stop() {
	local pid
	for pid in "${servers[@]}"; do
		kill_bg "$pid"
	done
	servers=()
}

# pt CHECK COMMAND...: a point, which becomes a cell of the ledger
pt() {
	local desc=$1
	shift
	check "$PROGRAM: $desc [$ROLE]" "$@"
}

# told_by COMMAND...: a program that tries several things, and says "ok NAME" of each that went well; then told NAME.
told_by() { "$@" >"$WORK/told" 2>&1; }
told() { grep -qx "ok $1" "$WORK/told" || { cat "$WORK/told"; return 1; }; }

# Not a point: something that ANP has no part in, and why.
not_applicable() { echo "# n/a $PROGRAM: $1 [$ROLE] $2"; }

# wrk tells of errors only in what it prints. A machine that is slow does nothing in two seconds: it gets more.
load() { # URL
	local seconds
	for seconds in 2 20; do
		client wrk -t 2 -c 30 -d ${seconds}s --timeout 60s "$1" >"$WORK/wrk"
		cat "$WORK/wrk"
		grep -q '^Requests/sec: *[1-9]' "$WORK/wrk" && break
	done
	grep -q '^Requests/sec: *[1-9]' "$WORK/wrk" && ! grep -qE 'Socket errors|Non-2xx' "$WORK/wrk"
}

counter() { # NS NAME -> of the stack of this end
	if [ -n "$(launcher_of "$1")" ]; then
		in_ns "$1" awk -v name="$2" '$1 == name { print $2 }' /proc/net/anp/stat
	else
		in_ns "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
	fi
}

certificate() { # -> $WORK/key.pem, $WORK/cert.pem
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=anp \
		-addext "subjectAltName=IP:10.0.0.1,IP:10.0.0.2,IP:10.0.0.3,IP:10.0.0.4,DNS:localhost" \
		-keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
	chmod 644 "$WORK/key.pem"
}

# nginx_conf NAME WORKERS <SERVERS: a configuration file, by name
nginx_conf() {
	local d=$WORK/nginx-$1 tls=
	[ ! -e "$WORK/cert.pem" ] || tls="ssl_certificate $WORK/cert.pem; ssl_certificate_key $WORK/key.pem;"
	mkdir -p "$d"
	cat >"$d/conf" <<-END
		daemon off; worker_processes $2; pid $d/pid; error_log $d/error.log;
		events { worker_connections 2048; }
		http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
		client_max_body_size 100m; client_body_temp_path $d/b; proxy_temp_path $d/p;
		fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
		$tls
		$(cat)
		}
	END
	echo "$d/conf"
}
