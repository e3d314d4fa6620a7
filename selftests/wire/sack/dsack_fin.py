# SPDX-License-Identifier: GPL-2.0
"""A FIN that comes again is a duplicate of one byte (RFC 2883 4)."""


def rule(w):
    c = w.accept(sackok=True)
    c.send("FA")
    c.expect("A", ack=2)
    c.send("FA", seq=1)
    c.expect("A", ack=2, sack=[(1, 2)])
