# SPDX-License-Identifier: GPL-2.0
"""Another SYN in the window gets an ACK (RFC 5961 4.2)."""

LINUX = "resets"


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("S", seq=500, mss=1460)
    c.expect("A", seq=1, ack=1)
    w.eq("state", "SYN-RECEIVED", c.state())
