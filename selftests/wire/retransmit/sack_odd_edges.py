# SPDX-License-Identifier: GPL-2.0
"""Blocks whose edges are in the middle of segments are as good as others (RFC 2018 3)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=100, sack=[(2000, 9000)])
    missing = {n for n in [*range(100, 2000), *range(9000, 14601)]}
    while missing:
        seg = c.next()
        missing -= set(range(seg.start, seg.start + seg.len))
        c.send("A", ack=min(missing or {14601}), sack=[(2000, 9000)] if min(missing or {14601}) < 2000 else ())
    c.alive()
