# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Paths and small helpers shared by the scripts of this folder.

# The shell's own -e is left off: every step that may fail says what failed.
set -uo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${CACHE:-$ROOT/.cache}
BUILD=${BUILD:-$ROOT/build}
KERNEL=${KERNEL:-6.1}
SUITE=bookworm

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
	say "$*"
	exit 1
}

# Two makes may run at once (two shells, two developers): whoever holds the
# lock does the work, the other finds it done.
with_cache_lock() {
	mkdir -p "$CACHE" || die "cannot make $CACHE"
	(
		flock 9 || exit 1
		"$@" 9>&-
	) 9>"$CACHE/lock"
}

# The mirror which the host's own apt uses for a Debian suite, so that a
# site's mirror or proxy is respected; Debian's own where there is none.
host_mirror() {
	local suite=$1 fallback=$2 uri
	uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 2>/dev/null |
		awk -v s="$suite" '$2 == s && $1 ~ /^https?:/ { print $1; exit }')
	printf '%s\n' "${uri:-$fallback}" | sed 's|/$||'
}

debian_line() { # suite -> its line for sources.list
	local key=/usr/share/keyrings/debian-archive-keyring.gpg fallback=http://deb.debian.org/debian
	[ "${1%-security}" = "$1" ] || fallback+=-security
	printf 'deb [signed-by=%s] %s %s main\n' "$key" "$(host_mirror "$1" $fallback)" "$1"
}

# Backports stand alone: beside their release they would not be looked at.
sources_list() {
	debian_line "$SUITE"
	case $SUITE in
	*-backports) ;;
	*) debian_line "$SUITE-security" ;;
	esac
}

apt_dir() { if [ "$SUITE" = bookworm ]; then echo "$CACHE/apt"; else echo "$CACHE/apt-$SUITE"; fi; }

# apt with lists, status and sources of its own below the cache: it needs no
# privilege and the host's package state is neither read nor changed.
private_apt() {
	local dir tool=$1
	dir=$(apt_dir)
	shift
	"$tool" -q \
		-o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State="$dir/state" -o Dir::State::status="$dir/status" \
		-o Dir::Cache="$dir/cache" -o Debug::NoLocking=1 \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
}

private_apt_update() {
	local dir
	dir=$(apt_dir)
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial" || return 1
	: >"$dir/status"
	sources_list >"$dir/sources.list"
	private_apt apt-get update -qq
}

# Packages as files, without what they depend on and without their scripts.
unpack_packages() { # FOLDER PACKAGE...
	local dir=$1 deb
	shift
	# What a fetch that was broken off left is of another day.
	rm -rf "$dir.deb" && mkdir -p "$dir.deb" "$dir" || return 1
	(cd "$dir.deb" && private_apt apt-get download "$@" >/dev/null) || die "download failed: $*"
	for deb in "$dir.deb"/*.deb; do
		dpkg -x "$deb" "$dir" || die "cannot unpack $deb"
	done
	rm -rf "$dir.deb"
}
