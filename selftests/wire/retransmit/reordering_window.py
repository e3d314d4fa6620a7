# SPDX-License-Identifier: GPL-2.0
"""Less than three segments behind a hole send it again when they are late enough (RFC 8985 6.2 step 5)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(4380)
    w.eq("first flight", 3, len(c.drain()))
    c.send("A", ack=1, sack=[(2921, 4381)])
    seg = c.expect("A", seq=1, len=1460)
    w.eq("timeouts", 0, w.count("TcpExtTCPTimeouts"))
