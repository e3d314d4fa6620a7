# SPDX-License-Identifier: GPL-2.0
"""SACK blocks that lie do no harm: unsent, old, empty, turned around (RFC 2018 5)."""


def rule(w):
    c = w.accept(rtt=0.6, sackok=True)
    c.write(5840)
    w.eq("first flight", 4, len(c.drain()))
    c.send("A", ack=1461)
    for block in ((5841, 9000), (5000, 90000), (-5000, 1), (1, 1461), (2921, 2921), (4000, 3000),
                  (1461, -5), (-(1 << 30), 1 << 30)):
        c.send("A", ack=1461, sack=[block])
    w.eq("sent again for it", 0, w.count("TcpExtTCPFastRetrans"))
    c.send("A", ack=5841)
    c.drain()
    c.alive()
