# SPDX-License-Identifier: GPL-2.0
"""An echo halves the window once, and CWR tells so with the next data (RFC 3168 6.1.2)."""


def rule(w):
    c = w.ecn(rtt=0.6)
    c.write(100000)
    w.eq("first flight", 10, len(c.drain()))
    c.send("AE", ack=2921)
    for i in range(2, 11):
        c.send("AE", ack=1 + 1460 * i)
    new = c.drain()
    w.eq("CWR once", 1, sum("W" in s.flags for s in new))
    w.true("on the first new segment", "W" in new[0].flags)
    w.true("the window is smaller: %d" % len(new), len(new) <= 10)
