#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a stream tells its program beside the bytes: poll() and its edges, SIGIO, IP_RECVERR, SO_PEEK_OFF,
# splice() and tee(), io_uring (api/stamps: the times).  AF_INET is played the same and has
# to answer the same.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
export PEER_NS=/run/netns/$B
dgram "$A" notices.py

uring=$(dirname "$0")/../helpers/uring
in_a "$uring" inet >"$WORK/uring.inet" 2>&1
check_eq "io_uring: the calls on AF_INET" 0 $?
in_a "$uring" anp >"$WORK/uring.anp" 2>&1
check_eq "io_uring: accept, connect, send, recv, poll, SEND_ZC" "$(cat "$WORK/uring.inet")" \
	"$(cat "$WORK/uring.anp")"
finish
