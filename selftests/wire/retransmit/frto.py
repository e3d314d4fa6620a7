# SPDX-License-Identifier: GPL-2.0
"""The first ACK after a timeout is answered by new data (RFC 5682 2.1 step 2b, 3b)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.3)
    c.write(30000)
    w.wait("a timeout", lambda: w.count("TcpExtTCPTimeouts"))
    sent = max(s.start + s.len for s in c.drain())
    c.send("A", ack=1461)
    new = [s.start for s in c.drain() if s.len]
    w.true("new data first: %s" % new, new and min(new) >= sent)
    c.send("A", ack=4381)
    again = [s.start for s in c.drain() if s.start < sent]
    w.eq("nothing again: it was late, not lost", [], again)
