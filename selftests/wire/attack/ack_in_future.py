# SPDX-License-Identifier: GPL-2.0
"""Data with an ACK of what was not sent is not taken (RFC 5961 5.2)."""

LINUX = "does not answer"


def rule(w):
    c = w.accept()
    c.send("PA", ack=2, data=b"never")
    c.expect("A", ack=1)
    c.nxt = 1
    c.alive()
