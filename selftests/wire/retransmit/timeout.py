# SPDX-License-Identifier: GPL-2.0
"""What is not acknowledged is sent again, ever later (RFC 6298 5.4, 5.5)."""


def rule(w):
    c = w.accept()
    c.write(1000)
    first = c.expect("A", seq=1, len=1000)
    for after in (0.19, 0.59, 1.39):
        c.expect("A", seq=1, after=after, data=first.data)
    w.eq("timeouts", 3, w.count("TcpExtTCPTimeouts"))
    c.send("A", ack=1001)
    c.alive()
