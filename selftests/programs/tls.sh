#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# openssl's own server and client: TLS 1.2, 1.3 with a session taken up again, DTLS.
# TIMEOUT=400
# shellcheck disable=SC2086 # commands and options are words
. "$(dirname "$0")/lib.sh"

packages openssl
topo_programs
certificate

fetch() { # OPTION...: a file by s_server -WWW, its header taken off
	printf 'GET /file HTTP/1.0\r\n\r\n' |
		client openssl s_client -quiet -verify_return_error -CAfile "$WORK/cert.pem" \
			-connect "$ADDR:4433" "$@" 2>/dev/null | sed '1,/^\r$/d' | sha256sum | grep -qF "$SUM"
}
# The client goes on reading when it has said all: it is ended once it has been answered.
session() { # OPTION...
	bg sh -c '{ echo hello; exec sleep 1000; } | "$@"' - nsenter "--net=/run/netns/$A" $LAUNCH_A \
		openssl s_client -connect "$ADDR:4434" -CAfile "$WORK/cert.pem" "$@"
	wait_for "$LIMIT" grep -q '^olleh' "$WORK/bg.$BG"
	local result=$?
	kill_bg
	return $result
}
again() {
	session -sess_out "$WORK/session" && session -sess_in "$WORK/session" && grep -q '^Reused' "$WORK/bg.$BG"
}
dtls() { # SERVER
	bg sh -c '{ echo hello; exec sleep 1000; } | "$@"' - nsenter "--net=/run/netns/$A" $LAUNCH_A \
		openssl s_client -dtls1_2 -connect "$ADDR:4435" -CAfile "$WORK/cert.pem" -verify_return_error
	wait_for "$LIMIT" grep -q '^hello' "$WORK/bg.$1"
	local result=$?
	kill_bg
	return $result
}

each() {
	PROGRAM=openssl
	local s_server="openssl s_server -quiet -4 -cert $WORK/cert.pem -key $WORK/key.pem"
	serve "$B" 4433 sh -c "cd $WWW && exec $s_server -port 4433 -WWW" || return
	pt "TLS 1.2, a file" fetch -tls1_2
	pt "TLS 1.3, a file" fetch -tls1_3
	serve "$B" 4434 $s_server -port 4434 -rev || return
	pt "a session taken up again" again
	serve_udp "$B" 4435 sh -c "sleep 1000 | $s_server -port 4435 -dtls1_2" || return
	pt "DTLS 1.2" dtls "$BG"
}
roles each
finish
