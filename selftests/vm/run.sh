#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boot the VM and run something in it.
#
#	run.sh TEST...		tests by name (net/ping, or ping), folder or path
#	run.sh --all		every test of selftests/Makefile
#	run.sh core		those of its core set; core-debug, core-race, core-faults: for slow kernels
#	run.sh long/soak	and those that --all leaves out, for they take long
#	run.sh --list [...]	the names only
#	run.sh --command CMD	one shell command, its output live, its exit status
#	run.sh --shell [CMD]	an interactive shell, after CMD if given
#
# Variables: SHOW=1 shows every test's output, SEED=N the seed of everything
# random, SMP=2 MEM=2G, ACCEL=tcg|kvm, ICOUNT=1 for countable time,
# WATCH=1 for one that checks its slab objects, TIMEOUT_FACTOR=N for slow kernels,
# CMDLINE_EXTRA=..., VM_ENV='A=1 B=2'; VM_ENV=FAULTS=2 lets allocations fail, twice each test,
# VM_ENV=TEST_LIMIT=7200 is what each test may take, in seconds, VM_ENV=RX_MODE=interrupt how devices receive (lib.sh).
# IMAGE_KIND=programs: the image with real programs, and the tests of selftests/programs.
# Another kernel: KERNEL_IMAGE=, MODULES_DIR= (empty: none), ANP_KO=.
#
# The results folder, build/results, holds console*.log and each test's .tap,
# .dmesg and whatever it wrote to $RESULTS. The last line: N passed, N failed.
# RESULTS_LINK=NAME calls the folder build/NAME; INSN_PLUGIN=insn.so profiles.

. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/qemu.sh"
. "$(dirname "$0")/splat.sh"
PATH=$PATH:/usr/sbin:/sbin

BOOT_LIMIT=${BOOT_LIMIT:-120}
SEED=${SEED:-$((16#$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')))}
PASSED=0 FAILED=0 BOOTS=0
qemu_pid=

# Runs are kept apart, so that two may go at once; the last few are kept.
new_run_folder() {
	local old
	mkdir -p "$BUILD/vm" || exit 1
	for old in $(find "$BUILD/vm" -maxdepth 1 -name 'run-*' -printf '%T@ %p\n' |
		sort -rn | awk 'NR > 8 { print $2 }'); do
		kill -0 "${old##*run-}" 2>/dev/null || rm -rf "$old"
	done
	RUN=$BUILD/vm/run-$$
	rm -rf "$RUN" && mkdir -p "$RUN/results" || exit 1
	ln -sfn "vm/run-$$/results" "$BUILD/${RESULTS_LINK:-results}"
}

# shellcheck disable=SC2317 # called by the trap
stop() {
	[ -z "$qemu_pid" ] || kill "$qemu_pid" 2>/dev/null
	[ -z "$reader_pid" ] || kill "$reader_pid" 2>/dev/null
	[ -z "$RUN" ] || rm -f "$RUN/results.raw" "$RUN/initramfs"
}
reader_pid=''
RUN=''
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

all_tests() {
	local list=list
	[ "${IMAGE_KIND:-}" != programs ] || list="list-programs"
	MAKEFLAGS="" make -s --no-print-directory -C "$ROOT/selftests" "${1:-$list}"
}

select_tests() { # names -> paths below selftests/, in the suite's order
	local name found
	for name in "$@"; do
		name=${name#selftests/}
		case $name in core | core-*) all_tests "list-$name"; continue ;; esac
		found=$({ all_tests; all_tests list-long; } | grep -E "^(.*/)?${name%.sh}(/[^/]*)?(\.sh)?$")
		[ -n "$found" ] || die "no test is called $name; there are:
$(all_tests)"
		echo "$found"
	done
}

write_job() { # mode
	local job=$RUN/stage/anp/.run word
	rm -rf "$RUN/stage" && mkdir -p "$job" || exit 1
	echo "$1" >"$job/mode"
	{
		printf 'SEED=%q\nSHOW=%q\nTIMEOUT_FACTOR=%q\n' "$SEED" "${SHOW:-}" "${TIMEOUT_FACTOR:-1}"
		for word in ${VM_ENV:-}; do
			printf '%s=%q\n' "${word%%=*}" "${word#*=}"
		done
	} >"$job/env"
	printf '%s\n' "${TESTS[@]}" >"$job/tests"
	printf '%s\n' "$COMMAND" >"$job/command"
	stty size 2>/dev/null | awk '{ print "rows", $1, "cols", $2 }' >"$job/stty"
}

prepare() { # mode, qemu flags...
	write_job "$1"
	shift
	make_initramfs "$RUN/stage" "$RUN/initramfs" || die "cannot make the initramfs"
	qemu_command "$RUN" "$@" || die "cannot make the VM's images"
	rm -rf "$RUN/stage"
}

start_vm() {
	BOOTS=$((BOOTS + 1))
	console=$RUN/results/console$BOOTS.log
	rm -f "$RUN"/mon.in "$RUN"/mon.out
	mkfifo "$RUN/mon.in" "$RUN/mon.out" || exit 1
	: >"$RUN/output"
	prepare "$1" -serial "file:$console" -serial "file:$RUN/output" \
		-chardev "pipe,id=mon,path=$RUN/mon" -mon chardev=mon
	: >"$console"
	"${QEMU[@]}" </dev/null 2>"$RUN/results/qemu.log" &
	qemu_pid=$!
	# Opened both ways, so that neither end waits for the other.
	exec 7<>"$RUN/mon.in" 8<>"$RUN/mon.out"
}

# A VM that stopped answering is asked for a backtrace before it is killed: its
# command line makes an NMI a panic.
kill_hung_vm() {
	echo "nmi" >&7
	for _ in {1..100}; do
		kill -0 "$qemu_pid" 2>/dev/null || break
		sleep 0.1
	done
	kill "$qemu_pid" 2>/dev/null
	hung=1
}

# Counts one test's @@ end line and prints it for people.
test_ended() { # NAME PASSED FAILED SKIPPED DECISECONDS
	local verdict=ok
	PASSED=$((PASSED + $2))
	FAILED=$((FAILED + $3 + $4))
	[ "$3" -eq 0 ] || verdict=FAILED
	[ "$4" -eq 0 ] || verdict="FAILED (skipped $4)"
	printf '%-28s %4d passed %3d failed %6s s  %s\n' "$1" "$2" "$(($3 + $4))" \
		"$(($5 / 10)).$(($5 % 10))" "$verdict"
	current=
	ended+=("$1")
}

one_line() {
	local -a word
	case $1 in
	"@@ "*)
		read -ra word <<<"${1#@@ }"
		case ${word[0]} in
		begin)
			current=${word[1]}
			deadline=$((SECONDS + word[2] + 60))
			;;
		end)
			test_ended "${word[@]:1}"
			deadline=$((SECONDS + 60))
			;;
		status) command_status=${word[1]} ;;
		esac
		;;
	*) printf '%s\n' "$1" ;;
	esac
}

# Print what the job says until the VM is gone; none may outstay its time. A machine that was suspended only after
# its alarm had rung would sleep for ever: once a minute it is waked, which one that is awake does not notice.
follow() {
	local line part='' waked=$SECONDS
	deadline=$((SECONDS + BOOT_LIMIT))
	exec 6< <(exec tail -n +1 -s 0.1 -f --pid="$qemu_pid" "$RUN/output" 2>/dev/null)
	reader_pid=$!
	while :; do
		if IFS= read -r -t 2 -u 6 line; then
			one_line "$part$line"
			part=
		elif [ $? -gt 128 ]; then
			part+=$line
			[ "$SECONDS" -lt "$deadline" ] || [ "$hung" = 1 ] || kill_hung_vm
			[ $((SECONDS - waked)) -lt 60 ] || { echo system_wakeup >&7; waked=$SECONDS; }
		else
			break
		fi
	done
	[ -z "$part" ] || printf '%s\n' "$part"
	exec 6<&-
	wait "$qemu_pid" 2>/dev/null
	qemu_pid='' reader_pid=''
	exec 7>&- 8>&-
}

fetch_results() {
	tar -C "$RUN/results" -xf "$RUN/results.raw" 2>/dev/null
	status=$(cat "$RUN/results/status" 2>/dev/null)
	rm -f "$RUN/results/status"
}

# The console since the job at hand began: what came first, and how it ended.
show_console() {
	local from=1
	[ -z "$current" ] ||
		from=$(grep -n "anp-test: begin $current" "$console" | tail -n 1 | cut -d: -f1)
	echo "# the console since then (all of it: ${console#"$ROOT"/}):"
	tail -n "+${from:-1}" "$console" | tr -d '\r' | awk '
		NR <= 100 { print "# " $0; next }
		{ late[NR % 80] = "# " $0 }
		END {
			if (NR > 180)
				print "# ..."
			for (i = NR > 180 ? NR - 79 : 101; i <= NR; i++)
				print late[i % 80]
		}'
}

# Complaints before the first test, between two tests, or at power-off belong
# to no test: the harness never saw them.
check_console() {
	tr -d '\r' <"$console" |
		awk '/anp-test: begin /{ inside = 1 } !inside { print } /anp-test: end /{ inside = 0 }' \
			>"$RUN/outside.log"
	find_splats "$RUN/outside.log" && return
	echo "not ok - the kernel complained outside any test"
	FAILED=$((FAILED + 1))
}

vm_died() { # what was going on
	local why=died
	[ "$hung" = 0 ] || why=hung
	echo "not ok - the VM $why during $1"
	sed 's/^/# /' "$RUN/results/qemu.log"
	show_console
}

# One boot of the remaining tests. A test that takes the VM down, or leaves it
# unfit, costs a boot; the tests after it still run.
boot_tests() {
	local -a ended=() rest=()
	local current='' hung=0 status='' test
	start_vm tests
	follow
	fetch_results
	if [ -n "$current" ]; then
		vm_died "$current"
		test_ended "$current" 0 1 0 0
	elif [ -z "$status" ] && [ ${#ended[@]} -eq 0 ] && [ $BOOTS -lt 3 ] && emulated; then
		# Emulated processors that patch each other's code at boot now and then run what was there before: an
		# int3 that nobody knows of (seen on 7.3). No module of ours is loaded by then.
		vm_died "boot, once more" | sed 's/^not ok - /# /'
	elif [ -z "$status" ]; then
		vm_died "boot or power-off"
		FAILED=$((FAILED + 1))
		[ ${#ended[@]} -gt 0 ] || return 1
	else
		check_console
	fi
	for test in "${TESTS[@]}"; do
		printf '%s\n' "${ended[@]}" | grep -qxF "${test%.sh}" || rest+=("$test")
	done
	TESTS=("${rest[@]}")
}

run_tests() {
	echo "# seed $SEED, ${#TESTS[@]} test programs, kernel $(basename "$(realpath "$KERNEL_IMAGE")")"
	while [ ${#TESTS[@]} -gt 0 ]; do
		boot_tests || break
	done
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}

run_command() {
	local current='' hung=0 status='' command_status=''
	start_vm command
	follow
	fetch_results
	if [ -z "$command_status" ]; then
		vm_died "${current:-boot}"
		return 125
	fi
	check_console
	[ "$FAILED" -eq 0 ] || [ "$command_status" -ne 0 ] || return 1
	return "$command_status"
}

# In the foreground, with the terminal: Ctrl-C belongs to the guest here.
run_shell() {
	CMDLINE_EXTRA="loglevel=4 ${CMDLINE_EXTRA:-}"
	prepare shell -serial mon:stdio
	echo "Booting. Leave with exit, or kill the VM with Ctrl-A x."
	"${QEMU[@]}"
}

main() {
	COMMAND='' TESTS=()
	if [ "${1:-}" = --list ]; then
		trap - EXIT
		shift
		if [ "${1:---all}" = --all ]; then all_tests; else select_tests "$@"; fi
		exit
	fi
	[ -f "$KERNEL_IMAGE" ] || "$ROOT/selftests/vm/kernel.sh" || exit 1
	case ${1:-} in
	--all) mapfile -t TESTS < <(all_tests) ;;
	--command | --shell) COMMAND=${2:-} ;;
	'' | -*) die "usage: run.sh [--list] TEST... | --all | --command CMD | --shell [CMD]" ;;
	*)
		local selected
		selected=$(select_tests "$@") || exit 1
		mapfile -t TESTS <<<"$selected"
		;;
	esac
	new_run_folder
	case $1 in
	--command) run_command ;;
	--shell) run_shell ;;
	*) run_tests ;;
	esac
}

main "$@"
