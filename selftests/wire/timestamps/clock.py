# SPDX-License-Identifier: GPL-2.0
"""Our timestamps never go back, and run in milliseconds (RFC 7323 5.4)."""


def rule(w):
    c = w.accept(ts=True)
    c.send("PA", data=b"x")
    a = c.expect("A", ack=2)
    c.wire.wait("100 ms", lambda: c.tsval() > c.ts + 100)
    c.send("PA", data=b"y")
    b = c.expect("A", ack=3)
    ms = (b.tsval - a.tsval) & 0xffffffff
    w.true("about as many: %d" % ms, 0.5 * (b.t - a.t) * 1000 - 20 <= ms <= 1.5 * (b.t - a.t) * 1000 + 100)
