#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Allocations fail by who makes them (modules/anp_faults.c, on which make faults-core leans): the first call of each
# place of the module's that is reached, and nobody else's.
# TIMEOUT=60
# OPTIONAL=Linux 6.11 and later have no function to ask
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/dgram.sh"

DEBUG=/sys/kernel/debug
mountpoint -q "$DEBUG" || must mount -t debugfs none "$DEBUG"
grep -qw should_failslab /proc/kallsyms || skip_all "the kernel has no should_failslab()"
must rmmod anp
must insmod "${ANP_KO%/*}/anp_faults.ko" seed="$SEED"
trap 'status=$?; (exit $status); (cleanup); rmmod anp; rmmod anp_faults; exit $status' EXIT
topo_pair
dgram "$A" places.py
finish
