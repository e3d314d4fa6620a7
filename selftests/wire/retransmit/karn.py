# SPDX-License-Identifier: GPL-2.0
"""The backoff stays until something that was sent once is measured (RFC 6298 3, 5.7)."""


def rule(w):
    c = w.accept()
    c.write(1000)
    for _ in range(3):
        c.expect("A", seq=1)
    c.send("A", ack=1001)
    c.write(1000)
    c.expect("A", seq=1001)
    c.expect("A", seq=1001, after=0.75)
    c.send("A", ack=2001)
    c.write(1000)
    c.expect("A", seq=2001)
    c.send("A", ack=3001)
    w.wait("measured: the backoff is over", lambda: c.info().rto < 750000)
