#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each socket call of a stream socket, right and wrong, answers what AF_INET answers.
# TIMEOUT=150
. "$(dirname "$0")/../lib.sh"

HELPERS=$(dirname "$0")/../helpers
topo_pair
for program in stream_api stream_opts stream_oob; do
	in_b "$HELPERS/$program" 2 10.0.0.1 >"$WORK/inet" 2>&1
	check_eq "the cases of $program run on AF_INET" 0 $?
	in_a "$HELPERS/$program" 22 10.0.0.2 >"$WORK/anp" 2>&1
	check_eq "the cases of $program run on AF_ANP" 0 $?
	# Both print the same cases in the same order.
	mapfile -t inet <"$WORK/inet"
	mapfile -t anp <"$WORK/anp"
	check_eq "$program: as many cases" ${#inet[@]} ${#anp[@]}
	for i in "${!inet[@]}"; do
		check_eq "${inet[i]%%:*}" "${inet[i]}" "${anp[i]:-nothing}"
	done
done
finish
