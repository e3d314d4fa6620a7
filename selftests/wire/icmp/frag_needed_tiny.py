# SPDX-License-Identifier: GPL-2.0
"""No path MTU makes segments tiny (RFC 1191 3)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(2920)
    c.drain()
    c.icmp(3, 4, seq=1, mtu=68, length=1500)
    sizes = [s.len for s in c.drain()]
    w.true("no crumbs: %s" % sizes, not sizes or min(sizes) >= 28)
    c.send("A", ack=2921)
    c.alive()
