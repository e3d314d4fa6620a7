# SPDX-License-Identifier: GPL-2.0
"""In recovery no more is sent than arrives (RFC 9937 6.2)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(60000)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 1461 + 3 * 1460)])
    sent = len([s for s in c.drain() if s.len])
    for n in range(4, 10):
        c.send("A", ack=1, sack=[(1461, 1461 + n * 1460)])
        sent += len([s for s in c.drain() if s.len])
        w.true("%d of %d" % (sent, n), sent <= n)
    w.true("and not nothing", sent >= 3)
