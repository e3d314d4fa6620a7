# SPDX-License-Identifier: GPL-2.0
"""Duplicates after that new data show that the timeout was right (RFC 5682 2.1 step 3a)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.3)
    c.write(30000)
    w.wait("a timeout", lambda: w.count("TcpExtTCPTimeouts"))
    c.drain()
    c.send("A", ack=1461)
    new = [s for s in c.drain() if s.len]
    c.send("A", ack=1461, sack=[(new[0].start, new[0].start + new[0].len)])
    seg = c.expect("A")
    w.eq("the next hole", 1461, seg.start)
    w.eq("spurious", 0, w.count("TcpExtTCPSpuriousRTOs"))
