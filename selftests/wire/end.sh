#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules, played with hand-made segments: how connections end, by themselves and by time.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/wire.sh"

rules closing time_wait timers
finish
