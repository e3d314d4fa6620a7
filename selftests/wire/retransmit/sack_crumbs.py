# SPDX-License-Identifier: GPL-2.0
"""A thousand blocks of single bytes do no harm (RFC 2018 5)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(14600)
    c.drain()
    for i in range(250):
        at = 1461 + 50 * i
        c.send("A", ack=1, sack=[(at + 10 * j, at + 10 * j + 1) for j in range(4)])
    c.send("A", ack=c.rcv)
    c.drain()
    c.alive()
