# SPDX-License-Identifier: GPL-2.0
"""An ACK in the middle of a segment is remembered (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.accept()
    c.write(1460)
    c.expect("A", seq=1, len=1460)
    c.send("A", ack=701)
    seg = c.expect("A")
    w.eq("the rest", 1461, seg.start + seg.len)
    w.true("not before what was sent", seg.start in (1, 701))
    c.send("A", ack=1461)
    c.alive()
