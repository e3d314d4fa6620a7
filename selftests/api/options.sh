#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every socket option on every type of socket answers what AF_INET answers, or what the list of
# options promises; what was refused is told by program.
. "$(dirname "$0")/../lib.sh"

topo_pair
in_a sysctl -qw net.ipv4.ping_group_range="0 0"
# How large SO_RCVLOWAT may be follows from it, and the default is not that of each kernel.
in_a sysctl -qw "net.ipv4.tcp_rmem=$(in_a sysctl -n net.anp.tcp_rmem)"
# refused PATTERN: a line of compat
refused() { in_a grep -qE "$1" /proc/net/anp/compat; }
in_a python3 -c 'import socket; socket.socket(22, socket.SOCK_SEQPACKET)' 2>/dev/null
check "a refused socket" refused '^socket 5 0 94 1 - - python3$'
in_a python3 -c 'import fcntl, socket; fcntl.ioctl(socket.socket(22, 1), 0x890b, bytes(40))' 2>/dev/null
check "a refused ioctl" refused '^ioctl 0 35083 25 1 - - python3$'
last=
while IFS= read -r line; do
	case $line in
	"ok - "*) ok "${line#ok - }" ;;
	"not ok - "*) fail "${line#not ok - }" ;;
	"#"*) printf '%s\n' "$line" ;;
	*) last=$line ;;
	esac
done < <(in_a "$(dirname "$0")/../helpers/options" 2>&1)
check_eq "all cases were run" "done" "$last"

check "a refused setsockopt is told, by program" \
	refused '^setsockopt 0 19 92 [0-9]+ SOL_IP IP_TRANSPARENT options$'
check "a refused getsockopt" refused '^getsockopt 0 19 92 [0-9]+ SOL_IP IP_TRANSPARENT options$'
cat >"$WORK/many.py" <<END
import socket
for i in range(200, 500):
    try:
        socket.socket(22, 2).setsockopt(0, i, 1)
    except OSError:
        pass
END
in_a python3 "$WORK/many.py"
check_eq "the list is bounded" 128 "$(in_a grep -c '^[a-z]*sockopt\|^ioctl\|^socket' /proc/net/anp/compat)"
check "... and what it has no place for is counted" refused '^lost - - - [1-9][0-9]* '
check_output "anp compat shows it" 'IP_TRANSPARENT.* ENOPROTOOPT .*options' in_a anp compat
check_output "... as JSON" '"option": ?"IP_TRANSPARENT"' in_a anp compat -j
check "another namespace has its own list" \
	[ "$(in_b cat /proc/net/anp/compat | wc -l)" -eq 1 ]
finish
