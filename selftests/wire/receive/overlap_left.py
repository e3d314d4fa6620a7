# SPDX-License-Identifier: GPL-2.0
"""Of a segment that begins in what is known only the new part counts (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"abcdef")
    c.expect("A", ack=7)
    c.send("PA", seq=4, data=b"DEFghi")
    c.expect("A", ack=10)
    w.eq("program reads", b"abcdefghi", c.read(9))
