# SPDX-License-Identifier: GPL-2.0
"""A gap is told of by a block (RFC 2018 3, 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=1001, data=500)
    c.expect("A", ack=1, opts=["sack"], sack=[(1001, 1501)])
    c.send("A", seq=1, data=1000)
    c.expect("A", ack=1501, opts=[])
