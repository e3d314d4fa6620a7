#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Build a kernel that watches what the module does, from Debian's kernel source
# package and the fragments in config/: KERNEL=6.1-kasan looks at memory, locks
# and references, KERNEL=6.1-kcsan at data races. The result lies in the cache as
# a fetched kernel does (see kernel.sh), and as a small archive whose name has the
# hash of everything it was made from:
#
#	.cache/kernel-6.1-kasan/	vmlinuz, headers, release
#	.cache/debug-6.1-kasan-HASH.tar.zst
#
# Half an hour on a busy machine of two processors; 3 GB while it builds.

. "$(dirname "$0")/common.sh"

VARIANT=${KERNEL#6.1-}
DIR=$CACHE/kernel-$KERNEL
WORK=$CACHE/debug-build-$VARIANT
CONFIG=$ROOT/selftests/vm/config
FRAGMENTS=("$CONFIG/base.config" "$CONFIG/debug.config" "$CONFIG/$VARIANT.config")

get_source() {
	local deb
	say "fetching linux-source-6.1 (140 MB) and unpacking it (1.4 GB)"
	rm -rf "$WORK" && mkdir -p "$WORK" || return 1
	private_apt_update || return 1
	(cd "$WORK" && private_apt apt-get download linux-source-6.1 >/dev/null) || return 1
	deb=$(echo "$WORK"/*.deb)
	dpkg --fsys-tarfile "$deb" | tar -xOf - ./usr/src/linux-source-6.1.tar.xz |
		xz -dc -T0 | tar -C "$WORK" --strip-components=1 -xf - || return 1
	rm -f "$deb"
	cheapen
}

# What the kernel that watches need not do to itself, for that took most of its time. KASAN is told by
# config/kasan.mk what to leave alone. Each tracepoint asks whether RCU watches, lockdep's two in each lock and
# unlock as well: modules go on asking. And 20 calls tell who allocated as well as 64.
cheapen() {
	# shellcheck disable=SC2016 # make's, not the shell's
	sed -i 's/\$(KASAN_SANITIZE)y), \\$/$(KASAN_SANITIZE)$(KASAN_PLAIN)y), \\/' "$WORK/scripts/Makefile.lib" &&
		grep -q KASAN_PLAIN "$WORK/scripts/Makefile.lib" &&
		cat "$CONFIG/kasan.mk" >>"$WORK/scripts/Makefile.lib" &&
		sed -i 's/if (IS_ENABLED(CONFIG_LOCKDEP) && (cond))/if (IS_ENABLED(CONFIG_LOCKDEP) \&\& __is_defined(MODULE) \&\& (cond))/' \
			"$WORK/include/linux/tracepoint.h" &&
		grep -q '__is_defined(MODULE)' "$WORK/include/linux/tracepoint.h" &&
		sed -i 's/^#define KASAN_STACK_DEPTH 64$/#define KASAN_STACK_DEPTH 20/' "$WORK/mm/kasan/kasan.h" &&
		grep -q 'DEPTH 20' "$WORK/mm/kasan/kasan.h" || die "the kernel's source is not as expected"
}

# Kconfig drops what it does not understand or cannot have without a word; a
# detector that is not there would find nothing.
check_config() {
	local line missing=0
	while read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%=n}=" "$WORK/.config" ;;
		CONFIG_*) grep -qxF "$line" "$WORK/.config" ;;
		esac || {
			say "the configuration did not take: $line"
			missing=1
		}
	done < <(cat "${FRAGMENTS[@]}")
	return $missing
}

# What a module is built with, as in Debian's own headers packages.
pack() {
	local release=$1 archive=$2
	mkdir -p "$WORK/.out" && cp "$WORK/arch/x86/boot/bzImage" "$WORK/.out/vmlinuz" || return 1
	echo "$release" >"$WORK/.out/release"
	find "$WORK/scripts" "$WORK/tools/objtool" -name '*.o' -delete 2>/dev/null
	(cd "$WORK" && find Makefile Module.symvers .config include scripts \
		arch/x86/Makefile* arch/x86/include \
		"$([ ! -x tools/objtool/objtool ] || echo tools/objtool/objtool)" \
		! -type d ! -name '.*.cmd' 2>/dev/null) >"$WORK/.out/list"
	tar -C "$WORK" -cf - --transform 's|^|headers/|' -T "$WORK/.out/list" >"$WORK/.out/out.tar" &&
		tar -C "$WORK/.out" -rf "$WORK/.out/out.tar" vmlinuz release &&
		zstd -q -f -10 -T0 -o "$archive" "$WORK/.out/out.tar"
}

build() {
	local archive=$1 release begin=$SECONDS
	local -a make=(nice -n 15 make -s -C "$WORK" "-j$(nproc)" LOCALVERSION= KBUILD_BUILD_HOST=anp
		KBUILD_BUILD_USER=anp)
	# A build that was broken off goes on where it was.
	if ! cat "${FRAGMENTS[@]}" | cmp -s - "$WORK/anp.config"; then
		get_source || die "cannot get the kernel's source"
		cat "${FRAGMENTS[@]}" >"$WORK/anp.config"
		"${make[@]}" KCONFIG_ALLCONFIG=anp.config allnoconfig >/dev/null || return 1
	fi
	check_config || return 1
	say "building $KERNEL"
	# Without "modules" there is no Module.symvers, and no module builds.
	"${make[@]}" bzImage modules >"$WORK.log" 2>&1 || {
		tail -n 30 "$WORK.log"
		return 1
	}
	release=$(cat "$WORK/include/config/kernel.release")
	pack "$release" "$archive.new" && mv "$archive.new" "$archive" || return 1
	say "built $release in $((SECONDS - begin)) s"
	rm -rf "$WORK" "$WORK.log"
}

unpack() {
	rm -rf "$DIR" && mkdir -p "$DIR" || return 1
	zstd -dcq "$1" | tar -C "$DIR" --exclude=release -xf - &&
		zstd -dcq "$1" | tar -C "$DIR" -xf - release && echo "$2" >"$DIR/recipe"
}

# The unpacked copy tells which archive it is of; the stock kernel's release
# stands for the version of the source package.
main() {
	local hash archive
	hash=$({ cat "${FRAGMENTS[@]}" "$CONFIG/kasan.mk" "$CACHE/kernel-6.1/release"; declare -f build pack get_source cheapen; } |
		sha256sum | cut -c1-12)
	archive=$CACHE/debug-$KERNEL-$hash.tar.zst
	[ "$(cat "$DIR/recipe" 2>/dev/null)" != "$hash" ] || return 0
	[ -f "$archive" ] || build "$archive" || die "cannot build kernel $KERNEL"
	unpack "$archive" "$hash" || die "cannot unpack $archive"
}

# A lock of its own: what others fetch need not wait for half an hour.
exec 9>"$CACHE/lock-$KERNEL"
flock 9
main 9>&-
