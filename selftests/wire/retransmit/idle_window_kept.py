# SPDX-License-Identifier: GPL-2.0
"""A window that has been in use is still there after a silence, if so told (RFC 7661 4.4.3)."""

import time


def rule(w):
    # Linux has no RFC 7661, but it can leave the window alone.
    w.sysctl("tcp_slow_start_after_idle", 2 if w.family == "anp" else 0)
    c = w.accept(rtt=0.6)
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
    w.wait("idle for several RTOs", lambda: time.monotonic() > c.t0 + 4)
    c.write(100000)
    n = len([s for s in c.drain() if s.len])
    w.true("%d segments" % n, n > 20)
