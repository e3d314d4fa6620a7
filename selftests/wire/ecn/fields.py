# SPDX-License-Identifier: GPL-2.0
"""Data is ECN-capable, an ACK by itself is not (RFC 3168 6.1.4)."""


def rule(w):
    c = w.ecn()
    c.write(100)
    c.expect("A", seq=1, len=100, ecn=2)
    c.send("PA", data=b"x")
    c.expect("A", ack=2, len=0, ecn=0)
