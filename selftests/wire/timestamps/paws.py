# SPDX-License-Identifier: GPL-2.0
"""A segment with an older timestamp is not taken, and answered (RFC 7323 5.3 R1)."""


def rule(w):
    c = w.accept(ts=5000)
    c.send("PA", data=b"x", ts=(6000, c.ecr))
    c.expect("A", ack=2, ecr=6000)
    c.send("PA", data=b"y", ts=(5900, c.ecr))
    c.expect("A", ack=2, ecr=6000)
    c.send("PA", seq=2, data=b"Y", ts=(6001, c.ecr))
    c.expect("A", ack=3)
    w.eq("program reads", b"xY", c.read(2))
