# SPDX-License-Identifier: GPL-2.0
"""A RST elsewhere in the window gets an ACK (RFC 5961 3.2)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("R", seq=100)
    c.expect("A", seq=1, ack=1)
    w.eq("state", "SYN-RECEIVED", c.state())
