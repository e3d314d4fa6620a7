#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own selftests of sockets (tools/testing/selftests/net), unmodified: on the host's stack, and by `anp run`.
# TIMEOUT=1800
# shellcheck disable=SC2086 # options are words
ROLES="host-host ANP-ANP"
. "$(dirname "$0")/lib.sh"

echo "# package linux-source-6.1 (selftests/net)"
topo_programs
LIMIT=$((60 * ${TIMEOUT_FACTOR:-1}))
bin=$PWD/net

# try ID COMMAND...: its result goes into the stack's list
try() {
	local id=net.$1 result begin=$SECONDS
	shift
	"$@" >"$WORK/log" 2>&1
	case $? in
	0) result=ok ;;
	4) result=skipped ;;
	*) result=failed ;;
	esac
	echo "$result $id" >>"$WORK/$CLIENT"
	[ $((SECONDS - begin)) -lt 20 ] || echo "# $id on $CLIENT: $((SECONDS - begin)) s"
	[ $result = ok ] || { echo "$id on $CLIENT: $result"; tail -n 12 "$WORK/log"; } | comment
}
# A program that is both ends, in a namespace of its own, as the kernel's scripts run it; after SETUP, a command of sh.
# ANP's loopback addresses want an ANP device; it has lo's MTU, for it is what a raw packet to them may be long.
devices="ip link set lo up && ip link add eth0 mtu 65535 up type veth peer name eth1 mtu 65535 && ip link set eth1 up &&
	ip link add anp0 up link eth0 type anp"
one_after() { client unshare -mn sh -c "$devices && $1 && exec \"\$@\"" - "$bin/$2" "${@:3}"; }
one() { one_after : "$@"; }
# pair RECEIVER tcp|udp OPTION... -- SENDER OPTION...: the sender's status counts, the receiver is ended
pair() {
	local receiver=$1 how=listens status
	local -a options=()
	[ "$2" = tcp ] || how=bound
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	bg on "$B" "$bin/$receiver" "${options[@]}"
	wait_for "$LIMIT" $how "$B" 8000 || return
	client "$bin/$1" "${@:2}"
	status=$?
	kill_bg
	return $status
}
bench() { # tcp|udp OPTION...
	local how=$1 rx=
	shift
	[ $how = udp ] || rx=-t
	pair udpgso_bench_rx $how -4 -p 8000 $rx -- udpgso_bench_tx -4 -p 8000 -l 1 -D "$ADDR" "$@"
}
zerocopy() { # tcp|udp OPTION...
	pair msg_zerocopy $1 -4 -p 8000 -t $LIMIT -S "$PEER" -D "$ADDR" -r $1 -- \
		msg_zerocopy -4 -p 8000 -t 1 -S "$PEER" -D "$ADDR" "${@:2}" $1
}
uring() { # tcp|udp MODE OPTION...
	pair msg_zerocopy $1 -4 -p 8000 -t $LIMIT -S "$PEER" -D "$ADDR" -r $1 -- \
		io_uring_zerocopy_tx -4 -p 8000 -t 1 -D "$ADDR" -m $2 -n 1 $1
}
keys() { # it writes the host's key, which is ANP's for the moment; 10 000 connections take a busy machine long
	local LIMIT=$((15 * LIMIT)) setup="sysctl -qw net.ipv4.tcp_fastopen=3 net.anp.tcp_fastopen=3" proc=/proc/sys/net
	[ "$CLIENT" = host ] || setup+=" && mount --bind $proc/anp/tcp_fastopen_key $proc/ipv4/tcp_fastopen_key"
	one_after "$setup" tcp_fastopen_backup_key -4
}
exhausted() {
	one_after "sysctl -qw net.ipv4.ip_local_port_range='32768 32768' net.anp.ip_local_port_range='32768 32768' \
		net.ipv4.ip_autobind_reuse=1" reuseaddr_ports_exhausted
}

each() {
	# As long as somebody wants stamps they need not be switched on first, which takes the kernel its time.
	bg in_ns "$A" python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 29, 1)
time.sleep(100000)'
	servers+=("$BG")
	try socket one socket
	try tcp_inq one tcp_inq -4
	try so_netns_cookie one so_netns_cookie
	try reuseaddr_conflict one reuseaddr_conflict
	try reuseport_dualstack one reuseport_dualstack
	try reuseport_addr_any one reuseport_addr_any
	try reuseport_bpf one reuseport_bpf
	try reuseport_bpf_cpu one reuseport_bpf_cpu
	try reuseaddr_ports_exhausted exhausted
	try sk_bind_sendto_listen one sk_bind_sendto_listen
	try sk_connect_zero_addr one sk_connect_zero_addr
	try tcp_fastopen_backup_key keys
	try rxtimestamp.tcp one rxtimestamp --ipv4 --tcp
	try rxtimestamp.udp one rxtimestamp --ipv4 --udp
	try rxtimestamp.ip one rxtimestamp --ipv4 --ip
	local how flag
	for how in tcp udp raw rawhdr; do
		case $how in tcp) flag= ;; udp) flag=-u ;; raw) flag=-r ;; rawhdr) flag=-R ;; esac
		try txtimestamp.$how one txtimestamp -4 -t 10000000 -L 127.0.0.1 $flag
		try txtimestamp.$how.cmsg one txtimestamp -4 -t 10000000 -L 127.0.0.1 $flag -C
		try txtimestamp.$how.nodata one txtimestamp -4 -t 10000000 -L 127.0.0.1 $flag -n
	done
	try udpgso.cmsg one udpgso -4 -C
	try udpgso.setsockopt one udpgso -4 -C -s
	try udpgso.connected one udpgso -4 -c
	try udpgso.more one udpgso -4 -C -m
	try udpgso_bench.tcp bench tcp -t
	try udpgso_bench.tcp.zerocopy bench tcp -t -z
	try udpgso_bench.udp bench udp
	try udpgso_bench.udp.sendmmsg bench udp -m
	try udpgso_bench.udp.gso bench udp -S 0
	try udpgso_bench.udp.gso.zerocopy bench udp -S 0 -z
	try udpgso_bench.udp.gso.timestamp bench udp -S 0 -T -a
	try msg_zerocopy.tcp.copied zerocopy tcp
	try msg_zerocopy.tcp zerocopy tcp -z
	try msg_zerocopy.udp.copied zerocopy udp
	try msg_zerocopy.udp zerocopy udp -z
	try io_uring_zerocopy_tx.tcp uring tcp 1
	try io_uring_zerocopy_tx.udp uring udp 1
	try ip_defrag one_after "sysctl -qw net.ipv4.ipfrag_time=1" ip_defrag -4
	try ip_defrag.overlap one_after "sysctl -qw net.ipv4.ipfrag_time=1" ip_defrag -4o
}
roles each

echo "# suite | suite | host: passed | failed | skipped | ANP: passed | failed | n/a | skipped |"
echo "# suite |---|---:|---:|---:|---:|---:|---:|---:|"
check "what the host's stack passes, ANP passes, but for what is known" \
	python3 suite.py net suites.known "$WORK"/{host,ANP}
cat "$WORK/check.out"
while IFS=: read -r names reason; do
	echo "# differs net, not run:$reason: $names."
done <<END
tls: ANP has no kernel TLS, TCP_ULP is refused
tcp_mmap: ANP refuses TCP_ZEROCOPY_RECEIVE
so_txtime: it wants packets on the wire within 4 ms of a time, which an emulated machine does not keep
bind_bhash, fin_ack_lat: they measure time, and pass or fail nothing
ipv6_flowlabel, ioam6_parser, ipsec, cmsg_sender, stress_reuseport_listen: they are about IPv6, IPsec or its tools
psock_snd, psock_fanout, psock_tpacket, txring_overwrite, gro, toeplitz, tun, tap: packet sockets and devices, no TCP or UDP sockets
nettest, timestamping, hwtstamp_config: tools of scripts about VRFs and network cards
reuseport_bpf_numa: the VM has one NUMA node
END
finish
