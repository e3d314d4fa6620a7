# SPDX-License-Identifier: GPL-2.0
"""An ACK of two segments echoes the first one (RFC 7323 4.3 A)."""


def rule(w):
    c = w.accept(ts=True)
    c.opt(6, 12, 0)  # TCP_QUICKACK
    c.send("PA", data=b"x", ts=(5000, c.ecr))
    c.send("PA", data=b"y", ts=(5001, c.ecr))
    c.expect("A", ack=3, ecr=5000)
