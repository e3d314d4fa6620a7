#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every allocation of every stream socket call fails once, and nothing is left behind. Needs a
# kernel with fault injection; with kmemleak it looks for what was lost, too.
# TIMEOUT=120
# OPTIONAL=stock kernels cannot make allocations fail
. "$(dirname "$0")/../lib.sh"

[ -e /proc/thread-self/fail-nth ] || skip_all "the kernel has no fault injection"
mountpoint -q /sys/kernel/debug || must mount -t debugfs none /sys/kernel/debug
# Those that may sleep are the ones that calls make.
for what in failslab fail_page_alloc; do
	echo 0 >"/sys/kernel/debug/$what/ignore-gfp-wait"
done

no_sockets() { ! in_a awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | grep -q .; }

topo_pair
# Histograms of sockets are made in the calls that are measured.
must in_a anp latency on -s 1024
check "each call gets over it" in_a "$(dirname "$0")/../helpers/stream_fault" 22 10.0.0.2
check "histograms of sockets found no memory, too" in_a awk 'NR == 1 { exit !$10 }' /proc/net/anp/latency
check "no socket is left" wait_for 30 no_sockets
if [ -e /sys/kernel/debug/kmemleak ]; then
	must rmmod anp
	# Objects younger than 5 s are not reported.
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	check_eq "no memory is lost" "" "$(cat /sys/kernel/debug/kmemleak)"
	must load_anp
fi
finish
