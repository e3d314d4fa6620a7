#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each socket call of a stream socket, right and wrong, answers what AF_INET answers.
# TIMEOUT=150
. "$(dirname "$0")/../lib.sh"

API=$(dirname "$0")/../helpers/stream_api
topo_pair
in_b "$API" 2 10.0.0.1 >"$WORK/inet" 2>&1
check_eq "the cases run on AF_INET" 0 $?
in_a "$API" 22 10.0.0.2 >"$WORK/anp" 2>&1
check_eq "the cases run on AF_ANP" 0 $?
# Both print the same cases in the same order.
mapfile -t inet <"$WORK/inet"
mapfile -t anp <"$WORK/anp"
for i in "${!inet[@]}"; do
	check_eq "${inet[i]%%:*}" "${inet[i]}" "${anp[i]:-nothing}"
done
finish
