# SPDX-License-Identifier: GPL-2.0
"""An ACK that waits rides on the answer (RFC 9293 3.8.6.3)."""


def rule(w):
    c = w.accept()
    c.opt(6, 12, 0)  # TCP_QUICKACK
    c.send("PA", data=b"question")
    w.eq("program reads", b"question", c.read(8))
    c.write(b"answer")
    c.expect("A", seq=1, ack=9, data=b"answer")
