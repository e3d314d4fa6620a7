#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints how the emulator is called: QEMU 10 or later, for Debian 12's own QEMU 7.2 takes up to twice the processor
# for the same test, three quarters of it outside of what it has translated. The host's is taken if it is new
# enough, else that of Debian's backports, unpacked into the cache; what it needs of other packages is the same.
#
#	.cache/qemu/root	the packages
#	.cache/qemu/release	their version; written last, so it says "complete"

. "$(dirname "$0")/common.sh"

SUITE=bookworm-backports
DIR=$CACHE/qemu
OLDEST=10
PACKAGES=(qemu-system-x86 qemu-system-common qemu-system-data)

new_enough() { # QEMU
	local major
	major=$("$1" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
	[ "${major:-0}" -ge $OLDEST ]
}

fetch() {
	[ ! -f "$DIR/release" ] || return 0
	say "fetching QEMU of $SUITE into ${DIR#"$ROOT"/}"
	rm -rf "$DIR.new" && mkdir -p "$DIR.new" || exit 1
	private_apt_update || die "apt-get update failed: is there a network?"
	unpack_packages "$DIR.new/root" "${PACKAGES[@]}" || exit 1
	new_enough "$DIR.new/root/usr/bin/qemu-system-x86_64" || die "$SUITE has no QEMU that is new enough and starts here"
	private_apt apt-cache policy "${PACKAGES[0]}" | sed -n 's/^ *Candidate: //p' >"$DIR.new/release"
	rm -rf "$DIR" && mv "$DIR.new" "$DIR"
}

if new_enough qemu-system-x86_64; then
	echo qemu-system-x86_64
	exit
fi
[ -f "$DIR/release" ] || with_cache_lock fetch || exit 1
# Its modules are of no other version; the firmware is the host's.
echo env "QEMU_MODULE_DIR=$(echo "$DIR"/root/usr/lib/*/qemu)" "$DIR/root/usr/bin/qemu-system-x86_64" \
	-L "$DIR/root/usr/share/qemu" -L /usr/share/seabios -L /usr/share/qemu
