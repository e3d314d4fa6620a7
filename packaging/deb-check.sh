#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make deb-check`: the packages of `make deb`, unpacked in a root of their own, hold what they
# should, and a program is built against them in C and in C++.

cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-$PWD/build}
VERSION=$(sed -n 's/^VERSION[[:space:]]*:= *//p' userspace/Makefile)
ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
ARCH=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
passed=0 failed=0

t() { # DESC COMMAND...
	local desc=$1
	shift
	if "$@" >"$ROOT/log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $desc"
	else
		failed=$((failed + 1))
		echo "not ok - $desc"
		sed 's/^/# /' "$ROOT/log"
	fi
}

unpack() { dpkg -x "$BUILD/deb/${1}_${VERSION}"_*.deb "$ROOT"; }
has() { [ -e "$ROOT/$1" ] || { echo "no $1"; return 1; }; }
has_all() { for file; do has "$file" || return; done; }
installed_pc() {
	PKG_CONFIG_SYSROOT_DIR=$ROOT PKG_CONFIG_LIBDIR=$ROOT/usr/lib/$ARCH/pkgconfig \
		pkg-config "$@" libanp
}
build_with() { # COMPILER FLAGS...
	# shellcheck disable=SC2046 # flags are words
	"$@" -Wall -Wextra -Werror -o "$ROOT/hello" "$ROOT/hello.c" $(installed_pc --cflags --libs) &&
		LD_LIBRARY_PATH=$ROOT/usr/lib/$ARCH "$ROOT/hello"
}
module_files() { # all that Kbuild names is there
	local object
	for object in $(sed -n 's/^anp-y += //p' Kbuild); do
		has "usr/src/anp-$VERSION/${object%.o}.c" || return
	done
}

for package in anp-dkms anp-tools libanp0 libanp-dev; do
	t "$package unpacks" unpack "$package"
done
t "the tool runs" "$ROOT/usr/bin/anp" help
t "pages and completion" has_all usr/share/man/man8/anp-run.8.gz usr/share/man/man7/af_anp.7.gz \
	usr/share/man/man3/libanp.3.gz usr/share/bash-completion/completions/anp
t "each function of the library has a page" sh -c \
	"zgrep -q libanp.3 '$ROOT/usr/share/man/man3/anp_connect.3.gz' ||
	[ -L '$ROOT/usr/share/man/man3/anp_connect.3.gz' ]"
t "iproute2 knows anp devices" env IP_LIB_DIR="$ROOT/usr/lib/$ARCH/ip" sh -c \
	'ip link help anp | grep -q rx-mode'
t "iproute2 knows the table" grep -qx '1066 anp' "$ROOT/etc/iproute2/rt_tables.d/anp.conf"
t "DKMS has all of the module's source" module_files
t "... and is told its version" grep -q "PACKAGE_VERSION=\"$VERSION\"" \
	"$ROOT/usr/src/anp-$VERSION/dkms.conf"
cat >"$ROOT/hello.c" <<END
#include <anp.h>
#include <linux/anp.h>
int main(void) { return anp_version() ? AF_ANP - 22 : 1; }
END
t "a C program is built with pkg-config" build_with gcc -std=c99
t "a C++ program is built with pkg-config" build_with g++ -x c++ -std=c++11
t "the library's symbols have versions" sh -c \
	"objdump -T '$ROOT/usr/lib/$ARCH/libanp.so.0' | grep -q 'ANP_0 *anp_socket'"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
