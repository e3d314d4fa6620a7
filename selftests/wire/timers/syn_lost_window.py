# SPDX-License-Identifier: GPL-2.0
"""Who had to send its SYN twice begins with one segment (RFC 6928 2, RFC 5681 3.1)."""

LINUX = "only after a second timeout"


def rule(w):
    c = w.connecting()
    c.expect("S", after=0.99)
    c.synack(ts=None)
    c.expect("A", seq=1, ack=1)
    c.write(14600)
    w.eq("segments", 1, len([s for s in c.drain() if s.start < 1461 * 2]))
