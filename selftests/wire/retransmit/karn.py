# SPDX-License-Identifier: GPL-2.0
"""The backoff stays until something new is measured (RFC 6298 3, 5.7)."""


def rule(w):
    c = w.accept()
    c.write(1000)
    while w.count("TcpExtTCPTimeouts") < 2:
        c.next()
    c.send("A", ack=1001)
    w.true("more than the smallest RTO", c.info().rto >= 200000)
    c.alive()
