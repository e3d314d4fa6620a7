# SPDX-License-Identifier: GPL-2.0
"""What came already is told of in the first block, once (RFC 2883 4.1.1)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", data=1000)
    c.expect("A", ack=1001, sack=[])
    c.send("A", seq=501, data=500)
    c.expect("A", ack=1001, sack=[(501, 1001)])
    c.send("A", data=100)
    c.expect("A", ack=1101, sack=[])
