#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules, played with hand-made segments: what may be sent, and what is sent again.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/wire.sh"

rules send retransmit ecn
finish
