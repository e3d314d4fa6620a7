# SPDX-License-Identifier: GPL-2.0
"""What is outside of the window is answered by an ACK (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("A", seq=100000, data=b"x", ack=1)
    c.expect("A", seq=1, ack=1)
    w.eq("state", "SYN-RECEIVED", c.state())
