#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules, played with hand-made segments: what blind attackers, routers and bad checksums can not do.
# TIMEOUT=180
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib/wire.sh"

rules attack icmp
finish
