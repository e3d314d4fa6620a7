# SPDX-License-Identifier: GPL-2.0
"""A segment may reach into one that came early (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("PA", seq=5, data=b"efgh")
    c.expect("A", ack=1)
    c.send("PA", seq=1, data=b"abcdef")
    c.expect("A", ack=9)
    w.eq("program reads", b"abcdefgh", c.read(8))
