# SPDX-License-Identifier: GPL-2.0
"""The first two duplicate ACKs let new data go (RFC 3042 2)."""


def rule(w):
    c = w.accept(rtt=0.6, )
    c.write(30000)
    w.eq("first flight", 10, len(c.drain()))
    for i in range(2):
        c.send("A", ack=1)
        w.eq("one new segment", [14601 + 1460 * i], [s.start for s in c.drain()])
