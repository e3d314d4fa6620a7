# SPDX-License-Identifier: GPL-2.0
"""A segment inside one that came early changes nothing (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("PA", seq=3, data=b"cdefgh")
    c.expect("A", ack=1)
    c.send("PA", seq=4, data=b"DEF")
    c.expect("A", ack=1)
    c.send("PA", seq=1, data=b"ab")
    c.expect("A", ack=9)
    w.eq("program reads", b"abcdefgh", c.read(8))
