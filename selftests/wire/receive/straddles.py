# SPDX-License-Identifier: GPL-2.0
"""Of a segment that begins inside the window and ends beyond it the first part is not lost (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    c.send("A", data=500)
    seg = c.expect("A")
    n = seg.acks + seg.win - c.nxt + 300
    at = c.nxt
    while n:
        part = min(n, 1400)
        c.send("A", data=part)
        n -= part
    c.drain()
    w.true("all but the last: %d" % c.told, c.told >= at + 500)
    c.read(c.told - 1)
