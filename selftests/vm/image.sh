#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Make the VM's root file system: a Debian of its own with every program a
# test needs, so that tests find the same programs on every machine and the
# host stays as it is. Kept in the cache under a hash of its recipe. With
# IMAGE_KIND=programs it is the larger one that `make check-programs` runs in.

. "$(dirname "$0")/common.sh"

PACKAGES="iproute2 ethtool iputils-ping iputils-arping iputils-tracepath
	traceroute tcpdump tshark curl wget nginx-light iperf3 redis-server
	redis-tools python3 python3-scapy socat netcat-openbsd openssh-server
	openssh-client bind9-dnsutils dnsmasq-base wireguard-tools nftables strace
	kmod procps psmisc wrk busybox-static jq less libmnl0 libseccomp2
	bsdextrautils ca-certificates mount netbase openssl bc"

# What only `make check-programs` needs.
PROGRAMS_PACKAGES="haproxy nginx-full memcached postgresql nodejs rsync bird2 mtr-tiny
	knot unbound udhcpc caddy rclone libpython3.11-testsuite nghttp2-client
	apache2-utils python3-twisted python3-tornado"

# -> a tar of the tree; works as root and as ordinary user. The makers of network cards are 40 000 lines, which
# scapy and tshark read each time that they start: half of scapy's start, and a third of tshark's.
make_tree() {
	local tar=$1
	mmdebstrap --quiet --variant=apt --mode=auto \
		--include="$(xargs <<<"$PACKAGES" | tr ' ' ,)" \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/wireshark/manuf' \
		--customize-hook='mkdir -p "$1/etc/iproute2/rt_tables.d" "$1/anp"' \
		--customize-hook='echo "1066 anp" >"$1/etc/iproute2/rt_tables.d/anp.conf"' \
		--customize-hook='echo anp-vm >"$1/etc/hostname"' \
		--customize-hook='echo "127.0.0.1 localhost anp-vm" >"$1/etc/hosts"' \
		--customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*' \
		"$SUITE" "$tar" "$CACHE/apt/sources.list"
}

# An ordinary user has no right to give files away: fakeroot remembers the
# owners between tar and mkfs. ext2 suffices for what is only read, and is
# little to build in the kernels that are built here.
tree_to_ext2() {
	local tar=$1 dir=$2 image=$3 fake=
	[ "$(id -u)" -eq 0 ] || fake=fakeroot
	mkdir -p "$dir"
	# shellcheck disable=SC2016
	$fake bash -c '
		tar -C "$2" --exclude="./dev/*" -xf "$1" || exit 1
		mb=$(($(du -sm "$2" | cut -f1) * 115 / 100 + 32))
		mkfs.ext2 -q -F -L anp-root -m 0 -d "$2" "$3" "${mb}M" >/dev/null
	' - "$tar" "$dir" "$image"
}

make_image() {
	local tmp=$CACHE/root.tmp
	[ -f "$IMAGE" ] && return 0
	say "making the VM's Debian root image (about a minute, 200 MB of packages)"
	rm -rf "$tmp" && mkdir -p "$tmp" "$CACHE/apt" || exit 1
	sources_list >"$CACHE/apt/sources.list"
	make_tree "$tmp/root.tar" || die "mmdebstrap failed"
	tree_to_ext2 "$tmp/root.tar" "$tmp/tree" "$tmp/root.img" || die "mkfs.ext2 failed"
	rm -f "$CACHE/$KIND"-*.img
	mv "$tmp/root.img" "$IMAGE"
	rm -rf "$tmp"
}

PATH=$PATH:/usr/sbin:/sbin
KIND=${IMAGE_KIND:-root}
case $KIND in
root) ;;
programs) PACKAGES="$PACKAGES $PROGRAMS_PACKAGES" ;;
*) die "IMAGE_KIND is root or programs, not $KIND" ;;
esac
IMAGE=$CACHE/$KIND-$({ echo "$SUITE" "$PACKAGES"; declare -f make_tree tree_to_ext2; } | sha256sum | cut -c1-12).img
[ -f "$IMAGE" ] || with_cache_lock make_image || exit 1
echo "$IMAGE"
