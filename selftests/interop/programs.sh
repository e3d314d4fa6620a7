#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unmodified programs under `anp run`, as client and as server, against the host's stack.
# TIMEOUT=400
. "$(dirname "$0")/lib.sh"

topo_pair
dir=$WORK/www
mkdir -p "$dir"
chmod 755 "$WORK" "$dir"
head -c 3000000 /dev/urandom >"$dir/file"
sum=$(sha256sum <"$dir/file")

# server NS PORT COMMAND...: in the background, until it listens
server() {
	local ns=$1 port=$2
	shift 2
	bg in_ns "$ns" "$@"
	wait_for 30 listening "$ns" "$port" || { fail "no server: $*"; return 1; }
}
same() { # NS COMMAND...: its output is the file
	[ "$(in_ns "$@" | sha256sum)" = "$sum" ]
}
nginx_conf() { # NAME -> a configuration file
	local d=$WORK/nginx-$1
	mkdir -p "$d"
	cat >"$d/conf" <<END
daemon off; worker_processes 2; pid $d/pid; error_log $d/error.log;
events {}
http { access_log off; sendfile on; client_body_temp_path $d/b; proxy_temp_path $d/p;
fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
server { listen 0.0.0.0:80; root $dir; } }
END
	echo "$d/conf"
}

# each: what the client has to say, from ANP to the host and from the host to ANP
both_ways() { # DESC PORT "SERVER COMMAND" "CLIENT COMMAND with ADDR"
	local desc=$1 port=$2 srv=$3 cli=$4
	# shellcheck disable=SC2086 # commands are words
	if server "$B" "$port" $srv; then
		check "$desc, ANP client" same "$A" anp run ${cli//ADDR/10.0.0.1}
		kill_bg
	fi
	# shellcheck disable=SC2086
	if server "$A" "$port" anp run $srv; then
		check "$desc, ANP server" same "$B" ${cli//ADDR/10.0.0.2}
		kill_bg
	fi
}

both_ways "curl and nginx" 80 "nginx -c $(nginx_conf x)" "curl -sS --max-time 30 http://ADDR/file"
both_ways "curl and python3 -m http.server" 8000 \
	"python3 -m http.server --bind 0.0.0.0 --directory $dir 8000" \
	"curl -sS --max-time 30 http://ADDR:8000/file"
both_ways "socat" 9000 "socat -u OPEN:$dir/file TCP-LISTEN:9000,bind=0.0.0.0,reuseaddr" \
	"socat -u TCP:ADDR:9000 STDOUT"
both_ways "a static binary (busybox)" 8081 "busybox httpd -f -p 0.0.0.0:8081 -h $dir" \
	"busybox wget -q -O - http://ADDR:8081/file"

if server "$B" 5201 iperf3 -s -B 0.0.0.0; then
	check "iperf3, ANP sends" in_a anp run iperf3 -c 10.0.0.1 -t 1
	check "iperf3, ANP receives" in_a anp run iperf3 -c 10.0.0.1 -t 1 -R
	kill_bg
fi
if server "$A" 5201 anp run iperf3 -s -B 0.0.0.0; then
	check "iperf3, ANP server" in_b iperf3 -c 10.0.0.2 -t 1
	kill_bg
fi

ssh-keygen -q -t ed25519 -N '' -f "$WORK/key"
cp "$WORK/key.pub" "$WORK/authorized"
chmod 600 "$WORK/authorized"
ssh-keygen -q -t ed25519 -N '' -f "$WORK/host"
mkdir -p /run/sshd
sshd="/usr/sbin/sshd -D -e -p 22 -h $WORK/host -o ListenAddress=0.0.0.0 -o PidFile=none -o UsePAM=no
	-o StrictModes=no -o AuthorizedKeysFile=$WORK/authorized"
ssh="ssh -i $WORK/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
	root@ADDR cat $dir/file"
both_ways "ssh" 22 "$sshd" "$ssh"

if server "$A" 7777 "$PATTERN/echo_server" 7777; then
	check_output "the echo example, ANP to itself" 'to be echoed' \
		in_a "$PATTERN/echo_client" 10.0.0.2 7777 to be echoed
	check_output "... and asked by nc" 'by nc' in_b sh -c 'echo by nc | nc -q 1 -w 5 10.0.0.2 7777'
	kill_bg
fi

bound_udp() { in_ns "$1" cat /proc/net/udp /proc/net/anp/udp 2>/dev/null | grep -q ':0035 '; }
dns="dnsmasq -k -p 53 -C /dev/null -u root --no-resolv --no-hosts --bind-interfaces
	--address=/test.example/192.0.2.9"
# shellcheck disable=SC2086
bg in_b $dns
check "dnsmasq is up" wait_for 30 bound_udp "$B"
check_output "dig over UDP, ANP client" '192.0.2.9' \
	in_a anp run dig +short +time=2 +tries=2 @10.0.0.1 test.example
check_output "dig over TCP, ANP client" '192.0.2.9' \
	in_a anp run dig +tcp +short +time=2 +tries=2 @10.0.0.1 test.example
kill_bg
check "no connection is left" wait_for 30 no_sockets "$A"
finish
