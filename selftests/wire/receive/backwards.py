# SPDX-License-Identifier: GPL-2.0
"""Segments that come in the opposite order are put right (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    for i in range(9, 0, -1):
        c.send("PA", seq=1 + 100 * i, data=100)
        c.expect("A", ack=1)
    c.send("PA", seq=1, data=100)
    c.expect("A", ack=1001)
    c.read(1000)
