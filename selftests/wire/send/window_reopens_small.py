# SPDX-License-Identifier: GPL-2.0
"""A window that opens by less than a segment waits for more, or for the timer (RFC 9293 3.8.6.2.1)."""


def rule(w):
    c = w.accept(win=20000)
    c.write(1460)
    c.expect("A", seq=1, len=1460)
    c.send("A", ack=1461, win=0)
    c.write(1460)
    c.send("A", win=500)
    c.silent()
    c.send("A", win=2000)
    c.expect("A", seq=1461, len=1460)
