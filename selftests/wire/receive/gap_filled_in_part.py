# SPDX-License-Identifier: GPL-2.0
"""An ACK goes out at once for what fills a gap in part (RFC 5681 4.2)."""


def rule(w):
    c = w.accept(opts=[(6, 12, 0)], sackok=True)
    c.send("A", seq=3001, data=1000)
    c.expect("A", ack=1, sack=[(3001, 4001)])
    c.send("A", seq=1, data=1000)
    c.expect("A", ack=1001, sack=[(3001, 4001)])
    w.eq("ACKs that waited", 0, w.count("TcpExtDelayedACKs"))
