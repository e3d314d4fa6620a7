#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make deb`: the Debian packages anp-dkms, anp-tools, libanp0 and libanp-dev, into build/deb.

cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-$PWD/build}
VERSION=$(sed -n 's/^VERSION[[:space:]]*:= *//p' userspace/Makefile)
SOURCE=$BUILD/deb/anp-$VERSION
WHEN=$(git log -1 --format=%cD 2>/dev/null || date -R)

rm -rf "$BUILD/deb" && mkdir -p "$SOURCE/debian/source" || exit 1
cp -r Kbuild Makefile LICENSE README.md module uapi userspace packaging "$SOURCE/" || exit 1
cp packaging/debian/* "$SOURCE/debian/" || exit 1
echo '3.0 (native)' >"$SOURCE/debian/source/format"
cat >"$SOURCE/debian/changelog" <<END
anp ($VERSION) unstable; urgency=medium

  * Version $VERSION.

 -- AF_ANP developers <anp@localhost>  $WHEN
END
cd "$SOURCE" || exit 1
if ! dpkg-buildpackage -us -uc -b >"$BUILD/deb/log" 2>&1; then
	tail -n 40 "$BUILD/deb/log"
	exit 1
fi
rm -rf "$SOURCE"
ls "$BUILD/deb"/*.deb
