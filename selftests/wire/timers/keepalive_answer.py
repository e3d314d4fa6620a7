# SPDX-License-Identifier: GPL-2.0
"""A probe of the peer is answered (RFC 9293 3.8.4, 3.10.7.4 step 1)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"x")
    c.expect("A", ack=2)
    for data in (b"", b"\0"):
        c.send("A", seq=1 if data else 0, data=data)
        c.expect("A", seq=1, ack=2, len=0)
