# SPDX-License-Identifier: GPL-2.0
"""Data with an ACK older than any window is not taken (RFC 5961 5.2)."""


def rule(w):
    c = w.accept()
    c.write(b"x" * 100)
    c.expect("A", len=100)
    c.send("A", ack=101)
    c.send("PA", ack=101 - 70000, data=b"never")
    c.expect("A", ack=1)
    c.nxt = 1
    c.alive()
