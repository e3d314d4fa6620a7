# SPDX-License-Identifier: GPL-2.0
"""Data with an ACK that was overtaken is taken (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.accept()
    c.write(b"12345")
    c.expect("A", seq=1, len=5)
    c.send("A", ack=6)
    c.send("PA", ack=1, data=b"fresh")
    c.expect("A", seq=6, ack=6)
    w.eq("program reads", b"fresh", c.read(5))
