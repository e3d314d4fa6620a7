# SPDX-License-Identifier: GPL-2.0
"""An ACK of what was never sent is answered by an ACK, its data dropped (RFC 9293 3.10.7.4 step 5)."""

LINUX = "does not answer"


def rule(w):
    c = w.accept()
    c.send("PA", ack=1000, data=b"never")
    c.expect("A", seq=1, ack=1, len=0)
    c.nxt = 1
    c.alive()
