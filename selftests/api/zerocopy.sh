#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MSG_ZEROCOPY on streams and datagrams: what is sent arrives, also when some is lost on the way, and the error
# queue tells of each send when its pages are free; by unmodified programs, too. How many bytes a send
# copies: each once, none with MSG_ZEROCOPY, sendfile() and splice().
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

topo_pair
# Nobody copies what goes to a device that takes nothing.
modprobe -q dummy numdummies=0 # where it is a module
must ip -n "$A" link add dummy0 type dummy
must ip -n "$A" link set dummy0 up
must ip -n "$A" link add anp1 link dummy0 type anp
must ip -n "$A" link set anp1 up
must ip -n "$A" addr add 10.9.0.2/24 dev anp1
must ip -n "$A" neigh add 10.9.0.1 lladdr 02:00:00:00:00:09 nud permanent dev anp1
export PEER_NS=/run/netns/$B
dgram "$A" zerocopy.py
netem "$A" eth0 loss 2%
dgram "$A" zerocopy.py lossy
must tc -n "$A" qdisc del dev eth0 root

# Linux' end writes down what it received; the program knows nothing of ANP.
bg in_b python3 "$(dirname "$0")/zerocopy.py" sink 8200
must wait_for 30 grep -q ready "$WORK/bg.$BG"
in_a anp run -v python3 "$(dirname "$0")/zerocopy.py" source 8200 >"$WORK/sum" 2>"$WORK/run"
check_eq "SO_ZEROCOPY by anp run" 0 $?
check "... goes to the stack" grep -q 'SOL_SOCKET, SO_ZEROCOPY) = 0' "$WORK/run"
join "$BG"
check_eq "... what was sent arrived" "$(cat "$WORK/sum")" "$(bg_output "$BG" | tail -n 1)"
finish
