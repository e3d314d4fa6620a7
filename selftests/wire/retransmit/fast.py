# SPDX-License-Identifier: GPL-2.0
"""Three duplicate ACKs bring the first segment again (RFC 5681 3.2)."""


def rule(w):
    c = w.accept(rtt=0.6, )
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1461)
    c.drain()
    for _ in range(3):
        w.eq("not yet", 0, w.count("TcpExtTCPFastRetrans"))
        c.send("A", ack=1461)
    again = [s.start for s in c.drain() if s.start == 1461]
    w.eq("the first one again", [1461], again)
