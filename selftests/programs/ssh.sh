#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# OpenSSH: a large file by scp, a tree by rsync, ports forwarded both ways. And rsync's own daemon.
# An emulated processor takes its time for ciphers: make check-programs T=ssh MEM=6G VM_ENV="SCP_MB=1000 LIMIT=1000
# ROLES=ANP-ANP ONLY=scp" is a gigabyte each way, and all that PROGRAMS.md then says of it.
# TIMEOUT=600
# shellcheck disable=SC2086 # commands and options are words
SCP_MB=${SCP_MB:-4}
FILE_SIZE=${SCP_MB}000000
. "$(dirname "$0")/lib.sh"

packages openssh-server rsync
topo_programs
ssh-keygen -q -t ed25519 -N '' -f "$WORK/key"
ssh-keygen -q -t ed25519 -N '' -f "$WORK/host"
cp "$WORK/key.pub" "$WORK/authorized"
chmod 600 "$WORK/authorized"
mkdir -p /run/sshd
# The key exchange of the default takes an emulated processor seconds.
options="-i $WORK/key -o KexAlgorithms=curve25519-sha256 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
web=$(nginx_conf web 1 <<END
server { listen 0.0.0.0:8001; root $WWW; }
END
)
for i in {1..60}; do
	mkdir -p "$WORK/tree/$((i % 7))"
	head -c $((i * 997)) /dev/urandom >"$WORK/tree/$((i % 7))/$i"
done
cat >"$WORK/rsyncd" <<END
use chroot = no
uid = root
gid = root
[tree]
path = $WORK/copy
read only = no
END

copy_there() { rm -f "$WORK/got"; client scp $options "$WWW/file" "root@$ADDR:$WORK/got" && cmp "$WORK/got" "$WWW/file"; }
copy_here() { rm -f "$WORK/got"; client scp $options "root@$ADDR:$WWW/file" "$WORK/got" && cmp "$WORK/got" "$WWW/file"; }
tunnel() { # NS-that-then-listens PORT OPTION...
	local ns=$1 port=$2
	shift 2
	# shellcheck disable=SC2046
	bg in_ns "$A" $(launcher_of "$A") ssh $options -N -o ExitOnForwardFailure=yes "$@" "root@$ADDR"
	servers+=("$BG")
	wait_for "$LIMIT" listens "$ns" "$port"
}
forwarded() {
	tunnel "$A" 7001 -L "127.0.0.1:7001:$ADDR:8001" &&
		same curl -sS --max-time "$LIMIT" http://127.0.0.1:7001/file
}
backward() {
	tunnel "$B" 7002 -R "127.0.0.1:7002:127.0.0.1:8001" &&
		[ "$(on "$B" curl -sS --max-time "$LIMIT" http://127.0.0.1:7002/file | sha256sum)" = "$SUM" ]
}
rsync_to() { # DESTINATION OPTION...: a copy, a change, and the change copied
	rm -rf "$WORK/copy" && mkdir "$WORK/copy"
	client rsync -a "${@:2}" "$WORK/tree/" "$1" && diff -r "$WORK/tree" "$WORK/copy" || return
	echo changed >>"$WORK/tree/3/3" && rm -f "$WORK/tree/4/4" && echo >"$WORK/tree/4/4"
	client rsync -a --delete "${@:2}" "$WORK/tree/" "$1" && diff -r "$WORK/tree" "$WORK/copy"
}
rsync_from() {
	rm -rf "$WORK/back"
	client rsync -a "rsync://$ADDR/tree/" "$WORK/back/" && diff -r "$WORK/copy" "$WORK/back"
}

each() {
	PROGRAM=openssh
	serve "$B" 22 /usr/sbin/sshd -D -e -h "$WORK/host" -o "ListenAddress=$ADDR" -o PidFile=none -o UsePAM=no \
		-o StrictModes=no -o "AuthorizedKeysFile=$WORK/authorized" || return
	pt "$SCP_MB MB there by scp" copy_there
	pt "$SCP_MB MB here by scp" copy_here
	[ "${ONLY:-}" != scp ] || return 0
	serve "$B" 8001 nginx -c "$web" || return
	pt "a port forwarded (-L)" forwarded
	stop
	serve "$B" 22 /usr/sbin/sshd -D -e -h "$WORK/host" -o "ListenAddress=$ADDR" -o PidFile=none -o UsePAM=no \
		-o StrictModes=no -o "AuthorizedKeysFile=$WORK/authorized" || return
	serve "$A" 8001 nginx -c "$web" || return
	pt "a port forwarded back (-R)" backward
	PROGRAM=rsync
	pt "a tree over ssh, then what changed" rsync_to "root@$ADDR:$WORK/copy/" -e "ssh $options"
	serve "$B" 873 rsync --daemon --no-detach --config="$WORK/rsyncd" --address="$ADDR" --log-file=/dev/null || return
	pt "a tree to its daemon, then what changed" rsync_to "rsync://$ADDR/tree/"
	pt "a tree from its daemon" rsync_from
}
roles each
finish
