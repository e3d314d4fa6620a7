# SPDX-License-Identifier: GPL-2.0
"""What was told of is not sent again (RFC 2018 5)."""


def rule(w):
    c = w.accept(rtt=0.6, sackok=True)
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 2921), (4381, 14601)])
    holes = {s.start for s in c.drain()}
    c.send("A", ack=1461, sack=[(1461, 2921), (4381, 14601)])
    holes |= {s.start for s in c.drain()}
    w.eq("sent again", {1, 2921}, holes)
