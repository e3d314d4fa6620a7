# SPDX-License-Identifier: GPL-2.0
"""The block of the segment that has just come is the first (RFC 2018 4)."""


def rule(w):
    c = w.accept(sackok=True)
    blocks = []
    for seq in (2001, 4001, 1001):
        c.send("A", seq=seq, data=500)
        blocks.insert(0, (seq, seq + 500))
        c.expect("A", ack=1, sack=blocks)
