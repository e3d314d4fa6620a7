# SPDX-License-Identifier: GPL-2.0
"""A segment echoes the timestamp that came last (RFC 7323 3.2, 4.3)."""


def rule(w):
    c = w.accept(ts=True)
    c.send("PA", data=b"x", ts=(5000, c.ecr))
    c.expect("A", ack=2, ecr=5000)
    c.send("PA", data=b"y", ts=(5007, c.ecr))
    c.expect("A", ack=3, ecr=5007)
