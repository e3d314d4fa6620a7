# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # limit, base and failures are run_test()'s
# For the harness, with FAULTS=N: each test runs several times on one load of the module. First its allocations fail, each
# place that makes one in its turn (modules/anp_faults.c), and where the kernel has fail_function so do now and then
# its functions. That may fail any point of the test; it may not hang it, change a byte, leave anything or make the
# kernel complain. Then nothing fails any more, and neither may the test.

PLACES=/sys/kernel/debug/anp_faults
FUNCTIONS=/sys/kernel/debug/fail_function

# What each test begins with, loading, a namespace, a device and an address, would fail nearly always: it is let fail
# here, until that has happened to each place on the way, which then fails seldom.
load_faults() {
	local loads spaces good=0
	insmod "${ANP_KO%/*}/anp_faults.ko" seed="$SEED" || return 1
	echo "@@ begin rehearsal $((DEFAULT_TIMEOUT * ${TIMEOUT_FACTOR:-1}))" >&3
	echo Y >$PLACES/on
	for ((loads = 1; loads < 100; loads++)); do
		insmod "$ANP_KO" && break
	done
	for ((spaces = 0; spaces < 500 && good < 10; spaces++)); do
		rehearse && good=$((good + 1)) || good=0
		[ ! -e /run/netns/rehearsal ] || ip netns delete rehearsal
	done
	echo N >$PLACES/on
	rmmod anp || return 1
	echo "# loaded at the attempt $loads, $spaces namespaces begun until ten in a row had a device" >&3
} 3>&1 >/dev/null 2>&1

rehearse() {
	ip netns add rehearsal && ip -n rehearsal -batch - <<-END
		link add eth0 type dummy
		link add anp0 link eth0 type anp
		addr add 10.0.0.2/24 dev anp0
		link set eth0 up
		link set anp0 up
		route add default via 10.0.0.1 dev anp0 table anp
	END
}

# Of a hundred calls one fails. Not those of a namespace's beginning, of which each would fail ten times as often,
# and the test would not come to what it is about: debug/fail_function has each of them.
functions_on() {
	local name
	[ -d $FUNCTIONS ] || return 0
	echo 0 >$FUNCTIONS/verbose
	echo -1 >$FUNCTIONS/times
	awk '/\[anp\]/ && $1 !~ /_net_init$/ { print $1 }' /sys/kernel/debug/error_injection/list |
		while read -r name; do
			echo "$name" >$FUNCTIONS/inject
			# A function that returns a pointer takes no such value, and fails by its own.
			printf '0x%x\n' -12 >"$FUNCTIONS/$name/retval" 2>/dev/null
		done
	echo 1 >$FUNCTIONS/probability
}

functions_off() {
	[ -d $FUNCTIONS ] || return 0
	echo 0 >$FUNCTIONS/probability
	echo >$FUNCTIONS/inject
}

# What may not be, whatever has failed. The programs that exchange data say it in these words.
not_provoked() { # status
	case $1 in
	124 | 137) complain "timed out after $limit s while allocations failed" ;;
	esac
	! grep -aqE 'first difference at byte|a wrong byte' "$out" || complain "data was changed while allocations failed"
}

failed_places() { awk '$2 > 0' $PLACES/places | wc -l; }
points() { grep -acE "^$1( |\$)" "$out"; }

one_pass() { # test, limit
	local status
	: >"$out"
	functions_on
	echo Y >$PLACES/on
	NO_EVIDENCE=1 run_program "$1" "$2"
	status=$?
	echo N >$PLACES/on
	functions_off
	not_provoked $status
	check_processes
	check_network
}

# A test that ends where its first allocation fails has not come to the others: it is run again, up to $FAULTS times,
# until no place has failed for the first time; those do not count in which no more held than did not, and there are
# three times as many at most. The output of each is kept.
run_with_faults() { # test, limit
	local pass=0 counted=0 before now complaints out
	while ((counted < FAULTS && ++pass <= 3 * FAULTS)); do
		out=$base.faults$pass
		before=$(failed_places) complaints=$failures
		one_pass "$1" "$2"
		now=$(failed_places)
		echo "# ${1%.sh}, time $pass: $(points ok) points held, $(points "not ok") did not, $((now - before)) places failed first"
		[ "$failures" -eq "$complaints" ] || sed 's/^/# /' "$out" >>"$base.tap"
		[ "$(points ok)" -gt "$(points "not ok")" ] || continue
		counted=$((counted + 1))
		[ "$now" -gt "$before" ] || break
	done
	cp "$PLACES/places" "$RESULTS/places"
}
