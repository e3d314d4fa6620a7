#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make check-all`: everything on 6.1, the core set on the other kernels, and the core set on the
# kernel that watches, which is built if the cache has none. The last line: N passed, N failed.

. "$(dirname "$0")/common.sh"
cd "$ROOT" || exit 1

PASSED=0 FAILED=0
mkdir -p "$BUILD" || exit 1

# What counts is the last line of each; one that does not get that far has failed.
part() { # TARGET
	local log=$BUILD/$1.log begin=$SECONDS status passed failed
	echo "--- make $1"
	make --no-print-directory "$1" 2>&1 </dev/null | tee "$log" | grep --line-buffered -v '^[0-9]* passed, [0-9]* failed$'
	status=${PIPESTATUS[0]}
	read -r passed failed < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
	[ "$status" -eq 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
	printf -- '--- make %s: %d passed, %d failed, %d s\n' "$1" "${passed:-0}" "${failed:-0}" $((SECONDS - begin))
	PASSED=$((PASSED + ${passed:-0}))
	FAILED=$((FAILED + ${failed:-0}))
}

part check
part check-kernels
part check-debug
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
