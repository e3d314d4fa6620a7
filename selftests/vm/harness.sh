#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs inside the VM: each test of a list with a freshly loaded module, and
# afterwards looks for what a test must not leave behind: processes, network
# namespaces, links, references to the module, complaints of the kernel.
#
# Lines that start with @@ are for the runner on the host:
#	@@ begin NAME TIMEOUT
#	@@ end NAME PASSED FAILED SKIPPED SECONDS
#	@@ dirty	this VM is not fit for another test

. "$(dirname "$0")/splat.sh"
. "$(dirname "$0")/faults.sh"

RESULTS=${RESULTS:-/tmp}
CGROUP=/sys/fs/cgroup/anp-test
DEFAULT_TIMEOUT=120

# A complaint about the test at hand which the test itself did not make.
complain() {
	failures=$((failures + 1))
	printf 'not ok - harness: %s\n' "$*" >>"$out"
}

head_value() { # test, KEY -> the value of a "# KEY=..." line in its head
	sed -n "1,20s|^[#/* ]*$2=\\([^ ]*\\).*|\\1|p" "$1" 2>/dev/null | head -n 1
}

# A compiled test declares itself in its source, which lies beside it.
declared() {
	if [ -f "$1.c" ]; then head_value "$1.c" "$2"; else head_value "$1" "$2"; fi
}

load_module() {
	[ -f "$ANP_KO" ] || return 0
	insmod "$ANP_KO" >>"$out" 2>&1 || complain "insmod failed"
}

# Sockets die when their namespace does, which the kernel does in its own time.
unload_module() {
	local i
	[ -d /sys/module/anp ] || return 0
	for i in {1..50}; do
		[ "$(cat /sys/module/anp/refcnt)" = 0 ] && break
		sleep 0.2
	done
	if ! rmmod anp >>"$out" 2>&1; then
		complain "rmmod failed after $((i / 5)) s, refcnt $(cat /sys/module/anp/refcnt)"
		cat /proc/net/anp/* >>"$out" 2>/dev/null
		dirty=1
	fi
}

# The test runs in a cgroup, so that a process it forgot is found whatever
# session or parent it fled to, and in a network namespace of its own.
run_program() {
	local test=$1 limit=$2
	mkdir -p "$CGROUP"
	(
		echo $BASHPID >$CGROUP/cgroup.procs
		cd "$(dirname "$test")" || exit 1
		exec unshare --net timeout -k 10 "$limit" "./$(basename "$test")"
	) </dev/null >>"$out" 2>&1
}

pids_left() {
	cat $CGROUP/cgroup.procs 2>/dev/null
}

check_processes() {
	local i
	for i in {1..10}; do
		[ -n "$(pids_left)" ] || break
		sleep 0.1
	done
	if [ -n "$(pids_left)" ]; then
		# shellcheck disable=SC2046
		ps -o pid,stat,wchan:20,args -p $(pids_left | paste -sd,) >>"$out"
		complain "left processes: $(pids_left | paste -sd' ')"
		echo 1 >$CGROUP/cgroup.kill
	fi
	for i in {1..20}; do
		rmdir $CGROUP 2>/dev/null && return
		[ -d $CGROUP ] || return
		sleep 0.1
	done
	complain "a process cannot be killed"
	for i in $(pids_left); do
		{ cat "/proc/$i/comm" "/proc/$i/stack"; } >>"$out" 2>&1
	done
	dirty=1
}

check_network() {
	local ns
	for ns in $(ip netns list | cut -d' ' -f1); do
		complain "left network namespace $ns"
		ip netns delete "$ns"
	done
	if [ "$(ls /sys/class/net)" != "$links" ]; then
		complain "left links: $(ls /sys/class/net | paste -sd' ')"
		dirty=1
	fi
}

check_kernel() {
	dmesg >"$base.dmesg"
	find_splats "$base.dmesg" >"$base.splat"
	if [ -s "$base.splat" ]; then
		complain "the kernel complained"
		sed 's/^/# /' "$base.splat" >>"$out"
	fi
	# lockdep looks no further after its first complaint: the next test needs it.
	! grep -qs 'debug_locks: *0' /proc/lockdep_stats || dirty=1
	# After an oops (D, bit 7) nothing the kernel does can be trusted.
	(($(cat /proc/sys/kernel/tainted) & 128)) && dirty=1
}

# Memory that nothing points to any more, on a kernel that can tell: half a minute's
# work for a busy machine, so it is done after the last test, and after each only if
# it is asked (LEAKS_EACH=1), to learn whose it was. Objects younger than five
# seconds are left for the next look.
check_leaks() {
	local file=/sys/kernel/debug/kmemleak
	[ -e $file ] || return
	echo scan >$file
	cat $file >"$base.leaks"
	if [ -s "$base.leaks" ]; then
		complain "memory was lost"
		sed 's/^/# /' "$base.leaks" >>"$out"
		echo clear >$file
	fi
}

# What the TAP says, and whether its plan agrees.
count_points() {
	local planned status=$1
	skipped=$(grep -acE '^(not )?ok .*# *SKIP' "$out")
	passed=$(grep -aE '^ok( |$)' "$out" | grep -avcE '# *SKIP')
	points=$((skipped + passed + $(grep -aE '^not ok( |$)' "$out" | grep -avcE '# *SKIP')))
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out" | tail -n 1)
	case $status in
	0 | 1) ;;
	4) [ "$skipped" -gt 0 ] || { skipped=1; points=$((points + 1)); } ;;
	124 | 137) complain "timed out after $limit s" ;;
	*) complain "exit status $status" ;;
	esac
	failures=$((failures + points - skipped - passed))
	[ "$status" = 4 ] && return
	[ -n "$planned" ] || { complain "no plan: the test ended early"; return; }
	[ "$planned" -eq "$points" ] || complain "planned $planned points, saw $points"
	[ "$status" -eq 0 ] || [ "$failures" -gt 0 ] || complain "exit status $status"
}

run_test() {
	local test=$1 name=${1%.sh} status begin end
	local limit skipped=0 passed=0 failures=0 points=0 dirty=0 base out links
	base=$RESULTS/${name//\//-}
	out=$base.tap
	limit=$(declared "$test" TIMEOUT)
	limit=${TEST_LIMIT:-$((${limit:-$DEFAULT_TIMEOUT} * ${TIMEOUT_FACTOR:-1}))}
	echo "@@ begin $name $((limit * (3 * ${FAULTS:-0} + 1)))"
	dmesg -C
	echo "anp-test: begin $name" >/dev/kmsg
	: >"$out"
	links=$(ls /sys/class/net)
	begin=${EPOCHREALTIME/./}
	load_module
	[ -z "${FAULTS:-}" ] || run_with_faults "$test" "$limit"
	run_program "$test" "$limit"
	status=$?
	count_points $status
	check_processes
	check_network
	[ -z "${LEAKS_EACH:-}" ] || check_leaks
	unload_module
	end=${EPOCHREALTIME/./}
	check_kernel
	echo "anp-test: end $name" >/dev/kmsg
	report
	[ "$dirty" = 0 ]
}

report() {
	local optional
	optional=$(declared "$test" OPTIONAL)
	[ "$failures" -eq 0 ] && [ -z "${SHOW:-}" ] || cat "$out"
	[ "$skipped" -eq 0 ] || [ -n "$optional" ] || grep -iE '# *skip' "$out"
	[ -z "$optional" ] || skipped=0
	echo "@@ end $name $passed $failures $skipped $(((end - begin) / 100000))"
	[ "$dirty" = 0 ] || echo "@@ dirty"
}

run_list() {
	local test
	if [ -n "${FAULTS:-}" ] && ! load_faults; then
		echo "not ok - harness: no allocation fails by its place in this kernel: $(dmesg | tail -n 1)"
		sed 's/\(.*\)/@@ end \1 0 1 0 0/; s/\.sh / /' "$1"
		return 1
	fi
	while read -r test; do
		run_test "$test" || return 1
	done <"$1"
	last_leaks
}

# The point is one of the VM's, not of a test. The module is there to give names to
# the addresses in the leaks' backtraces; it is the same place that it is loaded to.
last_leaks() {
	local out=$RESULTS/leaks.tap base=$RESULTS/leaks failures=0 begin end
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	echo "@@ begin kmemleak 400"
	begin=${EPOCHREALTIME/./}
	sleep 6
	: >"$out"
	load_module
	check_leaks
	check_leaks
	rmmod anp
	[ "$failures" -eq 0 ] || cat "$out"
	end=${EPOCHREALTIME/./}
	echo "@@ end kmemleak $((failures == 0)) $((failures > 0)) 0 $(((end - begin) / 100000))"
}

# One command with its output live; the kernel must stay quiet here too.
run_command() {
	local status
	dmesg -C
	echo "@@ begin command ${COMMAND_TIMEOUT:-3600}"
	echo "anp-test: begin command" >/dev/kmsg
	bash "$1"
	status=$?
	echo "anp-test: end command" >/dev/kmsg
	dmesg >"$RESULTS/command.dmesg"
	if ! find_splats "$RESULTS/command.dmesg"; then
		echo "the kernel complained, see above"
		[ $status -ne 0 ] || status=1
	fi
	echo "@@ status $status"
	return $status
}

export ANP_HARNESS=1
case $1 in
--command) run_command "$2" ;;
*) run_list "$1" ;;
esac
