# SPDX-License-Identifier: GPL-2.0
"""Data without ACK is dropped (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("P", seq=1, data=b"never")
    c.silent()
    w.eq("state", "SYN-RECEIVED", c.state())
    c.send("A", seq=1)
    c.accepted(s)
    c.send("PA", seq=1, data=b"right")
    w.eq("program reads", b"right", c.read(5))
