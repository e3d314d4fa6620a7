# SPDX-License-Identifier: GPL-2.0
"""A partial ACK in recovery brings the next hole (RFC 6582 3.2 step 3)."""


def rule(w):
    c = w.accept(rtt=0.6, )
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    for _ in range(3):
        c.send("A", ack=1)
    w.true("first hole", 1 in [s.start for s in c.drain()])
    c.send("A", ack=4381)
    w.true("second hole", 4381 in [s.start for s in c.drain()])
