# SPDX-License-Identifier: GPL-2.0
"""When all that was sent again came twice the window is as before (RFC 3708 2, RFC 2883 5)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 5841)])
    c.expect("A", seq=1)
    # In one ACK: by one for the first alone, late for what a slow player has it wait, RACK would lose the others.
    c.send("A", ack=14601, sack=[(1, 1461)])
    c.drain()
    w.true("undone", w.count("TcpExtTCPDSACKUndo") + w.count("TcpExtTCPFullUndo") >= 1)
    c.write(60000)
    w.true("ten segments or more", len([s for s in c.drain() if s.len]) >= 10)
