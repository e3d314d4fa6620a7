# SPDX-License-Identifier: GPL-2.0
"""Data that came before a half-close is still read (RFC 9293 3.6.1)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"unread")
    c.expect("A", ack=7)
    c.shutdown()
    c.expect("FA", seq=1, ack=7)
    w.eq("program reads", b"unread", c.read(6))
