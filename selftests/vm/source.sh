#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch the few files of the kernel's source that no headers package has:
# checkpatch, the kselftest framework and the tests of sockets, into .cache/linux-source-VERSION.

. "$(dirname "$0")/common.sh"

DIR=$CACHE/linux-source-$KERNEL

FILES="scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch
	tools/testing/selftests/lib.mk tools/testing/selftests/kselftest
	tools/testing/selftests/kselftest.h tools/testing/selftests/kselftest_harness.h
	tools/testing/selftests/run_kselftest.sh tools/testing/selftests/net"

complete() { [ "$(cat "$DIR/complete" 2>/dev/null)" = "$FILES" ]; }

fetch() {
	local tmp=$DIR.new archive=linux-source-$KERNEL
	local -a members
	complete && return 0
	say "fetching linux-source-$KERNEL for checkpatch and kselftest (140 MB)"
	private_apt_update || die "apt-get update failed: is there a network?"
	rm -rf "$tmp" && mkdir -p "$tmp" || exit 1
	(cd "$tmp" && private_apt apt-get download "linux-source-$KERNEL" >/dev/null) ||
		die "download failed"
	read -rd '' -a members <<<"$FILES"
	dpkg --fsys-tarfile "$tmp"/*.deb |
		tar -xOf - "./usr/src/$archive.tar.xz" |
		xz -dc -T0 |
		tar -C "$tmp" --strip-components=1 -xf - "${members[@]/#/$archive/}" ||
		die "cannot unpack the source"
	rm -f "$tmp"/*.deb
	echo "$FILES" >"$tmp/complete"
	rm -rf "$DIR" && mv "$tmp" "$DIR"
}

complete || with_cache_lock fetch
