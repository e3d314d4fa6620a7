#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch a stock kernel the VM boots, and its headers, as Debian packages
# unpacked into the cache. Nothing is installed on the host.
#
#	.cache/kernel-6.1/vmlinuz	the image
#	.cache/kernel-6.1/modules	lib/modules/RELEASE
#	.cache/kernel-6.1/headers	what KDIR wants
#	.cache/kernel-6.1/root		where its modules are built, if not on the host
#	.cache/kernel-6.1/release	RELEASE; written last, so it says "complete"
#
# KERNEL=6.1 comes from Debian 12, 6.12 from its backports, and 7.3 from those of
# Debian 13, whose compiler and libc the headers want: they are put into a root
# of their own (kmake.sh). KERNEL=6.1-kasan and 6.1-kcsan are built (debug-kernel.sh).
# kernel.sh --explain says what is there.

. "$(dirname "$0")/common.sh"

DIR=$CACHE/kernel-$KERNEL
# The programs that Kbuild calls, which a Debian without packages lacks.
ROOT_PACKAGES="gcc-14 binutils make dash bash coreutils sed grep mawk findutils diffutils kmod"

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
	echo "$release"
	if [ "$KERNEL" = 7.3 ]; then
		printf '%s\n' "linux-base-$release" "linux-binary-$release" "linux-modules-$release"
	else
		printf '%s\n' "$image" "$headers" "$(depends_of "$headers" '-common')" \
			"$(depends_of "$headers" '^linux-kbuild')"
	fi
}

# The headers find their other half by an absolute path below /usr/src. A
# relative one lets the cache be moved.
fix_paths() {
	sed -i 's|^include /usr/src/|include ../|' "$1/usr/src/linux-headers-$2/Makefile"
}

# A Debian of packages that are only unpacked: nothing in it has to be set up.
make_root() {
	local release=$1 packages
	packages=$(xargs <<<"$ROOT_PACKAGES linux-headers-$release" | tr ' ' ,)
	{
		debian_line trixie
		debian_line trixie-backports
	} >"$DIR.new/root.list"
	mmdebstrap --quiet --variant=extract --mode=auto --include="$packages" \
		--aptopt='APT::Default-Release "trixie"' \
		trixie "$DIR.new/root.tar" "$DIR.new/root.list" || return 1
	mkdir "$DIR.new/root" &&
		tar -C "$DIR.new/root" --exclude='./dev/*' --exclude='./usr/share/doc' \
			--no-same-owner -xf "$DIR.new/root.tar" || return 1
	rm -f "$DIR.new/root.tar" "$DIR.new/root.list"
	# What update-alternatives and a package called gcc would have made.
	ln -sf mawk "$DIR.new/root/usr/bin/awk"
	ln -sf gcc-14 "$DIR.new/root/usr/bin/gcc"
}

# Where each thing is, by the names that the other scripts use.
link_names() {
	local release=$1 image modules
	image=$(cd "$DIR.new" && find . -name "vmlinuz*" -type f | head -n 1)
	modules=$(cd "$DIR.new" && find ./lib/modules ./usr/lib/modules -maxdepth 1 \
		-name "$release" 2>/dev/null | head -n 1)
	ln -sfn "${image#./}" "$DIR.new/vmlinuz"
	ln -sfn "${modules#./}" "$DIR.new/modules"
	if [ "$KERNEL" = 7.3 ]; then
		ln -sfn "root/usr/src/linux-headers-$release" "$DIR.new/headers"
	else
		ln -sfn "usr/src/linux-headers-$release" "$DIR.new/headers"
	fi
	depmod -b "$DIR.new/${modules%/lib/modules/*}" "$release"
}

fetch() {
	local packages release
	[ -f "$DIR/release" ] && return 0
	say "fetching Debian's $KERNEL cloud kernel and headers into ${DIR#"$ROOT"/}"
	private_apt_update || die "apt-get update failed: is there a network?"
	mapfile -t packages < <(resolve_packages)
	[ "${#packages[@]}" -ge 3 ] || die "cannot resolve linux-image-cloud-amd64"
	release=${packages[0]}
	rm -rf "$DIR.new"
	unpack_packages "$DIR.new" "${packages[@]:1}" || exit 1
	rm -rf "$DIR.new/usr/share"
	if [ "$KERNEL" = 7.3 ]; then
		make_root "$release" || die "cannot make the root for building"
	else
		fix_paths "$DIR.new" "$release"
	fi
	link_names "$release" || die "depmod failed"
	echo "$release" >"$DIR.new/release"
	rm -rf "$DIR" && mv "$DIR.new" "$DIR"
}

explain() {
	local where
	case $KERNEL in
	7.3) where="$SUITE, built with gcc-14 in a root of Debian 13" ;;
	6.1-*) where="built from linux-source-6.1 and selftests/vm/config/${KERNEL#6.1-}.config" ;;
	*) where="$SUITE, built with the host's gcc" ;;
	esac
	printf '%-10s %-32s %5s MB  %s\n' "$KERNEL" "$(cat "$DIR/release")" \
		"$(du -sm "$DIR" | cut -f1)" "$where"
}

PATH=$PATH:/usr/sbin:/sbin
case $KERNEL in
6.1) ;;
6.12) SUITE=bookworm-backports ;;
7.3) SUITE=trixie-backports ;;
6.1-kasan | 6.1-kcsan)
	KERNEL=6.1 "$0" && "$(dirname "$0")/debug-kernel.sh" || exit 1
	;;
*) die "no recipe for kernel $KERNEL (6.1, 6.12, 7.3, 6.1-kasan, 6.1-kcsan)" ;;
esac
[ -f "$DIR/release" ] || with_cache_lock fetch || exit 1
[ "${1:-}" != --explain ] || explain
