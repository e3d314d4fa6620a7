# SPDX-License-Identifier: GPL-2.0
"""What came early is found across the wrap (RFC 9293 3.4)."""


def rule(w):
    c = w.accept(iss=0xfffffff0, sackok=True)
    c.send("PA", seq=21, data=b"c" * 10)
    c.expect("A", ack=1, sack=[(21, 31)])
    c.send("PA", seq=11, data=b"b" * 10)
    c.expect("A", ack=1, sack=[(11, 31)])
    c.send("PA", seq=1, data=b"a" * 10)
    c.expect("A", ack=31, sack=[])
    w.eq("program reads", b"a" * 10 + b"b" * 10 + b"c" * 10, c.read(30))
