# SPDX-License-Identifier: GPL-2.0
"""A segment that was overtaken by two is not sent again when it comes (RFC 8985 6.2, RFC 5681 3.2)."""

import time


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(7300)
    c.drain()
    # The reordering window is a quarter of the shortest round trip: of this one.
    time.sleep(0.5)
    c.send("A", ack=1, sack=[(1461, 2921)])
    c.send("A", ack=1, sack=[(1461, 4381)])
    c.send("A", ack=7301)
    c.drain()
    w.eq("sent again", 0, w.count("TcpExtTCPFastRetrans"))
    c.alive()
