# SPDX-License-Identifier: GPL-2.0
"""SO_OOBINLINE leaves urgent data in the stream (RFC 6093 6.2)."""


def rule(w):
    c = w.accept()
    c.opt(1, 10, 1)  # SO_OOBINLINE
    c.send("PAU", data=b"abcd", urp=3)
    c.expect("A", ack=5)
    w.eq("program reads", b"abcd", c.read(4))
