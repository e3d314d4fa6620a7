# SPDX-License-Identifier: GPL-2.0
"""Of a segment that is new in part only the other part is a duplicate (RFC 2883 4.2)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", data=1000)
    c.expect("A", ack=1001)
    c.send("A", seq=501, data=1000)
    c.expect("A", ack=1501, sack=[(501, 1001)])
