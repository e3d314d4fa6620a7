# SPDX-License-Identifier: GPL-2.0
"""A block is told of as long as it is not acknowledged (RFC 2018 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=2001, data=500)
    c.expect("A", ack=1, sack=[(2001, 2501)])
    for i in range(4):
        c.send("A", seq=1 + 400 * i, data=400)
        c.expect("A", ack=401 + 400 * i, sack=[(2001, 2501)])
