# SPDX-License-Identifier: GPL-2.0
"""Data on a SYN is not acknowledged before the handshake is over (RFC 9293 3.10.7.2, third)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.send("S", seq=0, data=b"early", mss=1460)
    c.expect("SA", seq=0, ack=1)
    c.send("PA", seq=1, data=b"early")
    c.expect("A", ack=6)
    c.accepted(s)
    w.eq("program reads", b"early", c.read(5))
