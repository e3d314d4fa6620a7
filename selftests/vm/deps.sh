#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Install the Debian packages that a target needs and the host lacks. Usage:
# deps.sh build|vm|check|bench|deb|debug|fuzz|static
# The only thing these scripts change on the host is this: apt-get install.

. "$(dirname "$0")/common.sh"

# build: what compiles the module and userspace.
BUILD_PACKAGES="make gcc libc6-dev libelf1 kmod pkg-config libmnl-dev
	libseccomp-dev debian-archive-keyring"
# vm: what makes and boots the VM.
VM_PACKAGES="qemu-system-x86 mmdebstrap uidmap fakeroot e2fsprogs cpio busybox-static
	zstd"
# check: what the static checks need.
CHECK_PACKAGES="perl python3 sparse shellcheck xz-utils git"
# bench: what makes the tables and plots of measurements.
BENCH_PACKAGES="python3 gnuplot-nox"

# deb: what builds the Debian packages.
DEB_PACKAGES="dpkg-dev debhelper dh-dkms"
# debug: what builds a kernel.
DEBUG_PACKAGES="flex bison bc libelf-dev libssl-dev xz-utils"

# fuzz: what builds the fuzz targets.
FUZZ_PACKAGES="make clang libclang-rt-14-dev llvm"
# static: what looks at the sources beyond those of check.
STATIC_PACKAGES="clang cppcheck"

wanted() {
	case $1 in
	build) echo "$BUILD_PACKAGES" ;;
	vm) echo "$BUILD_PACKAGES $VM_PACKAGES" ;;
	check) echo "$BUILD_PACKAGES $VM_PACKAGES $CHECK_PACKAGES" ;;
	bench) echo "$BENCH_PACKAGES" ;;
	deb) echo "$BUILD_PACKAGES $DEB_PACKAGES" ;;
	static) echo "$BUILD_PACKAGES $CHECK_PACKAGES $STATIC_PACKAGES" ;;
	debug) echo "$BUILD_PACKAGES $VM_PACKAGES $DEBUG_PACKAGES" ;;
	fuzz) echo "$FUZZ_PACKAGES" ;;
	*) die "usage: deps.sh build|vm|check|bench|deb|debug|fuzz|static" ;;
	esac
}

missing() {
	local package
	for package in $(wanted "$1"); do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
			grep -qx installed || echo "$package"
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		command -v sudo >/dev/null || die "need root or sudo to run: $*"
		sudo "$@"
	fi
}

install_missing() {
	local -a packages
	mapfile -t packages < <(missing "$1")
	if [ "${#packages[@]}" -gt 0 ]; then
		say "installing with apt-get: ${packages[*]}"
		as_root apt-get -qq update || say "apt-get update failed, trying the lists as they are"
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
			--no-install-recommends install "${packages[@]}" >/dev/null ||
			die "apt-get install failed: ${packages[*]}"
	fi
	touch "$CACHE/deps-$1-$(wanted "$1" | cksum | cut -d' ' -f1)"
}

command -v dpkg-query >/dev/null || die "this needs Debian (or its apt-get)"
[ -f "$CACHE/deps-$1-$(wanted "$1" | cksum | cut -d' ' -f1)" ] ||
	with_cache_lock install_missing "$1"
