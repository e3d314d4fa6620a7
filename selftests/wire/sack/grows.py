# SPDX-License-Identifier: GPL-2.0
"""A block that grows comes to the front, whole (RFC 2018 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=1001, data=500)
    c.expect("A", sack=[(1001, 1501)])
    c.send("A", seq=3001, data=500)
    c.expect("A", sack=[(3001, 3501), (1001, 1501)])
    c.send("A", seq=1501, data=500)
    c.expect("A", sack=[(1001, 2001), (3001, 3501)])
