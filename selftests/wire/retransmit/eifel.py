# SPDX-License-Identifier: GPL-2.0
"""An ACK that echoes the original undoes the recovery (RFC 3522 3.2, RFC 4015 3)."""


def rule(w):
    c = w.accept(sackok=True, ts=True, rtt=0.6)
    c.write(14480)
    first = [s for s in c.drain() if s.len]
    w.eq("first flight", 10, len(first))
    early = first[0].tsval
    c.send("A", ack=1, sack=[(1449, 5793)], ts=(c.tsval(), early))
    c.expect("A", seq=1)
    c.send("A", ack=5793, ts=(c.tsval(), early))
    w.settle()
    w.eq("undone", 1, w.count("TcpExtTCPFullUndo") + w.count("TcpExtTCPPartialUndo"))
