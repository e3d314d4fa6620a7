# SPDX-License-Identifier: GPL-2.0
"""TCP_CORK holds a short segment back until it is pulled (tcp(7))."""


def rule(w):
    TCP_CORK = 3
    c = w.accept(rtt=0.6)
    c.opt(6, TCP_CORK, 1)
    c.write(1500)
    c.expect("A", seq=1, len=1460)
    c.send("A", ack=1461)
    c.silent()
    c.opt(6, TCP_CORK, 0)
    c.expect("A", seq=1461, len=40)
