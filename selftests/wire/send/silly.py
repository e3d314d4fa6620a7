# SPDX-License-Identifier: GPL-2.0
"""A crumb of a window is not filled at once, but in the end (RFC 9293 3.8.6.2.1)."""


def rule(w):
    c = w.accept(win=14600)
    c.write(1460)
    c.expect("A", len=1460)
    c.send("A", ack=1461, win=100)
    c.write(1460)
    c.expect("A", seq=1461, len=100, after=0.15)
