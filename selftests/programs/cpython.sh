#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# CPython's own tests of sockets and of what is built on them, unmodified: on the host's stack, and by `anp run`.
# TIMEOUT=1800
. "$(dirname "$0")/lib.sh"

packages libpython3.11-testsuite
topo_programs
# Where the host has ::1 they would run there what is IPv6's.
must in_a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
here=$PWD
modules=${MODULES:-test.test_socket test.test_selectors test.test_httplib test.test_ftplib
	test.test_asyncio.test_streams test.test_asyncio.test_sock_lowlevel test.test_asyncio.test_server
	test.test_asyncio.test_sendfile test.test_asyncio.test_events test.test_ssl}

run() ( # MODULE STACK [LAUNCHER...]: each has a folder of its own, since tests leave files where they stand
	d=$WORK/$1.$2
	mkdir -p "$d"
	cd "$d" || exit
	in_a "${@:3}" timeout -k 5 $((500 * ${TIMEOUT_FACTOR:-1})) \
		python3 "$here/unittests.py" "$1" "$d/results" >"$d/log" 2>&1
)
passes() { # MODULE
	run "$1" host &
	run "$1" ANP anp run
	wait $!
	for stack in host ANP; do
		# What is missing at the end would not be compared.
		sed -i '/^end$/w '"$WORK/ended"'
			/^end$/d' "$WORK/$1.$stack/results"
		[ -s "$WORK/ended" ] || { echo "$1 on $stack did not come to its end"; return 1; }
	done
	python3 suite.py "${1#test.}" suites.known "$WORK/$1".{host,ANP}/results >"$WORK/compared" && return
	cp "$WORK/$1.ANP/log" "$RESULTS/$1.log"
	grep -A25 ^ERROR "$WORK/$1.ANP/log" | tail -n 40
	return 1
}

echo "# suite | suite | host: passed | failed | skipped | ANP: passed | failed | n/a | skipped |"
echo "# suite |---|---:|---:|---:|---:|---:|---:|---:|"
for module in $modules; do
	begin=$SECONDS
	check "$module: what the host's stack passes, ANP passes, but for what is known" passes "$module"
	cat "$WORK/compared"
	echo "# $module: $((SECONDS - begin)) s"
done
finish
