# SPDX-License-Identifier: GPL-2.0
"""The last segment of what a program wrote is pushed (RFC 9293 3.9.1.2), and that of what is sent at once."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(3000)
    c.expect("A", seq=1, len=1460)
    c.expect("A", seq=1461, len=1460)
    c.expect("A", seq=2921, len=80, psh=True)
    c.send("A", ack=3001)
    # On so long a path two segments go at once.
    c.write(20000)
    for i in range(10):
        c.expect("A", seq=3001 + 1460 * i, len=1460, psh=i % 2 == 1)
