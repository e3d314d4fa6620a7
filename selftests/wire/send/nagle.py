# SPDX-License-Identifier: GPL-2.0
"""A second short segment waits for the ACK of the first (RFC 9293 3.7.4)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(b"one")
    c.expect("A", seq=1, data=b"one")
    c.write(b"two")
    c.write(b"three")
    c.silent()
    c.send("A", ack=4)
    c.expect("A", seq=4, data=b"twothree")
