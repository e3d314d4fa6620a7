#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make check-all`: everything on 6.1, real programs, the core set on the other kernels, and the core set
# on the kernel that watches, which is built if the cache has none. The last line: N passed, N failed.
# PARTS: some of it; parts with a comma between them run at the same time.

. "$(dirname "$0")/common.sh"
cd "$ROOT" || exit 1

PARTS=${PARTS:-check check-programs,check-kernels check-debug}
MAKE=(make --no-print-directory)
PASSED=0 FAILED=0
mkdir -p "$BUILD" || exit 1

# What a part needs that takes long to make.
needs() { # TARGET
	case $1 in
	check-programs) echo "make IMAGE_KIND=programs image" ;;
	check-kernels) echo "make kernels" ;;
	check-debug) echo "make debug-kernel" ;;
	esac
}

# What is fetched takes no processor, the kernel that watches takes two for a quarter of an hour, and the tests
# leave some of them: all that is made beside them, and who needs a piece waits for its lock. What check needs comes first.
prepare() {
	local todo name
	todo=$(for name in ${PARTS//,/ }; do needs "$name"; done)
	[ -n "$todo" ] || return 0
	[[ $todo != *debug-kernel* ]] || "${MAKE[@]}" deps-debug || return
	"${MAKE[@]}" deps-check deps-fuzz kernel image source || return
	# Its jobs are its own: those of make that runs us are not waited for, nor taken from it.
	env -u MAKEFLAGS -u MAKELEVEL setsid nice -n 19 bash -c "$todo" >"$BUILD/prepare.log" 2>&1 </dev/null &
	builder=$!
	trap 'kill -- -$builder 2>/dev/null' EXIT
	trap 'exit 130' INT TERM
}

part() { # TARGET
	local log=$BUILD/$1.log begin=$SECONDS status
	echo "--- make $1"
	"${MAKE[@]}" "$1" 2>&1 </dev/null | tee "$log" | grep -a --line-buffered -v '^[0-9]* passed, [0-9]* failed$'
	status=${PIPESTATUS[0]}
	echo "$status $((SECONDS - begin))" >"$log.ended"
}

# What counts is the last line of each; one that does not get that far has failed.
ended() { # TARGET
	local log=$BUILD/$1.log status seconds passed failed
	read -r status seconds <"$log.ended" || status=1
	read -r passed failed < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
	[ "$status" -eq 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
	# A part that shows nothing has not passed either.
	[ "${passed:-0}" -gt 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
	printf -- '--- make %s: %d passed, %d failed, %d s\n' "$1" "${passed:-0}" "${failed:-0}" "$seconds"
	PASSED=$((PASSED + ${passed:-0}))
	FAILED=$((FAILED + ${failed:-0}))
}

prepare >&2 || FAILED=$((FAILED + 1))
for group in $PARTS; do
	read -ra names <<<"${group//,/ }"
	runs=()
	for name in "${names[@]}"; do
		rm -f "$BUILD/$name.log.ended"
		part "$name" &
		runs+=($!)
	done
	wait "${runs[@]}"
	for name in "${names[@]}"; do
		ended "$name"
	done
done
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
