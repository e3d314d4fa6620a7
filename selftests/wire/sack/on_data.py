# SPDX-License-Identifier: GPL-2.0
"""Data carries the blocks that are due, too (RFC 2018 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=1001, data=500)
    c.expect("A", ack=1, sack=[(1001, 1501)])
    c.write(b"data")
    c.expect("A", ack=1, len=4, sack=[(1001, 1501)])
