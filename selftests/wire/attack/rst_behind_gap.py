# SPDX-License-Identifier: GPL-2.0
"""A RST behind a gap does not count as exact (RFC 5961 3.2)."""


def rule(w):
    c = w.accept()
    c.send("A", seq=101, data=100)
    c.expect("A", ack=1)
    c.send("R", seq=201)
    c.expect("A", ack=1)
    w.eq("state", "ESTABLISHED", c.state())
