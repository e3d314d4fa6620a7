# SPDX-License-Identifier: GPL-2.0
"""A RST is believed whatever its timestamp (RFC 7323 5.3 R1)."""


def rule(w):
    c = w.accept(ts=5000)
    c.send("PA", data=b"x", ts=(6000, c.ecr))
    c.expect("A", ack=2)
    c.send("R", ts=(1, 0))
    c.error("1 bytes")
    c.error("ECONNRESET")
