#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Choosing a congestion control: TCP_CONGESTION answers what AF_INET answers.
# TIMEOUT=60
. "$(dirname "$0")/../lib.sh"

API=$(dirname "$0")/../helpers/cong_api.py
topo_pair
must in_b sysctl -qw net.ipv4.tcp_congestion_control=cubic
# One that programs may not have without CAP_NET_ADMIN.
restricted=
in_b sysctl -n net.ipv4.tcp_available_congestion_control | grep -qw dctcp || modprobe tcp_dctcp
in_b sysctl -n net.ipv4.tcp_available_congestion_control | grep -qw dctcp && restricted=dctcp
# shellcheck disable=SC2086 # none is no argument
in_b python3 "$API" 10.0.0.1 $restricted >"$WORK/inet" 2>&1
check_eq "the cases run on AF_INET" 0 $?
# shellcheck disable=SC2086
in_a anp run python3 "$API" 10.0.0.2 $restricted >"$WORK/anp" 2>&1
check_eq "the cases run on AF_ANP" 0 $?
mapfile -t inet <"$WORK/inet"
mapfile -t anp <"$WORK/anp"
for i in "${!inet[@]}"; do
	check_eq "${inet[i]%%:*}" "${inet[i]}" "${anp[i]:-nothing}"
done
finish
