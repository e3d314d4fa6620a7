# SPDX-License-Identifier: GPL-2.0
"""An equal timestamp is no older one (RFC 7323 5.3 R1)."""


def rule(w):
    c = w.accept(ts=5000)
    for i in range(5):
        c.send("PA", data=b"x", ts=(6000, c.ecr))
        c.expect("A", ack=2 + i)
