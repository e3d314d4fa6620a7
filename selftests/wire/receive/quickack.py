# SPDX-License-Identifier: GPL-2.0
"""TCP_QUICKACK lets a waiting ACK go at once (tcp(7))."""


def rule(w):
    c = w.accept()
    c.opt(6, 12, 0)  # TCP_QUICKACK
    c.send("PA", data=b"x" * 100)
    c.opt(6, 12, 1)
    c.expect("A", ack=101)
