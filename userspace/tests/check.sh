#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the user space that need no module: anp run against the host's own stack (see
# run_inet.c), the parsers, the command line. Called by `make check` with O = the build folder.
# Prints TAP; the last line is "N passed, N failed".
#
# Lists of options are split into words on purpose.
# shellcheck disable=SC2086

cd "$(dirname "$0")" || exit 1
: "${O:?the build folder}"
tmp=$(mktemp -d)
pids=()

cleanup() {
	local pid

	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap cleanup EXIT

anp=$O/bin/anp
run=$O/tests/run_inet
probe=$O/tests/probe
count=0
passed=0
failed=0

result() {	# status name
	count=$((count + 1))
	case $1 in
	0)	passed=$((passed + 1)); echo "ok $count $2" ;;
	4)	echo "ok $count $2 # SKIP" ;;
	*)	failed=$((failed + 1)); echo "not ok $count $2"
		sed 's/^/# /' "$tmp/log" ;;
	esac
}

# A test is a command; what it prints is shown if it fails.
t() {		# name command...
	local name=$1

	shift
	"$@" >"$tmp/log" 2>&1 </dev/null
	result $? "$name"
}

status() {	# wanted-status command...
	local want=$1 got

	shift
	timeout 20 "$@"
	got=$?
	[ "$got" = "$want" ] || { echo "status $got, expected $want"; return 1; }
}

await() {	# command...: wait until it succeeds, 20 s at most
	for _ in {1..200}; do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

start() {	# output-file command...: in the background, remembered for cleanup
	local out=$1

	shift
	# Not by the child, or what the last one wrote is still there to be waited for.
	: >"$out"
	"$@" >"$out" 2>&1 </dev/null &
	pids+=($!)
}

units() {
	local word name

	"$O/tests/unit" >"$tmp/unit" 2>"$tmp/log"
	while read -r word name; do
		[ "$word" = ok ]
		result $? "unit: $name"
	done <"$tmp/unit"
}

one_line() {	# command...: usage errors are status 2 and one line on stderr
	status 2 "$@" 2>"$tmp/stderr" >"$tmp/stdout"
	cat "$tmp/stderr"
	[ "$(wc -l <"$tmp/stderr")" = 1 ] && [ ! -s "$tmp/stdout" ]
}

command_line() {
	local args

	for args in "ss -x" "ss --foo" "ss state" "ss state nowhere" "ss dst" "ss sport" "ss color = red" \
		    "ss exclude" "ss ( dport = :80" "events -x" "events -c 0" "events -c" "events dst" \
		    ping "ping -c 0 x" "ping -s 65508 x" "ping -t 256 x" "ping -i -1 x" "ping -i 1s x" \
		    "ping -I x y" "ping x y" "ping -c" "ping -Z" "stat -x" "stat --foo" \
		    run "run -x ls" "run -6" "run -6 maybe ls" "version -x" "version x" nonsense; do
		t "usage: anp $args" one_line "$anp" $args
	done
	t "usage: anp" status 2 "$anp"
	for args in help -h version -V "run -h" "ss -h" "events -h" "ping -h" "stat -h" "version -h"; do
		t "anp $args" status 0 "$anp" $args
	done
	t "anp version -j" sh -c "'$anp' version -j | python3 -c 'import json, sys; assert json.load(sys.stdin)[\"anp\"]'"
	[ -e /proc/net/anp ] && return
	t "anp run without the module" status 125 "$anp" run true
	t "anp ss without the module" status 1 "$anp" ss
	t "anp events without the module" status 1 "$anp" events
	t "anp ping without the module" status 2 "$anp" ping 127.0.0.1
	t "anp stat without the module" status 1 "$anp" stat
}

# groff tells of misused macros on stderr.
man_page() {
	command -v groff >/dev/null || return 4
	[ -z "$(groff -t -man -ww -z -Tutf8 "$1" 2>&1 | tee /dev/stderr)" ]
}

man_pages() {
	local page

	for page in ../man/*.[378]; do
		t "man page ${page##*/}" man_page "$page"
	done
}

# The library as an installed one is found and linked: by pkg-config, from C and from C++.
installed() {
	local dir=$tmp/root/usr cc=${CC:-cc}

	make -s -C .. install BUILD="${O%/userspace}" PREFIX=/usr DESTDIR="$tmp/root" || return 1
	printf '#include <anp.h>\nint main(void) { return anp_version()[0] == 0; }\n' >"$tmp/v.c"
	cp "$tmp/v.c" "$tmp/v.cc"
	grep -q '^Libs: -L${libdir} -lanp' "$dir/lib/pkgconfig/libanp.pc" || return 1
	$cc -Wall -Wextra -Werror -pedantic -I"$dir/include" -o "$tmp/v" "$tmp/v.c" \
		-L"$dir/lib" -lanp && LD_LIBRARY_PATH="$dir/lib" "$tmp/v" || return 1
	command -v g++ >/dev/null || return 0
	g++ -Wall -Wextra -Werror -pedantic -I"$dir/include" -o "$tmp/v" "$tmp/v.cc" \
		-L"$dir/lib" -lanp && LD_LIBRARY_PATH="$dir/lib" "$tmp/v"
}

probes() {
	local name p

	for p in "$probe" "$probe-static"; do
		for name in one flags untouched inet6 threads fork vfork spawn signals emfile \
			    rebind options options_thread netns user_netns uid; do
			t "run_$name${p#"$probe"}" timeout 60 "$run" "$p" "$name"
		done
	done
	t run_inet6_host timeout 20 "$run" -6 "$probe" inet6_host
	t run_inet6_mapped timeout 20 "$run" -m "$probe" inet6_mapped
	t run_open_before timeout 20 "$O/tests/uncaught" before "$run"
	t run_uring timeout 20 "$run" "$O/tests/uncaught" uring
	t run_threads-unprivileged unprivileged threads
	t run_options-unprivileged unprivileged options
}

# Without CAP_SYS_ADMIN the filter needs no_new_privs.
unprivileged() {
	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || return 4
		chmod 755 "$tmp"
		cp "$run" "$probe" "$tmp/"
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$tmp/run_inet" "$tmp/probe" "$1"
	else
		"$run" "$probe" "$1"
	fi
}

exit_signal() {
	"$run" sh -c 'kill -TERM $$'
	[ $? = 143 ]
}

not_executable() {
	touch "$tmp/plain"
	status 126 "$run" "$tmp/plain"
}

# PROGRAM is the process that was started: same number, and the terminal's signals reach it.
same_process() {
	local pid line

	start "$tmp/pid" "$run" sh -c 'echo $$; exec sleep 20'
	pid=$!
	await test -s "$tmp/pid" || return 1
	read -r line <"$tmp/pid"
	[ "$line" = "$pid" ] || return 1
	kill -INT "$pid" && kill -TERM "$pid"
	wait "$pid"
	[ $? = 143 ]
}

no_supervisor_left() {
	local p

	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$run" ] && return 1
	done
	return 0
}

# The supervisor serves who forked away, holds no pipe, and goes when the last one is gone.
daemon() {
	export PROBE_FILE=$tmp/daemon PROBE_GO=$tmp/daemon.go
	# cat ends when nobody holds the pipe, and the child still waits for its word to go on.
	status 0 "$run" "$probe" daemon | cat || return 1
	[ ! -e "$PROBE_FILE" ] || return 1
	touch "$PROBE_GO"
	await test -s "$PROBE_FILE" || return 1
	await no_supervisor_left
}

supervisor_of_orphan() {
	local p

	for p in /proc/[0-9]*; do
		if [ "$(readlink "$p/exe" 2>/dev/null)" = "$run" ]; then
			echo "${p#/proc/}"
			return 0
		fi
	done
	return 1
}

orphan() {
	local pid sup

	await no_supervisor_left || return 1
	mkfifo "$tmp/fifo"
	"$run" "$probe" orphan <"$tmp/fifo" >"$tmp/orphan" 2>&1 &
	pid=$!
	pids+=("$pid")
	exec 9>"$tmp/fifo"
	await test -s "$tmp/orphan" || return 1
	sup=$(supervisor_of_orphan) || return 1
	kill -KILL "$sup"
	await no_supervisor_left || return 1
	exec 9>&-
	wait "$pid" || { cat "$tmp/orphan"; return 1; }
}

verbose() {
	"$run" -v "$probe" one 2>"$tmp/verbose" || return 1
	cat "$tmp/verbose"
	await grep -q 'probe\[[0-9]*\] socket(AF_INET, SOCK_STREAM, 0) = [0-9]' "$tmp/verbose"
}

launching() {
	t run_exit_status status 7 "$run" sh -c 'exit 7'
	t run_exit_signal exit_signal
	t run_not_found status 127 "$run" /nonexistent
	t run_not_executable not_executable
	t run_same_process same_process
	t run_nested_listener status 125 "$run" "$run" true
	t run_stdin sh -c "echo hello | '$run' cat | grep -q hello"
	t run_ignored_sigchld sh -c "trap '' CHLD; exec '$run' '$probe' one"
	t run_closed_stdio sh -c "exec '$run' '$probe' flags <&- >&-"
	t run_daemon daemon
	t run_orphan orphan
	t run_verbose verbose
}

http() {
	local server=$1 client=$2 port

	command -v python3 >/dev/null && command -v curl >/dev/null || return 4
	head -c 3000000 /dev/urandom >"$tmp/file"
	start "$tmp/http" $server python3 -u -m http.server -b 127.0.0.1 -d "$tmp" 0
	await grep -q 'port [0-9]' "$tmp/http" || { cat "$tmp/http"; return 1; }
	port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$tmp/http")
	$client curl -sS -o "$tmp/got" "http://127.0.0.1:$port/file" &&
		cmp "$tmp/file" "$tmp/got"
}

pattern() {	# server-options client-options size...
	local server=$1 client=$2 size port

	shift 2
	start "$tmp/server" "$O/examples/pattern_server" -4 -q $server 127.0.0.1 0
	await grep -q listening "$tmp/server" || { cat "$tmp/server"; return 1; }
	port=$(sed -n 's/^listening.*://p' "$tmp/server")
	for size; do
		"$O/examples/pattern_client" -4 -t 20 $client 127.0.0.1 "$port" "$size" || return 1
	done
	kill "$!" && wait "$!"
}

pattern_damage() {	# where, as relay.py takes it; the message wanted
	local server

	command -v python3 >/dev/null || return 4
	start "$tmp/server" "$O/examples/pattern_server" -4 127.0.0.1 0
	server=$!
	await grep -q listening "$tmp/server" || return 1
	timeout 60 python3 relay.py "$(sed -n 's/^listening.*://p' "$tmp/server")" "$1" \
		"$O/examples/pattern_client" -4 -t 20 127.0.0.1 PORT 300000 >"$tmp/relay" 2>&1
	kill "$server"
	wait "$server"
	cat "$tmp/relay" "$tmp/server"
	grep -q "$2" "$tmp/relay" "$tmp/server" && grep -q 'client exit 1' "$tmp/relay"
}

examples() {
	t curl_both http "$run" "$run"
	t curl_client http "" "$run"
	t pattern_echo pattern "" "" 0 1 7 8 9 65535 65536 65537 16M
	t pattern_one_way pattern "" -o 0 1 7 65537 16M
	t pattern_random pattern "-r -S 3" "-r -S 4 -c 20 -n 3" 0 1 100001
	t pattern_damage_sent pattern_damage c2s:1000 'first difference at byte 1000:'
	t pattern_damage_returned pattern_damage s2c:299999 'first difference at byte 299999:'
	t pattern_cut pattern_damage s2c-cut:5000 'end of data at byte 5000 of'
	t pattern_usage status 2 "$O/examples/pattern_client" 127.0.0.1 1 12Q
}

units
command_line
t installed installed
man_pages
t option_table ../man/options.sh --check
probes
launching
examples
echo "1..$count"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
