#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Damaged netlink messages, by who may do everything, by who may do nothing, and by root of a user
# namespace: devices, addresses, routes and neighbours, the family "anp", ethtool's.
# MESSAGES says how many of each of three threads.
# TIMEOUT=120
. "$(dirname "$0")/../lib.sh"

FUZZ=$(dirname "$0")/../helpers/fuzz_netlink
MESSAGES=${MESSAGES:-$((1000 / ${TIMEOUT_FACTOR:-1} / ${TIMEOUT_FACTOR:-1}))}

unused() { [ "$(cat /sys/module/anp/refcnt)" = 0 ]; }

# What an administrator has set up; times and counters are left out.
set_up() {
	ip -n "$A" -d -br link show type anp
	ip -n "$A" -4 -o addr show
	ip -n "$A" route show table anp
	ip -n "$A" neigh show dev anp0 nud permanent
	in_a ethtool -c anp0
}

anp_links() { ip -n "$A" -br link show type anp | sed 's/[@ ].*//'; }

fuzz() { # DESC WHO
	check "$1" in_a "$FUZZ" "$SEED" "$MESSAGES" "$2"
	comment <"$WORK/check.out"
}

# Each device that comes or goes waits for RCU many times.
hurry() { echo "$1" >/sys/kernel/rcu_expedited; }
trap 'status=$?; hurry 0; (exit $status); cleanup' EXIT
hurry 1

topo_pair
for i in 1 2; do
	must veth "$A" eth$i "$B" eth$i
done
before=$(set_up)
fuzz "without privileges: nothing can be done, and nothing is told that was never set" nobody
check_eq "... and nothing has changed" "$before" "$(set_up)"
fuzz "as root of a namespace of its own" userns
check_eq "... and here nothing has changed" "$before" "$(set_up)"
fuzz "with all privileges" root

for dev in $(anp_links); do
	must ip -n "$A" link del dev "$dev" # its name may be a word of ip's
done
# Routes without a device stay, and one of them may say that the peer cannot be reached.
must ip -n "$A" route flush table anp
must anp_on "$A" eth0 10.0.0.2/24
check "a new device works" in_b ping -q -c 1 -W 5 10.0.0.2
check "the namespace can be deleted" ip netns del "$A"
spaces=("$B")
check "no reference stays behind" wait_for 60 unused
finish
