#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# DNS in three levels, served by knot: asked by dig, and followed from the root by unbound.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages knot unbound bind9-dnsutils dnsmasq-base
topo_programs
d=$WORK/dns
mkdir -p "$d"

# A server for each level, on an address of its own.
knot() { # NUMBER ADDRESS ZONE
	mkdir -p "$d/$1/db" "$d/$1/run"
	cat >"$d/$1/conf" <<-END
		server:
		    rundir: "$d/$1/run"
		    listen: $2@53
		    tcp-workers: 2
		    udp-workers: 2
		    background-workers: 1
		    udp-max-payload-ipv4: 4096
		database:
		    storage: "$d/$1/db"
		log:
		  - target: stderr
		    any: warning
		acl:
		  - id: all
		    address: 10.0.0.0/24
		    action: transfer
		zone:
		  - domain: $3
		    file: "$d/$1/zone"
		    acl: all
	END
	printf '$TTL 300\n@ SOA ns.example. admin.example. 1 3600 600 86400 300\n' >"$d/$1/zone"
	cat >>"$d/$1/zone"
	serve_udp "$B" 53 knotd -c "$d/$1/conf"
	wait_for "$LIMIT" knows "$2" "$3"
}
ask() { client dig +time=5 +tries=4 "$@"; }
knows() { ask +short "@$1" "$2" SOA | grep -q .; }
says() { # WANTED OPTION...
	local want=$1 got
	shift
	got=$(ask +short "$@")
	[ "$got" = "$want" ] || { echo "$got"; return 1; }
}
size_of() { ask "$@" | sed -n 's/^;; MSG SIZE  rcvd: //p'; }
large_udp() { # an answer in fragments
	[ "$(size_of +notcp +ignore +bufsize=4096 @"$third" large.www.example TXT)" -gt 2500 ] && return
	ask +notcp +ignore +bufsize=4096 @"$third" large.www.example TXT
	return 1
}
truncated() { # too large for the datagram: asked again over TCP
	[ "$(size_of +bufsize=512 @"$third" large.www.example TXT)" -gt 2500 ]
}
zone() { [ "$(ask +noall +answer @"$third" www.example AXFR | wc -l)" -gt 2000 ]; }
many_at_once() { # from one file, 200 questions
	local i
	for i in {1..200}; do echo "h$i.www.example A"; done >"$d/questions"
	[ "$(ask +short @"$third" -f "$d/questions" | sort -u | wc -l)" = 200 ]
}

each() {
	PROGRAM=knot
	local first=$ADDR second=${ADDR%.*}.$((${ADDR##*.} + 50)) dev=eth0
	third=${ADDR%.*}.$((${ADDR##*.} + 60))
	[ "$SERVER" = host ] || dev=anp0
	ip -n "$B" addr replace "$second/24" dev $dev
	ip -n "$B" addr replace "$third/24" dev $dev
	knot 1 "$first" . <<-END
		@ NS a.root.
		a.root. A $first
		example. NS ns.example.
		ns.example. A $second
	END
	knot 2 "$second" example <<-END
		@ NS ns
		ns A $second
		www NS ns.www
		ns.www A $third
	END
	{
		printf '@ NS ns\nns A %s\n@ A 192.0.2.80\n' "$third"
		printf 'large TXT'
		for i in {1..12}; do printf ' "%0250d"' "$i"; done
		echo
		for i in {1..2000}; do echo "h$i A 10.1.$((i / 250)).$((i % 250))"; done
	} >"$d/large"
	knot 3 "$third" www.example <"$d/large"
	pt "asked over UDP" says 192.0.2.80 @"$third" www.example
	pt "asked over TCP" says 192.0.2.80 +tcp @"$third" www.example
	pt "an answer of 3 KB, in fragments" large_udp
	pt "an answer that is cut, then over TCP" truncated
	pt "a zone of 2000 names (AXFR)" zone
	pt "200 questions" many_at_once
	PROGRAM=unbound
	printf '. 300 NS a.root.\na.root. 300 A %s\n' "$first" >"$d/hints"
	cat >"$d/unbound" <<-END
		server:
		  interface: 127.0.0.1@5300
		  directory: "$d"
		  pidfile: ""
		  username: ""
		  chroot: ""
		  use-syslog: no
		  do-ip6: no
		  module-config: "iterator"
		  root-hints: "$d/hints"
		  do-not-query-localhost: no
		  so-reuseport: yes
		  num-threads: 2
		remote-control:
		  control-enable: no
	END
	serve_udp "$A" 5300 unbound -d -c "$d/unbound" || return
	pt "followed through three levels" says 192.0.2.80 -p 5300 @127.0.0.1 www.example
	pt "... with an answer that needs TCP" says "$(says x @"$third" +tcp large.www.example TXT)" \
		-p 5300 +tcp @127.0.0.1 large.www.example TXT
	PROGRAM=dnsmasq
	serve_udp "$A" 5301 dnsmasq -k -p 5301 -C /dev/null -u root --no-resolv --no-hosts --listen-address=127.0.0.1 \
		--bind-interfaces "--server=/example/$third" || return
	pt "forwards" says 10.1.0.7 -p 5301 @127.0.0.1 h7.www.example
}
roles each
finish
