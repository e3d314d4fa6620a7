#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A congestion control that is a module of its own (samples/): loaded, chosen, used, pinned by who
# uses it, unloaded.  And which controls any program may choose.
# TIMEOUT=90
. "$(dirname "$0")/../interop/lib.sh"

KO=${ANP_KO%/*}/anp_tcp_aimd.ko
HOLD='import socket, sys
s = socket.socket()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"aimd")
print("ready", flush=True)
sys.stdin.readline()'
CHOOSE='import os, socket, sys
os.setuid(65534)
try:
    socket.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[1].encode())
except OSError as err:
    print(err.errno)'

available() { in_a sysctl -n net.anp.tcp_available_congestion_control; }
nobody() { in_a anp run python3 -c "$CHOOSE" "$1"; }

topo_pair
check_eq "the controls at first" "reno cubic dctcp bbr" "$(available)"
check "a number out of range is refused" sh -c "! insmod '$KO' decrease=96"
check "insmod" insmod "$KO" increase=2 decrease=70
check_eq "it can be chosen" "reno cubic dctcp bbr aimd" "$(available)"
must in_a sysctl -qw net.anp.tcp_congestion_control=aimd
netem "$A" eth0 delay 2ms loss 1% limit 20000
pattern "1 MB, 1% loss, by the module" "$A" "$B" 10.0.0.1 $((1 << 20)) -o
check_fails "rmmod while it is a default" rmmod anp_tcp_aimd
must in_a sysctl -qw net.anp.tcp_congestion_control=cubic
mkfifo "$WORK/hold"
# shellcheck disable=SC2016 # for the inner shell
bg in_a sh -c 'exec anp run python3 -c "$1" <"$2"' - "$HOLD" "$WORK/hold"
exec 5>"$WORK/hold"
must wait_for 30 grep -q ready "$WORK/bg.$BG"
check_fails "rmmod while a socket uses it" rmmod anp_tcp_aimd
exec 5>&-
join "$BG"
check "no connection is left" wait_for 30 no_sockets "$A"
check "rmmod" wait_for 30 rmmod anp_tcp_aimd
check "it is gone" sh -c "! grep -q '^anp_tcp_aimd ' /proc/modules"
check_eq "... from the controls" "reno cubic dctcp bbr" "$(available)"

# What is allowed is so everywhere, and the first namespace says it.
ALLOWED=/proc/sys/net/anp/tcp_allowed_congestion_control
allow() { nsenter --net=/proc/1/ns/net sh -c "echo '$1' >$ALLOWED" 2>&1; }
check_eq "what any program may have" "reno cubic bbr" "$(cat $ALLOWED)"
check_eq "nobody chooses bbr" "" "$(nobody bbr)"
check_eq "nobody chooses dctcp: EPERM" 1 "$(nobody dctcp)"
check_fails "a namespace cannot change it" in_a sh -c "echo 'reno dctcp' >$ALLOWED"
check_fails "a name that there is not" allow "reno nonsense"
check_eq "... leaves it" "reno cubic bbr" "$(cat $ALLOWED)"
must allow "reno cubic dctcp"
check_eq "nobody chooses bbr: EPERM" 1 "$(nobody bbr)"
check_eq "nobody chooses dctcp" "" "$(nobody dctcp)"
must allow "reno cubic bbr"
finish
