#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch the stock kernel the VM boots, and its headers, as Debian packages
# unpacked into the cache. Nothing is installed on the host.
#
#	.cache/kernel-6.1/vmlinuz	the image
#	.cache/kernel-6.1/modules	lib/modules/RELEASE
#	.cache/kernel-6.1/headers	what KDIR wants
#	.cache/kernel-6.1/release	RELEASE; written last, so it says "complete"

. "$(dirname "$0")/common.sh"

DIR=$CACHE/kernel-$KERNEL

depends_of() { # package, pattern -> the first dependency that fits
	private_apt apt-cache depends "$1" |
		awk -v p="$2" '$1 == "Depends:" && $2 ~ p { print $2; exit }'
}

# The meta package names today's ABI; the versioned packages follow from it.
resolve_packages() {
	local image release headers
	image=$(depends_of linux-image-cloud-amd64 "^linux-image-$KERNEL")
	[ -n "$image" ] || return 1
	release=${image#linux-image-}
	headers=linux-headers-$release
	printf '%s\n' "$release" "$image" "$headers" \
		"$(depends_of "$headers" '-common')" "$(depends_of "$headers" '^linux-kbuild')"
}

# The headers find their other half by an absolute path below /usr/src. A
# relative one lets the cache be moved.
fix_paths() {
	local release=$1
	sed -i 's|^include /usr/src/|include ../|' \
		"$DIR.new/usr/src/linux-headers-$release/Makefile"
	ln -sfn "usr/src/linux-headers-$release" "$DIR.new/headers"
	ln -sfn "lib/modules/$release" "$DIR.new/modules"
	ln -sfn "boot/vmlinuz-$release" "$DIR.new/vmlinuz"
}

fetch() {
	local packages release deb
	[ -f "$DIR/release" ] && return 0
	case $KERNEL in
	6.1) ;;
	*) die "no recipe for kernel $KERNEL (only 6.1 yet)" ;;
	esac
	say "fetching Debian's $KERNEL cloud kernel and headers (40 MB) into ${DIR#"$ROOT"/}"
	private_apt_update || die "apt-get update failed: is there a network?"
	mapfile -t packages < <(resolve_packages)
	[ "${#packages[@]}" -eq 5 ] || die "cannot resolve linux-image-cloud-amd64"
	release=${packages[0]}
	rm -rf "$DIR.new" && mkdir -p "$DIR.new/deb" || exit 1
	(cd "$DIR.new/deb" && private_apt apt-get download "${packages[@]:1}" >/dev/null) ||
		die "download failed"
	for deb in "$DIR.new"/deb/*.deb; do
		dpkg -x "$deb" "$DIR.new" || die "cannot unpack $deb"
	done
	rm -rf "$DIR.new/deb" "$DIR.new/usr/share"
	fix_paths "$release"
	depmod -b "$DIR.new" "$release" || die "depmod failed"
	echo "$release" >"$DIR.new/release"
	rm -rf "$DIR" && mv "$DIR.new" "$DIR"
}

PATH=$PATH:/usr/sbin:/sbin
[ -f "$DIR/release" ] || with_cache_lock fetch
