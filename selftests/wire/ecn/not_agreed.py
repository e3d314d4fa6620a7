# SPDX-License-Identifier: GPL-2.0
"""Without ECN a mark is not echoed (RFC 3168 6.1.1)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"x", ecn=3)
    c.expect("A", ack=2)
