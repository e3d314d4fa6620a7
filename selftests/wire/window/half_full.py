# SPDX-License-Identifier: GPL-2.0
"""What is read is offered again with the next ACKs (RFC 9293 3.8.6)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 32768)])  # SO_RCVBUF
    edge = 0
    for _ in range(30):
        c.send("A", data=1000)
        c.read(1000)
        for seg in c.drain():
            w.true("the edge moves on", seg.acks + seg.win >= edge)
            edge = seg.acks + seg.win
    w.true("as far as the window: %d" % edge, edge >= 30001)
