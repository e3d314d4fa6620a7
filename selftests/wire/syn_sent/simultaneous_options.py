# SPDX-License-Identifier: GPL-2.0
"""The SYN-ACK of a simultaneous open offers only what the SYN had (RFC 7323 1.3)."""

LINUX = "offers everything"


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1, opts=["mss"])
