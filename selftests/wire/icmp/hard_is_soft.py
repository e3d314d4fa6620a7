# SPDX-License-Identifier: GPL-2.0
"""In an established connection no error ends it (RFC 5927 5.2)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(1000)
    c.expect("A", seq=1)
    for code in (0, 1, 2, 3, 9, 10, 13):
        c.icmp(3, code, seq=1)
    c.icmp(11, 0, seq=1)
    c.icmp(12, 0, seq=1)
    w.settle()
    w.eq("state", "ESTABLISHED", c.state())
    c.send("A", ack=1001)
    c.alive()
