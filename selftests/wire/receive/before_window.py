# SPDX-License-Identifier: GPL-2.0
"""Data from long before the window is answered by an ACK (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    c = w.accept()
    c.send("PA", seq=-100000, data=b"x")
    c.expect("A", seq=1, ack=1, len=0)
    c.alive()
