# SPDX-License-Identifier: GPL-2.0
"""With three segments behind it told of, a hole is sent again (RFC 6675 4, RFC 8985 6.2)."""


def rule(w):
    c = w.accept(rtt=0.6, sackok=True)
    c.write(14600)
    w.eq("first flight", 10, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 1461 + 3 * 1460)])
    c.expect("A", seq=1, len=1460)
