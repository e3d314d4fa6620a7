# SPDX-License-Identifier: GPL-2.0
"""A retransmission goes out even into a window that has closed (RFC 9293 3.8.6.1)."""


def rule(w):
    c = w.accept()
    c.write(1000)
    c.expect("A", seq=1)
    c.send("A", ack=1, win=0)
    seg = c.expect("A")
    while seg.start != 1:
        seg = c.expect("A")
