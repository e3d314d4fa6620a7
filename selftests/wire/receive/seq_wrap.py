# SPDX-License-Identifier: GPL-2.0
"""Sequence numbers wrap in the middle of a segment (RFC 9293 3.4)."""


def rule(w):
    c = w.accept(iss=0xfffffff0)
    c.send("PA", data=b"a" * 10)
    c.expect("A", ack=11)
    c.send("PA", data=b"b" * 10)
    c.expect("A", ack=21)
    w.eq("program reads", b"a" * 10 + b"b" * 10, c.read(20))
