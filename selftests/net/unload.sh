#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rmmod: under traffic, many times, refused with a socket open.
# TIMEOUT=240
. "$(dirname "$0")/../lib.sh"

PATTERN=${PATTERN:-/anp/userspace/examples}
loaded() { [ -d /sys/module/anp ]; }
unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }

topo_pair
bg in_b ping -q -f 10.0.0.2
check "rmmod with the device up and under traffic" rmmod anp
kill_bg
check_fails "the device went with it" ip -n "$A" link show anp0

must load_anp
must anp_on "$A" eth0 10.0.0.2/24
bg in_a "$PATTERN/pattern_server" 7000
check "a socket is open" wait_for 30 sh -c "! grep -qx 0 /sys/module/anp/refcnt"
check_fails "rmmod is refused while a socket is open" rmmod anp
kill_bg
check "no reference stays behind" wait_for 30 unused
check "rmmod afterwards" rmmod anp

# Free memory would not do: pages on the CPUs' lists and lazily freed mappings come and go by tens
# of megabytes.
kernel_kb() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(Slab|Percpu|VmallocUsed|KernelStack):/ { sum += $2 } END { print sum }' /proc/meminfo
}
# Each unloading waits for RCU a dozen times. Ten times it does so as everywhere, four on slow kernels; for the
# rest the kernel is told to hurry, which newer ones do less: then a fifth has to do.
expedite() { echo "$1" >/sys/kernel/rcu_expedited; }
slow=${TIMEOUT_FACTOR:-1}
cycles=$((100 / slow / slow + 15)) patient=$((8 / slow + 2))
broken=0 enough=$((SECONDS + 30))
for ((i = 0; i < cycles && (i < cycles / 5 + 10 || SECONDS < enough); i++)); do
	[ "$i" -ne "$patient" ] || expedite 1
	insmod "${ANP_KO:-/anp/anp.ko}" && ip -n "$A" link add anp0 link eth0 type anp && rmmod anp || { broken=1; break; }
	[ "$i" -ne 9 ] || before=$(kernel_kb)
done
expedite 0
check_eq "loaded and unloaded $i times" 0 "$broken"
after=$(kernel_kb)
echo "# the kernel's own memory: $before kB after 10 cycles, $after kB after $i"
# Fewer cycles may take no more each.
check "memory did not go away" [ $((after - before)) -lt $((1500 * (i - 10) / (cycles - 10))) ]
must load_anp
finish
