#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Memory that fails: each allocation of loading, of a new device and of a new address once; and at
# random those of segments, requests and sockets, in softirqs too, under transfers that are checked.
# POINTS says how many allocations of one call are tried (make faults).
# TIMEOUT=300
# OPTIONAL=stock kernels cannot make allocations fail
. "$(dirname "$0")/../interop/lib.sh"
. "$(dirname "$0")/../vm/splat.sh"

[ -e /proc/thread-self/fail-nth ] || skip_all "the kernel has no fault injection"
DEBUG=/sys/kernel/debug
mountpoint -q "$DEBUG" || must mount -t debugfs none "$DEBUG"
FAIL=$(dirname "$0")/../helpers/fail_calls
STORM=$(dirname "$0")/../helpers/stream_storm
POINTS=${POINTS:-12}
LIMIT=200

quiet() { # no backtrace of each; those that may sleep fail as well
	local what
	for what in failslab fail_page_alloc; do
		echo 0 >"$DEBUG/$what"/verbose
		echo 0 >"$DEBUG/$what"/ignore-gfp-wait
	done
	echo 0 >"$DEBUG"/fail_page_alloc/min-order
	[ ! -e "$DEBUG"/fail_usercopy ] || echo 0 >"$DEBUG"/fail_usercopy/verbose
}

# pages PERCENT: of all pages that nobody can wait for, the whole machine's. A page fault that gets
# none would end a program, and that is not what is looked for.
pages() {
	echo 1 >"$DEBUG"/fail_page_alloc/ignore-gfp-wait
	echo -1 >"$DEBUG"/fail_page_alloc/times
	echo "$1" >"$DEBUG"/fail_page_alloc/probability
}

# Which caches fail is said at boot (slub_debug=A,...): those of segments, requests, TIME-WAITs and
# connections that are not at rest.
faults() { # PERCENT: of all allocations from these, in any context
	echo 1 >"$DEBUG"/failslab/cache-filter
	echo -1 >"$DEBUG"/failslab/times
	echo "$1" >"$DEBUG"/failslab/probability
}

# A client that has written all of it is in FIN-WAIT-1 at once.
connected() { in_a awk '$4 ~ /^0[14]$/ { found = 1 } END { exit !found }' /proc/net/anp/tcp; }
failing() { grep -qx "$1" "$DEBUG"/failslab/probability; }

# A server that finds no memory for its own socket, or a connect(), says so, and is not what is looked for: the
# faults begin where it listens already, and for a client where its connection stands and the server is held.
fail_server() { faults 3; }
fail_client() { # SERVER
	kill_tree "$1" STOP
	bg release "$1"
}
release() {
	wait_for 30 connected && faults 3
	kill_tree "$1" CONT
}

hurry() { echo "$1" >/sys/kernel/rcu_expedited; }

trap 'status=$?; faults 0; pages 0; hurry 0; (exit $status); cleanup' EXIT
must quiet
hurry 1
must new_ns A
must ip -n "$A" link add eth0 type veth peer name eth1
must rmmod anp
check "loading, with each allocation failing" "$FAIL" insmod "$ANP_KO" "$POINTS" "$SEED"
comment <"$WORK/check.out"
# The kernel's tracing warns where it gets no memory for a module's events, before that is started.
complaints() { dmesg | grep -E "$SPLAT" | grep -v 'WARNING: .* at kernel/trace/trace_events.c:'; }
check_eq "the kernel complained of nothing but that" "" "$(complaints)"
# The same holds for the name of a slab cache that gets no place in sysfs: the kernel forgets it.
leaks() {
	sleep 6
	echo scan >"$DEBUG"/kmemleak
	echo scan >"$DEBUG"/kmemleak
	awk -v RS='unreferenced object ' 'NF && !/sysfs_slab_add/' "$DEBUG"/kmemleak
	echo clear >"$DEBUG"/kmemleak
}
[ ! -e "$DEBUG"/kmemleak ] || check_eq "no memory is lost but by that" "" "$(leaks)"
dmesg -C
must load_anp
check "a new device, with each allocation failing" in_a "$FAIL" newlink eth0 "$POINTS" "$SEED"
comment <"$WORK/check.out"
must ip -n "$A" link add anp0 link eth0 type anp
must ip -n "$A" link set anp0 up
check "a new address, with each allocation failing" in_a "$FAIL" newaddr anp0 "$POINTS" "$SEED"
comment <"$WORK/check.out"
ip netns del "$A"
spaces=()
hurry 0

# Each byte is checked at both ends.
topo_pair
check "the caches can fail" grep -qx 1 /sys/kernel/slab/anp_req/failslab
ONCE_LISTENING=fail_client
pattern "segments fail: $SOME_KB, ANP client" "$A" "$B" 10.0.0.1 "$SOME"
must failing 3
faults 0
ONCE_LISTENING=fail_server
pattern "segments and connections fail: $SOME_KB, ANP server" "$B" "$A" 10.0.0.2 "$SOME"
faults 0
# Linux forgets a FIN that gets no memory, and the peer waits for it: ANP is at both ends here.
must anp_on "$B" eth0 10.0.0.3/24
unset "stack_flags[$B]"
ONCE_LISTENING=fail_client
pages 10
pattern "pages fail as well: $SOME_KB, ANP at both ends" "$B" "$A" 10.0.0.2 "$SOME"
must failing 3
pages 0
faults 0
must ip -n "$B" link del dev anp0
unset "stack_flags[$B]"
ONCE_LISTENING=
faults 10
check "a storm of calls that fail" in_a "$STORM" 22 10.0.0.2 "$SEED" 5 4
faults 0
pattern "afterwards: $SOME_KB" "$B" "$A" 10.0.0.2 "$SOME"
must in_a sysctl -qw net.anp.tcp_fin_timeout=1
check "no connection is left" wait_for 90 no_sockets "$A"
finish
