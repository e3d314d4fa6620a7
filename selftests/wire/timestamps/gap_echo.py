# SPDX-License-Identifier: GPL-2.0
"""The ACK of what came early echoes the last segment in order (RFC 7323 4.3 B)."""


def rule(w):
    c = w.accept(ts=True)
    c.send("PA", data=b"x", ts=(5000, c.ecr))
    c.expect("A", ack=2, ecr=5000)
    c.send("PA", seq=3, data=b"z", ts=(5005, c.ecr))
    c.expect("A", ack=2, ecr=5000)
    c.send("PA", seq=2, data=b"y", ts=(5009, c.ecr))
    c.expect("A", ack=4, ecr=5009)
