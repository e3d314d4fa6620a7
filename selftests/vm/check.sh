#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make check`: every check there is, each step a point or a count of points,
# even after one has failed. The last line: N passed, N failed.
#
#	check.sh		everything, the VM's tests on each kernel of $KERNELS
#	check.sh --kernels	only the build and the VM's tests $TESTS on each of $KERNELS
#
# KERNELS is "6.1" unless told; TESTS is every test, or "core" (selftests/Makefile). LOGS_NAME: the
# logs' folder below build/, check unless told.

. "$(dirname "$0")/common.sh"
cd "$ROOT" || exit 1

MAKE=(make --no-print-directory)
KERNELS=${KERNELS:-$KERNEL}
TESTS=${TESTS:---all}
PASSED=0 FAILED=0
mkdir -p "$BUILD" || exit 1

# The logs get their place in the end: two runs do not mix.
LOGS=$(mktemp -d "$BUILD/check.XXXXXX") || exit 1
trap 'rm -rf "$BUILD/${LOGS_NAME:=check}"; mv "$LOGS" "$BUILD/$LOGS_NAME"' EXIT
trap 'exit 130' INT TERM

step_line() { # name, passed, failed, seconds
	local verdict=ok
	[ "$3" -eq 0 ] || verdict=FAILED
	printf '%-28s %4d passed %3d failed %6s s  %s\n' "$1" "$2" "$3" "$4.0" "$verdict"
	PASSED=$((PASSED + $2))
	FAILED=$((FAILED + $3))
}

# What a part counted itself, the sum of its lines "N passed, N failed"; where
# it counts nothing, its status is the one point.
counted() { # log, status -> "passed failed"
	awk -v status="$2" '
		/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; lines++ }
		END {
			if (!lines && status == 0)
				passed = 1
			if (status != 0 && failed == 0)
				failed = 1
			print passed + 0, failed + 0
		}' "$1"
}

# step NAME COMMAND...: quiet while all is well.
step() {
	local name=$1 log=$LOGS/$1.log begin=$SECONDS status
	local -a count
	shift
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	read -ra count < <(counted "$log" $status)
	[ "${count[1]}" -eq 0 ] || tail -n 100 "$log"
	step_line "$name" "${count[@]}" $((SECONDS - begin))
	return $status
}

# A part that is not there yet makes no point.
part() { # name, folder, target
	[ ! -f "$2/Makefile" ] || step "$1" "${MAKE[@]}" -C "$2" "$3"
}

# The VM's tests wait more than they work: several VMs at once, of two each has every
# second test, so that neighbours in a folder, of like weight, part. A line of
# one test is written whole, so they may share the output.
VMS=2
results() { if [ "$KERNEL" = 6.1 ]; then echo "results-$1"; else echo "results-$KERNEL-$1"; fi; }
vm_share() { # number
	local -a share
	# shellcheck disable=SC2086
	mapfile -t share < <("$ROOT/selftests/vm/run.sh" --list $TESTS | sed -n "$1~${VMS}p")
	[ ${#share[@]} -gt 0 ] || { echo "0 passed, 0 failed"; return; }
	RESULTS_LINK=$(results "$1") "$ROOT/selftests/vm/run.sh" "${share[@]}"
}

vm_tests() {
	local vm log passed failed
	local -a shares=()
	for ((vm = 1; vm <= VMS; vm++)); do
		log=$LOGS/vm-$KERNEL-$vm.log
		{ vm_share $vm || touch "$log.failed"; } 2>&1 | tee "$log" | grep -a --line-buffered -v '^[0-9]* passed, [0-9]* failed$' &
		shares+=($!)
	done
	wait "${shares[@]}"
	for ((vm = 1; vm <= VMS; vm++)); do
		log=$LOGS/vm-$KERNEL-$vm.log
		read -r passed failed < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
		PASSED=$((PASSED + ${passed:-0}))
		FAILED=$((FAILED + ${failed:-1}))
		[ ! -e "$log.failed" ] || echo "The VM's files: build/$(results $vm)"
	done
}

# One kernel: the module is built for it without a warning and tested in it.
on_kernel() {
	export KERNEL=$1
	"${MAKE[@]}" kernel >/dev/null || FAILED=$((FAILED + 1))
	if step "build-module-$KERNEL" "${MAKE[@]}" vm-module test-modules sample-modules && [ $built = 1 ]; then
		vm_tests
	else
		echo "not ok - no VM tests without a build"
		FAILED=$((FAILED + 1))
	fi
}

beside_others() { # KERNEL
	PASSED=0 FAILED=0
	on_kernel "$1"
	echo "$PASSED $FAILED" >"$LOGS/kernel-$1"
}

# Of several kernels each has one VM, and they run at once; a line says whose it is.
on_kernels() {
	local kernel passed failed
	local -a kernels=() runs=()
	read -ra kernels <<<"$KERNELS"
	if [ ${#kernels[@]} -eq 1 ]; then
		[ "$KERNELS" = 6.1 ] || echo "--- kernel $KERNELS"
		on_kernel "$KERNELS"
		return
	fi
	VMS=1
	for kernel in "${kernels[@]}"; do
		beside_others "$kernel" 2>&1 | sed -u "s/^/$kernel: /" &
		runs+=($!)
	done
	wait "${runs[@]}"
	for kernel in "${kernels[@]}"; do
		read -r passed failed <"$LOGS/kernel-$kernel" || failed=1
		PASSED=$((PASSED + ${passed:-0}))
		FAILED=$((FAILED + failed))
	done
}

summary() {
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" -eq 0 ]
	exit
}

built=1
if [ "${1:-}" = --kernels ]; then
	"${MAKE[@]}" image >/dev/null || FAILED=1
	# Another run of this may be building the same.
	step build-userspace flock "$BUILD/.lock" "${MAKE[@]}" userspace || built=0
	step build-selftests flock "$BUILD/.lock" "${MAKE[@]}" selftests || built=0
	on_kernels
	summary
fi

# The first run fetches a good deal: let it say so.
"${MAKE[@]}" deps-check || FAILED=1
"${MAKE[@]}" kernel image source >/dev/null || FAILED=$((FAILED + 1))

# What needs no VM. It runs beside the VMs, in what they leave of the processors, for they
# wait a good deal; its sum is in a file, since it is another process.
host_steps() {
	PASSED=0 FAILED=0 MAKE=(nice -n 5 "${MAKE[@]}")
	part build-simulator selftests/sim all
	part simulator selftests/sim check
	step fuzz "${MAKE[@]}" fuzz-check
	part userspace userspace check
	step shellcheck "${MAKE[@]}" shellcheck
	step checkpatch "${MAKE[@]}" checkpatch
	step spdx "${MAKE[@]}" spdx
	step rfc "${MAKE[@]}" rfc-check
	# A third VM, whose time does not hang on what else the machine does.
	step goodput "${MAKE[@]}" grid-check
	step flood "${MAKE[@]}" flood-check
	echo "$PASSED $FAILED" >"$LOGS/host"
}

step build-userspace "${MAKE[@]}" userspace || built=0
step build-selftests "${MAKE[@]}" selftests || built=0
# It takes the module's folder for itself.
step sparse "${MAKE[@]}" sparse
host_steps &
host=$!
on_kernels
wait "$host"
read -r passed failed <"$LOGS/host" || failed=1
PASSED=$((PASSED + ${passed:-0}))
FAILED=$((FAILED + failed))
summary
