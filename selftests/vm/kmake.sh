#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make in a kernel's headers, where that kernel's modules have to be built: on
# the host, or in the root that kernel.sh made for it, with this project and
# its build at the same paths as outside. Usage: kmake.sh HEADERS ARGUMENTS...

. "$(dirname "$0")/common.sh"

HEADERS=$1
shift
NEWROOT=${HEADERS%/headers}/root
if [ "$NEWROOT" = "$HEADERS/root" ] || [ ! -d "$NEWROOT" ]; then
	exec make --no-print-directory -C "$HEADERS" "$@"
fi

# In a mount namespace of its own; an ordinary user needs a user namespace, too.
if [ -z "${KMAKE_INSIDE:-}" ]; then
	unshare=(unshare --mount)
	[ "$(id -u)" -eq 0 ] || unshare+=(--map-root-user)
	KMAKE_INSIDE=1 exec "${unshare[@]}" "$0" "$HEADERS" "$@"
fi

bind() { # a path, at the same place in the root
	mkdir -p "$NEWROOT$1" && mount --rbind "$1" "$NEWROOT$1" || die "cannot bind $1"
}

bind "$ROOT"
bind "$BUILD"
bind /proc
bind /dev
mkdir -p "$NEWROOT/tmp"
exec chroot "$NEWROOT" /usr/bin/make --no-print-directory \
	-C "/usr/src/$(basename "$(readlink "$HEADERS")")" "$@"
