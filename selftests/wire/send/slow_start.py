# SPDX-License-Identifier: GPL-2.0
"""In slow start each segment acknowledged lets two go (RFC 5681 3.1)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(60000)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1 + 2920)
    w.eq("for two", 4, len(c.drain()))
    c.send("A", ack=1 + 14600)
    w.eq("for eight more", 16, len(c.drain()))
