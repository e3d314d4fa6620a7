#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# AF_INET6 sockets that speak IPv4: the same calls on Linux' sockets and, by `anp run -6 mapped`, on ANP's.
# TIMEOUT=90
. "$(dirname "$0")/../lib.sh"

topo_pair
must in_b sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0
must in_a sysctl -qw net.ipv4.ping_group_range='0 2147483647'

# Its lines are points, taken over with a word in front.
points() { # WHOSE COMMAND...
	local whose=$1 word desc
	shift
	"$@" >"$WORK/points" 2>&1
	while read -r word desc; do
		case $word in
		ok) ok "$whose: $desc" ;;
		not_ok) fail "$whose: $desc" ;;
		end) return ;;
		*) echo "# $word $desc" ;;
		esac
	done <"$WORK/points"
	fail "$whose: it ran to its end"
}
points Linux in_b python3 mapped.py Linux
points ANP in_a anp run -6 mapped python3 mapped.py ANP

http() { in_a anp run -6 mapped python3 -c '
import urllib.request, http.server, socket, threading
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6
server = Server(("::", 8000), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
assert urllib.request.urlopen("http://[::ffff:10.0.0.2]:8000/mapped.sh").status == 200
assert urllib.request.urlopen("http://10.0.0.2:8000/mapped.sh").status == 200'; }
check "an HTTP server that listens on [::] is asked by both kinds of address" http
listener() { in_a anp run -6 mapped socat TCP6-LISTEN:9000,ipv6only=0,reuseaddr PIPE; }
bg listener
listens() { in_a grep -q ':2328 .* 0A ' /proc/net/anp/tcp; }
wait_for 30 listens
check_output "a host is answered by a program that knows IPv6 only" '^hello$' \
	in_b sh -c 'echo hello | socat -t 20 - TCP:10.0.0.2:9000'
finish
