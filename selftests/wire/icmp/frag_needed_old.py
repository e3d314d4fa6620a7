# SPDX-License-Identifier: GPL-2.0
"""About what is not in flight, no router is believed (RFC 5927 7.2)."""

LINUX = "believes what is about the next number"


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(1460)
    c.expect("A", seq=1)
    c.send("A", ack=1461)
    for seq in (1, -5, 1461, 50000):
        c.icmp(3, 4, seq=seq, mtu=600, length=1500)
    c.write(1460)
    c.expect("A", seq=1461, len=1460)
