#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The debug kernel notices: one deliberate bug after the other, and the words in which the kernel
# complains of it. Elsewhere there is nothing to see. lockdep falls silent after its own first find
# and after any other that taints the kernel, so it comes first; the VM is not used any more.
# TIMEOUT=120
# OPTIONAL=stock kernels do not look
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../vm/splat.sh"

ko=${ANP_KO%/*}/anp_detect.ko

# What a bug has to bring forth; the harness has to know it for a complaint, too.
fires() { # BUG REGEX
	local log=$WORK/dmesg
	dmesg -C
	insmod "$ko" bug="$1" 2>/dev/null
	dmesg >"$log"
	dmesg -C
	check_output "$1 is seen" "$2" cat "$log"
	check_fails "... and taken for a complaint" find_splats "$log"
}

has() { zgrep -qx "CONFIG_$1=y" /proc/config.gz 2>/dev/null; }

has KASAN || has KCSAN || skip_all "the kernel has no detectors"

has PROVE_RCU_LIST && fires rcu 'suspicious RCU usage'
has PROVE_LOCKING && fires lock-order 'possible circular locking dependency'
if has KASAN; then
	fires out-of-bounds 'KASAN: slab-out-of-bounds in out_of_bounds'
	fires use-after-free 'KASAN: slab-use-after-free|KASAN: use-after-free'
	fires double-free 'KASAN: double-free|KASAN: invalid-free'
fi
has UBSAN_SHIFT && fires shift 'UBSAN: shift-out-of-bounds'
has UBSAN_BOUNDS && fires index 'UBSAN: array-index-out-of-bounds|KASAN: global-out-of-bounds'
has NET_DEV_REFCNT_TRACKER && fires reference 'reference already released'
has DEBUG_ATOMIC_SLEEP && fires sleep-in-atomic 'BUG: sleeping function called from invalid context'
has KCSAN && fires race 'BUG: KCSAN: data-race in race_thread'
if has DEBUG_KMEMLEAK; then
	insmod "$ko" bug=leak 2>/dev/null
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	check_output "leak is seen" 'unreferenced object' cat /sys/kernel/debug/kmemleak
	echo clear >/sys/kernel/debug/kmemleak
	dmesg -C
fi
finish
