# SPDX-License-Identifier: GPL-2.0
"""A source quench is ignored (RFC 6633 3)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(60000)
    w.eq("first flight", 10, len(c.drain()))
    c.icmp(4, 0, seq=1)
    c.send("A", ack=14601)
    w.eq("slow start goes on", 20, len(c.drain()))
