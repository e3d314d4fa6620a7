# SPDX-License-Identifier: GPL-2.0
"""Data on the ACK that completes the handshake is delivered (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("PA", seq=1, data=b"at once")
    c.expect("A", ack=8)
    c.accepted(s)
    w.eq("program reads", b"at once", c.read(7))
