# SPDX-License-Identifier: GPL-2.0
"""A segment may touch what came early on both sides (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("A", seq=4, data=b"def")
    c.expect("A", ack=1)
    c.send("A", seq=10, data=b"jkl")
    c.expect("A", ack=1)
    c.send("A", seq=5, data=b"efghijk")
    c.expect("A", ack=1)
    c.send("A", seq=1, data=b"abc")
    c.expect("A", ack=13)
    w.eq("program reads", b"abcdefghijkl", c.read(12))
