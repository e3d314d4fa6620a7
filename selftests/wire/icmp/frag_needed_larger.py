# SPDX-License-Identifier: GPL-2.0
"""A path MTU above what was sent is not believed (RFC 1191 3)."""


def rule(w):
    c = w.accept(mss=1000, rtt=0.6)
    c.write(1000)
    c.expect("A", seq=1, len=1000)
    c.icmp(3, 4, seq=1, mtu=1400, length=1040)
    c.silent()
    c.send("A", ack=1001)
    c.alive()
