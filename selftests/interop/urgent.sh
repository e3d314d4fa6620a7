#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Urgent data between ANP and Linux: the byte, the mark, both ways and from both ends.
# TIMEOUT=60
. "$(dirname "$0")/../lib.sh"

URGENT=$(dirname "$0")/urgent.py
topo_pair
bg in_b python3 "$URGENT" serve 10.0.0.1 700
must wait_for 30 grep -q listening "$WORK/bg.$BG"
check "ANP calls Linux" in_a anp run python3 "$URGENT" call 10.0.0.1 700
check "and Linux has heard" join "$BG"
bg in_a anp run python3 "$URGENT" serve 10.0.0.2 700
must wait_for 30 grep -q listening "$WORK/bg.$BG"
check "Linux calls ANP" in_b python3 "$URGENT" call 10.0.0.2 700
check "and ANP has heard" join "$BG"
finish
