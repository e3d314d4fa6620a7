# SPDX-License-Identifier: GPL-2.0
"""What came early twice is told of before the block it is in (RFC 2883 4.1.2)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=1001, data=500)
    c.expect("A", sack=[(1001, 1501)])
    c.send("A", seq=1501, data=500)
    c.expect("A", sack=[(1001, 2001)])
    c.send("A", seq=1501, data=500)
    c.expect("A", ack=1, sack=[(1501, 2001), (1001, 2001)])
