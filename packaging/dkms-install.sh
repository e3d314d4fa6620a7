#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make dkms-install`: give the module's source to DKMS, which builds it for the running kernel now
# and for every later one when that is installed.

cd "$(dirname "$0")/.." || exit 1
VERSION=$(sed -n 's/^VERSION[[:space:]]*:= *//p' userspace/Makefile)
SOURCE=${DESTDIR:-}/usr/src/anp-$VERSION

rm -rf "$SOURCE" && mkdir -p "$SOURCE" || exit 1
cp -r Kbuild LICENSE module uapi "$SOURCE/" || exit 1
sed "s/@VERSION@/$VERSION/" packaging/dkms.conf >"$SOURCE/dkms.conf" || exit 1
[ -z "${DESTDIR:-}" ] || exit 0
command -v dkms >/dev/null || { echo "dkms is not installed" >&2; exit 1; }
dkms remove "anp/$VERSION" --all >/dev/null 2>&1
dkms install "anp/$VERSION"
