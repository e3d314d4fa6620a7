# SPDX-License-Identifier: GPL-2.0
"""After a long silence a connection begins as at first (RFC 5681 4.1)."""

import time


def rule(w):
    c = w.accept()
    c.write(14600)
    c.drain()
    c.send("A", ack=14601)
    for _ in range(3):
        c.write(29200)
        c.drain()
        c.send("A", ack=c.rcv)
    c.send("A", ack=c.rcv)
    c.drain()
    c.mark()
    w.wait("idle for several RTOs", lambda: time.monotonic() > c.t0 + 2)
    c.write(100000)
    n = len([s for s in c.drain() if s.len])
    w.true("%d segments" % n, n <= 20)
