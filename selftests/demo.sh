#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The story that `make demo` tells, in the VM: every line of output is the real thing, and the
# first step that fails ends it.

DEMO=$(dirname "$0")
. "$DEMO/interop/lib.sh" >/dev/null
step=0

say() {
	step=$((step + 1))
	printf '\n=== %d. %s\n' "$step" "$*"
}

# show COMMAND...: the command as a person would type it, and what it prints.
show() {
	printf '$ %s\n' "$*"
	"$@" || fail_demo "$*"
}

# Runs where AF_ANP lives (A), or on the host's stack (B).
in_show() {
	local ns=$1 name=$2
	shift 2
	printf '%s$ %s\n' "$name" "$*"
	in_ns "$ns" "$@" || fail_demo "$*"
}
a() { in_show "$A" anp "$@"; }
b() { in_show "$B" host "$@"; }

fail_demo() {
	printf '\nDEMO FAILED at step %d: %s\n' "$step" "$1"
	dump_evidence
	exit 1
}

drawing() {
	cat <<'END'

      namespace "anp"                     namespace "host"
   +---------------------+             +---------------------+
   |  AF_ANP sockets     |             |  AF_INET sockets    |
   |  ANP TCP UDP ICMP   |             |  Linux' own stack   |
   |  anp0  10.0.0.2/24  |             |  eth0  10.0.0.1/24  |
   |  eth0 (no address)  |---- veth ---|                     |
   +---------------------+             +---------------------+
END
}

exchange() { # CLIENT_NS SERVER_NS ADDRESS BYTES
	local cf sf
	stack_flag "$1"
	cf=$FLAG
	stack_flag "$2"
	sf=$FLAG
	PORT=$((PORT + 1))
	# shellcheck disable=SC2086 # an absent flag is no argument
	bg in_ns "$2" "$PATTERN/pattern_server" -q $sf "$PORT"
	wait_for 30 listening "$2" "$PORT" || fail_demo "no listener on port $PORT"
	# shellcheck disable=SC2086
	in_ns "$1" "$PATTERN/pattern_client" $cf "$3" "$PORT" "$4" || fail_demo "exchange of $4 bytes"
	kill_bg
}

exchanges() { # WHO CLIENT_NS SERVER_NS ADDRESS
	local bytes
	printf '%s\n' "$1"
	for bytes in 1 1000 65536 1048576 67108864; do
		exchange "$2" "$3" "$4" "$bytes"
	done
}

web_server() { # NS PREFIX...: nginx in NS, serving one page
	local ns=$1 dir
	shift
	dir=$(mktemp -d "$WORK/www.XXXXXX")
	chmod 755 "$WORK" "$dir"
	echo "hello from nginx, $(basename "$ns")" >"$dir/index.html"
	cat >"$dir/nginx.conf" <<END
daemon off; pid $dir/pid; error_log $dir/error.log;
events {}
http { access_log off; client_body_temp_path $dir/b; proxy_temp_path $dir/p;
fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
server { listen 0.0.0.0:80; root $dir; } }
END
	bg in_ns "$ns" "$@" nginx -c "$dir/nginx.conf"
	wait_for 30 listening "$ns" 80 || { cat "$dir/error.log"; bg_output; fail_demo "nginx"; }
}

say "The network: two namespaces and a cable. Nothing outside this VM is touched."
drawing

say "Load the module, make the device"
rmmod anp 2>/dev/null
show insmod "${ANP_KO:-/anp/anp.ko}"
dmesg | grep -i 'anp\|PF_SNA' | tail -n 2
topo_pair
in_a sysctl -qw net.ipv4.ping_group_range="0 2147483647"
b ip -br addr show dev eth0
a ip -d link show anp0
a ip -br addr show dev anp0
a ip route show table anp

say "ARP: is anyone there?"
b arping -c 3 -I eth0 10.0.0.2
a ip neigh show dev anp0

say "ICMP, both ways"
b ping -c 3 -i 0.2 10.0.0.2
b ping -c 2 -i 0.2 -s 20000 10.0.0.2
a anp run ping -c 3 -i 0.2 10.0.0.1

say "TCP: a conversation as tcpdump on anp0 saw it"
must capture "$A" anp0 tcp
exchange "$A" "$B" 10.0.0.1 1000
wait_for 30 sh -c "tcpdump -nn -r $CAPTURE 2>/dev/null | grep -c 'F[.P]*\]' | grep -q 2"
tcpdump -nn -r "$CAPTURE" 2>/dev/null | head -n 14

say "A pattern sent, checked, sent back, checked again: 1 byte to 64 MB"
exchanges "ANP client, Linux server:" "$A" "$B" 10.0.0.1
exchanges "Linux client, ANP server:" "$B" "$A" 10.0.0.2

say "Unmodified programs: curl over ANP from an nginx on the host's stack"
web_server "$B"
a anp run curl -sS http://10.0.0.1/
kill_bg

say "... and the host's curl from an nginx over ANP"
web_server "$A" anp run
b curl -sS http://10.0.0.2/

say "What it looks like inside"
a anp ss -a
a anp stat -a
kill_bg

say "Unload"
for ns in "$A" "$B"; do ip netns delete "$ns"; done
spaces=()
wait_for 30 sh -c '[ "$(cat /sys/module/anp/refcnt)" = 0 ]' || fail_demo "the module is still in use"
show rmmod anp
printf '\nAll of it worked.\n'
