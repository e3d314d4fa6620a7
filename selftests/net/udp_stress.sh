#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Datagram sockets under stress: many threads, traffic from outside, a device that goes away with
# sockets open, and a module that can be unloaded afterwards.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

noise() { # datagrams and errors for the ports in use
	while :; do
		for port in 6000 6001 6002 6003; do
			in_b socat -u OPEN:/dev/zero,readbytes=20000 \
				"UDP-SENDTO:10.0.0.2:$port,sourceport=600${port: -1}" 2>/dev/null
		done
	done
}
delete_while_open() {
	echo_server "$A" anp 10.0.0.2 7000
	in_b sh -c 'echo hello | socat - UDP:10.0.0.2:7000' | grep -q hello || return 1
	ip -n "$A" link del anp0
}
unload() { rmmod anp; }

topo_pair
bg noise
dgram "$A" udp_stress.py "${STRESS_SECONDS:-8}"
kill_bg
check "the device goes while a socket is open" delete_while_open
kill_bg
check "the module unloads" wait_for 30 unload
finish
