# SPDX-License-Identifier: GPL-2.0
"""Each segment that comes early is acknowledged at once (RFC 5681 4.2)."""


def rule(w):
    c = w.accept(opts=[(6, 12, 0)])
    for i in range(5):
        c.send("A", seq=1461 + 1460 * i, data=1460)
        c.expect("A", ack=1)
    c.send("A", seq=1, data=1460)
    c.expect("A", ack=1 + 6 * 1460)
    w.eq("ACKs that waited", 0, w.count("TcpExtDelayedACKs"))
