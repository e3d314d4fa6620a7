# SPDX-License-Identifier: GPL-2.0
"""An ACK that may wait does so, and no longer than half a second (RFC 9293 3.8.6.3)."""


def rule(w):
    c = w.accept()
    c.opt(6, 12, 0)  # TCP_QUICKACK
    c.send("PA", data=b"x" * 100)
    c.expect("A", ack=101, after=0.03)
    w.eq("ACKs that waited", 1, w.count("TcpExtDelayedACKs"))
