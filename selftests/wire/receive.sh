#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules, played with hand-made segments: what is received, how it is acknowledged, the window for it.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/wire.sh"

rules receive sack window timestamps
finish
