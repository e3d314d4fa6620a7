# SPDX-License-Identifier: GPL-2.0
"""A smaller path MTU cuts what is in flight anew (RFC 1191 6.5)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(2920)
    w.eq("first flight", [1460, 1460], [s.len for s in c.drain()])
    c.icmp(3, 4, seq=1, mtu=1000, length=1500)
    c.expect("A", seq=1, len=960)
    c.send("A", ack=961)
    c.expect("A", seq=961, len=lambda n: n <= 960)
