# SPDX-License-Identifier: GPL-2.0
"""An ACK with data, or with a new window, is no duplicate (RFC 5681 2)."""


def rule(w):
    c = w.accept(rtt=0.6, )
    c.write(7300)
    c.drain()
    for i in range(4):
        c.send("PA", ack=1, data=b"x")
        c.send("A", ack=1, win=60000 + 100 * i)
    again = [s.start for s in c.drain() if s.len and s.start == 1]
    w.eq("nothing again", 0, w.count("TcpExtTCPFastRetrans"))
    w.true("but a probe at most", len(again) <= 1)
