# SPDX-License-Identifier: GPL-2.0
"""Timestamps wrap (RFC 7323 5.3)."""


def rule(w):
    c = w.accept(ts=0xfff00000)
    c.send("PA", data=b"x", ts=(0xfffffff0, c.ecr))
    c.expect("A", ack=2, ecr=0xfffffff0)
    c.send("PA", data=b"y", ts=(5, c.ecr))
    c.expect("A", ack=3, ecr=5)
    c.send("PA", data=b"z", ts=(0xfffffff5, c.ecr))
    c.expect("A", ack=3, ecr=5)
