# SPDX-License-Identifier: GPL-2.0
"""What is not acknowledged is sent again, ever later (RFC 6298 5.4, 5.5)."""


def rule(w):
    c = w.accept()
    c.write(1000)
    first = c.expect("A", seq=1, len=1000)
    w.sysctl("tcp_retries2", 15)
    for after in (0.19, 0.59, 1.39):
        seg = c.next()
        while seg.t - c.t0 < after and w.count("TcpExtTCPTimeouts") == 0:
            seg = c.next()  # a tail loss probe comes first
        w.eq("again", (1, first.data), (seg.start, seg.data))
    c.send("A", ack=1001)
    c.alive()
