# SPDX-License-Identifier: GPL-2.0
"""With the largest window and scale all is counted in 32 bits (RFC 7323 2.3)."""


def rule(w):
    c = w.accept(ws=14, win=65535, rtt=0.6)
    c.write(14600)
    w.eq("segments", 10, len(c.drain()))
    c.send("A", ack=14601)
    c.alive()
