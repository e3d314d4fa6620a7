# SPDX-License-Identifier: GPL-2.0
"""What is lost again is sent again without a timeout (RFC 8985 6.2)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.3)
    c.write(60000)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 8761)])
    new = []
    while not [s for s in new if s.start > 1]:
        c.send("A", ack=1, sack=[(1461, 8761 + 1460 * min(4, 1 + len(new)))])
        new += [s for s in c.drain() if s.len]
    w.eq("the hole first", 1, new[0].start)
    # Of what was sent behind the hole's second copy all arrives, of that copy nothing is seen.
    end = max(s.start + s.len for s in new)
    c.send("A", ack=1, sack=[(1461, end)])
    while (seg := c.next()).start != 1:
        end = max(end, seg.start + seg.len)
        c.send("A", ack=1, sack=[(1461, end)])
    w.eq("timeouts", 0, w.count("TcpExtTCPTimeouts"))
