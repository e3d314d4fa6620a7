# SPDX-License-Identifier: GPL-2.0
"""Two blocks whose gap is filled are one (RFC 2018 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("A", seq=1001, data=500)
    c.send("A", seq=2001, data=500)
    c.send("A", seq=1501, data=500)
    c.expect("A", sack=[(1001, 1501)])
    c.expect("A", sack=[(2001, 2501), (1001, 1501)])
    c.expect("A", sack=[(1001, 2501)])
